using Saker.KernelTests.Oracle;

namespace Saker.KernelTests.Cases;

/// <summary>Which sockets get a copy, and what a full receive buffer does.</summary>
internal static class SocketCases
{
    /// <summary>What raw sockets (and the packet sockets below them) get beside the protocols.</summary>
    public static IEnumerable<FrameCase> Raw()
    {
        yield return new("sockets: ICMP echo", Frame.IPv4(Frame.Icmp(8), 1));
        yield return new("sockets: ICMP echo, bad checksum", Frame.IPv4(Frame.Icmp(8, checksum: 1), 1));
        yield return new("sockets: ICMP echo reply", Frame.IPv4(Frame.Icmp(0), 1));
        yield return new("sockets: ICMP echo to the subnet's broadcast", Frame.IPv4(Frame.Icmp(8), 1, destination: "10.0.0.255", to: Frame.Broadcast));
        yield return new("sockets: ICMP no byte", Frame.IPv4([], 1));
        yield return new("sockets: ICMP unknown type", Frame.IPv4(Frame.Icmp(99), 1));
        yield return new("sockets: IGMP query", Frame.IPv4(Frame.Icmp(0x11, 100), 2, destination: "224.0.0.1", to: Frame.GroupMac("224.0.0.1"), ttl: 1));
        yield return new("sockets: UDP to a socket", UdpCases.Udp());
        yield return new("sockets: UDP to no socket", UdpCases.Udp(port: 9999));
        yield return new("sockets: UDP bad checksum", UdpCases.Udp(checksum: 1));
        yield return new("sockets: UDP to the subnet's broadcast", UdpCases.Udp(destination: "10.0.0.255", to: Frame.Broadcast));
        yield return new("sockets: TCP SYN to the listener", Frame.IPv4(Frame.Tcp(), 6));
        yield return new("sockets: TCP SYN to no socket", Frame.IPv4(Frame.Tcp(9999), 6));
        yield return new("sockets: TCP no byte", Frame.IPv4([], 6));
        yield return new("sockets: protocol 253", Frame.IPv4(new byte[8], 253));
        yield return new("sockets: protocol 253 to the subnet's broadcast", Frame.IPv4(new byte[8], 253, destination: "10.0.0.255", to: Frame.Broadcast));
        yield return new("sockets: protocol 253 to a joined group", Frame.IPv4(new byte[8], 253, destination: "239.1.2.3", to: Frame.GroupMac("239.1.2.3")));
        yield return new("sockets: protocol 253 to a group nobody joined", Frame.IPv4(new byte[8], 253, destination: "239.9.9.9", to: Frame.GroupMac("239.9.9.9")));
        yield return new("sockets: protocol 254 from a stranger of the connected socket", Frame.IPv4(new byte[8], 254));
        yield return new("sockets: protocol 254 from the peer of the connected socket", Frame.IPv4(new byte[8], 254, source: "10.0.0.9"));
        yield return new("sockets: protocol 252, the socket is on another device", Frame.IPv4(new byte[8], 252));
        yield return new("sockets: protocol 251, no socket", Frame.IPv4(new byte[8], 251));
        yield return new("sockets: protocol 253 to another host", Frame.IPv4(new byte[8], 253, destination: "10.0.0.77"));
        yield return new("sockets: protocol 253, bad header checksum", Frame.IPv4(new byte[8], 253, checksum: 1));
        yield return new("sockets: protocol 253 to another station", Frame.IPv4(new byte[8], 253, to: "02:00:00:00:00:99"));
        yield return new(
            "sockets: protocol 253 in two fragments",
            Frame.IPv4(new byte[8], 253, moreFragments: true),
            Frame.IPv4(new byte[8], 253, fragmentOffset: 8));
        yield return new("sockets: ARP request", Frame.Ethernet(Frame.Arp(), 0x0806, Frame.Broadcast));
    }

    /// <summary>Ten sockets on one port: which of them get groups, broadcasts and unicasts.</summary>
    public static IEnumerable<FrameCase> Groups()
    {
        foreach (var group in (string[])["239.1.2.3", "239.1.2.4", "224.0.0.1"])
        {
            yield return new($"group sockets: {group}", To(group, Frame.GroupMac(group)));
            yield return new($"group sockets: {group} from 10.0.0.9", To(group, Frame.GroupMac(group), "10.0.0.9"));
            yield return new($"group sockets: {group}, bad checksum", To(group, Frame.GroupMac(group), checksum: 1));
        }

        yield return new("group sockets: subnet broadcast", To("10.0.0.255", Frame.Broadcast));
        yield return new("group sockets: subnet broadcast from 10.0.0.9", To("10.0.0.255", Frame.Broadcast, "10.0.0.9"));
        yield return new("group sockets: limited broadcast", To("255.255.255.255", Frame.Broadcast));
        yield return new("group sockets: unicast", To("10.0.0.1", Frame.Target));
        yield return new("group sockets: unicast from 10.0.0.9", To("10.0.0.1", Frame.Target, "10.0.0.9"));
        yield return new("group sockets: unicast from 10.0.0.8", To("10.0.0.1", Frame.Target, "10.0.0.8"));

        byte[] To(string destination, string to, string source = "10.0.0.2", ushort? checksum = null)
            => UdpCases.Udp(5354, source: source, destination: destination, to: to, checksum: checksum);
    }

