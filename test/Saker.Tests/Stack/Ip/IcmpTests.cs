using Saker.Stack.Ip.V4;
using Saker.Wire;

namespace Saker.Tests.Stack.Ip;

/// <summary>What the settings change, and what takes several packets. What Linux 6.18 does by default is recorded; octets here were asked of it, too.</summary>
public sealed class IcmpTests
{
    private static readonly IPv4Settings NoLimits = new() { IcmpRateLimit = 0, IcmpMessagesPerSecond = int.MaxValue, IcmpMessagesBurst = int.MaxValue };

    [Theory]
    [InlineData("00010201200000000008030200000001", "2b00afed00010206200000000008030200000001")]
    [InlineData("00010201200000000008030165746830", "2b00e24a00010206200000000008030165746830")]
    [InlineData("0001020120000000000803016e6f7065", "2b02d11e0001020020000000000803016e6f7065")]
    [InlineData("0001020120000000000c0303000104000a000101", "2b00a0e70001020620000000000c0303000104000a000101")]
    [InlineData("0001020120000000", "2b01b2fd0001020020000000")]
    public void Extended_echo_tells_of_an_interface_where_probes_are_allowed(string request, string reply)
    {
        using TestHost host = new(ipv4: NoLimits with { IcmpEchoEnableProbe = true }, hasSecondNetwork: true);

        FrameResult result = host.Receive(Icmp(42, 0, Convert.FromHexString(request)));

        Assert.Equal("consumed", result.Verdict);
        Assert.Equal(reply, Assert.Single(result.Sent)[68..]);
        Assert.Equal(1, result.Counters["Icmp.OutEchoReps"]);
    }

    [Fact]
    public void Extended_echo_about_anothers_interface_is_not_answered()
    {
        using TestHost host = new(ipv4: NoLimits with { IcmpEchoEnableProbe = true });

        Assert.Empty(host.Receive(Icmp(42, 0, Convert.FromHexString("00010200200000000008030165746830"))).Sent);
    }

    [Fact]
    public void Echo_is_ignored_where_that_is_set()
    {
        using TestHost host = new(ipv4: NoLimits with { IcmpEchoIgnoreAll = true });

        FrameResult result = host.Receive(Icmp(8, 0, new byte[8]));

        Assert.Equal("consumed", result.Verdict);
        Assert.Empty(result.Sent);
    }

    [Theory]
    [InlineData("10.0.0.255", "ff:ff:ff:ff:ff:ff")]
    [InlineData("224.0.0.1", "01:00:5e:00:00:01")]
    public void Echo_to_all_is_answered_from_our_own_address_where_that_is_allowed(string destination, string to)
    {
        using TestHost host = new(ipv4: NoLimits with { IcmpEchoIgnoreBroadcasts = false });

        FrameResult result = host.Receive(
            Frames.IPv4(Frames.Message(8, 0, [0, 0, 0, 1, .. "abcd"u8]), IPProtocol.IcmpV4, destination: IPv4Address.Parse(destination), to: to));

        string reply = Assert.Single(result.Sent);
        Assert.Equal("0a0000010a000002" + "00003b380000000161626364", reply[52..]);
    }

    [Fact]
    public void An_echo_of_several_fragments_is_answered_in_fragments()
    {
        using TestHost host = new();
        byte[] message = Frames.Message(8, 0, [0, 0, 0, 1, .. Enumerable.Range(0, 2000).Select(value => (byte)value)]);

        Assert.Equal("held", host.Receive(Fragment(message.AsSpan(0, 1480), 0, moreFollow: true)).Verdict);
        FrameResult result = host.Receive(Fragment(message.AsSpan(1480), 1480, moreFollow: false));

        Assert.Equal(["05dc", "0224"], result.Sent.Select(frame => frame.Substring(32, 4)));
        Assert.Equal(["2000", "00b9"], result.Sent.Select(frame => frame.Substring(40, 4)));
        Assert.Equal(Convert.ToHexStringLower(message.AsSpan(8)), string.Concat(result.Sent[0][(68 + 16)..], result.Sent[1][68..]));
        Assert.Equal(1, result.Counters["Ip.OutRequests"]);
        Assert.Equal(2, result.Counters["Ip.OutTransmits"]);
        Assert.Equal(1, result.Counters["Ip.FragOKs"]);
        Assert.Equal(2, result.Counters["Ip.FragCreates"]);
        Assert.Equal(2048, result.Counters["IpExt.OutOctets"]);
    }

