using Saker.Stack.Devices;
using Saker.Stack.Ip.V6;
using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Tests.Stack.Routing;

/// <summary>Which address speaks to whom (the examples of RFC 6724 section 10.1, and others).</summary>
public sealed class IPv6SourceAddressTests
{
    [Theory]
    [InlineData("2001:db8:1::1", "2001:db8:3::1 fe80::1", "2001:db8:3::1")]
    [InlineData("ff05::1", "2001:db8:3::1 fe80::1", "2001:db8:3::1")]
    [InlineData("2001:db8:1::1", "2001:db8:1::1! 2001:db8:2::1", "2001:db8:1::1")]
    [InlineData("fe80::1", "fe80::2! 2001:db8:1::1", "fe80::2")]
    [InlineData("2001:db8:1::1", "2001:db8:1::2 2001:db8:3::2", "2001:db8:1::2")]
    [InlineData("2001:db8:1::1", "2001:db8:1::2! 2001:db8:3::2", "2001:db8:3::2")]
    [InlineData("2002:c633:6401::1", "2002:c633:6401::d5e3:7953:13eb:22e8 2001:db8:1::2", "2002:c633:6401::d5e3:7953:13eb:22e8")]
    [InlineData("fd11::1", "2001:db8::2 fd22::2", "fd22::2")]
    [InlineData("ff02::1", "2001:db8::2 fe80::2", "fe80::2")]
    [InlineData("2001:db8::1", "fe80::2", "fe80::2")]
    [InlineData("2001:db8::1", "", "::")]
    public void The_address_is_chosen_by_the_rules(string target, string own, string chosen)
    {
        NetworkDevice device = new(2, "eth0", MacAddress.Parse("02:00:00:00:00:01")) { IPv6 = PartOf(own) };
        IPv6SourceAddresses sources = new(new DeviceTable([device]));

        Assert.Equal(IPv6Address.Parse(chosen), sources.Select(device, IPv6Address.Parse(target)));
    }

    [Theory]
    [InlineData("2001:db8:9::1", "2001:db8:1::1", "2001:db8:9::2", "2001:db8:1::1")]
    [InlineData("2001:db8:9::1", "fe80::1", "2001:db8:9::2", "2001:db8:9::2")]
    [InlineData("fe80::99", "2001:db8:1::1", "fe80::2", "2001:db8:1::1")]
    public void Addresses_of_the_device_that_it_leaves_by_are_preferred(string target, string own, string others, string chosen)
    {
        NetworkDevice device = new(2, "eth0", MacAddress.Parse("02:00:00:00:00:01")) { IPv6 = PartOf(own) };
        NetworkDevice other = new(3, "eth1", MacAddress.Parse("02:00:00:00:01:01")) { IPv6 = PartOf(others) };
        IPv6SourceAddresses sources = new(new DeviceTable([device, other]));

        Assert.Equal(IPv6Address.Parse(chosen), sources.Select(device, IPv6Address.Parse(target)));
    }

    /// <summary>Addresses with prefixes of 64 bits; behind deprecated ones stands an exclamation mark.</summary>
    private static IPv6Interface PartOf(string own) => new(
        [.. own.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => new IPv6InterfaceAddress(IPv6Address.Parse(text.TrimEnd('!')), 64) { IsDeprecated = text.EndsWith('!') })],
        [],
        new IPv6InterfaceSettings());
}
