using Saker.KernelTests.Oracle;

namespace Saker.KernelTests.Cases;

/// <summary>UDP and UDP-Lite: lengths, checksums and which socket.</summary>
internal static class UdpCases
{
    public static IEnumerable<FrameCase> All() => Headers().Concat(Sockets()).Concat(Lite());

    private static IEnumerable<FrameCase> Headers()
    {
        yield return new("UDP to a socket", Udp());
        yield return new("UDP without data", Udp(payloadLength: 0));
        yield return new("UDP zero checksum", Udp(checksum: 0));
        yield return new("UDP bad checksum", Udp(checksum: 0x1234));
        yield return new("UDP bad checksum to no socket", Udp(port: 9999, checksum: 0x1234));
        yield return new("UDP zero checksum to no socket", Udp(port: 9999, checksum: 0));
        yield return new("UDP seven bytes", Frame.IPv4(Frame.Udp().AsSpan(0, 7), 17));
        yield return new("UDP no byte", Frame.IPv4([], 17));
        yield return new("UDP length 7", Udp(length: 7));
        yield return new("UDP length 0", Udp(length: 0));
        yield return new("UDP length beyond the packet", Udp(length: 21));
        yield return new("UDP length beyond the packet, bad checksum", Udp(length: 21, checksum: 1));
        yield return new("UDP length below the packet's", Frame.IPv4([.. Frame.Udp(payloadLength: 4), 1, 2, 3], 17));
        yield return new("UDP length below the packet's, checksum over all", Udp(length: 12));
        yield return new("UDP length 8 with data behind", Frame.IPv4([.. Frame.Udp(payloadLength: 0), 1, 2, 3, 4, 5, 6], 17));
        yield return new("UDP source port 0", Udp(sourcePort: 0));
        yield return new("UDP destination port 0", Udp(port: 0));
        yield return new("UDP bad checksum, padding behind", Frame.IPv4(Frame.Udp(checksum: 0x1234), 17, padding: 10));
    }

    private static IEnumerable<FrameCase> Sockets()
    {
        yield return new("UDP to no socket", Udp(port: 9999));
        yield return new("UDP to no socket, 1400 bytes", Frame.IPv4(Frame.Udp(9999, payloadLength: 1400), 17));
        yield return new("UDP to no socket, options", Frame.IPv4(Frame.Udp(9999), 17, options: [1, 1, 1, 1]));
        yield return new("UDP to no socket, record route", Frame.IPv4(Frame.Udp(9999), 17, options: [7, 7, 4, 0, 0, 0, 0, 0]));
        yield return new("UDP to no socket, type of service", Frame.IPv4(Frame.Udp(9999), 17, tos: 0xb9));
        yield return new("UDP to no socket, subnet broadcast", Udp(port: 9999, destination: "10.0.0.255", to: Frame.Broadcast));
        yield return new("UDP to no socket, limited broadcast", Udp(port: 9999, destination: "255.255.255.255", to: Frame.Broadcast));
        yield return new("UDP to no socket, joined group", Udp(port: 9999, destination: "239.1.2.3", to: Frame.GroupMac("239.1.2.3")));
        yield return new("UDP to no socket, ethernet broadcast", Udp(port: 9999, to: Frame.Broadcast));
        yield return new("UDP to a socket with an address", Udp(port: 5353));
        yield return new("UDP to a socket with an address, subnet broadcast", Udp(port: 5353, destination: "10.0.0.255", to: Frame.Broadcast));
        yield return new("UDP to a socket with an address, joined group", Udp(port: 5353, destination: "239.1.2.3", to: Frame.GroupMac("239.1.2.3")));
        yield return new("UDP to a socket on our device", Udp(port: 54));
        yield return new("UDP to a socket on another device", Udp(port: 55));
        yield return new("UDP to a connected socket from its peer", Udp(port: 6000));
        yield return new("UDP to a connected socket from another port", Udp(port: 6000, sourcePort: 4001));
        yield return new("UDP to a connected socket from another address", Udp(port: 6000, source: "10.0.0.3"));
        yield return new("UDP subnet broadcast to a wildcard socket", Udp(destination: "10.0.0.255", to: Frame.Broadcast));
        yield return new("UDP limited broadcast to a wildcard socket", Udp(destination: "255.255.255.255", to: Frame.Broadcast));
        yield return new("UDP joined group to the socket that joined", Udp(port: 5354, destination: "239.1.2.3", to: Frame.GroupMac("239.1.2.3")));
        yield return new("UDP joined group to another wildcard socket", Udp(destination: "239.1.2.3", to: Frame.GroupMac("239.1.2.3")));
        yield return new("UDP all hosts group to a wildcard socket", Udp(destination: "224.0.0.1", to: Frame.GroupMac("224.0.0.1")));
        yield return new("UDP group with bad checksum", Udp(port: 5354, destination: "239.1.2.3", to: Frame.GroupMac("239.1.2.3"), checksum: 0x1234));
        yield return new("UDP broadcast with bad checksum", Udp(destination: "10.0.0.255", to: Frame.Broadcast, checksum: 0x1234));
        yield return new("UDP broadcast with bad checksum to no socket", Udp(port: 9999, destination: "10.0.0.255", to: Frame.Broadcast, checksum: 0x1234));
        yield return new("UDP to the VXLAN port", Udp(port: 4789));
        yield return new("UDP to no socket from the subnet's broadcast", Udp(port: 9999, source: "10.0.0.255"));
        yield return new("UDP to no socket from 0.0.0.1", Udp(port: 9999, source: "0.0.0.1"));
        yield return new("UDP three in a row", Udp(), Udp(port: 54), Udp(port: 9999));
    }

