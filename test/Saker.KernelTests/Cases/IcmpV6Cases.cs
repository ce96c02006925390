using static Saker.KernelTests.Oracle.IPv6Frame;

namespace Saker.KernelTests.Cases;

/// <summary>ICMPv6 and neighbour discovery.</summary>
internal static class IcmpV6Cases
{
    private const byte Solicitation = 135, Advertisement = 136, SourceLink = 1, TargetLink = 2;
    private const uint Router = 0x8000_0000, Solicited = 0x4000_0000, Override = 0x2000_0000;

    public static IEnumerable<FrameCase> All() => [.. Messages(), .. Errors(), .. Solicitations(), .. Advertisements(), .. Neighbors()];

    /// <summary>More than may be answered at once: errors are limited, echo replies are not.</summary>
    public static IEnumerable<FrameCase> Limits()
    {
        const int Many = 9;
        foreach (var sender in (string[])[Sender, "2001:db8::9", "fe80::2"])
        {
            yield return new($"limits: errors to {sender}", [.. Enumerable.Repeat(Packet(Datagram(9999, source: sender), Udp, sender), Many)]);
            yield return new($"limits: echo replies to {sender}", [.. Enumerable.Repeat(Packet(Echo(source: sender), source: sender), Many)]);
        }
    }

    private static IEnumerable<FrameCase> Messages()
    {
        foreach (var length in (int[])[0, 1, 2, 33, 1000, 1452])
        {
            yield return new($"ICMPv6 echo of {length} bytes", Packet(Echo(length)));
        }

        yield return new("ICMPv6 echo with code 1", Icmp(128, 1, 7));
        yield return new("ICMPv6 echo with a bad checksum", Icmp(128, checksum: 0x1234));
        yield return new("ICMPv6 echo with checksum 0", Icmp(128, checksum: 0));
        foreach (var length in (int[])[0, 1, 4, 7])
        {
            yield return new($"ICMPv6 {length} bytes", Packet(Echo().AsSpan(0, length)));
        }

        yield return new("ICMPv6 echo with traffic class and flow label", Icmp(128, rest: 1, trafficClass: 0xb9, flowLabel: 0x54321));
        yield return new("ICMPv6 types that nobody knows", [.. ((byte[])[0, 5, 100, 127, 138, 139, 140, 141, 148, 154, 155, 161, 200, 255]).Select(type => Icmp(type, data: new byte[48]))]);
        yield return new("ICMPv6 echo reply", Icmp(129, rest: 0x1234_0001, data: new byte[8]));
        yield return new("ICMPv6 extended echo request", Icmp(160, rest: 1, data: new byte[8]));
        yield return new("ICMPv6 listener done", Icmp(132, data: new byte[16], hopLimit: 1));
        yield return new("ICMPv6 listener report of version 2", Icmp(143, data: new byte[20], hopLimit: 1));
        yield return new("ICMPv6 router solicitation", Icmp(133, source: "fe80::2", destination: "ff02::2", hopLimit: 255), Icmp(133, destination: "ff02::1", hopLimit: 255), Icmp(133, hopLimit: 255), Icmp(133, hopLimit: 64), Icmp(133, 1, hopLimit: 255));
    }

    private static IEnumerable<FrameCase> Errors()
    {
        var ours = Quote(Packet(Datagram(4000, source: Target, destination: Sender, sourcePort: 53), Udp, Target, Sender));
        var nobodys = Quote(Packet(Datagram(4000, source: Target, destination: Sender, sourcePort: 9999), Udp, Target, Sender));
        foreach (var (type, code) in ((byte, byte)[])[(1, 0), (1, 1), (1, 3), (1, 4), (1, 9), (3, 0), (3, 1), (4, 0), (4, 1), (4, 9), (5, 0), (2, 0)])
        {
            yield return new($"ICMPv6 error {type}.{code} about a socket's datagram", Icmp(type, code, 1400, ours));
            yield return new($"ICMPv6 error {type}.{code} about nobody's datagram", Icmp(type, code, 1400, nobodys));
        }

        foreach (var length in (int[])[0, 8, 39, 40, 44, 47, 48])
        {
            yield return new($"ICMPv6 error that quotes {length} bytes", Icmp(1, 4, 0, nobodys[..length]));
            yield return new($"ICMPv6 too big that quotes {length} bytes", Icmp(2, 0, 1400, nobodys[..length]));
        }

        yield return new("ICMPv6 error about an echo request", Icmp(1, 4, 0, Quote(Packet(Echo(source: Target, destination: Sender), source: Target, destination: Sender))));
        yield return new("ICMPv6 error about an unknown protocol", Icmp(1, 4, 0, Quote(Packet(new byte[16], 253, Target, Sender))));
        yield return new("ICMPv6 error to a group", Icmp(1, 4, 0, nobodys, destination: "ff02::1"));
        yield return new("ICMPv6 error about a datagram behind options", Icmp(1, 4, 0, Quote(Packet([.. Options(Udp), .. Datagram(4000, source: Target, destination: Sender, sourcePort: 9999)], DestinationOptions, Target, Sender))));

        static byte[] Quote(byte[] frame) => frame[14..];
    }

