using System.Net;
using System.Text;
using Saker.Wire;

namespace Saker.Tests.Wire.Addresses;

public class IPv4AddressTests
{
    private const int Seed = 791;

    [Theory]
    [InlineData("192.0.2.1", 0xc000_0201)]
    [InlineData("0.0.0.0", 0)]
    [InlineData("255.255.255.255", 0xffff_ffff)]
    public void Text_is_read_and_written(string text, uint value)
    {
        Assert.Equal(new IPv4Address(value), IPv4Address.Parse(text));
        Assert.Equal(text, new IPv4Address(value).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.04")]
    [InlineData("1.2..4")]
    [InlineData("1.2.3.4 ")]
    [InlineData("1.2.3.-4")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("1.2.3.4444444444")]
    public void Text_that_is_no_address_is_refused(string text)
    {
        Assert.False(IPv4Address.TryParse(text, out _));
        Assert.Throws<FormatException>(() => IPv4Address.Parse(text));
    }

    [Fact]
    public void Random_addresses_agree_with_System_Net()
    {
        Random random = new(Seed);
        Span<byte> utf8 = stackalloc byte[15];
        for (int input = 0; input < Effort.Inputs(5_000, 1_000_000); input++)
        {
            IPv4Address address = new((uint)random.NextInt64(1L << 32));
            IPAddress peer = address.ToIPAddress();
            Assert.Equal(peer.ToString(), address.ToString());
            Assert.Equal(address, IPv4Address.Parse(peer.ToString()));
            Assert.Equal(address, IPv4Address.From(peer));
            Assert.Equal(address, IPv4Address.From(peer.MapToIPv6()));
            Assert.True(address.TryFormat(utf8, out int written));
            Assert.Equal(peer.ToString(), Encoding.ASCII.GetString(utf8[..written]));
        }
    }

    [Fact]
    public void An_IPv6_address_is_not_taken_over() => Assert.Throws<ArgumentException>(() => IPv4Address.From(IPAddress.IPv6Loopback));

    [Theory]
    [InlineData("0.0.0.0", "any zero")]
    [InlineData("0.1.2.3", "zero")]
    [InlineData("10.1.2.3", "private")]
    [InlineData("127.255.0.1", "loopback")]
    [InlineData("128.0.0.1", "")]
    [InlineData("169.254.1.1", "linklocal")]
    [InlineData("172.15.0.1", "")]
    [InlineData("172.31.0.1", "private")]
    [InlineData("192.168.0.1", "private")]
    [InlineData("192.169.0.1", "")]
    [InlineData("224.0.0.22", "multicast localmulticast")]
    [InlineData("224.0.1.1", "multicast")]
    [InlineData("239.255.255.255", "multicast")]
    [InlineData("240.0.0.1", "reserved")]
    [InlineData("255.255.255.255", "reserved broadcast")]
    public void Classes(string text, string classes)
    {
        IPv4Address address = IPv4Address.Parse(text);
        (bool Is, string Name)[] all =
        [
            (address.IsAny, "any"), (address.IsZeroNetwork, "zero"), (address.IsLoopback, "loopback"), (address.IsPrivate, "private"),
            (address.IsLinkLocal, "linklocal"), (address.IsMulticast, "multicast"), (address.IsLocalMulticast, "localmulticast"),
            (address.IsReserved, "reserved"), (address.IsLimitedBroadcast, "broadcast"),
        ];
        Assert.Equal(classes, string.Join(' ', all.Where(row => row.Is).Select(row => row.Name)));
    }

    [Fact]
    public void Octets_are_in_wire_order()
    {
        byte[] written = new byte[5];
        IPv4Address.ReadFrom([192, 0, 2, 1, 9]).WriteTo(written);
        Assert.Equal([192, 0, 2, 1, 0], written);
        Assert.Equal(new IPv4Address(192, 0, 2, 1), IPv4Address.ReadFrom(written));
        Assert.Throws<ArgumentOutOfRangeException>(() => IPv4Address.ReadFrom([1, 2, 3]));
    }
}

public class IPv4PrefixTests
{
    [Theory]
    [InlineData("192.0.2.0/24", "192.0.2.0", 24, "255.255.255.0", "192.0.2.255")]
    [InlineData("0.0.0.0/0", "0.0.0.0", 0, "0.0.0.0", "255.255.255.255")]
    [InlineData("192.0.2.1", "192.0.2.1", 32, "255.255.255.255", "192.0.2.1")]
    [InlineData("10.0.0.0/9", "10.0.0.0", 9, "255.128.0.0", "10.127.255.255")]
    public void Text_is_read(string text, string address, int length, string mask, string last)
    {
        IPv4Prefix prefix = IPv4Prefix.Parse(text);
        Assert.Equal((address, length, mask, last), (prefix.Address.ToString(), prefix.Length, prefix.Mask.ToString(), prefix.LastAddress.ToString()));
        Assert.Equal($"{address}/{length}", prefix.ToString());
        Assert.Equal(prefix, IPv4Prefix.From(prefix.ToIPNetwork()));
        Assert.True(IPv4Prefix.TryGetLength(prefix.Mask, out int told) && told == length);
    }

    [Theory]
    [InlineData("192.0.2.1/24")]
    [InlineData("192.0.2.0/33")]
    [InlineData("192.0.2.0/")]
    [InlineData("192.0.2.0/-1")]
    [InlineData("192.0.2.0/024")]
    [InlineData("/24")]
    [InlineData("2001:db8::/32")]
    public void Text_that_is_no_network_is_refused(string text) => Assert.False(IPv4Prefix.TryParse(text, out _));

    [Fact]
    public void Host_bits_are_cleared_and_lengths_checked()
    {
        Assert.Equal(IPv4Prefix.Parse("192.0.2.0/24"), new IPv4Prefix(IPv4Address.Parse("192.0.2.77"), 24));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IPv4Prefix(IPv4Address.Any, 33));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IPv4Prefix(IPv4Address.Any, -1));
    }

    [Theory]
    [InlineData("192.0.2.0/24", "192.0.2.255", true)]
    [InlineData("192.0.2.0/24", "192.0.3.0", false)]
    [InlineData("0.0.0.0/0", "255.255.255.255", true)]
    [InlineData("192.0.2.1/32", "192.0.2.0", false)]
    public void Contains_an_address(string prefix, string address, bool expected)
    {
        Assert.Equal(expected, IPv4Prefix.Parse(prefix).Contains(IPv4Address.Parse(address)));
        Assert.Equal(expected, IPv4Prefix.Parse(prefix).Contains(IPv4Prefix.Parse(address)));
    }

    [Fact]
    public void A_network_does_not_contain_a_wider_one() => Assert.False(IPv4Prefix.Parse("10.0.0.0/9").Contains(IPv4Prefix.Parse("10.0.0.0/8")));

    [Fact]
    public void A_mask_with_gaps_has_no_length() => Assert.False(IPv4Prefix.TryGetLength(IPv4Address.Parse("255.0.255.0"), out _));
}
