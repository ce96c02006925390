using Saker.KernelTests.Oracle;

namespace Saker.KernelTests.Cases;

/// <summary>The hosts that are asked, and what each is asked.</summary>
internal static class Configurations
{
    // IPv6 is off: the sets so far are about IPv4, and router solicitations would mix with the answers. Group reports are sent at once and once, so that
    // they are over before the first frame. Rate limits do not bite.
    private static readonly string[] s_base =
    [
        "sysctl -w net.ipv6.conf.all.disable_ipv6=1",
        "sysctl -w net.ipv6.conf.default.disable_ipv6=1",
        "sysctl -w net.ipv4.icmp_ratelimit=0",
        "sysctl -w net.ipv4.icmp_msgs_per_sec=1000000000",
        "sysctl -w net.ipv4.icmp_msgs_burst=1000000000",
        "sysctl -w net.ipv4.igmp_qrv=1",
        "sysctl -w net.ipv4.igmp_link_local_mcast_reports=0",
        "sysctl -w net.ipv4.conf.default.igmpv3_unsolicited_report_interval=1",
        "ip link add eth0 address 02:00:00:00:00:01 type veth peer name eth0 netns $SENDER",
        "ip link set lo up",
        "ip link set eth0 up",
        "ip address add 10.0.0.1/24 broadcast 10.0.0.255 dev eth0",
        "ip neighbor replace 10.0.0.2 lladdr 02:00:00:00:00:02 nud permanent dev eth0",
        "ethtool -K eth0 tx off rx off",
    ];

    private static readonly SocketDescription[] s_sockets =
    [
        new("udp", "0.0.0.0:53"),
        new("udp", "10.0.0.1:5353"),
        new("udp", "0.0.0.0:54") { Device = "eth0" },
        new("udp", "0.0.0.0:55") { Device = "lo" },
        new("udp", "10.0.0.1:6000") { Remote = "10.0.0.2:4000" },
        new("udp", "0.0.0.0:5354") { Groups = ["239.1.2.3", "224.0.0.251"] },
        new("udplite", "0.0.0.0:53"),
        new("tcp", "0.0.0.0:80"),
    ];

    public static IReadOnlyList<(HostConfiguration Configuration, Func<IEnumerable<FrameCase>> Cases)> All { get; } =
    [
        (
            new HostConfiguration("plain", s_base, s_sockets) { SettleMilliseconds = 16 },
            () =>
            [
                .. LinkCases.All(), .. ArpCases.All(), .. IpHeaderCases.All(), .. IpOptionCases.All(), .. InputRoutingCases.All(), .. FragmentCases.All(),
                .. ProtocolCases.All(), .. IcmpCases.All(), .. UdpCases.All(), .. TcpCases.All(),
            ]),
    ];
}
