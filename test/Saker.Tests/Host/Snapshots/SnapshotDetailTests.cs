using System.Text;
using Saker.Host.Hosts;
using Saker.Host.Snapshots;
using Saker.Host.Sysctls;
using Saker.Stack.Ip.V4;
using Saker.Stack.Routing;

namespace Saker.Tests.Host.Snapshots;

public class SnapshotDetailTests
{
    [Theory]
    [InlineData("0", "0", "rp_filter", "ReversePathFilter = 0")]
    [InlineData("1", "2", "rp_filter", "ReversePathFilter = 2")]
    [InlineData("2", "1", "rp_filter", "ReversePathFilter = 2")]
    [InlineData("1", "0", "accept_source_route", "AcceptSourceRoute = False")]
    [InlineData("1", "1", "accept_source_route", "AcceptSourceRoute = True")]
    [InlineData("0", "1", "bc_forwarding", "BroadcastForwarding = False")]
    [InlineData("1", "1", "mc_forwarding", "MulticastForwarding = True")]
    [InlineData("0", "1", "forwarding", "Forwarding = True")]
    [InlineData("1", "0", "forwarding", "Forwarding = False")]
    [InlineData("0", "1", "accept_local", "AcceptLocal = True")]
    [InlineData("0", "0", "send_redirects", "SendRedirects = False")]
    [InlineData("1", "0", "send_redirects", "SendRedirects = True")]
    [InlineData("1", "0", "accept_redirects", "AcceptRedirects = True")]
    [InlineData("1", "0", "arp_ignore", "ArpIgnore = 1")]
    [InlineData("2", "0", "force_igmp_version", "ForceIgmpVersion = 2")]
    [InlineData("2", "1", "force_igmp_version", "ForceIgmpVersion = 1")]
    [InlineData("5", "0", "medium_id", "MediumId = 0")]
    public void Own_settings_and_those_of_all_take_effect_together(string all, string own, string name, string expected)
    {
        HostConfiguration host = ReadSysctls($"\"net.ipv4.conf.all.{name}\":\"{all}\",\"net.ipv4.conf.eth0.{name}\":\"{own}\"");
        Assert.Contains(expected + " ", Settings(host).ToString().Replace(",", " ", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_forwarding_host_needs_both_to_accept_redirects() =>
        Assert.False(Settings(ReadSysctls(
            "\"net.ipv4.ip_forward\":1,\"net.ipv4.conf.all.accept_redirects\":0,\"net.ipv4.conf.eth0.accept_redirects\":1")).AcceptRedirects);

    [Fact]
    public void Without_settings_those_of_a_fresh_kernel_hold() => Assert.Equal(new IPv4InterfaceSettings(), Settings(ReadSysctls("")));

    [Fact]
    public void Written_sysctls_go_over_those_of_the_snapshot()
    {
        const string Sysctls = "\"net.ipv4.conf.all.rp_filter\":1,\"net.core.rmem_default\":4096,\"net.ipv4.icmp_msgs_burst\":7";
        const string Sockets = """ "sockets":[{"protocol":"udp","local":"0.0.0.0:53"}]""";
        SysctlAssignment[] written = [.. new[] { "net.ipv4.conf.all.rp_filter=2", "net.core.rmem_default=5000" }.Select(text =>
            SysctlAssignment.TryParse(text, out SysctlAssignment? assignment, out string? fault) ? assignment : throw new ArgumentException(fault))];
        byte[] json = Encoding.UTF8.GetBytes(SnapshotFile.Make(others: [$"\"sysctls\":{{{Sysctls}}}", Sockets]));
        Assert.True(SnapshotReader.TryParse(json, "host.json", out HostConfiguration? host, out _, written));
        Assert.Equal((2, 5000, 7), (Settings(host).ReversePathFilter, host.Sockets[0].ReceiveBuffer, host.IPv4.IcmpMessagesBurst));
    }

    [Fact]
    public void A_dot_in_a_devices_name_is_a_slash_in_its_settings()
    {
        HostConfiguration host = SnapshotFile.Read(SnapshotFile.Make(
            """[{"ifindex":2,"ifname":"eth0.5","flags":["UP"]}]""", "[]", "[]", """ "sysctls":{"net.ipv4.conf.eth0/5.rp_filter":"1"}"""));
        Assert.Equal(1, host.Devices[0].IPv4!.Settings.ReversePathFilter);
    }

    [Fact]
    public void A_device_of_a_tiny_MTU_takes_no_part_in_IPv4() =>
        Assert.Null(SnapshotFile.Read(SnapshotFile.Make("""[{"ifindex":2,"ifname":"a","flags":["UP"],"mtu":67}]""", "[]", "[]")).Devices[0].IPv4);

    [Theory]
    [InlineData("""{"dst":"default","dev":"eth0","metric":1024,"pref":"medium"}""", false)]
    [InlineData("""{"dst":"default","dev":"eth0","metric":1024,"protocol":"ra"}""", false)]
    [InlineData("""{"dst":"default","dev":"eth0","metric":1024,"gateway":"fe80::1"}""", false)]
    [InlineData("""{"dst":"default","nexthops":[{"dev":"eth0","gateway":"fe80::1"}]}""", false)]
    [InlineData("""{"family":"inet6","dst":"default","dev":"eth0"}""", false)]
    [InlineData("""{"dst":"fe80::/64","dev":"eth0"},{"dst":"default","dev":"eth0","metric":5}""", false)]
    [InlineData("""{"dst":"fe80::/64","dev":"eth0"},{"dst":"default","dev":"eth0"}""", true)]
    [InlineData("""{"dst":"fe80::/64","dev":"eth0"},{"dst":"default","dev":"eth0","metric":5,"scope":"link"}""", true)]
    [InlineData("""{"dst":"fe80::/64","dev":"eth0"},{"dst":"default","via":{"family":"inet6","host":"fe80::1"},"dev":"eth0","metric":5}""", true)]
    [InlineData("""{"dst":"10.0.0.0/8","dev":"eth0"},{"dst":"default","dev":"eth0","metric":5}""", true)]
    public void The_family_of_a_default_route_is_found(string routes, bool isIPv4) =>
        Assert.Equal(isIPv4, SnapshotFile.Read(SnapshotFile.Make(routes: $"[{routes}]")).Routes.Any(route => route.Destination.Length == 0));

    [Theory]
    [InlineData("""{"dst":"10.1.0.0/16","dev":"eth0","gateway":"10.0.0.1"}""", "Unicast 10.1.0.0/16 table 254 Universe: 10.0.0.1 eth0 1 Host")]
    [InlineData("""{"dst":"10.1.0.0/16","dev":"eth0","table":"7"}""", "Unicast 10.1.0.0/16 table 7 Universe: 0.0.0.0 eth0 1 Host")]
    [InlineData("""{"dst":"10.1.0.0/16","dev":"eth0","table":7,"scope":200,"tos":"CS1"}""", "Unicast 10.1.0.0/16 table 7 Site tos 32: 0.0.0.0 eth0 1 Host")]
    [InlineData("""{"type":"local","dst":"10.1.0.1","dev":"eth0"}""", "Local 10.1.0.1/32 table 255 Host: 0.0.0.0 eth0 1 Nowhere")]
    [InlineData("""{"dst":"10.1.0.0/16","dev":"eth0","flags":["linkdown"]}""", "Unicast 10.1.0.0/16 table 254 Universe: 0.0.0.0 eth0 1 Host")]
    public void What_a_route_leaves_out_follows_from_the_rest(string route, string expected) => Assert.Contains(
        expected, SnapshotFile.Read(SnapshotFile.Make(routes: $"[{route}]")).Routes.Select(SnapshotReaderTests.Describe));

    [Fact]
    public void Next_hops_without_a_carrier_are_passed_over_where_a_setting_says_so()
    {
        HostConfiguration host = SnapshotFile.Read(SnapshotFile.Make(
            routes: """[{"dst":"10.1.0.0/16","nexthops":[{"dev":"eth0","flags":["linkdown"]},{"dev":"eth0","gateway":"10.0.0.9","flags":["dead","linkdown"]}]}]""",
            others: """ "sysctls":{"net.ipv4.conf.eth0.ignore_routes_with_linkdown":1}"""));
        Assert.Equal("Unicast 10.1.0.0/16 table 254 Universe: 0.0.0.0 eth0 1 Host down", SnapshotReaderTests.Describe(host.Routes[0]));
    }

    [Fact]
    public void Of_routes_of_IPv6_what_is_not_evaluated_is_named_as_well()
    {
        HostConfiguration host = SnapshotFile.Read(SnapshotFile.Make(
            routes: """
                [{"dst":"2001:db8:1::/48","dev":"eth0","table":"vpn"},{"dst":"2001:db8:2::/48","nhid":5},
                 {"dst":"2001:db8:3::/48","nexthops":[{"gateway":"fe80::1","dev":"eth0"},{"gateway":"fe80::2","dev":"eth0"}]}]
                """));
        Assert.Contains("routes: table vpn (1 route) is not asked", host.Limitations);
        Assert.Contains("routes: 1 route by a next hop object that the snapshot does not describe: left out", host.Limitations);
        Assert.Contains("routes: 1 route with several next hops: the first that is alive takes every packet", host.Limitations);
    }

    [Fact]
    public void Routes_of_unknown_tables_and_next_hop_objects_are_left_out_and_named()
    {
        HostConfiguration host = SnapshotFile.Read(SnapshotFile.Make(
            routes: """[{"dst":"10.1.0.0/16","dev":"eth0","table":"vpn"},{"dst":"10.2.0.0/16","nhid":5},{"type":"local","dst":"10.0.0.1","dev":"eth0"}]"""));
        Assert.Equal(["Local 10.0.0.1/32 table 255 Host: 0.0.0.0 eth0 1 Nowhere"], host.Routes.Select(SnapshotReaderTests.Describe));
        Assert.Contains("routes: table vpn (1 route) is not asked", host.Limitations);
        Assert.Contains("routes: 1 route by a next hop object that the snapshot does not describe: left out", host.Limitations);
    }

    [Fact]
    public void Without_a_local_table_its_routes_come_from_the_addresses()
    {
        HostConfiguration host = SnapshotFile.Read(SnapshotFile.Make(routes: """[{"dst":"10.0.0.0/24","dev":"eth0","scope":"link"}]"""));
        Assert.Equal(
            [
                "Unicast 10.0.0.0/24 table 254 Link: 0.0.0.0 eth0 1 Host",
                "Local 10.0.0.1/32 table 255 Host from 10.0.0.1: 0.0.0.0 eth0 1 Nowhere",
                "Broadcast 10.0.0.255/32 table 255 Link from 10.0.0.1: 0.0.0.0 eth0 1 Host",
            ],
            host.Routes.Select(SnapshotReaderTests.Describe));
        Assert.Contains("routes: none of table local; they are taken from the addresses (collect them with 'ip -j -d route show table all')", host.Limitations);
        Assert.Equal(RouteType.Local, host.Routes[1].Type);
    }

    [Theory]
    [InlineData("""{"protocol":"udp6","local":"[::]:53"}""", "", false)]
    [InlineData("""{"protocol":"udp6","local":"[::]:53","v6only":true}""", "", true)]
    [InlineData("""{"protocol":"udp6","local":"[::]:53"},{"protocol":"udp","local":"0.0.0.0:53"}""", "", true)]
    [InlineData("""{"protocol":"udp6","local":"[::]:53","v6only":false},{"protocol":"udp","local":"0.0.0.0:53"}""", "", false)]
    [InlineData("""{"protocol":"udp6","local":"[::]:53"},{"protocol":"udplite","local":"0.0.0.0:53"}""", "", false)]
    [InlineData("""{"protocol":"udp6","local":"[::]:53"}""", "\"net.ipv6.bindv6only\":\"1\"", true)]
    [InlineData("""{"protocol":"udp6","local":"[2001:db8::1]:53","remote":"[2001:db8::2]:53"}""", "", true)]
    [InlineData("""{"protocol":"raw6","local":"[::]:58"}""", "", true)]
    public void Whether_a_socket_of_IPv6_takes_IPv4(string sockets, string sysctls, bool isIPv6Only) => Assert.Equal(
        isIPv6Only,
        SnapshotFile.Read(SnapshotFile.Make(others: [$"\"sockets\":[{sockets}]", $"\"sysctls\":{{{sysctls}}}"])).Sockets.Single(socket => socket.LocalIPv6 is not null).IsIPv6Only);

    [Theory]
    [InlineData("", "", 212_992)]
    [InlineData("", "\"net.core.rmem_default\":\"4000\"", 4000)]
    [InlineData(",\"receiveBuffer\":8192", "\"net.core.rmem_default\":\"4000\"", 8192)]
    public void A_sockets_buffer_is_its_own_or_the_default(string member, string sysctls, int expected) => Assert.Equal(
        expected,
        SnapshotFile.Read(SnapshotFile.Make(others: [$$"""
            "sockets":[{"protocol":"udp","local":"0.0.0.0:53"{{member}}}]
            """, $"\"sysctls\":{{{sysctls}}}"])).Sockets.Single().ReceiveBuffer);

    [Theory]
    [InlineData("raw", 1, "", 1)]
    [InlineData("raw", 89, "", 0)]
    [InlineData("raw", 1, ",\"device\":\"eth0\"", 1)]
    [InlineData("raw6", 58, "", 0)]
    public void What_is_not_known_of_a_raw_socket_is_said_where_it_matters(string table, int protocol, string members, int limitations)
    {
        string address = table == "raw" ? "0.0.0.0" : "[::]";
        HostConfiguration host = SnapshotFile.Read(SnapshotFile.Make(others: $$"""
            "sockets":[{"protocol":"{{table}}","local":"{{address}}:{{protocol}}"{{members}}}]
            """));
        Assert.Equal(limitations, host.Limitations.Count(line => line.Contains("/proc/net/raw", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("\"build\":{}", true)]
    [InlineData("\"build\":{\"CONFIG_VLAN_8021Q\":\"m\"}", true)]
    [InlineData("\"build\":{\"CONFIG_VLAN_8021Q\":\"n\"}", false)]
    public void Merging_sees_through_tags_where_the_kernel_was_built_with_vlans(string protocols, bool sees) =>
        Assert.Equal(sees, SnapshotFile.Read(SnapshotFile.Make(others: $"\"protocols\":{{{protocols}}}")).Protocols.Vlan);

    [Theory]
    [InlineData("", 65536, 65536)]
    [InlineData(",\"gro_max_size\":4000", 4000, 4000)]
    [InlineData(",\"gro_max_size\":4000,\"gro_ipv4_max_size\":9000", 4000, 9000)]
    [InlineData(",\"gro_max_size\":200000", 65536, 65536)]
    public void A_link_tells_how_large_merged_packets_get(string members, int size, int sizeOfIPv4)
    {
        string links = $$"""
            [{"ifindex":2,"ifname":"eth0","flags":["UP"],"link_type":"ether"{{members}}}]
            """;
        HostConfiguration host = SnapshotFile.Read(SnapshotFile.Make(links, others: """
            "features":{"eth0":{"generic-receive-offload":"on"}}
            """));
        Assert.Equal((size, sizeOfIPv4), (host.Devices.Single().Offload.MaximumSize, host.Devices.Single().Offload.MaximumIPv4Size));
    }

    [Theory]
    [InlineData("\"protocol\":\"udp\",\"local\":\"0.0.0.0:53\"", true, 0)]
    [InlineData("\"protocol\":\"udp\",\"local\":\"0.0.0.0:53\",\"multicastAll\":false", false, 1, "239.1.2.4")]
    [InlineData("\"protocol\":\"udp\",\"local\":\"0.0.0.0:53\",\"multicastAll\":false,\"groups\":[\"239.1.2.3\"]", false, 0, "239.1.2.3")]
    [InlineData("\"protocol\":\"udp6\",\"local\":\"[::]:53\"", false, 0)]
    public void Which_groups_a_socket_takes(string socket, bool all, int limitations, params string[] groups)
    {
        HostConfiguration host = SnapshotFile.Read(SnapshotFile.Make(others: [$"\"sockets\":[{{{socket}}}]", """
            "multicast":[{"ifindex":2,"ifname":"eth0","maddr":[{"family":"inet","address":"239.1.2.4"},{"family":"inet","address":"224.0.0.1"}]}]
            """]));
        Assert.Equal(all, host.Sockets.Single().TakesAllGroups);
        Assert.Equal(groups, host.Sockets.Single().Groups.Select(group => group.ToString()));
        Assert.Equal(limitations, host.Limitations.Count(line => line.Contains("IP_MULTICAST_ALL", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("\"kernel\":{\"release\":\"5.15.0-91-generic\"}", "kernel: the host runs 5.15.0-91-generic; decisions are those of 6.18")]
    [InlineData("\"rules\":[{\"priority\":0,\"src\":\"all\",\"table\":\"local\"}]", "rules: the kernel's own rules for the tables local and main are not all there, but both are asked")]
    [InlineData("\"rules\":[{\"priority\":0,\"src\":\"all\",\"fwmark\":\"0x1\",\"table\":\"local\"}]", "rules: rule 0 (from all fwmark 0x1 lookup local) is not evaluated")]
    [InlineData("\"rules\":[{\"priority\":9,\"src\":\"10.0.0.0\",\"srclen\":8,\"action\":\"unreachable\"}]", "rules: rule 9 (from 10.0.0.0/8 unreachable) is not evaluated")]
    [InlineData("\"rules\":[{\"priority\":9,\"src\":\"all\",\"fwmark\":\"0x1\",\"iif\":\"eth0\",\"table\":\"200\"}]", "rules: rule 9 (from all fwmark 0x1 iif eth0 lookup 200) is not evaluated")]
    [InlineData("\"sockets\":[{\"protocol\":\"tcp\",\"local\":\"10.0.0.1:80\",\"remote\":\"10.0.0.2:1\",\"state\":\"CLOSE_WAIT\"}]", "sockets: 1 TCP connection in state CLOSE_WAIT taken for established")]
    [InlineData("\"nftables\":{\"nftables\":[{\"chain\":{\"family\":\"ip\",\"table\":\"t\",\"name\":\"c\",\"hook\":\"input\",\"policy\":\"drop\"}}]}", "nftables: table ip t (0 rules at input) is not evaluated")]
    public void What_could_change_a_verdict_is_named(string part, string limitation) => Assert.Contains(limitation, SnapshotFile.Read(SnapshotFile.Make(others: part)).Limitations);

    [Theory]
    [InlineData("\"linkinfo\":{\"info_kind\":\"vlan\"},\"link\":\"eth0\"", "links: x is a VLAN of eth0, whose tagged frames it takes; this is not evaluated")]
    [InlineData("\"linkinfo\":{\"info_kind\":\"vxlan\"}", "links: x is a tunnel; what comes through it is not taken out")]
    [InlineData("\"link_type\":\"none\"", "links: x has no Ethernet header (none), but frames are received as if it had")]
    [InlineData("\"master\":\"bond0\"", "links: x belongs to bond0, which takes its frames; this is not evaluated")]
    [InlineData("\"xdp\":{\"mode\":1,\"prog\":{\"id\":7}}", "links: x has an XDP program, which is not run")]
    public void What_stands_before_the_stack_is_named(string members, string limitation) => Assert.Contains(
        limitation, SnapshotFile.Read(SnapshotFile.Make($$"""[{"ifindex":9,"ifname":"x","flags":["UP"],{{members}}}]""", "[]", "[]")).Limitations);

    [Theory]
    [InlineData("", 1)]
    [InlineData(",\"linkinfo\":{\"info_kind\":\"veth\"}", 0)]
    public void Links_without_details_are_named(string members, int expected)
    {
        HostConfiguration host = SnapshotFile.Read(SnapshotFile.Make(
            $$"""[{"ifindex":8,"ifname":"x","flags":["UP"]},{"ifindex":9,"ifname":"y","flags":["UP"]{{members}}}]""", "[]", "[]"));
        Assert.Equal(expected, host.Limitations.Count(line => line.StartsWith("links: collected without -d", StringComparison.Ordinal)));
    }

    private static HostConfiguration ReadSysctls(string sysctls) => SnapshotFile.Read(SnapshotFile.Make(others: $"\"sysctls\":{{{sysctls}}}"));

    private static IPv4InterfaceSettings Settings(HostConfiguration host) => host.Devices[1].IPv4!.Settings;
}
