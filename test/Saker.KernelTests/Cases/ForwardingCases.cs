using Saker.KernelTests.Oracle;

namespace Saker.KernelTests.Cases;

/// <summary>Packets for others on a host that forwards: 10.0.0.0/24 on eth0, 10.0.1.0/24 on eth1 (MTU 1400).</summary>
internal static class ForwardingCases
{
    public static IEnumerable<FrameCase> All()
    {
        yield return new("forward: to a host of the second network", To("10.0.1.2"));
        yield return new("forward: through the router of the second network", To("10.9.1.1"));
        yield return new("forward: back out of the device it came by (redirect)", To("10.8.1.1"));
        yield return new("forward: to a neighbour of the sender (redirect)", To("10.0.0.3"));
        yield return new("forward: back to the sender", To("10.0.0.2"));
        yield return new("forward: to our address on the second network", To("10.0.1.1"));
        yield return new("forward: to an unknown neighbour", To("10.0.1.77"));
        yield return new("forward: no route", To("192.0.2.1"));
        yield return new("forward: no route, ICMP error", Frame.IPv4(Frame.Icmp(3, 3, data: Frame.Quote(To("10.0.1.2"))), 1, destination: "192.0.2.1"));
        yield return new("forward: TTL 1", To("10.0.1.2", ttl: 1));
        yield return new("forward: TTL 0", To("10.0.1.2", ttl: 0));
        yield return new("forward: TTL 2", To("10.0.1.2", ttl: 2));
        yield return new("forward: TTL 1, no route", To("192.0.2.1", ttl: 1));
        yield return new("forward: TTL 1, ICMP error", Frame.IPv4(Frame.Icmp(3, 3, data: Frame.Quote(To("10.0.1.2"))), 1, destination: "10.0.1.2", ttl: 1));
        yield return new("forward: TTL 1, ICMP echo", Frame.IPv4(Frame.Icmp(8), 1, destination: "10.0.1.2", ttl: 1));
        yield return new("forward: packet of the next link's size", Big(1372));
        yield return new("forward: packet over the next link's size, do not fragment", Big(1373, dontFragment: true));
        yield return new("forward: packet over the next link's size, is fragmented", Big(1373));
        yield return new("forward: packet of 1500 bytes, is fragmented", Big(1472));
        yield return new("forward: fragment", Frame.IPv4(new byte[64], 17, destination: "10.0.1.2", moreFragments: true));
        yield return new("forward: fragment over the next link's size", Frame.IPv4(new byte[1480], 17, destination: "10.0.1.2", moreFragments: true));
        yield return new("forward: type of service", Frame.IPv4(Frame.Udp(destination: "10.0.1.2"), 17, destination: "10.0.1.2", tos: 0xb9));
        yield return new("forward: padding is cut", Frame.IPv4(Frame.Udp(destination: "10.0.1.2"), 17, destination: "10.0.1.2", padding: 6));
        yield return new("forward: UDP with bad checksum", Frame.IPv4(Frame.Udp(destination: "10.0.1.2", checksum: 1), 17, destination: "10.0.1.2"));
        yield return new("forward: TCP", Frame.IPv4(Frame.Tcp(destination: "10.0.1.2"), 6, destination: "10.0.1.2"));
        yield return new("forward: unknown protocol", Frame.IPv4([1, 2, 3], 253, destination: "10.0.1.2"));
        yield return new("forward: ethernet broadcast", To("10.0.1.2", to: Frame.Broadcast));
        yield return new("forward: ethernet multicast", To("10.0.1.2", to: "01:00:5e:00:00:01"));
        yield return new("forward: directed broadcast of the second network", To("10.0.1.255"));
        yield return new("forward: number of the second network", To("10.0.1.0"));
        yield return new("forward: broadcast of a network behind a router", To("10.9.255.255"));
        yield return new("forward: source is off every network", To("10.0.1.2", source: "192.0.2.1"));
        yield return new("forward: source belongs to the second network", To("10.0.1.2", source: "10.0.1.9"));
        yield return new("forward: source is our address on the second network", To("10.0.1.2", source: "10.0.1.1"));
        yield return new("forward: source is zero", To("10.0.1.2", source: "0.0.0.0"));
        yield return new("forward: TTL 1, source is off every network", To("10.0.1.2", ttl: 1, source: "192.0.2.1"));
        foreach (var (name, options) in new (string, byte[])[]
        {
            ("no operation", [1, 1, 1, 1]), ("record route", [7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]), ("record route, full", [7, 7, 8, 1, 2, 3, 4, 0]),
            ("timestamp with addresses", [0x44, 12, 5, 1, 0, 0, 0, 0, 0, 0, 0, 0]), ("timestamp only", [0x44, 8, 5, 0, 0, 0, 0, 0]), ("router alert", [0x94, 4, 0, 0]),
            ("timestamp, full", [0x44, 8, 9, 0, 1, 2, 3, 4]), ("loose source route", [0x83, 7, 4, 10, 9, 0, 1, 0]), ("unknown", [0x1e, 4, 1, 2]), ("length 0", [7, 0, 0, 0]),
        })
        {
            yield return new($"forward: option {name}", Frame.IPv4(Frame.Udp(destination: "10.0.1.2"), 17, destination: "10.0.1.2", options: options));
        }

        yield return new("forward: option copied into fragments", Frame.IPv4(Frame.Udp(destination: "10.0.1.2", payloadLength: 1452), 17, destination: "10.0.1.2", options: [0x9e, 4, 1, 2]));
        yield return new("forward: option not copied into fragments", Frame.IPv4(Frame.Udp(destination: "10.0.1.2", payloadLength: 1452), 17, destination: "10.0.1.2", options: [7, 7, 4, 0, 0, 0, 0, 0]));
    }

