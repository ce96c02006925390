using Saker.KernelTests.Oracle;

namespace Saker.KernelTests.Cases;

/// <summary>The input route: which sources and destinations are taken.</summary>
internal static class InputRoutingCases
{
    public static IEnumerable<FrameCase> All() => Sources().Concat(Destinations()).Concat(SourcesOfGroups());

    private static IEnumerable<FrameCase> Sources()
    {
        foreach (var (name, source) in new[]
        {
            ("a multicast address", "224.0.0.5"), ("the highest multicast address", "239.255.255.255"), ("class E", "240.0.0.1"),
            ("the limited broadcast", "255.255.255.255"), ("the subnet's broadcast", "10.0.0.255"), ("the subnet's number", "10.0.0.0"),
            ("zero", "0.0.0.0"), ("0.1.2.3", "0.1.2.3"), ("127.0.0.1", "127.0.0.1"), ("127.1.2.3", "127.1.2.3"), ("our own address", "10.0.0.1"),
            ("another host of the subnet", "10.0.0.77"), ("off the subnet", "192.0.2.1"),
        })
        {
            yield return new($"source is {name}", Frame.IPv4(Frame.Udp(source: source), 17, source: source));
        }

        yield return new("source and destination are zero, to us", Frame.IPv4(Frame.Udp(source: "0.0.0.0", destination: "0.0.0.0"), 17, "0.0.0.0", "0.0.0.0"));
        yield return new("source is zero, to the limited broadcast (DHCP)", Udp("0.0.0.0", "255.255.255.255", Frame.Broadcast));
        yield return new("source is 0.1.2.3, to the limited broadcast", Udp("0.1.2.3", "255.255.255.255", Frame.Broadcast));
        yield return new("source is zero, to a multicast group", Udp("0.0.0.0", "224.0.0.1", "01:00:5e:00:00:01"));
        yield return new("no route back: UDP to no socket", Frame.IPv4(Frame.Udp(9999, source: "192.0.2.1"), 17, source: "192.0.2.1"));
        yield return new("no route back: ICMP echo", Frame.IPv4(Frame.Icmp(8), 1, source: "192.0.2.1"));
        yield return new("no route back: TCP SYN to no socket", Frame.IPv4(Frame.Tcp(9999, source: "192.0.2.1"), 6, source: "192.0.2.1"));
    }

    private static IEnumerable<FrameCase> Destinations()
    {
        foreach (var (name, destination) in new[]
        {
            ("another host of the subnet", "10.0.0.77"), ("the sender itself", "10.0.0.2"), ("a host off the subnet", "192.0.2.1"),
            ("127.0.0.1", "127.0.0.1"), ("127.9.9.9", "127.9.9.9"), ("zero", "0.0.0.0"), ("0.1.2.3", "0.1.2.3"), ("class E", "240.0.0.1"),
            ("the highest of class E", "255.255.255.254"), ("the subnet's broadcast", "10.0.0.255"), ("the subnet's number", "10.0.0.0"),
            ("the limited broadcast", "255.255.255.255"), ("all hosts group", "224.0.0.1"), ("all routers group", "224.0.0.2"),
            ("a joined group", "239.1.2.3"), ("a joined link-local group", "224.0.0.251"), ("a group nobody joined", "239.9.9.9"),
            ("a link-local group nobody joined", "224.0.0.99"),
        })
        {
            yield return new($"destination is {name}, to our station", Udp("10.0.0.2", destination, Frame.Target));
        }

        foreach (var (name, destination) in new[]
        {
            ("the subnet's broadcast", "10.0.0.255"), ("the subnet's number", "10.0.0.0"), ("the limited broadcast", "255.255.255.255"),
            ("another network's broadcast", "192.0.2.255"), ("another host of the subnet", "10.0.0.77"), ("zero", "0.0.0.0"),
        })
        {
            yield return new($"destination is {name}, ethernet broadcast", Udp("10.0.0.2", destination, Frame.Broadcast));
        }

        foreach (var (name, group) in new[]
        {
            ("all hosts group", "224.0.0.1"), ("all routers group", "224.0.0.2"), ("a joined group", "239.1.2.3"),
            ("a joined link-local group", "224.0.0.251"), ("a group nobody joined", "239.9.9.9"), ("a link-local group nobody joined", "224.0.0.99"),
        })
        {
            yield return new($"destination is {name}, ethernet multicast", Udp("10.0.0.2", group, Frame.GroupMac(group)));
        }

        yield return new("destination is a joined group, ethernet address of another", Udp("10.0.0.2", "239.1.2.3", "01:00:5e:7f:ff:ff"));
        yield return new("destination is another host, TCP", Frame.IPv4(Frame.Tcp(destination: "10.0.0.77"), 6, destination: "10.0.0.77"));
        yield return new("destination is another host, TTL 1", Frame.IPv4(Frame.Udp(destination: "10.0.0.77"), 17, destination: "10.0.0.77", ttl: 1));
    }

    private static IEnumerable<FrameCase> SourcesOfGroups()
    {
        foreach (var source in (string[])["127.0.0.1", "224.0.0.5", "255.255.255.255", "10.0.0.1", "192.0.2.1", "240.0.0.1"])
        {
            yield return new($"to a joined group from {source}", Udp(source, "239.1.2.3", Frame.GroupMac("239.1.2.3")));
            yield return new($"to the limited broadcast from {source}", Udp(source, "255.255.255.255", Frame.Broadcast));
        }
    }

    private static byte[] Udp(string source, string destination, string to)
        => Frame.IPv4(Frame.Udp(source: source, destination: destination), 17, source: source, destination: destination, to: to);
}
