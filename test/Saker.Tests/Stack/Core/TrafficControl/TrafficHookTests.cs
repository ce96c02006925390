using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Core.TrafficControl;
using Saker.Stack.Netfilter;

namespace Saker.Tests.Stack.Core.TrafficControl;

/// <summary>What becomes of packets by the verdicts of programs and filters.</summary>
public class TrafficHookTests
{
    private const string Padding = "0000000000000000000000000000000000000000000000000000000000000000000000000000";
    private const string Unknown = "020000000001 020000000002 88b5 " + Padding;
    private const string Tagged = "020000000001 020000000002 8100 0005 88b5 " + Padding;

    /// <summary>A program's verdict, that of a filter behind it, and what the packet ends with; a packet that goes on is nobody's.</summary>
    [Theory]
    [InlineData(TrafficVerdict.Unspecified, TrafficVerdict.Unspecified, "UNHANDLED_PROTO")]
    [InlineData(TrafficVerdict.Unspecified, TrafficVerdict.Ok, "UNHANDLED_PROTO")]
    [InlineData(TrafficVerdict.Unspecified, TrafficVerdict.Pipe, "UNHANDLED_PROTO")]
    [InlineData(TrafficVerdict.Unspecified, TrafficVerdict.Repeat, "UNHANDLED_PROTO")]
    [InlineData(TrafficVerdict.Unspecified, TrafficVerdict.Shot, "TC_INGRESS")]
    [InlineData(TrafficVerdict.Unspecified, TrafficVerdict.Stolen, null)]
    [InlineData(TrafficVerdict.Unspecified, TrafficVerdict.Queued, null)]
    [InlineData(TrafficVerdict.Unspecified, TrafficVerdict.Trap, null)]
    [InlineData(TrafficVerdict.Unspecified, TrafficVerdict.Redirect, "NOT_SPECIFIED")]
    [InlineData(TrafficVerdict.Unspecified, TrafficVerdict.Reclassify, "TC_RECLASSIFY_LOOP")]
    [InlineData(TrafficVerdict.Ok, TrafficVerdict.Shot, "UNHANDLED_PROTO")]
    [InlineData(TrafficVerdict.Shot, TrafficVerdict.Ok, "TC_INGRESS")]
    [InlineData(TrafficVerdict.Redirect, TrafficVerdict.Ok, "NOT_SPECIFIED")]
    [InlineData(TrafficVerdict.Stolen, TrafficVerdict.Ok, "UNHANDLED_PROTO")]
    [InlineData(TrafficVerdict.Stolen, TrafficVerdict.Shot, "TC_INGRESS")]
    [InlineData(TrafficVerdict.Reclassify, TrafficVerdict.Unspecified, "UNHANDLED_PROTO")]
    public void Programs_decide_before_filters(TrafficVerdict program, TrafficVerdict filter, string? reason)
    {
        using TestHost host = new();
        host.Stack.SetTraffic(
            host.Ethernet,
            HookDirection.Ingress,
            TrafficChain.Empty.With(new TrafficProgram("p", (_, ref _) => program)).With(new TrafficFilter("f", 1, (_, ref _) => filter)));
        FrameResult result = host.Receive(Bytes(Unknown));
        Assert.Equal((reason is null ? "consumed" : "dropped", reason), (result.Verdict, result.Reason));
    }

    [Fact]
    public void The_first_program_that_answers_ends_the_row()
    {
        using TestHost host = new();
        List<string> asked = [];
        host.Stack.SetTraffic(
            host.Ethernet,
            HookDirection.Ingress,
            TrafficChain.Empty
                .With(Program(asked, "a", TrafficVerdict.Unspecified))
                .With(Program(asked, "b", TrafficVerdict.Stolen))
                .With(Program(asked, "c", TrafficVerdict.Shot)));
        Assert.Equal("UNHANDLED_PROTO", host.Receive(Bytes(Unknown)).Reason);
        Assert.Equal(["a", "b"], asked);
    }

    /// <summary>The kernel mirrors a packet 17 times that a filter mirrors and lets be reclassified.</summary>
    [Fact]
    public void Filters_are_asked_again_sixteen_times()
    {
        using TestHost host = new();
        int asked = 0;
        host.Stack.SetTraffic(
            host.Ethernet,
            HookDirection.Ingress,
            TrafficChain.Empty.With(new TrafficFilter("f", 1, (_, ref _) =>
            {
                asked++;
                return TrafficVerdict.Reclassify;
            })));
        Assert.Equal("TC_RECLASSIFY_LOOP", host.Receive(Bytes(Unknown)).Reason);
        Assert.Equal(17, asked);
    }

    [Theory]
    [InlineData(Unknown, 0x88b5, "TC_INGRESS")]
    [InlineData(Unknown, 0x0800, "UNHANDLED_PROTO")]
    [InlineData(Tagged, 0x88b5, "UNHANDLED_PROTO")]
    [InlineData(Tagged, 0x8100, "TC_INGRESS")]
    [InlineData(Tagged, TrafficFilter.AllProtocols, "TC_INGRESS")]
    public void A_filter_is_asked_about_its_protocol_which_of_a_tagged_packet_is_the_tags(string frame, int protocol, string reason)
    {
        using TestHost host = new();
        host.Stack.SetTraffic(
            host.Ethernet,
            HookDirection.Ingress,
            TrafficChain.Empty.With(new TrafficFilter("f", 1, (_, ref _) => TrafficVerdict.Shot) { Protocol = (ushort)protocol }));
        Assert.Equal(reason, host.Receive(Bytes(frame)).Reason);
    }

