using Saker.Packets;
using Saker.Stack.Sockets;
using Saker.Wire;

namespace Saker.Stack.Transport.Udp;

/// <summary>A UDP socket that receives.</summary>
public sealed class UdpSocket : DatagramSocket
{
    /// <summary>Makes a socket.</summary>
    /// <param name="queue">Where datagrams wait for the application; null where nobody reads it (<see cref="ReaderMode.Immediate"/>).</param>
    public UdpSocket(ReceiveQueue? queue = null)
        : base(queue)
    {
    }

    /// <inheritdoc/>
    public override string ProtocolName => IsLite ? "udplite" : "udp";

    /// <summary>Whether it is a socket of UDP-Lite (RFC 3828).</summary>
    public bool IsLite { get; init; }

    /// <summary>Whether datagrams of one flow may come merged into one (<c>UDP_GRO</c>), of which <see cref="ReceivedDatagram.SegmentSize"/> tells.</summary>
    public bool TakesMerged { get; init; }

    /// <summary>What receives its datagrams with <see cref="ReaderMode.Service"/>.</summary>
    public IDatagramService? Service { get; init; }

    /// <summary>Copies a datagram's payload out. The packet's data begins at the UDP header.</summary>
    private protected override ReceivedDatagram Read(PacketBuffer packet, Span<byte> destination)
    {
        int length = packet.Length - UdpView.FixedLength;
        int copied = packet.CopyTo(UdpView.FixedLength, destination[..Math.Min(length, destination.Length)]);
        int segmentSize = (packet.GsoType & GsoType.UdpSegments) != GsoType.None ? packet.GsoSize : 0;
        ushort port = UdpView.TryParse(packet.TransportHeader, out UdpView udp) ? udp.SourcePort : (ushort)0;
        return new ReceivedDatagram(copied, SourceOf(packet), port, copied < length, packet.Timestamp, segmentSize) { RemoteIPv6 = IPv6SourceOf(packet) };
    }
}
