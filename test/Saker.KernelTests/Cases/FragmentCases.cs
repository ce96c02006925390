using Saker.KernelTests.Oracle;

namespace Saker.KernelTests.Cases;

/// <summary>Fragments that wait, complete, collide or are wrong. A datagram of 48 bytes to port 53 is cut at 24.</summary>
internal static class FragmentCases
{
    private static readonly byte[] WholeDatagram = Frame.Udp(payloadLength: 40);

    public static IEnumerable<FrameCase> All()
    {
        yield return new("fragment: first only", Part(0, 24, more: true));
        yield return new("fragment: last only", Part(24, 48, more: false));
        yield return new("fragment: middle only", Part(8, 24, more: true));
        yield return new("fragments: first, last", Part(0, 24, true), Part(24, 48, false));
        yield return new("fragments: last, first", Part(24, 48, false), Part(0, 24, true));
        yield return new("fragments: three in disorder", Part(16, 32, true), Part(32, 48, false), Part(0, 16, true));
        yield return new("fragments: first twice, last", Part(0, 24, true), Part(0, 24, true), Part(24, 48, false));
        yield return new("fragments: last twice, first", Part(24, 48, false), Part(24, 48, false), Part(0, 24, true));
        yield return new("fragments: second lies within the first", Part(0, 32, true), Part(8, 16, true), Part(32, 48, false));
        yield return new("fragments: overlap at the end", Part(0, 24, true), Part(16, 48, false));
        yield return new("fragments: overlap at the front", Part(16, 48, false), Part(0, 24, true));
        yield return new("fragments: overlap, then the rest", Part(0, 24, true), Part(16, 48, false), Part(24, 48, false));
        yield return new("fragments: last shorter than what came", Part(0, 32, true), Part(16, 24, false));
        yield return new("fragments: two different ends", Part(24, 48, false), Part(24, 40, false));
        yield return new("fragments: more behind the end", Part(24, 48, false), Part(48, 56, true));
        yield return new("fragments: another identification", Part(0, 24, true), Part(24, 48, false, id: 7));
        yield return new("fragments: another protocol", Part(0, 24, true), Part(24, 48, false, protocol: 6));
        yield return new("fragments: another source", Part(0, 24, true), Part(24, 48, false, source: "10.0.0.3"));
        yield return new("fragments: ECN of one is congestion, the other ECT", Part(0, 24, true, tos: 2), Part(24, 48, false, tos: 3));
        yield return new("fragments: ECN of one is congestion, the other not capable", Part(0, 24, true, tos: 0), Part(24, 48, false, tos: 3));
        yield return new("fragment: length no multiple of eight", Part(0, 21, true));
        yield return new("fragment: nothing in it", Part(8, 8, true));
        yield return new("fragment: last with nothing in it", Part(24, 24, false));
        yield return new("fragments: last with nothing in it, then first", Part(24, 24, false), Part(0, 24, true));
        yield return new("fragment: beyond 65535 bytes", Frame.IPv4(new byte[64], 17, fragmentOffset: 65528));
        yield return new("fragment: up to 65535 bytes", Frame.IPv4(new byte[7], 17, fragmentOffset: 65504));
        yield return new("fragment: offset with do not fragment", Frame.IPv4(WholeDatagram.AsSpan(24), 17, fragmentOffset: 24, dontFragment: true));
        yield return new("fragments: do not fragment on both", Part(0, 24, true, dontFragment: true), Part(24, 48, false, dontFragment: true));
        yield return new("fragment: to another host", Frame.IPv4(WholeDatagram.AsSpan(0, 24), 17, moreFragments: true, destination: "10.0.0.77"));
        yield return new("fragment: to a joined group", Frame.IPv4(WholeDatagram.AsSpan(0, 24), 17, moreFragments: true, destination: "239.1.2.3", to: Frame.GroupMac("239.1.2.3")));
        yield return new("fragment: padded on the wire", Frame.IPv4(WholeDatagram.AsSpan(0, 24), 17, moreFragments: true, padding: 10), Part(24, 48, false));
        yield return new("fragments: ICMP echo", Icmp(0, 24, true), Icmp(24, 48, false));
        yield return new("fragments: to no socket", NoSocket(0, 24, true), NoSocket(24, 48, false));
        yield return new("fragments: bad UDP checksum", Bad(0, 24, true), Bad(24, 48, false));
        yield return new("fragments: options on the first", Part(0, 24, true, options: [1, 1, 1, 1]), Part(24, 48, false));
        yield return new("fragments: unknown protocol", Part(0, 24, true, protocol: 253), Part(24, 48, false, protocol: 253));
    }

