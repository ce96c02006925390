using Saker.Packets;
using Saker.Wire;

namespace Saker.Stack.Sockets;

/// <summary>A datagram that was read.</summary>
/// <param name="Length">Bytes copied to the caller's memory.</param>
/// <param name="RemoteAddress">Who sent it, over IPv4; 0.0.0.0 of what came over IPv6.</param>
/// <param name="RemotePort">From which port, host order; 0 of protocols without.</param>
/// <param name="IsTruncated">Whether the datagram was longer than the caller's memory; the rest is lost.</param>
/// <param name="Timestamp">When it arrived, in nanoseconds since the Unix epoch.</param>
/// <param name="SegmentSize">
/// Bytes of each datagram but the last, which may be shorter, where several came as one (<c>UDP_GRO</c>); else 0.
/// </param>
public readonly record struct ReceivedDatagram(int Length, IPv4Address RemoteAddress, ushort RemotePort, bool IsTruncated, long Timestamp, int SegmentSize = 0)
{
    /// <summary>Who sent it, over IPv6; null: it came over IPv4, and <see cref="RemoteAddress"/> says who.</summary>
    public IPv6Address? RemoteIPv6 { get; init; }
}

/// <summary>A socket from which an application reads datagrams.</summary>
public abstract class DatagramSocket : QueuedSocket<ReceivedDatagram>
{
    private protected DatagramSocket(ReceiveQueue? queue)
        : base(queue)
    {
    }

    /// <summary>Who sent a packet over IPv4; 0.0.0.0: it came over IPv6.</summary>
    private protected static IPv4Address SourceOf(PacketBuffer packet) =>
        packet.Protocol != (ushort)EtherType.IPv6 && IPv4View.TryParse(packet.NetworkHeader, out IPv4View ip) ? ip.Source : default;

    /// <summary>Who sent a packet over IPv6; null: it came over IPv4.</summary>
    private protected static IPv6Address? IPv6SourceOf(PacketBuffer packet) =>
        packet.Protocol == (ushort)EtherType.IPv6 && IPv6View.TryParse(packet.NetworkHeader, out IPv6View ip) ? ip.Source : null;
}