    /// <summary>What of IPv4 sockets of IPv6 get: one on all addresses, and one on an IPv4-mapped one.</summary>
    public static IEnumerable<FrameCase> IPv6()
    {
        foreach (var port in (ushort[])[5300, 5301])
        {
            yield return new($"IPv6 sockets: port {port}", UdpCases.Udp(port));
            yield return new($"IPv6 sockets: port {port}, subnet broadcast", UdpCases.Udp(port, destination: "10.0.0.255", to: Frame.Broadcast));
            yield return new($"IPv6 sockets: port {port}, limited broadcast", UdpCases.Udp(port, destination: "255.255.255.255", to: Frame.Broadcast));
            yield return new($"IPv6 sockets: port {port}, all hosts", UdpCases.Udp(port, destination: "224.0.0.1", to: Frame.GroupMac("224.0.0.1")));
        }
    }

    /// <summary>Raw sockets of IPv6, which see each header that is one of theirs.</summary>
    public static IEnumerable<FrameCase> RawIPv6()
    {
        yield return new("raw sockets of IPv6: echo", IPv6Frame.Packet(IPv6Frame.Echo()));
        yield return new("raw sockets of IPv6: echo with a bad checksum", IPv6Frame.Icmp(128, checksum: 0x1234));
        yield return new("raw sockets of IPv6: solicitation", IPv6Frame.Discovery(135, options: IPv6Frame.LinkAddress(1)));
        yield return new("raw sockets of IPv6: echo behind options", IPv6Frame.Packet([.. IPv6Frame.Options(IPv6Frame.IcmpV6), .. IPv6Frame.Echo()], IPv6Frame.DestinationOptions));
        yield return new("raw sockets of IPv6: unknown option", IPv6Frame.Packet([.. IPv6Frame.Options(IPv6Frame.IcmpV6, 0x9e, 0), .. IPv6Frame.Echo()], IPv6Frame.DestinationOptions));
        yield return new("raw sockets of IPv6: datagram", IPv6Frame.Packet(IPv6Frame.Datagram(), IPv6Frame.Udp));
        yield return new("raw sockets of IPv6: datagram to no socket", IPv6Frame.Packet(IPv6Frame.Datagram(9999), IPv6Frame.Udp));
        yield return new("raw sockets of IPv6: datagram with a bad checksum", IPv6Frame.Packet(IPv6Frame.Datagram(checksum: 0x1234), IPv6Frame.Udp));
        foreach (byte protocol in (byte[])[252, 253, 254])
        {
            yield return new($"raw sockets of IPv6: protocol {protocol}", IPv6Frame.Packet(new byte[24], protocol));
            yield return new($"raw sockets of IPv6: protocol {protocol} to all nodes", IPv6Frame.Packet(new byte[24], protocol, destination: "ff02::1"));
            yield return new($"raw sockets of IPv6: protocol {protocol} from the remote end", IPv6Frame.Packet(new byte[24], protocol, source: "fd00::9"));
        }
    }

    /// <summary>Datagrams that nobody reads: to port 53 with the smallest buffer, to port 54 with one of twice 4096 bytes.</summary>
    public static IEnumerable<FrameCase> FullBuffers()
    {
        foreach (var length in (int[])[0, 100, 600, 1400])
        {
            yield return new($"unread datagrams of {length} bytes, smallest buffer", Many(53, length, 8));
            yield return new($"unread datagrams of {length} bytes, buffer of 8192", Many(54, length, 16));
        }

        yield return new("unread datagrams, the last has a bad checksum", [.. Many(53, 1400, 6), UdpCases.Udp(checksum: 1)]);
        yield return new("unread datagrams, broadcast", [.. Enumerable.Repeat(UdpCases.Udp(payloadLength: 600, destination: "10.0.0.255", to: Frame.Broadcast), 8)]);

        byte[][] Many(ushort port, int length, int count) => [.. Enumerable.Repeat(UdpCases.Udp(port, payloadLength: length), count)];
    }
}
