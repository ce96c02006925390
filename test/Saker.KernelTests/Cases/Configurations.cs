
namespace Saker.KernelTests.Cases;

/// <summary>The hosts that are asked, and what each is asked.</summary>
internal static class Configurations
{
    // IPv6 is off: the sets so far are about IPv4, and router solicitations would mix with the answers. Group reports are sent at once and once, so that
    // they are over before the first frame. Rate limits do not bite.
    internal static readonly string[] BaseCommands =
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

    // No address is asked for, no router is looked for, and listeners report at once and once.
    internal static readonly string[] IPv6Commands =
    [
        "sysctl -w net.ipv6.conf.all.accept_dad=0",
        "sysctl -w net.ipv6.conf.default.accept_dad=0",
        "sysctl -w net.ipv6.conf.default.router_solicitations=0",
        "sysctl -w net.ipv6.conf.default.mldv2_unsolicited_report_interval=1",
        "sysctl -w net.ipv6.icmp.ratelimit=0",
        "sysctl -w net.ipv4.icmp_msgs_per_sec=1000000000",
        "sysctl -w net.ipv4.icmp_msgs_burst=1000000000",
        "ip link add eth0 address 02:00:00:00:00:01 type veth peer name eth0 netns $SENDER",
        "ip link set lo up",
        "ip link set eth0 up",
        "ip address add fd00::1/64 dev eth0 nodad",
        "ip neighbor replace fd00::2 lladdr 02:00:00:00:00:02 nud permanent dev eth0",
        "ip neighbor replace fe80::2 lladdr 02:00:00:00:00:02 nud permanent dev eth0",
        "ip route add 2001:db8::/32 via fd00::2",
        "ip route add blackhole fd66::/64",
        "ip route add unreachable fd67::/64",
        "ip route add prohibit fd68::/64",
        "ethtool -K eth0 tx off rx off",
    ];

    internal static readonly SocketDescription[] IPv6Sockets =
    [
        new("udp", "[::]:53"),
        new("udp", "[fd00::1]:5353"),
        new("udp", "0.0.0.0:54"),
        new("udp", "[::]:55") { Device = "lo" },
        new("udp", "[fd00::1]:6000") { Remote = "[fd00::2]:4000" },
        new("udplite", "[::]:53"),
    ];

    internal static readonly string[] IPv6SettingCommands =
    [
        "sysctl -w net.ipv6.auto_flowlabels=0",
        "sysctl -w net.ipv6.flowlabel_reflect=4",
        "sysctl -w net.ipv6.icmp.echo_ignore_multicast=1",
        "sysctl -w net.ipv6.max_dst_opts_number=2",
        "sysctl -w net.ipv6.max_hbh_opts_number=-2",
        "sysctl -w net.ipv6.max_dst_opts_length=16",
        "sysctl -w net.ipv6.max_hbh_length=16",
        "sysctl -w net.ipv6.conf.eth0.drop_unicast_in_l2_multicast=1",
        "sysctl -w net.ipv6.conf.eth0.drop_unsolicited_na=1",
        "sysctl -w net.ipv6.conf.eth0.force_tllao=1",
        "sysctl -w net.ipv6.conf.eth0.suppress_frag_ndisc=0",
        "sysctl -w net.ipv6.conf.eth0.hop_limit=33",
    ];

    internal static readonly SocketDescription[] RawIPv6Sockets =
    [
        new("raw", "[::]:58"), new("raw", "[::]:60"), new("raw", "[fd00::1]:17"), new("raw", "[::]:253"), new("raw", "[fd00::1]:254") { Remote = "[fd00::9]:0" }, new("raw", "0.0.0.0:252"),
    ];

    internal static readonly SocketDescription[] UsualSockets =
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

