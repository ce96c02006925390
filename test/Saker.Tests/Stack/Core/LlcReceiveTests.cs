namespace Saker.Tests.Stack.Core;

public sealed class LlcReceiveTests
{
    [Theory]
    [InlineData("0042e3616263")]
    [InlineData("0042af616263")]
    [InlineData("aaaa030000000800616263")]
    [InlineData("424203" + "0000000000000000")]
    [InlineData("0042")]
    [InlineData("004200")]
    [InlineData("")]
    public void A_frame_of_802_2_finds_no_receiver(string payload)
    {
        using TestHost host = new();

        FrameResult result = host.Receive(Frames.Ieee8023(Convert.FromHexString(payload)));

        Assert.Equal("NOT_SPECIFIED", result.Reason);
        Assert.Empty(result.Sent);
        Assert.DoesNotContain("dev.rx_dropped", result.Counters.Keys);
    }

    [Fact]
    public void A_frame_of_raw_802_3_has_no_protocol()
    {
        using TestHost host = new();

        FrameResult result = host.Receive(Frames.Ieee8023([0xff, 0xff, 0, 0]));

        Assert.Equal("UNHANDLED_PROTO", result.Reason);
        Assert.Equal(1, result.Counters["dev.rx_dropped"]);
    }
}
