using Saker.Packets;
using Saker.Wire;

namespace Saker.Stack.Gro;

/// <summary>
/// Where the headers of a packet of several segments are, and what of them changes from segment to segment. Offsets are counted from where its data begins.
/// </summary>
internal readonly record struct SegmentLayout
{
    private const int FixedExtensionPart = 2;

    /// <summary>Where the IP header begins.</summary>
    public int NetworkOffset { get; private init; }

    /// <summary>Where the transport header begins.</summary>
    public int TransportOffset { get; private init; }

    /// <summary>Where the payload begins.</summary>
    public int PayloadOffset { get; private init; }

    /// <summary>TCP or UDP.</summary>
    public IPProtocol Protocol { get; private init; }

    /// <summary>The network protocol is IPv6.</summary>
    public bool IsIPv6 { get; private init; }

    /// <summary>The first segment's IPv4 identification.</summary>
    public ushort Identification { get; private init; }

    /// <summary>The first segment's sequence number.</summary>
    public SequenceNumber Sequence { get; private init; }

    /// <summary>The flags of all segments together.</summary>
    public TcpFlags Flags { get; private init; }

    /// <summary>
    /// Reads the headers of a packet whose network header is marked, at the beginning of its data or behind it, and which has its protocol noted.
    /// </summary>
    /// <returns>False if they are not all there, or the packet is none that can be cut.</returns>
    public static bool TryRead(PacketBuffer packet, out SegmentLayout layout)
    {
        layout = default;
        int network = packet.NetworkHeaderOffset;
        ReadOnlySpan<byte> bytes = packet.Linear;
        return network >= 0
            && network < bytes.Length
            && (packet.Protocol == (ushort)EtherType.IPv6
                ? TryReadIPv6(bytes, network, out layout)
                : packet.Protocol == (ushort)EtherType.IPv4 && TryReadIPv4(bytes, network, out layout));
    }

    /// <summary>The length of the longest segment from its network header on (<c>skb_gso_network_seglen</c>); 0 if the headers cannot be read.</summary>
    public static int LongestSegment(PacketBuffer packet) =>
        TryRead(packet, out SegmentLayout layout) ? layout.PayloadOffset - layout.NetworkOffset + packet.GsoSize : 0;

    private static bool TryReadIPv4(ReadOnlySpan<byte> bytes, int network, out SegmentLayout layout)
    {
        layout = default;
        return IPv4View.TryParse(bytes[network..], out IPv4View ip)
            && ip.IsHeaderComplete
            && TryReadTransport(
                bytes,
                new SegmentLayout
                {
                    NetworkOffset = network,
                    TransportOffset = network + ip.HeaderLength,
                    Protocol = ip.Protocol,
                    Identification = ip.Identification,
                },
                out layout);
    }

    private static bool TryReadIPv6(ReadOnlySpan<byte> bytes, int network, out SegmentLayout layout)
    {
        layout = default;
        if (!IPv6View.TryParse(bytes[network..], out IPv6View ip))
        {
            return false;
        }

        IPProtocol protocol = ip.NextHeader;
        int end = network + IPv6View.FixedLength;
        while (protocol is IPProtocol.HopByHop or IPProtocol.Routing or IPProtocol.DestinationOptions && end + FixedExtensionPart <= bytes.Length)
        {
            protocol = (IPProtocol)bytes[end];
            end += (bytes[end + 1] + 1) * 8;
        }

        return end <= bytes.Length
            && TryReadTransport(
                bytes, new SegmentLayout { NetworkOffset = network, TransportOffset = end, Protocol = protocol, IsIPv6 = true }, out layout);
    }

    private static bool TryReadTransport(ReadOnlySpan<byte> bytes, in SegmentLayout read, out SegmentLayout layout)
    {
        layout = read;
        ReadOnlySpan<byte> transport = bytes[read.TransportOffset..];
        if (read.Protocol == IPProtocol.Udp)
        {
            layout = read with { PayloadOffset = read.TransportOffset + UdpView.FixedLength };
            return transport.Length >= UdpView.FixedLength;
        }

        if (read.Protocol != IPProtocol.Tcp || !TcpView.TryParse(transport, out TcpView tcp) || !tcp.IsHeaderComplete)
        {
            return false;
        }

        layout = read with
        {
            PayloadOffset = read.TransportOffset + tcp.HeaderLength,
            Sequence = tcp.SequenceNumber,
            Flags = tcp.Flags,
        };
        return true;
    }
}
