using System.Text.Json;
using Saker.Host.Hosts;
using Saker.Host.Snapshots;
using Saker.Stack.Devices;
using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Tests.Host.Snapshots;

public class SnapshotReaderTests
{
    private static readonly HostConfiguration Router = SnapshotFile.Read(SnapshotFile.Recorded("router.json"));

    [Fact]
    public void Links_become_devices()
    {
        Assert.Equal(["lo 1", "eth0 2", "br0 3", "veth1 5", "mv0 7"], Router.Devices.Select(device => $"{device.Name} {device.Index}"));
        NetworkDevice eth0 = Router.Devices[1];
        Assert.Equal(MacAddress.Parse("02:00:00:00:00:01"), eth0.Address);
        Assert.Equal(MacAddress.Broadcast, eth0.Broadcast);
        Assert.Equal(1500, eth0.Mtu);

        // The flags do not say promiscuous, the count does: the macvlan wants the frames.
        Assert.Equal(DeviceFlags.Up | DeviceFlags.Broadcast | DeviceFlags.Multicast | DeviceFlags.Promiscuous, eth0.Flags);
        Assert.Equal(65536, Router.Devices[0].Mtu);
        Assert.Equal(DeviceFlags.Up | DeviceFlags.Loopback, Router.Devices[0].Flags);
    }

    [Fact]
    public void Addresses_keep_the_kernels_order_peer_and_broadcast()
    {
        Assert.Equal(
            [
                "10.0.0.1/24 peer 10.0.0.1 broadcast 10.0.0.255 scope 0 primary",
                "10.9.9.1/32 peer 10.9.9.2 broadcast  scope 0 primary",
                "10.0.0.7/24 peer 10.0.0.7 broadcast  scope 0 secondary",
            ],
            Router.Devices[1].IPv4!.Addresses.Select(address =>
                $"{address.Address}/{address.PrefixLength} peer {address.Peer} broadcast {address.Broadcast} scope {address.Scope} {(address.IsSecondary ? "secondary" : "primary")}"));
        Assert.Equal(254, Router.Devices[0].IPv4!.Addresses.Single().Scope);
        Assert.Empty(Router.Devices[3].IPv4!.Addresses);
        Assert.Contains(IPv4Address.Parse("224.0.0.106"), Router.Devices[2].IPv4!.Groups);
    }

    [Fact]
    public void Routes_of_all_tables_and_types_are_read_those_of_IPv6_are_not() => Assert.Equal(
        [
            "Throw 10.6.0.0/16 table 100 Universe:",
            "Unicast 10.7.0.0/16 table 100 Universe: 172.16.0.1 eth0 1 Link",
            "Unicast 0.0.0.0/0 table 253 Link: 0.0.0.0 eth0 1 Host",
            "Unicast 0.0.0.0/0 table 254 Universe metric 100: 10.0.0.254 eth0 1 Link",
            "Unicast 10.0.0.0/24 table 254 Link from 10.0.0.1: 0.0.0.0 eth0 1 Host",
            "Unicast 10.2.0.0/16 table 254 Universe tos 16 mtu 1300: 10.0.0.5 eth0 1 Link",
            "Unicast 10.2.0.0/16 table 254 Universe from 10.0.0.1 mtu 1400: 10.0.0.3 eth0 2 Link, 10.0.0.4 eth0 1 Link",
            "Blackhole 10.3.0.0/16 table 254 Universe:",
            "Unreachable 10.4.0.0/16 table 254 Universe metric 5:",
            "Prohibit 10.5.0.0/16 table 254 Universe:",
            "Unicast 10.9.9.2/32 table 254 Link from 10.9.9.1: 0.0.0.0 eth0 1 Host",
            "Unicast 10.10.0.0/16 table 254 Universe: 0.0.0.0 eth0 1 Link",
            "Unicast 10.11.0.0/16 table 254 Link: 0.0.0.0 veth1 1 Host",
            "Unicast 10.12.0.0/16 table 254 Universe: 10.0.0.9 eth0 1 Link",
            "Unicast 10.13.0.0/16 table 254 Universe: 10.0.0.9 eth0 1 Link, 10.0.0.10 eth0 1 Link",
            "Local 10.0.0.1/32 table 255 Host from 10.0.0.1: 0.0.0.0 eth0 1 Nowhere",
            "Local 10.0.0.7/32 table 255 Host from 10.0.0.1: 0.0.0.0 eth0 1 Nowhere",
            "Broadcast 10.0.0.255/32 table 255 Link from 10.0.0.1: 0.0.0.0 eth0 1 Host",
            "Local 10.8.0.0/24 table 255 Host: 0.0.0.0 lo 1 Nowhere",
            "Local 10.9.9.1/32 table 255 Host from 10.9.9.1: 0.0.0.0 eth0 1 Nowhere",
            "Local 127.0.0.0/8 table 255 Host from 127.0.0.1: 0.0.0.0 lo 1 Nowhere",
            "Local 127.0.0.1/32 table 255 Host from 127.0.0.1: 0.0.0.0 lo 1 Nowhere",
            "Broadcast 127.255.255.255/32 table 255 Link from 127.0.0.1: 0.0.0.0 lo 1 Host",
        ],
        Router.Routes.Select(Describe));

