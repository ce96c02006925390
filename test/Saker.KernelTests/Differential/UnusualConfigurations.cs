namespace Saker.KernelTests.Differential;

/// <summary>Hosts that are set up as few are: settings off their defaults, odd addresses and routes, mixtures of sockets.</summary>
internal static class UnusualConfigurations
{
    // asm-generic/socket.h, linux/in.h, linux/in6.h, linux/icmp.h, linux/udp.h
    private const int InternetLevel = 0, MulticastAll = 49, IPv6Level = 41, IPv6Only = 26;

    private static readonly string[] Peers =
    [
        "ip address add 10.0.0.11/24 dev eth0",
        "ip address add 172.16.5.1/28 broadcast 172.16.5.15 dev eth0 scope link",
        "ip address add 192.168.7.1 peer 192.168.7.2/32 dev eth0",
        "ip address add 10.0.0.77/32 dev lo scope host",
    ];

    private static readonly string[] Forwarding = ["sysctl -w net.ipv4.ip_forward=1"];

    private static readonly string[] ImmediateProxy = ["sysctl -w net.ipv4.neigh.eth0.proxy_delay=0"];

    private static readonly SocketDescription[] Mixture =
    [
        new("udp", "0.0.0.0:53") { ReuseAddress = true, Device = "eth0" },
        new("udp", "10.0.0.1:53") { ReuseAddress = true },
        new("udp", "10.0.0.1:53") { ReuseAddress = true, Device = "lo" },
        new("udp", "10.0.0.1:53") { ReuseAddress = true, Remote = "10.0.0.2:4000" },
        new("udp", "0.0.0.0:53") { ReuseAddress = true },
        new("udp", "127.0.0.1:54"),
        new("udp", "[::]:55") { Options = [new(IPv6Level, IPv6Only, 1)] },
        new("udp", "0.0.0.0:55") { ReuseAddress = true },
        new("udp", "[::]:5300") { Device = "eth0" },
        new("udp", "[::ffff:10.0.0.1]:5301") { Remote = "[::ffff:10.0.0.2]:4000" },
        new("udp", "0.0.0.0:5354") { ReuseAddress = true, Groups = ["239.1.2.3"] },
        new("udp", "0.0.0.0:5354") { ReuseAddress = true, Remote = "239.1.2.3:4000" },
        new("udp", "[::]:5354") { ReuseAddress = true },
        new("udp", "10.0.0.255:5354") { ReuseAddress = true },
        new("udplite", "0.0.0.0:53") { ReuseAddress = true },
        new("udplite", "10.0.0.1:53") { ReuseAddress = true, Device = "eth0" },
        new("tcp", "[::]:80"),
        new("tcp", "10.0.0.1:90"),
        new("tcp", "0.0.0.0:53") { Device = "eth0" },
        new("raw", "0.0.0.0:255"),
        new("raw", "10.0.0.1:1"),
        new("raw", "10.0.0.1:17") { Remote = "10.0.0.2:0" },
    ];

