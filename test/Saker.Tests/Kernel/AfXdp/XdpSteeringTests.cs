using Saker.Kernel.AfXdp;

namespace Saker.Tests.Kernel.AfXdp;

/// <summary>Steering as text.</summary>
public sealed class XdpSteeringTests
{
    [Theory]
    [InlineData("all", "all")]
    [InlineData("udp:53", "udp:53")]
    [InlineData("udp", "udp")]
    [InlineData("!tcp:22", "!tcp:22")]
    [InlineData("arp, udp:53, tcp:4000-4100, icmp, protocol:89, protocol:200, ethertype:0x88b5", "udp:53,tcp:4000-4100,icmp,ospf,protocol:200,arp,ethertype:0x88b5")]
    [InlineData("udp:7-7,protocol:0x11,ethertype:2048", "udp:7,udp,ip")]
    public void Text_is_read_and_written(string text, string written)
    {
        Assert.True(XdpSteering.TryParse(text, out XdpSteering? steering, out string? fault), fault);
        Assert.Equal(written, steering.ToString());
        Assert.True(XdpSteering.TryParse(written, out XdpSteering? again, out _));
        Assert.Equal(steering, again);
        Assert.Equal(steering.GetHashCode(), again.GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("udp:")]
    [InlineData("udp:65536")]
    [InlineData("udp:-1")]
    [InlineData("udp:9-8")]
    [InlineData("udp:1-2-3")]
    [InlineData("icmp,,arp")]
    [InlineData("protocol:256")]
    [InlineData("ethertype:0x5ff")]
    [InlineData("sctp:9")]
    [InlineData("udp:53,all")]
    public void What_steers_nothing_is_told(string text)
    {
        Assert.False(XdpSteering.TryParse(text, out _, out string? fault));
        Assert.Contains("steers nothing: udp:PORT", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void All_is_all_but_nothing()
    {
        Assert.True(XdpSteering.All is { IsEmpty: true, IsReversed: true });
        Assert.Equal("", new XdpSteering().ToString());
    }
}