    private static IEnumerable<FrameCase> Lite()
    {
        yield return new("UDP-Lite whole coverage", Lite(0));
        yield return new("UDP-Lite coverage of the length", Lite(20));
        yield return new("UDP-Lite coverage of the header", Lite(8));
        yield return new("UDP-Lite coverage of a part", Lite(13));
        yield return new("UDP-Lite coverage 1", Lite(1));
        yield return new("UDP-Lite coverage 7", Lite(7));
        yield return new("UDP-Lite coverage beyond the packet", Lite(21));
        yield return new("UDP-Lite zero checksum", Lite(0, checksum: 0));
        yield return new("UDP-Lite bad checksum", Lite(8, checksum: 0x1234));
        yield return new("UDP-Lite to no socket", Lite(8, port: 9999));
        yield return new("UDP-Lite bad checksum to no socket", Lite(8, port: 9999, checksum: 0x1234));
        yield return new("UDP-Lite seven bytes", Frame.IPv4(Frame.Udp().AsSpan(0, 7), 136));
        yield return new(
            "UDP-Lite to a group, no socket, coverage of the header, bad checksum",
            Frame.IPv4(
                Frame.Udp(9999, protocol: 136, coverage: 8, destination: "224.0.0.1", checksum: 0x1234),
                136,
                destination: "224.0.0.1",
                to: Frame.GroupMac("224.0.0.1")));
        var broken = Frame.IPv4(Frame.Udp(protocol: 136, coverage: 12), 136);
        broken[^1] ^= 0xff;
        yield return new("UDP-Lite error behind the coverage", broken);
    }

    internal static byte[] Udp(
        ushort port = 53,
        ushort sourcePort = 4000,
        int payloadLength = 12,
        string source = "10.0.0.2",
        string destination = "10.0.0.1",
        string to = Frame.Target,
        int? length = null,
        ushort? checksum = null)
        => Frame.IPv4(Frame.Udp(port, sourcePort, payloadLength, source, destination, length, checksum), 17, source, destination, to);

    private static byte[] Lite(int coverage, ushort port = 53, ushort? checksum = null)
        => Frame.IPv4(Frame.Udp(port, protocol: 136, coverage: coverage, checksum: checksum), 136);
}