    public static IEnumerable<(string Name, bool HasSecondNetwork, string[] Commands, SocketDescription[]? Sockets)> All { get; } =
    [
        One("arp_ignore_3", [.. Peers, .. Both("arp_ignore", 3)]),
        One("arp_ignore_5", [.. Peers, .. Both("arp_ignore", 5)]),
        One("arp_ignore_8", [.. Peers, .. Both("arp_ignore", 8)]),
        One("arp_announce_1", [.. Peers, .. Both("arp_announce", 1), .. Both("arp_accept", 2)]),
        One("arp_announce_2", [.. Peers, .. Both("arp_announce", 2), .. Both("arp_notify", 1), .. Both("drop_gratuitous_arp", 1)]),
        Two("proxy_arp", [.. Peers, .. Forwarding, .. ImmediateProxy, "sysctl -w net.ipv4.conf.eth0.proxy_arp=1"]),
        Two("proxy_arp_pvlan", [.. Peers, .. Forwarding, .. ImmediateProxy, "sysctl -w net.ipv4.conf.eth0.proxy_arp_pvlan=1"]),
        Two("proxy_neighbors", [.. Forwarding, .. ImmediateProxy, "ip neighbor add proxy 10.0.0.77 dev eth0", "ip neighbor add proxy 10.0.1.77 dev eth0"]),
        Two("proxy_not_forwarding", [.. ImmediateProxy, "sysctl -w net.ipv4.conf.all.proxy_arp=1", "ip neighbor add proxy 10.0.0.77 dev eth0"]),
        Two("forwarding_all_not_eth0", [.. Forwarding, "sysctl -w net.ipv4.conf.eth0.forwarding=0"]),
        Two("forwarding_eth0_not_all", [.. Peers, "sysctl -w net.ipv4.conf.eth0.forwarding=1"]),
        Two("forwarding_eth1_not_all", ["sysctl -w net.ipv4.conf.eth1.forwarding=1"]),
        Two("bc_forwarding", [.. Forwarding, .. Both("bc_forwarding", 1), "sysctl -w net.ipv4.conf.eth1.bc_forwarding=1"]),
        Two("shared_media_off", [.. Peers, .. Forwarding, .. Both("shared_media", 0), .. Both("secure_redirects", 0)]),
        Two("source_routes_forwarding", [.. Forwarding, .. Both("accept_source_route", 1)]),
        Two("source_routes_off_on_one", [.. Forwarding, "sysctl -w net.ipv4.conf.all.accept_source_route=1", "sysctl -w net.ipv4.conf.eth0.accept_source_route=0"]),
        Two("asymmetric_strict", [.. Asymmetric, .. Forwarding, "sysctl -w net.ipv4.conf.eth0.rp_filter=1"]),
        Two("asymmetric_loose", [.. Asymmetric, .. Forwarding, "sysctl -w net.ipv4.conf.all.rp_filter=1", "sysctl -w net.ipv4.conf.eth0.rp_filter=2"]),
        Two("asymmetric_host", [.. Asymmetric, .. Both("rp_filter", 1), .. Both("accept_local", 1)]),
        Two("odd_routes", [.. OddRoutes, .. Forwarding]),
        Two("odd_routes_host", [.. OddRoutes]),
        One("onlink", ["ip address flush dev eth0", "ip address add 10.0.0.1/32 dev eth0", "ip route add default via 10.0.0.2 dev eth0 onlink"]),
        One("onlink_strict", ["ip address flush dev eth0", "ip address add 10.0.0.1/32 dev eth0", "ip route add default via 10.0.0.2 dev eth0 onlink", .. Both("rp_filter", 1)]),
        One("prefix_31", ["ip address flush dev eth0", "ip address add 10.0.0.3/31 dev eth0", "ip address add 10.0.0.1/30 dev eth0"], []),
        One("no_addresses", ["ip address flush dev eth0"], [new("udp", "0.0.0.0:53"), new("udp", "0.0.0.0:67"), new("raw", "0.0.0.0:17")]),
        One("everything_local", ["ip route add local 0.0.0.0/0 dev lo"]),
        One("everything_local_strict", ["ip route add local 0.0.0.0/0 dev lo", .. Both("rp_filter", 1)]),
        One("loopback_addresses", ["ip address add 127.1.2.3/8 dev eth0", "ip address add 127.0.0.5/32 dev lo", .. Both("route_localnet", 1)]),
        One("route_localnet_eth0", ["sysctl -w net.ipv4.conf.eth0.route_localnet=1"], [.. DifferentialConfigurations.UsualSockets, new("udp", "127.0.0.1:90")]),
        One("many_local", [.. Enumerable.Range(3, 60).Select(last => $"ip address add 10.0.0.{last}/24 dev eth0"), "ip address add 239.9.9.9/32 dev lo"]),
        Two("inbound_address", [.. Peers, .. Asymmetric, "sysctl -w net.ipv4.icmp_errors_use_inbound_ifaddr=1"]),
        One("bogus_errors", ["sysctl -w net.ipv4.icmp_ignore_bogus_error_responses=0", "sysctl -w net.ipv4.icmp_echo_enable_probe=1", .. Peers]),
        One("nonlocal_bind", ["sysctl -w net.ipv4.ip_nonlocal_bind=1"], [.. DifferentialConfigurations.UsualSockets, new("udp", "8.8.8.8:90"), new("udp", "10.0.0.2:91")]),
        Two("time_to_live", [.. Forwarding, "sysctl -w net.ipv4.ip_default_ttl=1", "sysctl -w net.ipv4.ip_forward_update_priority=0", "sysctl -w net.ipv4.ip_no_pmtu_disc=1"]),
        One("groups", [.. Groups, .. Both("force_igmp_version", 2)], [new("udp", "0.0.0.0:5354") { Groups = ["239.1.2.3", "239.1.2.4", "224.0.0.251"] }, new("raw", "0.0.0.0:2")]),
        One("groups_v1", [.. Groups, .. Both("force_igmp_version", 1), "sysctl -w net.ipv4.igmp_link_local_mcast_reports=1"]),
        One("flags", ["ip link set eth0 promisc on allmulticast on"]),
        One("no_arp", ["ip link set eth0 arp off"]),
        One("no_multicast", ["ip link set eth0 multicast off"]),
        One("small_fragment_memory", ["sysctl -w net.ipv4.ipfrag_low_thresh=2000", "sysctl -w net.ipv4.ipfrag_high_thresh=4000"]),
        One("fragment_distance", ["sysctl -w net.ipv4.ipfrag_max_dist=1"]),
        One("neighbors", ["ip neighbor replace 10.0.0.9 lladdr 02:00:00:00:00:09 nud stale dev eth0", "ip neighbor replace 10.0.0.77 lladdr 02:00:00:00:00:77 nud noarp dev eth0", "ip neighbor replace 10.0.0.3 lladdr 02:00:00:00:00:03 nud reachable dev eth0", "sysctl -w net.ipv4.neigh.eth0.delay_first_probe_time=3600", "sysctl -w net.ipv4.neigh.eth0.locktime=0"]),
        One("mixture", ["ip route add 224.0.0.0/4 dev eth0"], Mixture),
        Two("mixture_router", [.. Peers, .. Forwarding, "ip route add 224.0.0.0/4 dev eth0"], Mixture),
        One("groups_of_its_own", [], [
            new("udp", "0.0.0.0:5354") { ReuseAddress = true, Groups = ["239.1.2.3"], Options = [new(InternetLevel, MulticastAll, 0)] },
            new("udp", "0.0.0.0:5354") { ReuseAddress = true, Groups = ["239.1.2.3"], Device = "eth0" },
        ]),
    ];

