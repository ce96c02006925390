using Saker.Bpf.Classic;

namespace Saker.KernelTests.Packets;

/// <summary>A packet socket, to be opened in the kernel and in Saker.</summary>
/// <param name="Name">What it is called in messages.</param>
internal sealed record SocketSpec(string Name)
{
    /// <summary>Whether it shows packets without their link header.</summary>
    public bool IsDatagram { get; init; }

    /// <summary>The EtherType; 3: all.</summary>
    public ushort Protocol { get; init; } = 3;

    /// <summary>The device; null: all.</summary>
    public string? Device { get; init; } = "eth0";

    /// <summary>Its filter, as text.</summary>
    public string? Filter { get; init; }

    /// <summary>Its receive buffer, in bytes as the kernel counts; 0: large.</summary>
    public int ReceiveBuffer { get; init; }

    public bool IgnoresOutgoing { get; init; }

    /// <summary>Whether it tells the device that a packet first came by.</summary>
    public bool TellsOriginalDevice { get; init; }

    /// <summary>The group that it joins; null: none.</summary>
    public GroupSpec? Group { get; init; }

    /// <summary>Whether it is read only when all frames have come.</summary>
    public bool IsReadLate { get; init; }

    public ClassicProgram? Program => ProgramOf(Filter);

    public static ClassicProgram? ProgramOf(string? text)
    {
        if (text is null)
        {
            return null;
        }

        Assert.True(ClassicText.TryParse(text, out var program, out var fault), fault?.ToString());
        return program;
    }
}

/// <summary>A fanout group.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Mode">Its mode.</param>
/// <param name="Flags">Its flags.</param>
/// <param name="Program">The program that chooses, as text.</param>
internal sealed record GroupSpec(ushort Number, ushort Mode, ushort Flags = 0, string? Program = null)
{
    private const int Rollover = 3;
    private const int RolloverFlag = 0x1000;

    /// <summary>Whether its sockets count what rolls over.</summary>
    public bool RollsOver => Mode == Rollover || (Flags & RolloverFlag) != 0;
}

/// <summary>What a socket got.</summary>
/// <param name="Packets">Every packet with all that was told of it.</param>
/// <param name="Counted">Its statistics.</param>
/// <param name="Dropped">How many of these were dropped.</param>
/// <param name="Rollover">How many packets rolled over from it, how many of them of huge flows, and how many found no room.</param>
internal sealed record SocketYield(List<string> Packets, long Counted, long Dropped, (long All, long Huge, long Failed) Rollover);
