using Saker.Packets;
using Saker.Wire;

namespace Saker.Stack.Sockets.Packet;

/// <summary>A packet that was read from a packet socket: what <c>struct sockaddr_ll</c> and <c>struct tpacket_auxdata</c> tell of it (packet(7)).</summary>
public readonly record struct ReceivedPacket
{
    /// <summary>Bytes copied to the caller's memory.</summary>
    public required int Length { get; init; }

    /// <summary>Whether more was queued than the caller's memory took; the rest is lost.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>How long the packet was from where the socket shows it.</summary>
    public required int OriginalLength { get; init; }

    /// <summary>How many of its bytes were queued: as many as the socket's filter wanted.</summary>
    public required int QueuedLength { get; init; }

    /// <summary>Where its network header begins in what is shown (<c>tp_net</c>).</summary>
    public int NetworkOffset { get; init; }

    /// <summary>An EtherType, or one of Linux's numbers below 1536.</summary>
    public ushort Protocol { get; init; }

    /// <summary>The index of the device that it came or went by.</summary>
    public int Device { get; init; }

    /// <summary>The kind of that device (<c>ARPHRD_*</c>).</summary>
    public ushort HardwareType { get; init; }

    /// <summary>For whom it was.</summary>
    public PacketType PacketType { get; init; }

    /// <summary>The link address that it came from.</summary>
    public MacAddress Source { get; init; }

    /// <summary>State of its checksum, and whether there is a VLAN tag.</summary>
    public PacketStatus Status { get; init; }

    /// <summary>The VLAN tag that stands beside it, as 16 bits; 0 where there is none.</summary>
    public ushort VlanTag { get; init; }

    /// <summary>That tag's EtherType.</summary>
    public ushort VlanProtocol { get; init; }

    /// <summary>When it came, in nanoseconds since the Unix epoch.</summary>
    public long Timestamp { get; init; }
}
