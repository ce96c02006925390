using System.Diagnostics.CodeAnalysis;
using Saker.Host.Explain;
using Saker.Host.Hosts;
using Saker.Host.Inference;
using Saker.Host.Replay;
using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Wire.Captures;

namespace Saker.Tests.Host.Explain;

/// <summary>Explanations of frames of the sample captures, before the hosts inferred from them.</summary>
public sealed class FrameExplainerTests
{
    [Fact]
    public void Every_frame_is_explained_as_it_is_replayed()
    {
        foreach (string capture in new[] { "web.pcapng", "fragments.pcap", "udp-closed-port.pcap", "arp.pcap" })
        {
            foreach (ReplayedFrame frame in Replay(capture))
            {
                FrameExplanation explanation = Explain(capture, frame.Number)!;
                Assert.Equal(
                    (capture, frame),
                    (capture, new ReplayedFrame(explanation.Number, explanation.Verdict, explanation.Reason, explanation.Stage, explanation.Sent.Count, explanation.Into)));
            }
        }
    }

    [Fact]
    public void Way_begins_at_the_card_and_ends_with_the_verdict()
    {
        ReplayedFrame dropped = Replay("web.pcapng").First(frame => frame.Reason == DropReason.IPChecksum);
        FrameExplanation explanation = Explain("web.pcapng", dropped.Number)!;
        StageVisit visit = Assert.Single(explanation.Way);
        Assert.Equal(Stage.Card, visit.Stage);
        Assert.Equal(Stage.DriverPoll, ((StageEntered)visit.Events[^1]).Visit.Stage);
        while (visit.GoesOn)
        {
            visit = ((StageEntered)visit.Events[^1]).Visit;
        }

        Assert.Equal(Stage.IPv4Receive, visit.Stage);
        Assert.Equal(new WayEnded(Verdict.Dropped, DropReason.IPChecksum, null), visit.Events[^1]);
        CheckMade check = Assert.IsType<CheckMade>(visit.Events[^2]);
        Assert.False(check.Passed);
        Assert.Contains(explanation.Counters, counter => counter is { Name: "IpExt.InCsumErrors", Amount: 1 });
    }

    [Fact]
    public void Datagram_for_a_closed_port_has_hints_that_name_it()
    {
        ReplayedFrame closed = Replay("web.pcapng").First(frame => frame is { Verdict: Verdict.Dropped, Reason: DropReason.NoSocket, Sent: > 0 });
        FrameExplanation explanation = Explain("web.pcapng", closed.Number)!;
        Assert.Contains("nobody takes", explanation.Hints[0], StringComparison.Ordinal);
        Assert.Contains("192.0.2.1:", explanation.Hints[0], StringComparison.Ordinal);
        Assert.Single(explanation.Sent);
    }

    [Fact]
    public void Outgoing_frame_has_headers_and_no_way()
    {
        ReplayedFrame outgoing = Replay("ping.pcap").First(frame => frame.Verdict == Verdict.Outgoing);
        FrameExplanation explanation = Explain("ping.pcap", outgoing.Number)!;
        Assert.Empty(explanation.Way);
        Assert.NotEmpty(explanation.Headers);
    }

    [Fact]
    public void Frame_behind_the_end_is_not_explained() => Assert.Null(Explain("ping.pcap", 1000));

    private static FrameExplanation? Explain(string capture, long number)
    {
        HostConfiguration host = Infer(capture);
        Assert.True(CaptureReader.TryOpen(SampleCaptures.PathOf(capture), out CaptureReader? reader, out _));
        using (reader)
        {
            return FrameExplainer.Explain(host, new ReplayOptions { Device = host.OnlyDevice! }, reader, number, isInferred: true);
        }
    }

    private static List<ReplayedFrame> Replay(string capture)
    {
        HostConfiguration host = Infer(capture);
        Sink sink = new();
        Assert.True(CaptureReader.TryOpen(SampleCaptures.PathOf(capture), out CaptureReader? reader, out _));
        using (reader)
        {
            using ReplaySession session = new(host, new ReplayOptions { Device = host.OnlyDevice! }, sink);
            session.Run(reader);
        }

        return sink.Frames;
    }

    private static HostConfiguration Infer(string capture)
    {
        Assert.True(HostInference.TryInfer(Open, out HostConfiguration? host, out _));
        return host;

        bool Open([NotNullWhen(true)] out CaptureReader? reader, [NotNullWhen(false)] out CaptureFault? fault) =>
            CaptureReader.TryOpen(SampleCaptures.PathOf(capture), out reader, out fault);
    }

    private sealed record ReplayedFrame(long Number, Verdict Verdict, DropReason Reason, Stage Stage, int Sent, long Into);

    private sealed class Sink : IReplaySink
    {
        public List<ReplayedFrame> Frames { get; } = [];

        public void Frame(FrameOutcome outcome) =>
            Frames.Add(new ReplayedFrame(outcome.Number, outcome.Verdict, outcome.Reason, outcome.Stage, outcome.Sent, outcome.Into));

        public void Timer(TimerOutcome outcome)
        {
        }
    }
}
