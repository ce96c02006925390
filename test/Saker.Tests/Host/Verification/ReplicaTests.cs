using Saker.Host.Hosts;
using Saker.Kernel.Sockets;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Tests.Host.Verification;

/// <summary>What is run and opened to make a host; that the kernel takes it, the kernel tests show.</summary>
public class ReplicaTests
{
    private static readonly NetworkDevice Device = new(7, "eth0.5", MacAddress.Parse("02:00:00:00:00:01"))
    {
        Mtu = 1400,
        Flags = DeviceFlags.Up | DeviceFlags.Broadcast | DeviceFlags.NoArp,
        IPv4 = new IPv4Interface(
            [
                new IPv4InterfaceAddress(IPv4Address.Parse("10.0.0.1"), 24) { Broadcast = IPv4Address.Parse("10.0.0.255") },
                new IPv4InterfaceAddress(IPv4Address.Parse("10.9.0.1"), 32) { Peer = IPv4Address.Parse("10.9.0.2"), Scope = 253 },
            ],
            [IPv4Address.Parse("239.1.2.3")],
            new IPv4InterfaceSettings()),
    };

    private static readonly HostConfiguration Host = new()
    {
        Devices = [Device],
        Neighbors = [new Neighbor<IPv4Address>(Device, IPv4Address.Parse("10.0.0.2"), MacAddress.Parse("02:00:00:00:00:02"), NeighborState.Stale)],
    };

    [Fact]
    public void A_device_is_a_veth_pair_with_its_index_flags_addresses_and_neighbours() =>
        Assert.Equal(
            [
                "ip link add name eth0.5 index 7 address 02:00:00:00:00:01 mtu 1400 type veth peer name eth0.5 mtu 65535 netns $SENDER",
                "ip link set dev eth0.5 arp off multicast off allmulticast off promisc off",
                "ethtool -K eth0.5 tx off rx off",
                "ip link set dev eth0.5 up",
                "ip address add 10.0.0.1/24 broadcast 10.0.0.255 scope 0 dev eth0.5",
                "ip address add 10.9.0.1 peer 10.9.0.2/32 scope 253 dev eth0.5",
                "ip neighbor replace 10.0.0.2 lladdr 02:00:00:00:00:02 nud stale dev eth0.5",
            ],
            ReplicaCommands.Devices(Host));

    [Theory]
    [InlineData("eth0", "eth0")]
    [InlineData("br-1:2@x", "br-1:2@x")]
    [InlineData("sixteen_letters_", "dev3")]
    [InlineData("a\nlink delete b", "dev3")]
    [InlineData("a b", "dev3")]
    [InlineData("../x", "dev3")]
    [InlineData("all", "dev3")]
    [InlineData(@"\Device\NPF_{1}", "dev3")]
    public void A_name_that_no_device_could_have_is_replaced(string name, string made) =>
        Assert.Equal(made, ReplicaCommands.NameOf(new NetworkDevice(3, name, MacAddress.Zero)));

    [Fact]
    public void Routes_are_brought_to_those_of_the_host_the_nearest_first()
    {
        Route link = RouteTo("10.0.0.0/24", "0.0.0.0", RouteScope.Link);
        Route far = RouteTo("0.0.0.0/0", "10.0.0.9", RouteScope.Universe) with { Priority = 100, Mtu = 1300, PreferredSource = IPv4Address.Parse("10.0.0.1") };
        Route hole = new(IPv4Prefix.Parse("10.66.0.0/16"), RouteType.Blackhole) { Table = 7, TypeOfService = 16 };
        Route kernels = RouteTo("10.9.0.2/32", "0.0.0.0", RouteScope.Link);
        Assert.Equal(
            [
                "ip route delete unicast 10.9.0.2/32 dev eth0.5 table 254 scope 253",
                "ip route append unicast 10.0.0.0/24 dev eth0.5 table 254 scope 253",
                "ip route append unicast 0.0.0.0/0 via 10.0.0.9 dev eth0.5 table 254 scope 0 metric 100 src 10.0.0.1 mtu 1300",
            ],
            ReplicaCommands.RouteCorrections([far, hole, link], [kernels, hole]));
        Assert.Equal("blackhole 10.66.0.0/16 table 7 scope 0 tos 0x10", ReplicaCommands.Describe(hole));
    }

    [Fact]
    public void Settings_are_written_in_an_order_that_leaves_none_undone_and_only_where_the_namespace_has_them()
    {
        Dictionary<string, string> wanted = new(StringComparer.Ordinal)
        {
            ["net.ipv4.conf.eth0.forwarding"] = "0",
            ["net.ipv4.conf.all.rp_filter"] = "1",
            ["net.ipv4.ip_forward"] = "1",
            ["net.ipv4.ip_default_ttl"] = "64",
            ["net.ipv4.icmp_ratelimit"] = "1000",
            ["net.ipv4.nowhere"] = "1",
            ["net.//.//.kernel.panic"] = "1",
        };
        Dictionary<string, string> found = new(StringComparer.Ordinal)
        {
            ["net.ipv4.conf.all.rp_filter"] = "0",
            ["net.ipv4.conf.eth0.forwarding"] = "0",
            ["net.ipv4.ip_default_ttl"] = "64",
            ["net.ipv4.ip_forward"] = "0",
            ["net.ipv4.icmp_ratelimit"] = "0",
        };
        Assert.Equal(
            ["sysctl -w net.ipv4.ip_forward=1", "sysctl -w net.ipv4.conf.all.rp_filter=1", "sysctl -w net.ipv4.conf.eth0.forwarding=0"],
            ReplicaSettings.Corrections(wanted, found));
        Assert.Equal([("net.ipv4.nowhere", "1", "2")], ReplicaSettings.Differences(wanted, wanted.Where(entry => entry.Key != "net.ipv4.nowhere").ToDictionary(), new Dictionary<string, string> { ["net.ipv4.nowhere"] = "2" }));
    }

    [Fact]
    public void Sockets_are_the_hosts_and_one_for_each_group()
    {
        SocketConfiguration udp = new(SocketKind.Udp, 53);
        HostConfiguration host = Host with
        {
            Sockets =
            [
                udp,
                udp with { LocalAddress = IPv4Address.Parse("10.0.0.1"), Device = 7 },
                new SocketConfiguration(SocketKind.Udp, 54) { LocalIPv6 = IPv6Address.Parse("fe80::1") },
                new SocketConfiguration(SocketKind.TcpConnection, 80)
                {
                    LocalAddress = IPv4Address.Parse("10.0.0.1"),
                    RemoteAddress = IPv4Address.Parse("10.0.0.2"),
                    RemotePort = 4000,
                },
            ],
        };
        IReadOnlyList<SocketDescription> sockets = ReplicaSockets.Of(host);
        Assert.Equal(["udp 0.0.0.0:0", "udp 0.0.0.0:53", "udp 10.0.0.1%eth0.5:53", "tcp 10.0.0.1:80 10.0.0.2:4000"], sockets.Select(socket => socket.ToString()));
        Assert.Equal(["239.1.2.3"], sockets[0].Groups);
        Assert.Equal([false, true, true, false], sockets.Select(socket => socket.ReuseAddress));
        Assert.NotNull(sockets[3].Sequences);
    }

    private static Route RouteTo(string prefix, string gateway, RouteScope scope) =>
        new(IPv4Prefix.Parse(prefix), RouteType.Unicast) { Scope = scope, NextHops = [new NextHop(Device, IPv4Address.Parse(gateway))] };
}