    /// <summary>Of a host that lets two fragments come between.</summary>
    public static IEnumerable<FrameCase> Distances()
    {
        byte[] first = Part(0, 24, true);
        byte[] last = Part(24, 48, false);
        byte[] whole = Frame.IPv4(WholeDatagram, 17);
        byte[][] others = [Part(0, 24, true, id: 1), Part(0, 24, true, id: 2), Part(0, 24, true, id: 3)];
        yield return new("distance: one of another datagram", first, others[0], last);
        yield return new("distance: two of others", first, others[0], others[1], last);
        yield return new("distance: two of others, then all again", first, others[0], others[1], last, first);
        yield return new("distance: two of others, then the first again and the last", first, others[0], others[1], first, last);
        yield return new("distance: three of others", first, others[0], others[1], others[2], last, first);
        yield return new("distance: two of one other", first, others[0], Part(24, 40, true, id: 1), last);
        yield return new("distance: another twice", first, others[0], others[0], last);
        yield return new("distance: the first twice between", first, others[0], first, others[1], last);
        yield return new("distance: another that is faulty", first, Part(8, 8, true, id: 1), Part(8, 8, true, id: 1), last);
        yield return new("distance: of another source", first, Part(0, 24, true, source: "10.0.0.3"), Part(0, 24, true, id: 7, source: "10.0.0.3"), last);
        yield return new("distance: of another protocol", first, Part(0, 24, true, protocol: 6), Part(0, 24, true, protocol: 1), last);
        yield return new("distance: to another address", first, ToGroup(1), ToGroup(2), last);
        yield return new("distance: whole datagrams", first, whole, whole, whole, last);
        yield return new("distance: two datagrams in turns", first, others[0], others[1], last, Part(24, 48, false, id: 1), Part(24, 48, false, id: 2));
        yield return new("distance: two left behind", first, Part(24, 32, true), others[0], others[1], Part(32, 48, false), first, Part(24, 32, true));

        static byte[] ToGroup(ushort id) => Frame.IPv4(
            WholeDatagram.AsSpan(0, 24), 17, moreFragments: true, id: id, destination: "239.1.2.3", to: Frame.GroupMac("239.1.2.3"));
    }

    private static byte[] Part(
        int start,
        int end,
        bool more,
        ushort id = 0x1234,
        byte protocol = 17,
        string source = "10.0.0.2",
        byte tos = 0,
        bool dontFragment = false,
        byte[]? options = null)
    {
        var data = new byte[Math.Max(end, WholeDatagram.Length)];
        WholeDatagram.CopyTo(data, 0);
        return Frame.IPv4(
            data.AsSpan(start, end - start),
            protocol,
            source,
            fragmentOffset: start,
            moreFragments: more,
            id: id,
            tos: tos,
            dontFragment: dontFragment,
            options: options);
    }

    private static byte[] Icmp(int start, int end, bool more)
        => Frame.IPv4(Frame.Icmp(8, data: new byte[40]).AsSpan(start, end - start), 1, fragmentOffset: start, moreFragments: more);

    private static byte[] NoSocket(int start, int end, bool more)
        => Frame.IPv4(Frame.Udp(9999, payloadLength: 40).AsSpan(start, end - start), 17, fragmentOffset: start, moreFragments: more);

    private static byte[] Bad(int start, int end, bool more)
        => Frame.IPv4(Frame.Udp(53, payloadLength: 40, checksum: 0x1234).AsSpan(start, end - start), 17, fragmentOffset: start, moreFragments: more);
}
