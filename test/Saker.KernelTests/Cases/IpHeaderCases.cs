using Saker.KernelTests.Oracle;

namespace Saker.KernelTests.Cases;

/// <summary>The IPv4 header's own checks.</summary>
internal static class IpHeaderCases
{
    public static IEnumerable<FrameCase> All()
    {
        var udp = Frame.Udp();
        var whole = Frame.IPv4(udp, 17);
        yield return new("IP 19 bytes", whole[..(14 + 19)]);
        yield return new("IP 20 bytes of a longer packet", whole[..(14 + 20)]);
        yield return new("IP header alone, total length 20", Frame.IPv4([], 17));
        yield return new("IP version 0", Frame.IPv4(udp, 17, version: 0));
        yield return new("IP version 5", Frame.IPv4(udp, 17, version: 5));
        yield return new("IP version 6", Frame.IPv4(udp, 17, version: 6));
        yield return new("IP header length 0", Frame.IPv4(udp, 17, headerWords: 0));
        yield return new("IP header length 4 words", Frame.IPv4(udp, 17, headerWords: 4));
        yield return new("IP header length beyond the frame", Frame.IPv4([1, 2, 3, 4], 17, headerWords: 15));
        yield return new("IP bad checksum", Frame.IPv4(udp, 17, checksum: 0x1234));
        yield return new("IP checksum 0xffff instead of 0", Frame.IPv4(udp, 17, checksum: 0xffff));
        yield return new("IP bad checksum to another station", Frame.IPv4(udp, 17, checksum: 0x1234, to: "02:00:00:00:00:99"));
        yield return new("IP bad checksum and total length beyond the frame", Frame.IPv4(udp, 17, checksum: 0x1234, totalLength: 500));
        yield return new("IP total length beyond the frame", Frame.IPv4(udp, 17, totalLength: 41));
        yield return new("IP total length 65535", Frame.IPv4(udp, 17, totalLength: 65535));
        yield return new("IP total length below the header's", Frame.IPv4(udp, 17, totalLength: 19));
        yield return new("IP total length 0", Frame.IPv4(udp, 17, totalLength: 0));
        yield return new("IP total length below the header's with options", Frame.IPv4(udp, 17, totalLength: 20, options: [1, 1, 1, 1]));
        yield return new("IP padding behind the packet", Frame.IPv4(udp, 17, padding: 7));
        yield return new("IP padding behind a packet with nothing in it", Frame.IPv4([], 17, padding: 26));
        yield return new("ECN 0, not capable", Frame.IPv4(udp, 17, tos: 0));
        yield return new("ECN 1, ECT(1)", Frame.IPv4(udp, 17, tos: 1));
        yield return new("ECN 2, ECT(0)", Frame.IPv4(udp, 17, tos: 2));
        yield return new("ECN 3, congestion experienced", Frame.IPv4(udp, 17, tos: 3));
        yield return new("ECN 3 with bad checksum", Frame.IPv4(udp, 17, tos: 3, checksum: 0));
        yield return new("ECN 2 with total length beyond the frame", Frame.IPv4(udp, 17, tos: 2, totalLength: 900));
        yield return new("DSCP expedited forwarding", Frame.IPv4(udp, 17, tos: 0xb8));
        yield return new("TTL 0", Frame.IPv4(udp, 17, ttl: 0));
        yield return new("TTL 1", Frame.IPv4(udp, 17, ttl: 1));
        yield return new("reserved flag", Frame.IPv4(udp, 17, reservedFlag: true));
        yield return new("do not fragment", Frame.IPv4(udp, 17, dontFragment: true));
        yield return new("identification 0", Frame.IPv4(udp, 17, id: 0));
        yield return new("packet of the largest size", Frame.IPv4(Frame.Udp(payloadLength: 1472), 17));
    }
}
