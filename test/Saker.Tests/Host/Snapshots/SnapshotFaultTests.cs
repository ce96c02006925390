using System.Text;
using Saker.Host.Snapshots;

namespace Saker.Tests.Host.Snapshots;

public class SnapshotFaultTests
{
    private const string LinkCommand = "; expected what 'ip -j -d link show' prints";
    private const string AddressCommand = "; expected what 'ip -j -d address show' prints";
    private const string RouteCommand = "; expected what 'ip -j -d route show table all' prints";
    private const string SnapshotCommand = "; expected what 'saker snapshot' prints";

    [Theory]
    [InlineData("", "is empty; expected the JSON object that 'saker snapshot' prints")]
    [InlineData(" \n", "is empty; expected the JSON object that 'saker snapshot' prints")]
    [InlineData("[]", "is an array; expected the JSON object that 'saker snapshot' prints")]
    [InlineData("3", "is a number; expected the JSON object that 'saker snapshot' prints")]
    [InlineData("{\"links\":[],\n  foo", "line 2, column 3: not JSON: 'f' is an invalid start of a property name. Expected a '\"'")]
    [InlineData("{}", "'links' is missing; add what 'ip -j -d link show' prints, or collect the whole with 'saker snapshot'")]
    [InlineData("{\"links\":[]}", "'addresses' is missing; add what 'ip -j -d address show' prints, or collect the whole with 'saker snapshot'")]
    [InlineData("{\"links\":[],\"addresses\":[],\"routes\":null}", "'routes' is missing; add what 'ip -j -d route show table all' prints, or collect the whole with 'saker snapshot'")]
    [InlineData("{\"links\":{},\"addresses\":[],\"routes\":[]}", "'links' is an object, no array" + LinkCommand)]
    [InlineData("{\"a\":\"\\ud800\"}", "byte 5: a string with half of a surrogate pair; expected the JSON object that 'saker snapshot' prints")]
    public void A_file_that_is_no_snapshot_says_so(string json, string fault) => Assert.Equal("host.json: " + fault, SnapshotFile.FaultOf(json));

    [Theory]
    [InlineData("[3]", "links[0]: is a number, no object" + LinkCommand)]
    [InlineData("[{\"ifname\":\"a\",\"flags\":[]}]", "links[0]: 'ifindex' is missing" + LinkCommand)]
    [InlineData("[{\"ifindex\":1,\"flags\":[]}]", "links[0]: 'ifname' is missing" + LinkCommand)]
    [InlineData("[{\"ifindex\":1,\"ifname\":\"\",\"flags\":[]}]", "links[0]: 'ifname' is '', empty" + LinkCommand)]
    [InlineData("[{\"ifindex\":1,\"ifname\":\"a\"}]", "links[0]: 'flags' is missing" + LinkCommand)]
    [InlineData("[{\"ifindex\":-1,\"ifname\":\"a\",\"flags\":[]}]", "links[0]: 'ifindex' is -1, no whole number from 1 to 1048576" + LinkCommand)]
    [InlineData("[{\"ifindex\":1e99,\"ifname\":\"a\",\"flags\":[]}]", "links[0]: 'ifindex' is 1e99, no whole number from 1 to 1048576" + LinkCommand)]
    [InlineData("[{\"ifindex\":\"1\",\"ifname\":\"a\",\"flags\":[]}]", "links[0]: 'ifindex' is '1', no whole number from 1 to 1048576" + LinkCommand)]
    [InlineData("[{\"ifindex\":1,\"ifname\":\"a\",\"flags\":[1]}]", "links[0]: 'flags' is an array, no array of strings" + LinkCommand)]
    [InlineData("[{\"ifindex\":1,\"ifname\":\"a\",\"flags\":[],\"mtu\":99999999999}]", "links[0]: 'mtu' is 99999999999, no whole number from 0 to 2147483647" + LinkCommand)]
    [InlineData("[{\"ifindex\":1,\"ifname\":\"a\",\"flags\":[],\"address\":\"0.0.0.0\"}]", "links[0]: 'address' is '0.0.0.0', which is no link address of six bytes" + LinkCommand)]
    [InlineData("[{\"ifindex\":1,\"ifname\":\"a\",\"flags\":[]},{\"ifindex\":1,\"ifname\":\"b\",\"flags\":[]}]", "links[1]: 'ifindex' is 1, which a has already")]
    [InlineData("[{\"ifindex\":1,\"ifname\":\"a\",\"flags\":[]},{\"ifindex\":2,\"ifname\":\"a\",\"flags\":[]}]", "links[1]: 'ifname' is 'a', which the link with index 1 has already")]
    [InlineData("[{\"ifindex\":1,\"ifname\":\"a\\n\\u001b[31m\",\"flags\":7}]", "links[0]: 'flags' is 7, no array of strings" + LinkCommand)]
    public void A_bad_link_is_named(string links, string fault) => Assert.Equal("host.json: " + fault, SnapshotFile.FaultOf(SnapshotFile.Make(links: links, addresses: "[]", routes: "[]")));