    private static IEnumerable<FrameCase> Solicitations()
    {
        yield return Case("of the group", Discovery(Solicitation, options: LinkAddress(SourceLink)));
        yield return Case("of the group, without a link address", Discovery(Solicitation));
        yield return Case("of the address", Discovery(Solicitation, destination: Target, options: LinkAddress(SourceLink)));
        yield return Case("of the address, without a link address", Discovery(Solicitation, destination: Target));
        yield return Case("of all nodes", Discovery(Solicitation, destination: "ff02::1", options: LinkAddress(SourceLink)));
        yield return Case("from a stranger", Discovery(Solicitation, source: "fd00::66", options: LinkAddress(SourceLink, "02:00:00:00:00:66")));
        yield return Case("from a stranger of the group, without a link address", Discovery(Solicitation, source: "fd00::66"));
        yield return Case("from a stranger of the address, without a link address", Discovery(Solicitation, source: "fd00::66", destination: Target));
        yield return Case("for the address on the link", Discovery(Solicitation, TargetOnLink, "fe80::66", options: LinkAddress(SourceLink, "02:00:00:00:00:66")));
        yield return Case("for another address", Discovery(Solicitation, "fd00::77", options: LinkAddress(SourceLink)));
        yield return Case("for another address of the same group", Discovery(Solicitation, "fd01::1", options: LinkAddress(SourceLink)));
        yield return Case("for a group", Discovery(Solicitation, "ff02::1", destination: "ff02::1", options: LinkAddress(SourceLink)));
        yield return Case("for ::", Discovery(Solicitation, "::", destination: "ff02::1", options: LinkAddress(SourceLink)));
        yield return Case("from nobody", Discovery(Solicitation, source: "::"));
        yield return Case("from nobody, with a link address", Discovery(Solicitation, source: "::", options: LinkAddress(SourceLink)));
        yield return Case("from nobody of the address", Discovery(Solicitation, source: "::", destination: Target));
        yield return Case("from nobody of all nodes", Discovery(Solicitation, source: "::", destination: "ff02::1"));
        yield return Case("from nobody for another address", Discovery(Solicitation, "fd01::1", source: "::"));
        yield return Case("from nobody, with a nonce", Discovery(Solicitation, source: "::", options: [14, 1, 1, 2, 3, 4, 5, 6]));
        yield return Case("with hop limit 254", Discovery(Solicitation, options: LinkAddress(SourceLink), hopLimit: 254));
        yield return Case("with code 1", Discovery(Solicitation, options: LinkAddress(SourceLink), code: 1));
        yield return Case("with a bad checksum", Discovery(Solicitation, options: LinkAddress(SourceLink), checksum: 0x1234));
        yield return Case("of 23 bytes", Icmp(Solicitation, data: new byte[15], destination: "ff02::1", hopLimit: 255));
        yield return Case("of 8 bytes", Icmp(Solicitation, destination: "ff02::1", hopLimit: 255));
        foreach (var (name, options) in BadOptions(SourceLink))
        {
            yield return Case(name, Discovery(Solicitation, options: options));
        }

        yield return Case("from our own address", Discovery(Solicitation, source: Target, options: LinkAddress(SourceLink)));
        yield return Case("with another link address than the known one", Discovery(Solicitation, options: LinkAddress(SourceLink, "02:00:00:00:00:99")));
        yield return Case("from a stranger, who then speaks", Discovery(Solicitation, source: "fd00::66", options: LinkAddress(SourceLink, "02:00:00:00:00:66")), Packet(Echo(source: "fd00::66"), source: "fd00::66"));
        yield return Case(
            "from a stranger, who moves and speaks",
            Discovery(Solicitation, source: "fd00::66", options: LinkAddress(SourceLink, "02:00:00:00:00:66")),
            Discovery(Solicitation, source: "fd00::66", options: LinkAddress(SourceLink, "02:00:00:00:00:67")),
            Packet(Echo(source: "fd00::66"), source: "fd00::66"));

        static FrameCase Case(string name, params byte[][] frames) => new($"solicitation {name}", frames);
    }

