using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <summary>Finds out a frame's flow and where its headers are, as the kernel's flow dissector does, whatever its octets are.</summary>
/// <remarks>
/// It goes through VLAN tags, PPPoE sessions, redundancy tags (HSR, PRP), IPv4, IPv6 with extension headers, IP in IP, GRE with IP or Ethernet inside,
/// and PPTP. It passes at most fifteen headers. Nothing is allocated and nothing is kept.
/// </remarks>
public static class FlowDissector
{
    private const int TcpDataOffset = 12;
    private const int IcmpLength = 8;
    private const int IgmpLength = 8;
    private const int DccpLength = 12;
    private const int SctpLength = 12;

    /// <summary>Dissects an Ethernet frame.</summary>
    public static FlowDissection Dissect(ReadOnlySpan<byte> frame, FlowDissectorOptions options = FlowDissectorOptions.None) =>
        EthernetView.TryParse(frame, out EthernetView ethernet)
            ? Dissect(frame, ethernet.Type, EthernetView.FixedLength, options)
            : new FlowDissection { TransportOffset = frame.Length, NetworkOffset = frame.Length };

    /// <summary>Dissects a packet from its network header on.</summary>
    /// <param name="packet">The packet; offsets are told from its start.</param>
    /// <param name="protocol">What begins at <paramref name="offset"/>.</param>
    /// <param name="offset">Where the network header begins.</param>
    /// <param name="options">Where to stop.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset lies outside of the packet.</exception>
    public static FlowDissection Dissect(ReadOnlySpan<byte> packet, EtherType protocol, int offset,
        FlowDissectorOptions options = FlowDissectorOptions.None)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)offset, (uint)packet.Length, nameof(offset));
        var walk = new FlowWalk(packet, protocol, offset, options);
        bool isComplete = walk.Run();
        return walk.ToDissection(isComplete);
    }

    /// <summary>
    /// The octets of all headers of an Ethernet frame up to and including the transport header (the kernel's <c>eth_get_headlen</c>): what a driver
    /// copies into the linear part of a packet.
    /// </summary>
    public static int HeaderLength(ReadOnlySpan<byte> frame)
    {
        if (!EthernetView.TryParse(frame, out EthernetView ethernet))
        {
            return frame.Length;
        }

        // Nearly every frame is a plain one: the walk would find the same.
        if (ethernet.Type == EtherType.IPv4 && IPv4View.TryParse(frame[EthernetView.FixedLength..], out IPv4View packet)
            && packet.HeaderLength == IPv4View.FixedLength && !packet.IsFragment && packet.Protocol is IPProtocol.Tcp or IPProtocol.Udp)
        {
            const int transport = EthernetView.FixedLength + IPv4View.FixedLength;
            return Math.Min(frame.Length, transport + TransportLength(frame, transport, packet.Protocol));
        }

        return HeaderLengthByWalk(frame, ethernet.Type);
    }

    private static int HeaderLengthByWalk(ReadOnlySpan<byte> frame, EtherType type)
    {
        var walk = new FlowWalk(frame, type, EthernetView.FixedLength, FlowDissectorOptions.ParseFirstFragment);
        return walk.Run()
            ? Math.Min(frame.Length, PayloadOffset(frame, walk))
            : Math.Max(Math.Min(walk.Offset, frame.Length), EthernetView.FixedLength);
    }

    /// <summary>Finds where the payload behind the transport header of a packet begins, which may be beyond its end (the kernel's <c>skb_get_poff</c>).</summary>
    /// <param name="packet">The packet, or as much of its beginning as holds the headers.</param>
    /// <param name="protocol">What begins at <paramref name="offset"/>.</param>
    /// <param name="offset">Where the network header begins.</param>
    /// <param name="payload">Where the payload begins; 0 where that cannot be told.</param>
    /// <returns>False where a header is missing or not understood.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The offset lies outside of the packet.</exception>
    public static bool TryFindPayload(ReadOnlySpan<byte> packet, EtherType protocol, int offset, out int payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)offset, (uint)packet.Length, nameof(offset));
        var walk = new FlowWalk(packet, protocol, offset, FlowDissectorOptions.None);
        bool isComplete = walk.Run();
        payload = isComplete ? PayloadOffset(packet, walk) : 0;
        return isComplete;
    }

    private static int PayloadOffset(ReadOnlySpan<byte> packet, in FlowWalk walk)
    {
        int transport = Math.Min(walk.Offset, packet.Length);
        bool isLaterFragment = (walk.Traits & (FlowTraits.Fragment | FlowTraits.FirstFragment)) == FlowTraits.Fragment;
        return isLaterFragment ? transport : transport + TransportLength(packet, transport, walk.Protocol);
    }

    /// <summary>The octets of a transport header (the kernel's <c>__skb_get_poff</c>); none of a protocol that it does not know.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TransportLength(ReadOnlySpan<byte> packet, int offset, IPProtocol protocol) => protocol switch
    {
        IPProtocol.Tcp => offset + TcpDataOffset < packet.Length
            ? Math.Max(TcpView.FixedLength, (Field.Byte(packet, offset + TcpDataOffset) & 0xf0) >> 2)
            : 0,
        IPProtocol.Udp or IPProtocol.UdpLite => UdpView.FixedLength,
        IPProtocol.IcmpV4 or IPProtocol.IcmpV6 => IcmpLength,
        IPProtocol.Igmp => IgmpLength,
        IPProtocol.Dccp => DccpLength,
        IPProtocol.Sctp => SctpLength,
        _ => 0,
    };
}
