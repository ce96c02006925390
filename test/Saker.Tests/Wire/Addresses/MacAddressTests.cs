using System.Text;
using Saker.Wire;

namespace Saker.Tests.Wire.Addresses;

public class MacAddressTests
{
    [Theory]
    [InlineData("52:54:00:12:34:56", 0x5254_0012_3456UL)]
    [InlineData("FF-ff-FF-ff-FF-ff", 0xffff_ffff_ffffUL)]
    [InlineData("00:00:00:00:00:00", 0UL)]
    public void Text_is_read(string text, ulong value) => Assert.Equal(new MacAddress(value), MacAddress.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("52:54:00:12:34")]
    [InlineData("52:54:00:12:34:56:78")]
    [InlineData("52:54:00-12:34:56")]
    [InlineData("52.54.00.12.34.56")]
    [InlineData("5g:54:00:12:34:56")]
    [InlineData("525400123456")]
    [InlineData(" 2:54:00:12:34:56")]
    public void Text_that_is_no_address_is_refused(string text)
    {
        Assert.False(MacAddress.TryParse(text, out _));
        Assert.Throws<FormatException>(() => MacAddress.Parse(text));
    }

    [Fact]
    public void Text_is_lower_case_with_colons_in_characters_and_octets()
    {
        MacAddress address = new(0x52, 0x54, 0x00, 0xab, 0xcd, 0xef);
        Span<byte> utf8 = stackalloc byte[17];
        Assert.Equal("52:54:00:ab:cd:ef", address.ToString());
        Assert.Equal("52:54:00:ab:cd:ef", $"{address}");
        Assert.True(address.TryFormat(utf8, out int written));
        Assert.Equal("52:54:00:ab:cd:ef", Encoding.ASCII.GetString(utf8[..written]));
        Assert.False(address.TryFormat(utf8[..16], out written));
        Assert.Equal(0, written);
        Assert.False(address.TryFormat(new char[16], out written));
        Assert.Equal(0, written);
    }

    [Theory]
    [InlineData("52:54:00:12:34:56", false, false, true, true, false)]
    [InlineData("00:1b:21:12:34:56", false, false, true, false, false)]
    [InlineData("01:80:c2:00:00:0e", true, false, false, false, true)]
    [InlineData("01:80:c2:00:00:10", true, false, false, false, false)]
    [InlineData("33:33:00:00:00:01", true, false, false, true, false)]
    [InlineData("ff:ff:ff:ff:ff:ff", true, true, false, true, false)]
    [InlineData("00:00:00:00:00:00", false, false, false, false, false)]
    public void Classes(string text, bool multicast, bool broadcast, bool unicast, bool local, bool reserved)
    {
        MacAddress address = MacAddress.Parse(text);
        Assert.Equal(
            (multicast, broadcast, unicast, local, reserved),
            (address.IsMulticast, address.IsBroadcast, address.IsUnicast, address.IsLocallyAdministered, address.IsLinkLocalReserved));
        Assert.Equal(address.Value == 0, address.IsZero);
    }

    [Theory]
    [InlineData("224.0.0.1", "01:00:5e:00:00:01")]
    [InlineData("239.255.0.1", "01:00:5e:7f:00:01")]
    [InlineData("224.128.64.32", "01:00:5e:00:40:20")]
    public void Group_of_IPv4_has_the_address_of_RFC_1112(string group, string mac) =>
        Assert.Equal(mac, MacAddress.MulticastFor(IPv4Address.Parse(group)).ToString());

    [Theory]
    [InlineData("ff02::1", "33:33:00:00:00:01")]
    [InlineData("ff02::1:ff12:3456", "33:33:ff:12:34:56")]
    public void Group_of_IPv6_has_the_address_of_RFC_2464(string group, string mac) =>
        Assert.Equal(mac, MacAddress.MulticastFor(IPv6Address.Parse(group)).ToString());

    [Fact]
    public void Octets_are_in_wire_order()
    {
        byte[] octets = [1, 2, 3, 4, 5, 6, 7];
        MacAddress address = MacAddress.ReadFrom(octets);
        byte[] written = new byte[7];
        address.WriteTo(written);
        Assert.Equal(0x0102_0304_0506UL, address.Value);
        Assert.Equal([1, 2, 3, 4, 5, 6, 0], written);
        Assert.Throws<ArgumentOutOfRangeException>(() => MacAddress.ReadFrom(octets.AsSpan(2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => address.WriteTo(new byte[5]));
    }

    [Fact]
    public void Order_is_by_number() => Assert.True(new MacAddress(1) < new MacAddress(2) && new MacAddress(2) >= new MacAddress(2) && new MacAddress(3).CompareTo(new MacAddress(2)) > 0);
}