    // What a host must send a way that is not the one it came.
    private static string[] Asymmetric => ["ip route add 10.0.0.64/26 dev eth1", "ip route add 8.8.8.0/24 via 10.0.1.2", "ip route add 10.0.0.9/32 dev lo", "ip route add 172.16.0.0/12 via 10.0.0.3"];

    private static string[] OddRoutes =>
    [
        "ip route add 8.0.0.0/8 via 10.0.1.2 mtu 600",
        "ip route add 8.8.8.8/32 via 10.0.0.3 mtu lock 576 src 10.0.1.1",
        "ip route add 10.66.0.0/16 via 10.0.0.2 tos 0x10",
        "ip route add 10.66.0.0/16 via 10.0.1.2 metric 100",
        "ip route add 10.67.0.0/16 dev lo",
        "ip route add 10.68.0.0/16 dev eth0 scope link",
        "ip route add 10.69.0.0/16 via 10.0.0.3 src 10.0.1.1 hoplimit 5",
        "ip route add multicast 239.9.0.0/16 dev eth1",
        "ip route add unreachable default metric 50",
        "ip route add default via 10.0.0.2 metric 100",
        "ip route add local 10.70.0.0/16 dev eth1",
        "ip route add 127.0.0.0/24 dev eth1",
    ];

    private static string[] Groups => ["sysctl -w net.ipv4.conf.eth0.igmpv2_unsolicited_report_interval=1", "ip maddress add 33:33:00:00:00:05 dev eth0", "ip maddress add 01:00:5e:01:02:04 dev eth0"];

    private static (string, bool, string[], SocketDescription[]?) One(string name, string[] commands, SocketDescription[]? sockets = null) => (name, false, commands, sockets);

    private static (string, bool, string[], SocketDescription[]?) Two(string name, string[] commands, SocketDescription[]? sockets = null) => (name, true, commands, sockets);

    private static string[] Both(string setting, int value) => [$"sysctl -w net.ipv4.conf.all.{setting}={value}", $"sysctl -w net.ipv4.conf.eth0.{setting}={value}"];
}
