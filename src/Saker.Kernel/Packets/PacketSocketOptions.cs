using Saker.Bpf.Classic;

namespace Saker.Kernel.Packets;

/// <summary>What a packet socket is bound to, and what it takes (packet(7)).</summary>
public sealed record PacketSocketOptions
{
    /// <summary>The protocol of what comes and goes: all of it (<c>ETH_P_ALL</c>).</summary>
    public const ushort AllProtocols = 3;

    /// <summary>The device; null: all devices.</summary>
    public string? Device { get; init; }

    /// <summary>The EtherType in host order; 0: nothing at all, for sockets that only send.</summary>
    public ushort Protocol { get; init; } = AllProtocols;

    /// <summary>Whether packets come without their link-layer header (<c>SOCK_DGRAM</c>).</summary>
    public bool IsDatagram { get; init; }

    /// <summary>What chooses packets and how much of them is kept; null: all of all.</summary>
    public ClassicProgram? Filter { get; init; }

    /// <summary>The receive buffer in bytes of memory, as the kernel counts it; 0: the machine's default.</summary>
    public int ReceiveBuffer { get; init; }
}