    [Fact]
    public void Plain_output_of_ip_says_the_same_with_fewer_words()
    {
        HostConfiguration plain = SnapshotFile.Read(SnapshotFile.Recorded("plain-ip.json"));
        Assert.Equal(Router.Routes.Where(route => !route.NextHops.Any(hop => hop.Device!.Name == "veth1")).Select(Describe), plain.Routes.Select(Describe));
        Assert.Equal(Router.Devices[1].IPv4!.Addresses, plain.Devices[1].IPv4!.Addresses);
        Assert.Equal(
            [
                "rules: not in the snapshot; no rules but the kernel's own three are assumed",
                "neighbors: not in the snapshot; no neighbour is known at the beginning",
                "multicast: not in the snapshot; no group is joined but 224.0.0.1",
                "nftables: not in the snapshot; no filter is assumed",
                "sysctls: not in the snapshot; the kernel's defaults are assumed",
                "sockets: not in the snapshot; no socket is open",
                "protocols: not in the snapshot; a kernel with LLC and IPv6, and without tunnels, is assumed",
            ],
            plain.Limitations.Take(7));
    }

    [Fact]
    public void Settings_are_those_in_force()
    {
        var settings = Router.Devices[1].IPv4!.Settings;
        Assert.Equal(2, settings.ReversePathFilter);
        Assert.True(settings.AcceptSourceRoute);
        Assert.True(settings.Forwarding);
        Assert.False(Router.Devices[0].IPv4!.Settings.Forwarding);
        Assert.Equal(64, Router.IPv4.DefaultTimeToLive);
    }

    [Fact]
    public void Neighbours_with_a_link_address_are_known() => Assert.Equal(
        ["224.0.0.22 dev br0 lladdr 01:00:5e:00:00:16 NOARP", "10.0.0.2 dev eth0 lladdr 02:00:00:00:00:02 PERMANENT"],
        Router.Neighbors.Where(neighbor => neighbor.LinkAddress != MacAddress.Zero && neighbor.Device.Name != "mv0").Select(neighbor => neighbor.ToString()));

    [Fact]
    public void Sockets_come_oldest_first() => Assert.Equal(
        [
            "Raw 0.0.0.0:89 0.0.0.0:0 0 212992",
            "TcpConnection ::ffff:10.0.0.1 10.0.0.1:22 10.0.0.2:4022 0 131072",
            "TcpListener 0.0.0.0:80 0.0.0.0:0 0 131072",
            "Udp :: 0.0.0.0:123 0.0.0.0:0 0 212992",
            "Udp :: only 0.0.0.0:53 0.0.0.0:0 0 212992",
            "Udp 10.0.0.1:6000 10.0.0.2:4000 2 212992",
            "Udp 0.0.0.0:53 0.0.0.0:0 0 212992",
        ],
        Router.Sockets.Select(socket =>
            $"{socket.Kind}{(socket.LocalIPv6 is { } ipv6 ? $" {ipv6}" : "")}{(socket.IsIPv6Only ? " only" : "")} {socket.LocalAddress}:{socket.LocalPort} {socket.RemoteAddress}:{socket.RemotePort} {socket.Device} {socket.ReceiveBuffer}"));

    [Fact]
    public void Protocols_are_those_of_the_kernel()
    {
        Assert.False(Router.Protocols.Llc);
        Assert.True(Router.Protocols.IPv6);
        Assert.Contains(IPProtocol.Gre, Router.Protocols.InternetProtocols);
        Assert.DoesNotContain(IPProtocol.Sctp, Router.Protocols.InternetProtocols);
    }

    [Fact]
    public void What_is_not_evaluated_is_named() => Assert.Equal(
        [
            "links: mv0 takes frames of eth0; this is not evaluated",
            "addresses: fe80::84ff:e0ff:fe70:374c is still asked for; it is taken for the host's own",
            "rules: rule 100 (from 10.0.0.7 lookup 100) is not evaluated",
            "nftables: table inet filter (1 rule at input) is not evaluated",
            "routes: table 100 (2 routes) is not asked",
            "routes: 2 routes with several next hops: the first that is alive takes every packet",
            "routes: 1 route by an IPv6 gateway, which is taken for a direct neighbour",
            "neighbors: 1 proxy entry, which is not answered for",
            "sockets: 1 raw socket taken to filter no ICMP and, where no device is told, to be bound to none: /proc/net/raw does not tell",
            "sockets: 1 TCP connection in state TIME_WAIT left out",
            "sockets: 1 packet socket sees frames, of which nothing tells the filter: nothing is said to be delivered there",
            "protocols: frames of type 8864 have a handler (pppoe_rcv) that is not evaluated",
        ],
        Router.Limitations);

    [Fact]
    public void A_stack_can_be_set_up() => Assert.Equal("eth0", SnapshotFile.Read(SnapshotFile.Recorded("plain-ip.json")).OnlyDevice?.Name);

    [Fact]
    public void Snapshots_of_the_hosts_that_the_kernel_answered_for_are_read()
    {
        string[] files = Directory.GetFiles(SnapshotFile.VectorFolder(), "*.json");
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            using JsonDocument vectors = JsonDocument.Parse(File.ReadAllBytes(file));
            byte[] snapshot = JsonSerializer.SerializeToUtf8Bytes(vectors.RootElement.GetProperty("snapshot"));
            Assert.True(SnapshotReader.TryParse(snapshot, file, out HostConfiguration? host, out string? fault), fault);
            Assert.NotNull(host.Devices.Single(device => device.Name == "eth0").IPv4);
            Assert.All(host.Limitations, limitation => Assert.Matches("^(sockets|rules): ", limitation));
        }
    }

    internal static string Describe(Route route) =>
        $"{route.Type} {route.Destination} table {route.Table} {route.Scope}"
        + (route.Priority != 0 ? $" metric {route.Priority}" : "")
        + (route.TypeOfService != 0 ? $" tos {route.TypeOfService}" : "")
        + (route.PreferredSource is { } source ? $" from {source}" : "")
        + (route.Mtu != 0 ? $" mtu {route.Mtu}" : "")
        + ":" + string.Join(",", route.NextHops.Select(hop => $" {hop.Gateway} {hop.Device} {hop.Weight} {hop.Scope}{(hop.IsLinkDown ? " down" : "")}"));
}