    [Theory]
    [InlineData(HookDirection.Ingress)]
    [InlineData(HookDirection.Egress)]
    public void A_classifier_sees_the_frame_from_its_link_header_on(HookDirection direction)
    {
        using TestHost host = new();
        List<string> seen = [];
        host.Stack.SetTraffic(
            host.Ethernet,
            direction,
            TrafficChain.Empty.With(new TrafficProgram("p", (frame, ref _) =>
            {
                seen.Add($"{frame.Length} {Convert.ToHexStringLower(frame.Linear[..14])}");
                return TrafficVerdict.Unspecified;
            })));
        FrameResult result = host.Receive(Frames.Echo());
        Assert.Single(result.Sent);
        byte[] frame = direction == HookDirection.Ingress ? Frames.Echo() : Convert.FromHexString(result.Sent[0]);
        Assert.Equal([$"{frame.Length} {Convert.ToHexStringLower(frame.AsSpan(0, 14))}"], seen);
    }

    [Fact]
    public void A_frame_shot_at_egress_is_not_sent_nor_counted_as_lost()
    {
        using TestHost host = new();
        host.Stack.SetTraffic(host.Ethernet, HookDirection.Egress, TrafficChain.Empty.With(new TrafficProgram("p", (_, ref _) => TrafficVerdict.Shot)));
        FrameResult result = host.Receive(Frames.Echo());
        Assert.Empty(result.Sent);
        Assert.Equal(1, host.Stack.Counters[DropReason.TcEgress]);
        Assert.DoesNotContain(result.Counters.Keys, name => name.StartsWith("dev.tx", StringComparison.Ordinal));
    }

    [Fact]
    public void A_frame_redirected_to_another_device_is_sent_by_it_with_its_tag()
    {
        using TestHost host = new(hasSecondNetwork: true);
        Redirect(host, HookDirection.Egress);
        Assert.Equal([Convert.ToHexStringLower(Bytes(Unknown))], host.Receive(Bytes(Unknown)).Sent);
        Assert.Equal([Convert.ToHexStringLower(Bytes(Tagged))], host.Receive(Bytes(Tagged)).Sent);
        Assert.Equal(2, host.SecondEthernet.Counters[Saker.Stack.Observation.DeviceCounter.TxPackets]);
    }

    /// <summary>Received there, a frame to the first device's address is another host's.</summary>
    [Fact]
    public void A_frame_redirected_to_another_devices_ingress_is_received_there_and_not_counted_by_it()
    {
        using TestHost host = new(hasSecondNetwork: true);
        Redirect(host, HookDirection.Ingress);
        FrameResult result = host.Receive(Frames.Echo());
        Assert.Equal("OTHERHOST", result.Reason);
        Assert.Equal(0, host.SecondEthernet.Counters[Saker.Stack.Observation.DeviceCounter.RxPackets]);
        Assert.Equal(1, host.SecondEthernet.Counters[Saker.Stack.Observation.DeviceCounter.RxOtherHostDropped]);
    }

    [Fact]
    public void A_frame_that_is_redirected_passes_netfilter_by_and_one_that_is_sent_does_not()
    {
        using TestHost host = new(hasSecondNetwork: true);
        NetfilterChain nobody = NetfilterChain.Empty.With(new NetfilterEntry("f", 0, (_, _) => NetfilterVerdict.Drop));
        host.Stack.SetNetfilter(host.SecondEthernet, HookDirection.Egress, nobody);
        host.Stack.SetNetfilter(host.Ethernet, HookDirection.Egress, nobody);
        Assert.Empty(host.Receive(Frames.Echo()).Sent);
        Redirect(host, HookDirection.Egress);
        Assert.Single(host.Receive(Frames.Echo()).Sent);
    }

    [Fact]
    public void A_frame_that_is_redirected_in_a_circle_ends()
    {
        using TestHost host = new();
        int asked = 0;
        host.Stack.SetTraffic(
            host.Ethernet,
            HookDirection.Egress,
            TrafficChain.Empty.With(new TrafficProgram("p", (_, ref context) =>
            {
                asked++;
                return context.Redirect(host.Ethernet, HookDirection.Egress);
            })));
        Assert.Empty(host.Receive(Frames.Echo()).Sent);
        Assert.Equal(10, asked);
        Assert.Equal(1, host.Stack.Counters[DropReason.NotSpecified]);
    }

    [Fact]
    public void What_was_set_can_be_read_and_taken_away()
    {
        using TestHost host = new();
        TrafficChain chain = TrafficChain.Empty.With(new TrafficProgram("p", (_, ref _) => TrafficVerdict.Shot));
        host.Stack.SetTraffic(host.Ethernet, HookDirection.Ingress, chain);
        Assert.Same(chain, Saker.Stack.NetworkStack.TrafficOf(host.Ethernet, HookDirection.Ingress));
        Assert.Same(TrafficChain.Empty, Saker.Stack.NetworkStack.TrafficOf(host.Ethernet, HookDirection.Egress));
        host.Stack.SetTraffic(host.Ethernet, HookDirection.Ingress, chain.Without(chain.Programs[0]));
        Assert.Equal("UNHANDLED_PROTO", host.Receive(Bytes(Unknown)).Reason);
        Assert.Null(host.Ethernet.Hooks);
    }

    private static void Redirect(TestHost host, HookDirection direction) => host.Stack.SetTraffic(
        host.Ethernet,
        HookDirection.Ingress,
        TrafficChain.Empty.With(new TrafficProgram("p", (_, ref context) => context.Redirect(host.SecondEthernet, direction))));

    private static TrafficProgram Program(List<string> asked, string name, TrafficVerdict verdict) => new(name, (_, ref _) =>
    {
        asked.Add(name);
        return verdict;
    });

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