    [Theory]
    [InlineData("[{\"ifname\":\"eth9\"}]", "addresses[0]: 'ifname' is 'eth9', but 'links' has no such device")]
    [InlineData("[{\"ifindex\":3,\"ifname\":\"eth0\"}]", "addresses[0]: 'ifindex' of eth0 is 3, but 2 in 'links'; collect both at once")]
    [InlineData("[{\"ifname\":\"eth0\"},{\"ifname\":\"eth0\"}]", "addresses[1]: eth0 occurs twice")]
    [InlineData("[{\"ifname\":\"eth0\",\"addr_info\":{}}]", "addresses[0]: 'addr_info' is an object, no array" + AddressCommand)]
    [InlineData("[{\"ifname\":\"eth0\",\"addr_info\":[{\"local\":\"10.0.0\",\"prefixlen\":24}]}]", "addresses[0].addr_info[0]: 'local' is '10.0.0', which is no IPv4 address" + AddressCommand)]
    [InlineData("[{\"ifname\":\"eth0\",\"addr_info\":[{\"local\":\"10.0.0.1\"}]}]", "addresses[0].addr_info[0]: 'prefixlen' is missing" + AddressCommand)]
    [InlineData("[{\"ifname\":\"eth0\",\"addr_info\":[{\"local\":\"10.0.0.1\",\"prefixlen\":33}]}]", "addresses[0].addr_info[0]: 'prefixlen' is 33, no whole number from 0 to 32" + AddressCommand)]
    [InlineData("[{\"ifname\":\"eth0\",\"addr_info\":[{\"local\":\"10.0.0.1\",\"prefixlen\":8,\"scope\":\"here\"}]}]", "addresses[0].addr_info[0]: 'scope' is 'here', which is none of global, site, link, host, nowhere, and no number below 256" + AddressCommand)]
    public void A_bad_address_is_named(string addresses, string fault) => Assert.Equal("host.json: " + fault, SnapshotFile.FaultOf(SnapshotFile.Make(addresses: addresses)));