    /// <summary>Routes and rules that refuse: 10.66 blackhole, 10.67 unreachable, 10.68 prohibit, 10.69 throw, 10.70 local, 10.71 broadcast.</summary>
    public static IEnumerable<FrameCase> RouteTypes()
    {
        foreach (var (name, destination) in new[]
        {
            ("blackhole", "10.66.0.1"), ("unreachable", "10.67.0.1"), ("prohibit", "10.68.0.1"), ("throw", "10.69.0.1"), ("local", "10.70.0.1"), ("broadcast", "10.71.0.1"),
        })
        {
            yield return new($"route {name}, UDP", To(destination));
            yield return new($"route {name}, TTL 1", To(destination, ttl: 1));
            yield return new($"route {name}, ethernet broadcast", To(destination, to: Frame.Broadcast));
            yield return new($"route {name}, ICMP echo", Frame.IPv4(Frame.Icmp(8), 1, destination: destination));
            yield return new($"route {name}, ICMP error", Frame.IPv4(Frame.Icmp(3, 3, data: Frame.Quote(To("10.0.1.2"))), 1, destination: destination));
            yield return new($"route {name}, TCP SYN", Frame.IPv4(Frame.Tcp(destination: destination), 6, destination: destination));
        }

        yield return new("route local, ARP request from there", Frame.Ethernet(Frame.Arp(senderAddress: "10.70.0.1"), 0x0806, Frame.Broadcast));
        foreach (var (name, source) in new[] { ("blackhole", "10.0.0.66"), ("unreachable", "10.0.0.67"), ("prohibit", "10.0.0.68") })
        {
            yield return new($"rule {name}, to be forwarded", To("10.0.1.2", source: source));
            yield return new($"rule {name}, to us", To("10.0.0.1", source: source));
        }
    }

    private static byte[] To(string destination, byte ttl = 64, string source = "10.0.0.2", string to = Frame.Target)
        => Frame.IPv4(Frame.Udp(source: source, destination: destination), 17, source, destination, to, ttl: ttl);

    private static byte[] Big(int payloadLength, bool dontFragment = false)
        => Frame.IPv4(Frame.Udp(destination: "10.0.1.2", payloadLength: payloadLength), 17, destination: "10.0.1.2", dontFragment: dontFragment);
}
