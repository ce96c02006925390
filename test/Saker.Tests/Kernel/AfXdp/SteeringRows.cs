using Saker.Kernel.AfXdp;
using static Saker.Tests.Kernel.AfXdp.SteeringFrame;

namespace Saker.Tests.Kernel.AfXdp;

/// <summary>Frames and whether steering by <see cref="Ports"/> lists them: of every header all that can be wrong with it.</summary>
internal static class SteeringRows
{
    public const ushort Port = 4242;

    private const byte Tcp = 6, Udp = 17, Icmp = 1;

    public static XdpSteering Ports { get; } = new() { UdpPorts = [Port], TcpPorts = [new PortRange(80, 90)] };

    public static IReadOnlyList<(string What, byte[] Frame, bool IsListed)> All =>
    [
        ("the port", Datagram(Port), true),
        ("another port", Datagram(Port + 1), false),
        ("the port as TCP's", Segment(Port), false),
        ("the first of a range", Segment(80), true),
        ("the last of a range", Segment(90), true),
        ("in front of a range", Segment(79), false),
        ("behind a range", Segment(91), false),
        ("options", IPv4(Udp, UdpTo(Port), options: 40), true),
        ("a tag", Tagged(Datagram(Port), 0x8100), true),
        ("two tags", Tagged(Datagram(Port), 0x88a8, 0x8100), true),
        ("three tags", Tagged(Datagram(Port), 0x88a8, 0x8100, 0x8100), false),
        ("a first fragment", IPv4(Udp, UdpTo(Port), fragment: 0x2000), false),
        ("a later fragment", IPv4(Udp, UdpTo(Port), fragment: 0x0010), false),
        ("do not fragment", IPv4(Udp, UdpTo(Port), fragment: 0x4000), true),
        ("IPv6", IPv6(Udp, UdpTo(Port)), true),
        ("IPv6 to another port", IPv6(Udp, UdpTo(Port + 1)), false),
        ("IPv6 TCP", IPv6(Tcp, TcpTo(85)), true),
        ("IPv6 with a tag", Tagged(IPv6(Udp, UdpTo(Port)), 0x8100), true),
        ("hop-by-hop options", IPv6(0, UdpTo(Port), Extension(Udp, 1)), true),
        ("a long extension header", IPv6(60, UdpTo(Port), Extension(Udp, 100)), true),
        ("an authentication header", IPv6(51, UdpTo(Port), Authentication(Udp)), true),
        ("an atomic fragment", IPv6(44, UdpTo(Port), Fragment(Udp, 0)), true),
        ("reserved bits of a fragment header", IPv6(44, UdpTo(Port), Fragment(Udp, 6)), true),
        ("IPv6, a first fragment", IPv6(44, UdpTo(Port), Fragment(Udp, 1)), false),
        ("IPv6, a later fragment", IPv6(44, UdpTo(Port), Fragment(Udp, 8)), false),
        ("all extension headers", IPv6(0, UdpTo(Port), Extension(43), Extension(60), Extension(135), Extension(139), Extension(140), Extension(51), Authentication(60), Extension(Udp)), true),
        ("too many extension headers", IPv6(0, UdpTo(Port), [.. Enumerable.Repeat(Extension(60), 8), Extension(Udp)]), false),
        ("no next header", IPv6(59, UdpTo(Port)), false),
        ("an unknown extension", IPv6(253, UdpTo(Port), Extension(Udp)), false),
        ("ESP", IPv6(50, UdpTo(Port), Extension(Udp)), false),
        ("ARP", Ethernet(0x0806, new byte[28]), false),
        ("ICMP", IPv4(Icmp, new byte[8]), false),
        ("nothing", [], false),
        ("a runt", new byte[13], false),
        ("a link header alone", Ethernet(0x0800, []), false),
        ("a tag that is cut short", Ethernet(0x8100, [0, 1, 8]), false),
        ("an IPv4 header that is cut short", Datagram(Port)[..33], false),
        ("options that are cut short", IPv4(Udp, UdpTo(Port), options: 40)[..(14 + 60 + 7)], false),
        ("UDP that is cut short", Datagram(Port)[..(14 + 20 + 7)], false),
        ("TCP that is cut short", Segment(80)[..(14 + 20 + 19)], false),
        ("version 5", With(Datagram(Port), 14, 0x55), false),
        ("a header length of 16", With(Datagram(Port), 14, 0x44), false),
        ("a total length that ends before the ports", With(Datagram(Port), 17, 27), false),
        ("a total length less than the header's", With(Datagram(Port), 17, 10), false),
        ("an IPv6 header that is cut short", IPv6(Udp, UdpTo(Port))[..53], false),
        ("version 4 as IPv6", With(IPv6(Udp, UdpTo(Port)), 14, 0x40), false),
        ("a payload length that ends before the ports", With(IPv6(Udp, UdpTo(Port)), 19, 7), false),
        ("a jumbogram", With(IPv6(Udp, UdpTo(Port)), 19, 0), false),
        ("an extension header longer than the payload", With(IPv6(0, UdpTo(Port), Extension(Udp)), 14 + 40 + 1, 255), false),
        ("an extension header that is cut short", IPv6(0, UdpTo(Port), Extension(Udp))[..(14 + 40 + 7)], false),
        ("an extension header without its end", IPv6(60, UdpTo(Port), Extension(Udp, 2))[..(14 + 40 + 20)], false),
        ("IPv4 by another EtherType", With(Datagram(Port), 13, 5), false),
    ];
}