    [Theory]
    [InlineData("[{}, {\"dst\":\"foo\"}]", "routes[1]: 'dst' is 'foo', which is no IPv4 or IPv6 prefix" + RouteCommand)]
    [InlineData("[{\"dst\":\"fe80::/129\"}]", "routes[0]: 'dst' is 'fe80::/129', which is no IPv4 or IPv6 prefix" + RouteCommand)]
    [InlineData("[{\"dst\":\"10.0.0.1/24\"}]", "routes[0]: 'dst' is '10.0.0.1/24', which is no IPv4 or IPv6 prefix" + RouteCommand)]
    [InlineData("[{\"dev\":\"eth0\"}]", "routes[0]: 'dst' is missing" + RouteCommand)]
    [InlineData("[{\"dst\":\"default\"}]", "routes[0]: 'dev' is missing" + RouteCommand)]
    [InlineData("[{\"dst\":\"default\",\"dev\":\"eth1\"}]", "routes[0]: 'dev' is 'eth1', but 'links' has no such device")]
    [InlineData("[{\"dst\":\"default\",\"dev\":\"eth0\",\"type\":\"odd\"}]", "routes[0]: 'type' is 'odd', which is no type of route" + RouteCommand)]
    [InlineData("[{\"dst\":\"default\",\"dev\":\"eth0\",\"gateway\":\"x\"}]", "routes[0]: 'gateway' is 'x', which is no IPv4 address" + RouteCommand)]
    [InlineData("[{\"dst\":\"default\",\"dev\":\"eth0\",\"metric\":-4}]", "routes[0]: 'metric' is -4, no whole number from 0 to 4294967295" + RouteCommand)]
    [InlineData("[{\"dst\":\"default\",\"dev\":\"eth0\",\"tos\":\"0x100\"}]", "routes[0]: 'tos' is '0x100', which is no TOS byte and no name of a DSCP" + RouteCommand)]
    [InlineData("[{\"dst\":\"default\",\"nexthops\":[{\"dev\":\"eth0\"},{\"gateway\":\"10.0.0.9\"}]}]", "routes[0].nexthops[1]: 'dev' is missing" + RouteCommand)]
    [InlineData("[{\"dst\":\"default\",\"nexthops\":[{\"dev\":\"eth0\",\"weight\":0}]}]", "routes[0].nexthops[0]: 'weight' is 0, no whole number from 1 to 256" + RouteCommand)]
    [InlineData("[{\"dst\":[\"default\"]}]", "routes[0]: 'dst' is an array, no string" + RouteCommand)]
    public void A_bad_route_is_named(string routes, string fault) => Assert.Equal("host.json: " + fault, SnapshotFile.FaultOf(SnapshotFile.Make(routes: routes)));

