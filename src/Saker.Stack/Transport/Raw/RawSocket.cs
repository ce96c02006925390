using Saker.Packets;
using Saker.Stack.Sockets;
using Saker.Wire;

namespace Saker.Stack.Transport.Raw;

/// <summary>
/// A raw socket (raw(7)): gets a copy of every packet of its protocol that is for this host, from the IP header on, over IPv6 from what follows it. The protocol's
/// number stands in place of the local port, as in <c>/proc/net/raw</c>.
/// </summary>
public sealed class RawSocket : DatagramSocket
{
    /// <summary>Makes a socket.</summary>
    /// <param name="queue">Where packets wait for the application; null where nobody reads it (<see cref="ReaderMode.Immediate"/>).</param>
    public RawSocket(ReceiveQueue? queue = null)
        : base(queue)
    {
        if (queue is not null)
        {
            queue.ReadCounter = null;
        }
    }

    /// <inheritdoc/>
    public override string ProtocolName => "raw";

    /// <summary>The protocol.</summary>
    public IPProtocol Protocol => (IPProtocol)(byte)LocalPort;

    /// <summary>Of a socket of ICMP, which of the types 0 to 31 it does not want, a bit each (<c>ICMP_FILTER</c>).</summary>
    public uint IcmpFilter { get; init; }

    /// <summary>How many packets found the receive buffer full (last column of <c>/proc/net/raw</c>).</summary>
    public long Drops { get; internal set; }

    /// <summary>Copies a packet out. Its data begins at the IP header, or behind that of IPv6.</summary>
    private protected override ReceivedDatagram Read(PacketBuffer packet, Span<byte> destination)
    {
        int copied = packet.CopyTo(0, destination[..Math.Min(packet.Length, destination.Length)]);
        return new ReceivedDatagram(copied, SourceOf(packet), 0, copied < packet.Length, packet.Timestamp) { RemoteIPv6 = IPv6SourceOf(packet) };
    }
}
