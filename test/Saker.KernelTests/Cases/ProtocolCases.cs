using Saker.KernelTests.Oracle;

namespace Saker.KernelTests.Cases;

/// <summary>IGMP, and protocols with and without a handler.</summary>
internal static class ProtocolCases
{
    public static IEnumerable<FrameCase> All() => Igmp().Concat(Handlers());

    /// <summary>Every protocol number with eight zero bytes: which of them have a handler.</summary>
    public static IEnumerable<FrameCase> Handlers()
    {
        const int Together = 16;
        for (var first = 0; first < 256; first += Together)
        {
            yield return new(
                $"protocols {first} to {first + Together - 1}, eight zero bytes",
                [.. Enumerable.Range(first, Together).Select(protocol => Frame.IPv4(new byte[8], (byte)protocol))]);
        }

        yield return new("protocol 253 to the subnet's broadcast", Frame.IPv4(new byte[8], 253, destination: "10.0.0.255", to: Frame.Broadcast));
        yield return new("protocol 253 to a joined group", Frame.IPv4(new byte[8], 253, destination: "239.1.2.3", to: Frame.GroupMac("239.1.2.3")));
        yield return new("protocol 253, ethernet broadcast", Frame.IPv4(new byte[8], 253, to: Frame.Broadcast));
        yield return new("protocol 253, nothing in it", Frame.IPv4([], 253));
        yield return new("protocol 253 from off the subnet", Frame.IPv4(new byte[8], 253, source: "192.0.2.1"));
    }

    private static IEnumerable<FrameCase> Igmp()
    {
        const uint Joined = 0xef010203;
        byte[] alert = [0x94, 4, 0, 0];
        yield return new("IGMPv2 general query", Group(Frame.Icmp(0x11, 100), "224.0.0.1"));
        yield return new("IGMPv1 general query", Group(Frame.Icmp(0x11), "224.0.0.1"));
        yield return new("IGMPv2 query for a joined group", Group(Frame.Icmp(0x11, 100, Joined), "239.1.2.3"));
        yield return new("IGMPv3 general query", Group(Frame.Icmp(0x11, 100, data: [2, 125, 0, 0]), "224.0.0.1"));
        yield return new("IGMPv3 query with a source", Group(Frame.Icmp(0x11, 100, Joined, [2, 125, 0, 1, 10, 0, 0, 9]), "239.1.2.3"));
        yield return new("IGMPv3 query, sources missing", Group(Frame.Icmp(0x11, 100, Joined, [2, 125, 0, 9]), "239.1.2.3"));
        yield return new("IGMP query, ten bytes", Group(Frame.Icmp(0x11, 100, data: [0, 0]), "224.0.0.1"));
        yield return new("IGMPv1 report", Group(Frame.Icmp(0x12, 0, Joined), "239.1.2.3"));
        yield return new("IGMPv2 report for a joined group", Group(Frame.Icmp(0x16, 0, Joined), "239.1.2.3"));
        yield return new("IGMPv2 report for another group", Frame.IPv4(Frame.Icmp(0x16, 0, 0xef090909), 2, destination: "239.9.9.9", to: Frame.GroupMac("239.9.9.9"), ttl: 1, options: alert));
        yield return new("IGMPv2 leave", Group(Frame.Icmp(0x17, 0, Joined), "224.0.0.2"));
        yield return new("IGMPv3 report", Group(Frame.Icmp(0x22, 0, 1, [4, 0, 0, 0, 239, 1, 2, 3]), "224.0.0.22"));
        yield return new("IGMP query, bad checksum", Group(Frame.Icmp(0x11, 100, checksum: 1), "224.0.0.1"));
        yield return new("IGMP query, seven bytes", Group(Frame.Icmp(0x11, 100)[..7], "224.0.0.1"));
        yield return new("IGMP unknown type", Group(Frame.Icmp(0x55), "224.0.0.1"));
        yield return new("IGMP query, unicast to us", Frame.IPv4(Frame.Icmp(0x11, 100), 2, ttl: 1));
        yield return new("IGMP DVMRP", Group(Frame.Icmp(0x13), "224.0.0.1"));
        yield return new("IGMP query to all routers, not joined", Group(Frame.Icmp(0x11, 100), "224.0.0.2"));

        byte[] Group(byte[] message, string group) => Frame.IPv4(message, 2, destination: group, to: Frame.GroupMac(group), ttl: 1, options: alert);
    }
}