    [Theory]
    [InlineData("\"neighbors\":[{\"dst\":\"10.0.0.2\",\"lladdr\":\"02:00:00:00:00:02\"}]", "neighbors[0]: 'dev' is missing; expected what 'ip -j -d neighbor show nud all' prints")]
    [InlineData("\"neighbors\":[{\"dst\":\"10.0.0.2\",\"dev\":\"eth0\",\"lladdr\":\"02:00\"}]", "neighbors[0]: 'lladdr' is '02:00', which is no link address of six bytes; expected what 'ip -j -d neighbor show nud all' prints")]
    [InlineData("\"multicast\":[{\"ifname\":\"eth0\",\"maddr\":[{\"family\":\"inet\",\"address\":\"ff02::1\"}]}]", "multicast[0].maddr[0]: 'address' is 'ff02::1', which is no IPv4 address; expected what 'ip -j -d maddress show' prints")]
    [InlineData("\"sysctls\":{\"net.ipv4.conf.all.rp_filter\":\"strict\"}", "sysctls: 'net.ipv4.conf.all.rp_filter' is 'strict', no whole number from -2147483648 to 2147483647" + SnapshotCommand)]
    [InlineData("\"sysctls\":{\"net.ipv4.ip_default_ttl\":0}", "sysctls: 'net.ipv4.ip_default_ttl' is 0, no whole number from 1 to 255" + SnapshotCommand)]
    [InlineData(
        "\"sysctls\":{\"net.ipv6.conf.eth0.disable_ipv6\":0,\"net.ipv6.conf.eth0.hop_limit\":300}",
        "sysctls: 'net.ipv6.conf.eth0.hop_limit' is 300, no whole number from 1 to 255" + SnapshotCommand)]
    [InlineData("\"sysctls\":{\"net.core.rmem_default\":null,\"x\":true}", "sysctls: 'x' is true, no string" + SnapshotCommand)]
    [InlineData("\"sockets\":[{\"local\":\"0.0.0.0:53\"}]", "sockets[0]: 'protocol' is missing" + SnapshotCommand)]
    [InlineData("\"sockets\":[{\"protocol\":\"udp\"}]", "sockets[0]: 'local' is missing" + SnapshotCommand)]
    [InlineData("\"sockets\":[{\"protocol\":\"udp\",\"local\":\"0.0.0.0:65536\"}]", "sockets[0]: 'local' is '0.0.0.0:65536', which is no address and port such as 10.0.0.1:53 or [::1]:53" + SnapshotCommand)]
    [InlineData("\"sockets\":[{\"protocol\":\"udp6\",\"local\":\"0.0.0.0:53\"}]", "sockets[0]: 'local' is '0.0.0.0:53', which is no IPv6 address and port" + SnapshotCommand)]
    [InlineData("\"sockets\":[{\"protocol\":\"raw\",\"local\":\"0.0.0.0:256\"}]", "sockets[0]: 'local' is '0.0.0.0:256', whose port should be a protocol number" + SnapshotCommand)]
    [InlineData("\"sockets\":[{\"protocol\":\"udp\",\"local\":\"0.0.0.0:53\",\"device\":\"wlan0\"}]", "sockets[0]: 'device' is 'wlan0', but 'links' has no such device")]
    [InlineData("\"protocols\":{\"internet\":[6,256]}", "protocols: 'internet' is an array, no array of whole numbers from 0 to 255" + SnapshotCommand)]
    [InlineData("\"rules\":[{\"priority\":\"first\"}]", "rules[0]: 'priority' is 'first', no whole number from 0 to 4294967295; expected what 'ip -j -d rule show' prints")]
    [InlineData("\"nftables\":{\"nftables\":[{\"chain\":7}]}", "nftables.nftables[0]: 'chain' is 7, no object; expected what 'nft -j list ruleset' prints")]
    [InlineData("\"nftables\":true", "'nftables' is true, no object; expected what 'nft -j list ruleset' prints")]
    public void A_bad_entry_of_another_part_is_named(string part, string fault) => Assert.Equal("host.json: " + fault, SnapshotFile.FaultOf(SnapshotFile.Make(others: part)));

    [Fact]
    public void Bytes_that_are_no_text_are_named()
    {
        Assert.False(SnapshotReader.TryParse((byte[])[.. "{\"links\":\""u8, 0xff, .. "\"}"u8], "host.json", out _, out string? fault));
        Assert.Equal("host.json: is no UTF-8 text; expected the JSON object that 'saker snapshot' prints", fault);
    }

    [Fact]
    public void Deep_nesting_is_a_fault() =>
        Assert.StartsWith("host.json: line 1, column ", SnapshotFile.FaultOf(new string('[', 100_000)));

    [Fact]
    public void A_byte_order_mark_is_passed_over() => SnapshotFile.Read((byte[])[0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(SnapshotFile.Make())]);

    [Fact]
    public void Files_that_cannot_be_read_say_why()
    {
        string folder = Directory.CreateTempSubdirectory("saker").FullName;
        try
        {
            string missing = Path.Combine(folder, "missing.json");
            Assert.False(SnapshotReader.TryRead(missing, out _, out string? fault));
            Assert.Equal($"{missing}: no such file", fault);

            Assert.False(SnapshotReader.TryRead(folder, out _, out fault));
            Assert.Equal($"{folder}: is a directory; expected a file that 'saker snapshot' wrote", fault);

            Assert.False(SnapshotReader.TryRead("", out _, out fault));
            Assert.Equal(": no such file", fault);

            string good = Path.Combine(folder, "good.json");
            File.WriteAllText(good, SnapshotFile.Make());
            Assert.True(SnapshotReader.TryRead(good, out _, out fault), fault);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
