namespace Saker.Tests.Bpf.Programs;

/// <summary>A frame for a program, and for tc what is known of it.</summary>
/// <param name="Bytes">The frame, from its link header.</param>
internal sealed record ProgramFrame(byte[] Bytes)
{
    /// <summary>Words of the control block (<c>cb</c>).</summary>
    public const int ControlWords = 5;

    /// <summary>The mark.</summary>
    public uint Mark { get; init; }

    /// <summary>The priority.</summary>
    public uint Priority { get; init; }

    /// <summary>The control block.</summary>
    public uint[] Control { get; init; } = new uint[ControlWords];
}

/// <summary>What a program left.</summary>
/// <param name="Value">What it returned.</param>
/// <param name="Packet">The frame; of XDP with the metadata in front.</param>
/// <param name="Context">Of XDP the length of the metadata; of tc the mark, the priority and the control block.</param>
internal sealed record ProgramOutput(uint Value, byte[] Packet, uint[] Context)
{
    public const uint XdpTx = 3;

    /// <summary>The frame without metadata.</summary>
    public byte[] Frame => Context.Length == 1 ? Packet[(int)Context[0]..] : Packet;
}