    // 10.9.0.0/16 lies behind a router on the second network, 10.8.0.0/16 behind another one on the first. The second network's packets are smaller.
    internal static readonly string[] SecondNetworkCommands =
    [
        "ip link add eth1 address 02:00:00:00:01:01 mtu 1400 type veth peer name eth1 netns $SENDER",
        "ip link set eth1 up",
        "ip address add 10.0.1.1/24 broadcast 10.0.1.255 dev eth1",
        "ip neighbor replace 10.0.1.2 lladdr 02:00:00:00:01:02 nud permanent dev eth1",
        "ip neighbor replace 10.0.0.3 lladdr 02:00:00:00:00:03 nud permanent dev eth0",
        "ip route add 10.9.0.0/16 via 10.0.1.2",
        "ip route add 10.8.0.0/16 via 10.0.0.3",
        "ethtool -K eth1 tx off rx off",
    ];

    internal static readonly string[] RouteTypeCommands =
    [
        "sysctl -w net.ipv4.ip_forward=1",
        "ip route add blackhole 10.66.0.0/16",
        "ip route add unreachable 10.67.0.0/16",
        "ip route add prohibit 10.68.0.0/16",
        "ip route add throw 10.69.0.0/16",
        "ip route add local 10.70.0.0/16 dev lo",
        "ip route add broadcast 10.71.0.0/16 dev eth0",
        "ip rule add from 10.0.0.66 blackhole",
        "ip rule add from 10.0.0.67 unreachable",
        "ip rule add from 10.0.0.68 prohibit",
    ];

    internal static readonly SocketDescription[] RawSocketList =
    [
        new("raw", "0.0.0.0:1"), new("raw", "0.0.0.0:2"), new("raw", "0.0.0.0:6"), new("raw", "10.0.0.1:17"), new("raw", "0.0.0.0:253"),
        new("raw", "10.0.0.1:254") { Remote = "10.0.0.9:0" }, new("raw", "0.0.0.0:252") { Device = "lo" },
    ];

    internal static readonly SocketDescription[] GroupSocketList =
    [
        new("udp", "0.0.0.0:5354") { ReuseAddress = true, Groups = ["239.1.2.3"] },
        new("udp", "239.1.2.3:5354") { ReuseAddress = true },
        new("udp", "239.1.2.4:5354") { ReuseAddress = true, Groups = ["239.1.2.4"] },
        new("udp", "0.0.0.0:5354") { ReuseAddress = true, Device = "eth0" },
        new("udp", "0.0.0.0:5354") { ReuseAddress = true, Device = "lo" },
        new("udp", "10.0.0.1:5354") { ReuseAddress = true, Remote = "10.0.0.2:4000" },
        new("udp", "10.0.0.1:5354") { ReuseAddress = true, Remote = "10.0.0.9:4000" },
        new("udp", "10.0.0.1:5354") { ReuseAddress = true },
        new("udp", "10.0.0.255:5354") { ReuseAddress = true },
        new("udp", "255.255.255.255:5354") { ReuseAddress = true },
    ];