    [Fact]
    public void Errors_to_one_host_come_six_at_once_and_then_one_a_second()
    {
        using TestHost host = new(ipv4: new IPv4Settings { IcmpMessagesPerSecond = int.MaxValue, IcmpMessagesBurst = int.MaxValue });

        Assert.Equal(6, Enumerable.Range(0, 10).Count(_ => host.Receive(Unheard()).Sent.Count == 1));
        Assert.Equal(1, host.Receive(Unheard()).Counters["Icmp.OutRateLimitHost"]);
        Assert.Single(host.Receive(Unheard(IPv4Address.Parse("10.0.0.9"))).Sent);
        host.Wait(TimeSpan.FromSeconds(1));
        Assert.Single(host.Receive(Unheard()).Sent);
        Assert.Empty(host.Receive(Unheard()).Sent);
    }

    [Fact]
    public void Errors_to_all_hosts_together_are_limited()
    {
        using TestHost host = new(ipv4: new IPv4Settings { IcmpRateLimit = 0, IcmpMessagesBurst = 50 });

        int sent = Enumerable.Range(0, 500).Count(_ => host.Receive(Unheard()).Sent.Count == 1);

        // Each takes nothing, one or two from the credit of fifty.
        Assert.InRange(sent, 25, 250);
        Assert.Equal(1, host.Receive(Unheard()).Counters["Icmp.OutRateLimitGlobal"]);
    }

    [Fact]
    public void Errors_that_the_mask_leaves_out_are_not_limited()
    {
        using TestHost host = new(ipv4: new IPv4Settings { IcmpRateMask = 0 });

        Assert.Equal(100, Enumerable.Range(0, 100).Count(_ => host.Receive(Unheard()).Sent.Count == 1));
    }

    [Fact]
    public void An_error_quotes_as_much_as_fits_in_576_bytes()
    {
        using TestHost host = new();

        FrameResult result = host.Receive(Frames.IPv4(Frames.Udp(dataLength: 1000), IPProtocol.Udp));

        Assert.Equal(2 * (14 + 576), Assert.Single(result.Sent).Length);
    }

    [Fact]
    public void An_error_bears_the_address_of_the_interface_where_that_is_set()
    {
        using TestHost host = new(
            new IPv4InterfaceSettings { Forwarding = true }, ipv4: NoLimits with { IcmpErrorsUseInboundAddress = true }, hasSecondNetwork: true);

        FrameResult result = host.Receive(
            Frames.IPv4(Frames.Udp(), IPProtocol.Udp, source: IPv4Address.Parse("10.0.1.9"), destination: IPv4Address.Parse("10.0.0.77"), timeToLive: 1));

        // The way back is by the second network, where the sender is not known: it is asked for from there.
        Assert.Equal("IP_INHDR", result.Reason);
        Assert.Equal(1, result.Counters["Icmp.OutTimeExcds"]);
        Assert.Contains("0a0000010000000000000a000109", Assert.Single(result.Sent), StringComparison.Ordinal);
    }

    [Fact]
    public void Redirects_come_ever_less_often()
    {
        using TestHost host = new(new IPv4InterfaceSettings { Forwarding = true });
        byte[] packet = Frames.IPv4(Frames.Udp(), IPProtocol.Udp, destination: IPv4Address.Parse("10.0.0.9"));

        List<int> when = [];
        for (int i = 0; i < 2000; i++)
        {
            if (host.Receive(packet).Counters.ContainsKey("Icmp.OutRedirects"))
            {
                when.Add(i * 10);
            }

            host.Wait(TimeSpan.FromMilliseconds(10));
        }

        // Twice the pause each time, beginning with 40 ms, nine times in all.
        Assert.Equal([0, 50, 140, 310, 640, 1290, 2580, 5150, 10280], when);
    }

    private static byte[] Icmp(byte type, byte code, byte[] rest) => Frames.IPv4(Frames.Message(type, code, rest), IPProtocol.IcmpV4);

    /// <summary>A datagram that nobody listens to.</summary>
    private static byte[] Unheard(IPv4Address? source = null) => Frames.IPv4(Frames.Udp(), IPProtocol.Udp, source: source);

    private static byte[] Fragment(ReadOnlySpan<byte> payload, int offset, bool moreFollow)
    {
        byte[] frame = Frames.IPv4(payload, IPProtocol.IcmpV4);
        Assert.True(IPv4Editor.TryParse(frame.AsSpan(14), out IPv4Editor editor));
        editor.SetFragment(moreFollow ? IPv4Flags.MoreFragments : IPv4Flags.None, offset);
        editor.HeaderChecksum = 0;
        editor.HeaderChecksum = InternetChecksum.Compute(frame.AsSpan(14, 20));
        return frame;
    }
}
