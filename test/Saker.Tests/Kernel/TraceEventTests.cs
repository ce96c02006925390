using Saker.Kernel.Tracing;

namespace Saker.Tests.Kernel;

public sealed class TraceEventTests
{
    private const string Drop =
        "   dotnet test-4242    [001] b.s2.  1234.567890: kfree_skb: skbaddr=00000000aabbccdd rx_sk=0000000000000000 protocol=2048 " +
        "location=ip_rcv_core+0x1a4/0x3c0 reason: IP_CSUM";

    [Fact]
    public void Line_of_a_drop_gives_its_thread_packet_place_and_reason()
    {
        Assert.True(TraceEvent.TryParse(Drop, out var parsed));
        Assert.Equal((4242, 1), (parsed.ThreadId, parsed.Processor));
        Assert.True(PacketDrop.TryParse(parsed, out var drop));
        Assert.Equal(new PacketDrop(4242, "00000000aabbccdd", 2048, "ip_rcv_core", "IP_CSUM", HasReceivingSocket: false), drop);
    }

    [Fact]
    public void Drop_at_a_socket_says_so()
    {
        Assert.True(TraceEvent.TryParse(Drop.Replace("rx_sk=0000000000000000", "rx_sk=00000000deadbeef", StringComparison.Ordinal), out var parsed));
        Assert.True(PacketDrop.TryParse(parsed, out var drop));
        Assert.True(drop.HasReceivingSocket);
    }

    [Fact]
    public void Other_event_is_no_drop()
    {
        Assert.True(TraceEvent.TryParse("<idle>-0 [000] ..s1. 1.5: netif_receive_skb: dev=eth0 skbaddr=0000000000000001 len=40", out var parsed));
        Assert.Equal((0, "netif_receive_skb"), (parsed.ThreadId, parsed.Name));
        Assert.Equal("eth0", parsed.Field("dev"));
        Assert.True(parsed.Field("device").IsEmpty);
        Assert.False(PacketDrop.TryParse(parsed, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("CPU:0 [LOST 12 EVENTS]")]
    [InlineData("a-b [0] x")]
    [InlineData("a-1 [0] x: y")]
    public void Other_line_is_no_event(string line) => Assert.False(TraceEvent.TryParse(line, out _));

    [Fact]
    public void Default_event_is_no_drop() => Assert.False(PacketDrop.TryParse(default, out _));
}
