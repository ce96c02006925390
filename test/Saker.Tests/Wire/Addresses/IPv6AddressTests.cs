using System.Net;
using System.Text;
using Saker.Wire;

namespace Saker.Tests.Wire.Addresses;

public class IPv6AddressTests
{
    private const int Seed = 5952;

    // The examples of RFC 5952 sections 2, 4 and 5, and of RFC 4291 section 2.2.
    [Theory]
    [InlineData("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("2001:db8::1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("2001:DB8:0:0:1::1", "2001:db8::1:0:0:1")]
    [InlineData("2001:db8:aaaa:bbbb:cccc:dddd:0:1", "2001:db8:aaaa:bbbb:cccc:dddd:0:1")]
    [InlineData("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1")]
    [InlineData("2001:0:0:1:0:0:0:1", "2001:0:0:1::1")]
    [InlineData("2001:db8:0:0:0:0:2:1", "2001:db8::2:1")]
    [InlineData("2001:0db8::0001", "2001:db8::1")]
    [InlineData("0:0:0:0:0:ffff:192.0.2.1", "::ffff:192.0.2.1")]
    [InlineData("::ffff:c000:201", "::ffff:192.0.2.1")]
    [InlineData("64:ff9b::192.0.2.33", "64:ff9b::c000:221")]
    [InlineData("FF01:0:0:0:0:0:0:101", "ff01::101")]
    [InlineData("0:0:0:0:0:0:0:1", "::1")]
    [InlineData("0:0:0:0:0:0:0:0", "::")]
    [InlineData("1::", "1::")]
    [InlineData("::13.1.68.3", "::d01:4403")]
    [InlineData("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0")]
    [InlineData("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304")]
    public void Text_is_read_and_written_as_RFC_5952_wants_it(string text, string canonical)
    {
        IPv6Address address = IPv6Address.Parse(text);
        Assert.Equal(canonical, address.ToString());
        Assert.Equal(IPAddress.Parse(text), address.ToIPAddress());
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("1")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4::5:6:7:8")]
    [InlineData("1::2::3")]
    [InlineData("1:2:3:4:5:6:7:")]
    [InlineData(":1:2:3:4:5:6:7")]
    [InlineData("::1:")]
    [InlineData("12345::")]
    [InlineData("g::")]
    [InlineData("::1.2.3")]
    [InlineData("::1.2.3.4:5")]
    [InlineData("1.2.3.4::")]
    [InlineData("1:2:3:4:5:6:7:1.2.3.4")]
    [InlineData("1.2.3.4")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[::1]")]
    public void Text_that_is_no_address_is_refused(string text)
    {
        Assert.False(IPv6Address.TryParse(text, out _));
        Assert.Throws<FormatException>(() => IPv6Address.Parse(text));
    }

    [Fact]
    public void Random_addresses_come_back_from_their_text_and_from_System_Net()
    {
        Random random = new(Seed);
        Span<byte> octets = stackalloc byte[IPv6Address.Size];
        Span<byte> utf8 = stackalloc byte[39];
        for (int input = 0; input < Effort.Inputs(5_000, 1_000_000); input++)
        {
            random.NextBytes(octets);
            for (int zeros = random.Next(8); zeros > 0; zeros--)
            {
                octets.Slice(2 * random.Next(8), 2).Clear();
            }

            IPv6Address address = IPv6Address.ReadFrom(octets);
            string text = address.ToString();
            Assert.Equal(address, IPv6Address.Parse(text));
            Assert.Equal(address, IPv6Address.From(IPAddress.Parse(text)));
            Assert.Equal(address.ToIPAddress(), new IPAddress(octets));
            Assert.True(address.TryFormat(utf8, out int written));
            Assert.Equal(text, Encoding.ASCII.GetString(utf8[..written]));
        }
    }

    [Theory]
    [InlineData("::", "unspecified")]
    [InlineData("::1", "loopback")]
    [InlineData("::ffff:1.2.3.4", "mapped")]
    [InlineData("2001:db8::1", "")]
    [InlineData("fe80::1", "linklocal")]
    [InlineData("febf::1", "linklocal")]
    [InlineData("fec0::1", "sitelocal")]
    [InlineData("fc00::1", "unique")]
    [InlineData("fdff::1", "unique")]
    [InlineData("ff01::1", "multicast interfacegroup")]
    [InlineData("ff02::1", "multicast linkgroup")]
    [InlineData("ff32::1", "multicast linkgroup")]
    [InlineData("ff02::1:ff00:1", "multicast linkgroup solicited")]
    [InlineData("ff02::1:fe00:1", "multicast linkgroup")]
    [InlineData("ff0e::1", "multicast")]
    public void Classes(string text, string classes)
    {
        IPv6Address address = IPv6Address.Parse(text);
        (bool Is, string Name)[] all =
        [
            (address.IsUnspecified, "unspecified"), (address.IsLoopback, "loopback"), (address.IsV4Mapped, "mapped"), (address.IsLinkLocal, "linklocal"),
            (address.IsSiteLocal, "sitelocal"), (address.IsUniqueLocal, "unique"), (address.IsMulticast, "multicast"),
            (address.IsInterfaceLocalMulticast, "interfacegroup"), (address.IsLinkLocalMulticast, "linkgroup"), (address.IsSolicitedNodeMulticast, "solicited"),
        ];
        Assert.Equal(classes, string.Join(' ', all.Where(row => row.Is).Select(row => row.Name)));
    }

    [Theory]
    [InlineData("ff01::1", IPv6MulticastScope.InterfaceLocal)]
    [InlineData("ff02::1", IPv6MulticastScope.LinkLocal)]
    [InlineData("ff35::1", IPv6MulticastScope.SiteLocal)]
    [InlineData("ff0e::1", IPv6MulticastScope.Global)]
    public void Multicast_has_a_scope(string text, IPv6MulticastScope scope) => Assert.Equal(scope, IPv6Address.Parse(text).MulticastScope);

    // The example of RFC 4291 section 2.7.1.
    [Fact]
    public void Solicited_node_group_has_the_last_24_bits()
    {
        IPv6Address group = IPv6Address.Parse("4037::01:800:200e:8c6c").SolicitedNodeMulticast;
        Assert.Equal("ff02::1:ff0e:8c6c", group.ToString());
        Assert.True(group.IsSolicitedNodeMulticast);
    }

    // The example of RFC 2464 section 4.
    [Fact]
    public void Link_local_address_of_a_mac_is_its_modified_EUI_64() =>
        Assert.Equal("fe80::3656:78ff:fe9a:bcde", IPv6Address.LinkLocalFor(MacAddress.Parse("34-56-78-9A-BC-DE")).ToString());

    [Fact]
    public void Mapped_addresses_bear_their_IPv4_address()
    {
        IPv4Address address = IPv4Address.Parse("192.0.2.1");
        Assert.Equal("::ffff:192.0.2.1", IPv6Address.Map(address).ToString());
        Assert.Equal(address, IPv6Address.Map(address).EmbeddedIPv4);
    }

    [Fact]
    public void Order_is_by_number()
    {
        IPv6Address low = IPv6Address.Parse("2001:db8::ffff:0:0:0");
        IPv6Address high = IPv6Address.Parse("2001:db8:0:1::");
        Assert.True(low < high && high > low && low <= high && high >= low && low.CompareTo(high) < 0);
        Assert.Equal(high, new IPv6Address(high.Value));
    }
}

public class IPv6PrefixTests
{
    [Theory]
    [InlineData("2001:db8::/32", 32, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("::/0", 0, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("fe80::/64", 64, "fe80::ffff:ffff:ffff:ffff")]
    [InlineData("ff02::1:ff00:0/104", 104, "ff02::1:ffff:ffff")]
    [InlineData("::1/128", 128, "::1")]
    [InlineData("8000::/1", 1, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("0:0:0:0:8000::/65", 65, "::ffff:ffff:ffff:ffff")]
    public void Text_is_read(string text, int length, string last)
    {
        IPv6Prefix prefix = IPv6Prefix.Parse(text);
        Assert.Equal((length, last), (prefix.Length, prefix.LastAddress.ToString()));
        Assert.Equal(prefix, IPv6Prefix.Parse(prefix.ToString()));
        Assert.Equal(prefix, IPv6Prefix.From(prefix.ToIPNetwork()));
        Assert.True(prefix.Contains(prefix.Address) && prefix.Contains(prefix.LastAddress));
        Assert.Equal(length == 0, prefix.Contains(new IPv6Address(prefix.LastAddress.Value + 1)) || prefix.Contains(new IPv6Address(prefix.Address.Value - 1)));
    }

    [Theory]
    [InlineData("2001:db8::1/32")]
    [InlineData("2001:db8::/129")]
    [InlineData("2001:db8::/")]
    [InlineData("10.0.0.0/8")]
    public void Text_that_is_no_network_is_refused(string text) => Assert.False(IPv6Prefix.TryParse(text, out _));

    [Fact]
    public void An_address_alone_is_a_network_of_one() => Assert.Equal(new IPv6Prefix(IPv6Address.Loopback, 128), IPv6Prefix.Parse("::1"));
}