    public static IReadOnlyList<(TargetConfiguration Configuration, Func<IEnumerable<FrameCase>> Cases)> All { get; } =
    [
        (
            new TargetConfiguration("plain", BaseCommands, UsualSockets) { SettleMilliseconds = 16 },
            () =>
            [
                .. LinkCases.All(), .. ArpCases.All(), .. IpHeaderCases.All(), .. IpOptionCases.All(), .. InputRoutingCases.All(), .. FragmentCases.All(),
                .. ProtocolCases.All(), .. IcmpCases.All(), .. UdpCases.All(), .. TcpCases.All(),
            ]),
        (
            new TargetConfiguration("forwarding", [.. BaseCommands, .. SecondNetworkCommands, "sysctl -w net.ipv4.ip_forward=1"], UsualSockets)
            {
                OtherDevices = ["eth1"],
                SettleMilliseconds = 16,
            },
            () => [.. ForwardingCases.All(), .. InputRoutingCases.All()]),
        (
            new TargetConfiguration("route_types", [.. BaseCommands, .. SecondNetworkCommands, .. RouteTypeCommands], UsualSockets)
            {
                OtherDevices = ["eth1"],
                SettleMilliseconds = 16,
            },
            ForwardingCases.RouteTypes),
        (
            new TargetConfiguration("rp_filter", [.. BaseCommands, .. SecondNetworkCommands, "sysctl -w net.ipv4.conf.all.rp_filter=1"], UsualSockets)
            {
                OtherDevices = ["eth1"],
                SettleMilliseconds = 16,
            },
            InputRoutingCases.All),
        (
            new TargetConfiguration(
                "accept_source_route",
                [.. BaseCommands, "sysctl -w net.ipv4.conf.all.accept_source_route=1", "sysctl -w net.ipv4.conf.eth0.accept_source_route=1"],
                UsualSockets)
            {
                SettleMilliseconds = 16,
            },
            IpOptionCases.SourceRoutes),
        (
            new TargetConfiguration("fragment_distance", [.. BaseCommands, "sysctl -w net.ipv4.ipfrag_max_dist=2"], UsualSockets) { SettleMilliseconds = 16 },
            FragmentCases.Distances),
        (
            new TargetConfiguration("raw_sockets", BaseCommands, [.. UsualSockets, .. RawSocketList]) { SettleMilliseconds = 16 },
            SocketCases.Raw),
        (
            new TargetConfiguration("packet_sockets", BaseCommands, [.. UsualSockets, new("packet", "0x0003"), new("packet", "0x0800")]) { SettleMilliseconds = 16 },
            () => [.. LinkCases.All(), .. SocketCases.Raw()]),
        (
            new TargetConfiguration("group_sockets", BaseCommands, GroupSocketList) { SettleMilliseconds = 16 },
            SocketCases.Groups),
        (
            new TargetConfiguration("ipv6_sockets", BaseCommands, [new("udp", "[::]:5300"), new("udp", "[::ffff:10.0.0.1]:5301")]),
            SocketCases.IPv6),
        (
            new TargetConfiguration("over_ipv6", IPv6Commands, IPv6Sockets) { SettleMilliseconds = 100 },
            () => [.. IPv6HeaderCases.All(), .. IcmpV6Cases.All(), .. UdpIPv6Cases.All()]),
        (
            new TargetConfiguration("settings_of_ipv6", [.. IPv6Commands, .. IPv6SettingCommands], IPv6Sockets) { SettleMilliseconds = 100 },
            () => [.. IPv6HeaderCases.All(), .. IcmpV6Cases.All()]),
        (
            new TargetConfiguration("without_ipv6", [.. IPv6Commands, "sysctl -w net.ipv6.conf.eth0.disable_ipv6=1"], []) { SettleMilliseconds = 100 },
            IPv6HeaderCases.Header),
        (
            new TargetConfiguration("limits_of_ipv6", [.. IPv6Commands, "sysctl -w net.ipv6.icmp.ratelimit=1000"], IPv6Sockets) { SettleMilliseconds = 100 },
            IcmpV6Cases.Limits),
        (
            new TargetConfiguration("raw_over_ipv6", IPv6Commands, [.. IPv6Sockets, .. RawIPv6Sockets]) { SettleMilliseconds = 100 },
            SocketCases.RawIPv6),
        (
            new TargetConfiguration("full_buffers", BaseCommands, [new("udp", "0.0.0.0:53") { ReceiveBuffer = 0 }, new("udp", "0.0.0.0:54") { ReceiveBuffer = 4096 }])
            {
                HasReaders = false,
            },
            SocketCases.FullBuffers),
        (
            new TargetConfiguration(
                "tcp_established",
                BaseCommands,
                [new("tcp", "0.0.0.0:80"), new("tcp", "10.0.0.1:90") { Remote = "10.0.0.2:5000", Sequences = (1000, 2000) }]),
            TcpCases.Established),
    ];
}
