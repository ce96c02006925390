using Saker.Host.Hosts;
using Saker.Host.Replay;
using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Wire.Captures;

namespace Saker.Host.Explain;

/// <summary>Replays a capture up to one frame and tells of that one everything: its headers, every check on its way, the verdict, and what to do about it.</summary>
public static class FrameExplainer
{
    /// <summary>Explains a frame.</summary>
    /// <param name="host">The host that receives.</param>
    /// <param name="options">How; the counters are always measured.</param>
    /// <param name="reader">The capture, at its beginning. It is read as far as needed: to its end where the frame waits for others.</param>
    /// <param name="number">The frame's number, from one.</param>
    /// <param name="isInferred">Whether the host was inferred, so that its sockets are only those that the traffic shows.</param>
    /// <returns>Null if the capture ends, or is at fault, before that frame.</returns>
    public static FrameExplanation? Explain(HostConfiguration host, ReplayOptions options, CaptureReader reader, long number, bool isInferred)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(number);
        WayRecorder recorder = new(number);
        Target target = new(number, host, options);
        using ReplaySession session = new(host, options with { MeasureCounters = true }, target, recorder, observeDetails: true);
        recorder.Now = () => session.Now;
        while (!target.IsKnown && reader.TryReadNext(out CaptureFrame frame))
        {
            if (frame.Number == number)
            {
                recorder.HasArrived = true;
                target.See(frame);
            }

            session.Replay(frame);
        }

        session.End();
        return target.IsKnown ? target.Explain(recorder, isInferred) : null;
    }

    /// <summary>The frame that is asked for, and its outcome once it is told.</summary>
    private sealed class Target(long number, HostConfiguration host, ReplayOptions options) : IReplaySink
    {
        private byte[] _bytes = [];
        private int _capturedLength;
        private int _originalLength;
        private LinkType _linkType;
        private string? _comment;
        private long _timestamp;
        private FrameOutcome? _outcome;
        private Verdict _verdict;
        private (DropReason Reason, Stage Stage) _end;
        private string[] _sockets = [];
        private (string Name, long Amount)[] _counters = [];
        private (long Into, int Queue, uint Hash) _card;

        public bool IsKnown => _outcome is not null;

        public void See(in CaptureFrame frame)
        {
            EthernetFrames frames = new() { HostAddress = host.LinklessAddress };
            frames.TryMake(frame, options.Device.Address, out ReadOnlySpan<byte> bytes);
            _bytes = bytes.ToArray();
            _capturedLength = frame.Bytes.Length;
            _originalLength = frame.OriginalLength;
            _linkType = frame.LinkType;
            _comment = frame.Comment;
            _timestamp = frame.TimestampNanoseconds;
        }

        public void Frame(FrameOutcome outcome)
        {
            if (outcome.Number != number)
            {
                return;
            }

            // The outcome is the replay's again after this call.
            _outcome = outcome;
            _verdict = outcome.Verdict;
            _end = (outcome.Reason, outcome.Stage);
            _sockets = [.. outcome.Sockets];
            _card = (outcome.Into, outcome.Queue, outcome.RxHash);
            _counters = CountersOf(outcome);
        }

        public void Timer(TimerOutcome outcome)
        {
        }

        public FrameExplanation Explain(WayRecorder recorder, bool isInferred) => new()
        {
            Number = number,
            Timestamp = _timestamp,
            Bytes = _bytes,
            CapturedLength = _capturedLength,
            OriginalLength = _originalLength,
            LinkType = _linkType,
            Comment = _comment,
            Summary = FrameSummary.Describe(_bytes),
            Headers = FrameDecoder.Decode(_bytes, _capturedLength < _originalLength),
            Way = recorder.Way,
            Verdict = _verdict,
            Reason = _end.Reason,
            Stage = _end.Stage,
            Meaning = _verdict == Verdict.Dropped ? _end.Reason.Meaning() : MeaningOf(_verdict, _end.Stage),
            Hints = Hints.For(new HintScene(host, options.Device, isInferred, _bytes, _verdict, _end.Reason, recorder.LastFailure)),
            Sockets = _sockets,
            Counters = _counters,
            Sent = recorder.SentFrames,
            Into = _card.Into,
            Queue = _card.Queue,
            RxHash = _card.Hash,
        };

        private (string Name, long Amount)[] CountersOf(FrameOutcome outcome)
        {
            List<(string Name, long Amount)> counters = [];
            foreach ((Counter counter, long amount) in outcome.Counters.Counters)
            {
                counters.Add((counter.Name(), amount));
            }

            foreach ((int device, DeviceCounter counter, long amount) in outcome.Counters.Devices)
            {
                string prefix = device == options.Device.Index ? "dev." : $"dev.{host.Devices.First(other => other.Index == device).Name}.";
                counters.Add((prefix + counter.Name(), amount));
            }

            return [.. counters];
        }

        private static string MeaningOf(Verdict verdict, Stage stage) => verdict switch
        {
            Verdict.Delivered => "It reached an application's socket.",
            Verdict.Forwarded => "It goes on to another host.",
            Verdict.Redirected => "An XDP program sent it elsewhere.",
            Verdict.Consumed => "The stack dealt with it itself: it answered, learned from it, or had no more to do.",
            Verdict.Held when stage == Stage.GroReceive => "It was merged with another segment of its flow, and goes up as a part of that.",
            Verdict.Held => "It waits: a fragment for the others of its datagram, a packet for its next hop's link address.",
            Verdict.Unsupported => "It reached a part that Saker has not built yet. What Linux does with it from here on is not told.",
            _ => "This host sent it itself, so its receive path never sees it.",
        };
    }
}
