using Saker.KernelTests.Cases;

namespace Saker.KernelTests.Differential;

/// <summary>The hosts that get machine-made frames.</summary>
internal static class DifferentialConfigurations
{
    // A group of frames takes the kernel longer than the replay's clock: what neighbours' timers do in between would come at another frame.
    private static readonly string[] QuietNeighbors = ["sysctl -w net.ipv4.neigh.eth0.retrans_time_ms=3600000", "sysctl -w net.ipv4.neigh.eth0.locktime=360000"];

    // The limit on ICMP errors shares its account with that on a router's errors, and keeps it in ticks of the machine's own length.
    private static readonly string[] OneNetworkCommands = [.. Configurations.BaseCommands, .. QuietNeighbors, "sysctl -w net.ipv4.icmp_ratemask=0"];

    private static readonly string[] TwoNetworkCommands = [.. OneNetworkCommands, .. Configurations.SecondNetworkCommands, "sysctl -w net.ipv4.neigh.eth1.retrans_time_ms=3600000"];

    private static readonly string[] ManyAddresses =
    [
        "ip address add 10.0.0.11/24 dev eth0",
        "ip address add 172.16.5.1/28 broadcast 172.16.5.15 dev eth0",
        "ip address add 192.168.7.1/32 dev lo",
        "ip route add default via 10.0.0.2",
    ];

    internal static readonly SocketDescription[] UsualSockets =
    [
        .. Configurations.UsualSockets,
        new("udp", "[::]:5300"),
        new("udp", "[::ffff:10.0.0.1]:5301"),
        new("tcp", "[::]:90"),
    ];

    public static IReadOnlyList<TargetConfiguration> All { get; } =
    [
        OneNetwork("plain"),
        OneNetwork("many_addresses", ManyAddresses),
        OneNetwork("martians", [.. ManyAddresses, .. Both("log_martians", 1), .. Both("accept_local", 1), .. Both("route_localnet", 1)]),
        OneNetwork("echo_ignore_all", ["sysctl -w net.ipv4.icmp_echo_ignore_all=1"]),
        OneNetwork("echo_broadcasts", ["sysctl -w net.ipv4.icmp_echo_ignore_broadcasts=0", .. ManyAddresses]),
        OneNetwork("arp_ignore_1", [.. ManyAddresses, .. Both("arp_ignore", 1), .. Both("arp_accept", 1)]),
        OneNetwork("arp_ignore_2", [.. ManyAddresses, .. Both("arp_ignore", 2), .. Both("arp_filter", 1)]),
        OneNetwork("l2_multicast", [.. Both("drop_unicast_in_l2_multicast", 1), .. Both("drop_gratuitous_arp", 1)]),
        OneNetwork("no_early_demux", ["sysctl -w net.ipv4.ip_early_demux=0"]),
        OneNetwork("source_routes", Both("accept_source_route", 1)),
        OneNetwork("rp_strict_many", [.. ManyAddresses, .. Both("rp_filter", 1)]),
        TwoNetworks("not_forwarding", ManyAddresses),
        TwoNetworks("forwarding", ["sysctl -w net.ipv4.ip_forward=1"]),
        TwoNetworks("router", [.. ManyAddresses, "sysctl -w net.ipv4.ip_forward=1"]),
        TwoNetworks("router_no_redirects", [.. ManyAddresses, "sysctl -w net.ipv4.ip_forward=1", .. Both("send_redirects", 0)]),
        TwoNetworks("route_types", RouteTypes),
        TwoNetworks("route_types_forwarding", [.. RouteTypes, "sysctl -w net.ipv4.ip_forward=1"]),
        TwoNetworks("rp_strict", ["sysctl -w net.ipv4.ip_forward=1", .. Both("rp_filter", 1)]),
        TwoNetworks("rp_loose", ["sysctl -w net.ipv4.ip_forward=1", .. Both("rp_filter", 2)]),
        OneNetwork("raw_sockets") with { Sockets = [.. UsualSockets, .. Configurations.RawSocketList.Where(socket => socket.Device is null)] },
        OneNetwork("group_sockets") with { Sockets = Configurations.GroupSocketList },
        OneNetwork("no_sockets") with { Sockets = [] },
        OneNetwork("small_buffers") with { HasReaders = false, Sockets = SmallBuffers },
        .. UnusualConfigurations.All.Select(
            one => (one.HasSecondNetwork ? TwoNetworks(one.Name, one.Commands) : OneNetwork(one.Name, one.Commands)) with { Sockets = one.Sockets ?? UsualSockets }),
    ];

    // Half of them hold a few datagrams, and some no more than one.
    private static SocketDescription[] SmallBuffers
        => [.. UsualSockets.Select((socket, place) => socket.Protocol == "udp" ? socket with { ReceiveBuffer = place * 3000 } : socket), new("raw", "0.0.0.0:1"), new("raw", "0.0.0.0:253")];

    // Policy rules are not evaluated yet, so they are left out here.
    private static IEnumerable<string> RouteTypes
        => Configurations.RouteTypeCommands.Where(command => !command.StartsWith("ip rule", StringComparison.Ordinal) && !command.Contains("ip_forward", StringComparison.Ordinal));

    private static string[] Both(string setting, int value) => [$"sysctl -w net.ipv4.conf.all.{setting}={value}", $"sysctl -w net.ipv4.conf.eth0.{setting}={value}"];

    private static TargetConfiguration OneNetwork(string name, IEnumerable<string>? commands = null)
        => new(name, [.. OneNetworkCommands, .. commands ?? []], UsualSockets) { SettleMilliseconds = 16 };

    private static TargetConfiguration TwoNetworks(string name, IEnumerable<string> commands)
        => new(name, [.. TwoNetworkCommands, .. commands], UsualSockets) { OtherDevices = ["eth1"], SettleMilliseconds = 16 };
}