    private static IEnumerable<FrameCase> Advertisements()
    {
        yield return Case("of a stranger", Discovery(Advertisement, "fd00::66", "fd00::66", Target, LinkAddress(TargetLink), Solicited | Override));
        yield return Case("of a stranger to all", Discovery(Advertisement, "fd00::66", "fd00::66", "ff02::1", LinkAddress(TargetLink), Override));
        yield return Case("of a known neighbour", Discovery(Advertisement, Sender, Sender, Target, LinkAddress(TargetLink), Solicited | Override));
        yield return Case("of our own address", Discovery(Advertisement, Target, Sender, "ff02::1", LinkAddress(TargetLink), Override));
        yield return Case("of a group", Discovery(Advertisement, "ff02::1", Sender, Target, LinkAddress(TargetLink), Solicited));
        yield return Case("solicited, to all", Discovery(Advertisement, Sender, Sender, "ff02::1", LinkAddress(TargetLink), Solicited));
        yield return Case("with hop limit 64", Discovery(Advertisement, Sender, Sender, Target, LinkAddress(TargetLink), Solicited, hopLimit: 64));
        yield return Case("with code 1", Discovery(Advertisement, Sender, Sender, Target, LinkAddress(TargetLink), Solicited, code: 1));
        yield return Case("of 23 bytes", Icmp(Advertisement, data: new byte[15], hopLimit: 255));
        foreach (var (name, options) in BadOptions(TargetLink))
        {
            yield return Case(name, Discovery(Advertisement, Sender, Sender, Target, options, Solicited));
        }

        static FrameCase Case(string name, params byte[][] frames) => new($"advertisement {name}", frames);
    }

    /// <summary>What is sent to whom after what was said of where he is.</summary>
    private static IEnumerable<FrameCase> Neighbors()
    {
        const string Who = "fd00::66", First = "02:00:00:00:00:66", Second = "02:00:00:00:00:67";
        var speak = Packet(Echo(source: Who), source: Who);
        yield return new("neighbour is asked for", speak);
        yield return new("neighbour on the link is asked for", Packet(Echo(source: "fe80::66", destination: TargetOnLink), source: "fe80::66", destination: TargetOnLink));
        yield return new("neighbour is asked for once, by two", speak, speak);
        yield return new("neighbour answers", speak, Answer(First, Solicited | Override));
        yield return new("neighbour answers with a router's flag", speak, Answer(First, Router | Solicited | Override), speak);
        yield return new("neighbour answers without a link address", speak, Discovery(Advertisement, Who, Who, Target, null, Solicited), speak);
        yield return new("neighbour answers unsolicited", speak, Answer(First, 0), speak);
        yield return new("neighbour answers unsolicited, to all", speak, Discovery(Advertisement, Who, Who, "ff02::1", LinkAddress(TargetLink, First), Override), speak);
        yield return new("neighbour moves with the override flag", speak, Answer(First, Solicited | Override), Answer(Second, Override), speak);
        yield return new("neighbour moves without it", speak, Answer(First, Solicited | Override), Answer(Second, 0), speak);
        yield return new("neighbour moves without it, twice", speak, Answer(First, Solicited | Override), Answer(Second, 0), Answer(Second, Solicited), speak);
        yield return new("neighbour moves without it, asked", speak, Answer(First, Solicited | Override), Answer(Second, Solicited), speak);
        yield return new("neighbour confirms without a link address", speak, Answer(First, 0), Discovery(Advertisement, Who, Who, Target, null, Solicited), speak);
        yield return new("neighbour asks instead of answering", speak, Discovery(Solicitation, source: Who, options: LinkAddress(SourceLink, First)), speak);

        static byte[] Answer(string link, uint flags) => Discovery(Advertisement, Who, Who, Target, LinkAddress(TargetLink, link), flags);
    }

    private static IEnumerable<(string Name, byte[] Options)> BadOptions(byte type)
    {
        yield return ("with an option of length 0", [type, 0, 2, 0, 0, 0, 0, 2]);
        yield return ("with an option beyond the message", [type, 2, 2, 0, 0, 0, 0, 2]);
        yield return ("with an option of one byte", [type]);
        yield return ("with an option of seven bytes", [type, 1, 2, 0, 0, 0, 0]);
        yield return ("with a link address of 14 bytes", [type, 2, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
        yield return ("with two link addresses", [.. LinkAddress(type), .. LinkAddress(type, "02:00:00:00:00:99")]);
        yield return ("with an unknown option", [200, 1, 0, 0, 0, 0, 0, 0, .. LinkAddress(type)]);
        yield return ("with a bad option behind a good one", [.. LinkAddress(type), 200, 0, 0, 0, 0, 0, 0, 0]);
    }
}
