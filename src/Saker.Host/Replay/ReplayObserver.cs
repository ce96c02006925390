using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Sockets;

namespace Saker.Host.Replay;

/// <summary>
/// Turns what happens to packets into outcomes. What moves while a frame is worked on is that frame's, whichever packets it sets free; frames that share a poll are
/// worked on in turns, and whose turn it is, its counters are.
/// </summary>
/// <remarks>
/// A frame is open until the moment at which its way has ended is over. It may lie in a ring or a backlog for long, or be told later which one it was
/// merged into; outcomes are handed out in the order of the capture once those before them are known; but no more than <see cref="MostPending"/> wait for that.
/// </remarks>
internal class ReplayObserver : PacketObserver
{
    private readonly Dictionary<uint, FrameOutcome> _open = [];
    private readonly List<FrameOutcome> _ended = [];
    private readonly Queue<ReplayEvent> _pending = new();
    private readonly Dictionary<uint, FrameOutcome> _waiting = [];
    private readonly Stack<FrameOutcome> _spareFrames = new();
    private readonly Stack<TimerOutcome> _spareTimers = new();
    private ReplayEvent? _current;
    private uint _currentOrigin;

    /// <summary>The ways of all packets.</summary>
    public PathTree Paths { get; } = new();

    /// <summary>Outcomes that wait for an earlier one at most; beyond it that one is told without the frame that it was merged into.</summary>
    public int MostPending { get; init; } = 1 << 16;

    /// <summary>Reads the counters; null: they are not wanted.</summary>
    public CounterMeter? Meter { get; set; }

    /// <summary>Gets the frames that are sent; null: nobody.</summary>
    public Action<PacketBuffer, NetworkDevice>? Sent { get; set; }

    /// <summary>Whether there are frames whose way has not ended.</summary>
    public bool HasOpenFrames => _open.Count != 0;

    /// <summary>A frame arrives.</summary>
    /// <returns>Its outcome, to be filled.</returns>
    public FrameOutcome Begin(long number, long timestamp, int length)
    {
        FrameOutcome outcome = _spareFrames.TryPop(out FrameOutcome? spare) ? spare : new FrameOutcome();
        outcome.Begin(number, timestamp, length);
        _open.Add((uint)number, outcome);
        _pending.Enqueue(outcome);
        SwitchTo((uint)number, outcome);
        return outcome;
    }

    /// <summary>Timers are about to expire.</summary>
    public void BeginTimers(long timestamp)
    {
        TimerOutcome outcome = _spareTimers.TryPop(out TimerOutcome? spare) ? spare : new TimerOutcome();
        outcome.Begin(timestamp);
        _pending.Enqueue(outcome);
        SwitchTo(0, outcome);
    }

    /// <summary>The card has taken a frame, or not.</summary>
    /// <param name="outcome">The frame.</param>
    /// <param name="arrival">How the card was, and what it has decided.</param>
    /// <param name="reason">Why the frame is lost; <see cref="DropReason.None"/>: it is not.</param>
    /// <param name="now">The time.</param>
    public virtual void Arrived(FrameOutcome outcome, in CardArrival arrival, DropReason reason, long now)
    {
    }

    /// <summary>A frame does not get beyond the card.</summary>
    public void EndAtCard(FrameOutcome outcome, DropReason reason) => NoteDrop(outcome, Stage.Card, reason);

    /// <summary>A frame is the host's own.</summary>
    public void EndOutgoing(FrameOutcome outcome) => Note(outcome, Verdict.Outgoing, Stage.None);

    /// <summary>A moment is over: nothing more happens at its time. What is known now goes to the sink.</summary>
    public void Settle(IReplaySink sink)
    {
        SwitchTo(0, null);
        foreach (FrameOutcome outcome in _ended)
        {
            _open.Remove((uint)outcome.Number);
            if (outcome is { Verdict: Verdict.Held, Into: 0 })
            {
                _waiting[(uint)outcome.Number] = outcome;
            }
        }

        _ended.Clear();
        HandOut(sink, MostPending);
    }

    /// <summary>Nothing comes any more: everything goes to the sink.</summary>
    public void FinishAll(IReplaySink sink)
    {
        _waiting.Clear();
        _open.Clear();
        HandOut(sink, 0);
    }

    /// <inheritdoc/>
    public override void Entered(PacketBuffer packet, Stage stage)
    {
        TurnTo(packet.Origin);
        FollowTo(packet, stage);
    }

    /// <inheritdoc/>
    public override void Dropped(PacketBuffer packet, Stage stage, DropReason reason)
    {
        if (Of(packet) is { } outcome)
        {
            NoteDrop(outcome, stage, reason);
        }

        FollowToEnd(packet, stage, Verdict.Dropped, reason, null);
        Release(packet.Origin);
    }

    /// <inheritdoc/>
    public override void Lost(uint origin, Stage stage, DropReason reason)
    {
        TurnTo(origin);
        if (_currentOrigin == origin && _current is FrameOutcome outcome)
        {
            NoteDrop(outcome, stage, reason);
        }
    }

    /// <inheritdoc/>
    public override void Delivered(PacketBuffer packet, Stage stage, Socket socket)
    {
        if (Of(packet) is { } outcome)
        {
            Note(outcome, Verdict.Delivered, stage);
            outcome.Sockets.Add(socket.Name);
        }

        FollowToEnd(packet, stage, Verdict.Delivered, DropReason.None, socket);
    }

    /// <inheritdoc/>
    public override void Consumed(PacketBuffer packet, Stage stage) => End(packet, stage, Verdict.Consumed);

    /// <inheritdoc/>
    public override void Held(PacketBuffer packet, Stage stage) => End(packet, stage, Verdict.Held);

    /// <inheritdoc/>
    public override void Merged(PacketBuffer packet, uint into)
    {
        FrameOutcome? outcome = _waiting.TryGetValue(packet.Origin, out FrameOutcome? waiting) ? waiting : _open.GetValueOrDefault(packet.Origin);
        if (outcome is not null)
        {
            outcome.Into = into;
        }

        _waiting.Remove(packet.Origin);
    }

    /// <inheritdoc/>
    public override void Forwarded(PacketBuffer packet, Stage stage) => End(packet, stage, Verdict.Forwarded);

    /// <inheritdoc/>
    public override void Unsupported(PacketBuffer packet, Stage stage) => End(packet, stage, Verdict.Unsupported);

    /// <inheritdoc/>
    public override void Transmitted(PacketBuffer packet, NetworkDevice device)
    {
        TurnTo(packet.Origin);
        if (_current is not null)
        {
            _current.Sent++;
        }

        Sent?.Invoke(packet, device);
    }

    /// <summary>Keeps the way of a packet that has come to a stage; its <see cref="PacketBuffer.TraceNode"/> tells where it was before.</summary>
    protected virtual void FollowTo(PacketBuffer packet, Stage stage) => packet.TraceNode = Paths.Enter(packet.TraceNode, stage);

    /// <summary>Keeps how the way of a packet, or of this copy of it, has ended.</summary>
    protected virtual void FollowToEnd(PacketBuffer packet, Stage stage, Verdict verdict, DropReason reason, Socket? socket) =>
        Paths.End(packet.TraceNode, verdict, reason);

    private void End(PacketBuffer packet, Stage stage, Verdict verdict)
    {
        if (Of(packet) is { } outcome)
        {
            Note(outcome, verdict, stage);
        }

        FollowToEnd(packet, stage, verdict, DropReason.None, null);
        if (verdict != Verdict.Held)
        {
            Release(packet.Origin);
        }
    }

    /// <summary>The outcome of the frame that a packet comes from, if that is one of those worked on now.</summary>
    private FrameOutcome? Of(PacketBuffer packet)
    {
        TurnTo(packet.Origin);
        return _currentOrigin == packet.Origin ? _current as FrameOutcome : null;
    }

    /// <summary>A packet that waited has come to its end: nobody need wait for that any more.</summary>
    private void Release(uint origin)
    {
        if (_current is TimerOutcome timer && origin != 0 && !timer.Frames.Contains(origin))
        {
            timer.Frames.Add(origin);
        }

        if (_waiting.Count != 0)
        {
            _waiting.Remove(origin);
        }
    }

    /// <summary>It is the turn of the frame that a packet comes from, if that is one of those worked on now.</summary>
    private void TurnTo(uint origin)
    {
        if (origin != _currentOrigin && _open.TryGetValue(origin, out FrameOutcome? outcome))
        {
            SwitchTo(origin, outcome);
        }
    }

    private void SwitchTo(uint origin, ReplayEvent? outcome)
    {
        if (_current is not null)
        {
            Meter?.Measure(_current.Counters);
        }

        _currentOrigin = origin;
        _current = outcome;
    }

    private void Note(FrameOutcome outcome, Verdict verdict, Stage stage)
    {
        NoteEnded(outcome);
        outcome.Note(verdict, stage);
    }

    private void NoteDrop(FrameOutcome outcome, Stage stage, DropReason reason)
    {
        NoteEnded(outcome);
        outcome.NoteDrop(stage, reason);
    }

    private void NoteEnded(FrameOutcome outcome)
    {
        if (!outcome.HasEnded)
        {
            _ended.Add(outcome);
        }
    }

    private void HandOut(IReplaySink sink, int mayWait)
    {
        while (_pending.TryPeek(out ReplayEvent? next))
        {
            if (next is FrameOutcome waiting && (_waiting.ContainsKey((uint)waiting.Number) || _open.ContainsKey((uint)waiting.Number)))
            {
                if (_pending.Count <= mayWait)
                {
                    return;
                }

                _waiting.Remove((uint)waiting.Number);
                _open.Remove((uint)waiting.Number);
            }

            _pending.Dequeue();
            if (next is FrameOutcome frame)
            {
                sink.Frame(frame);
                _spareFrames.Push(frame);
            }
            else if (next is TimerOutcome timer)
            {
                sink.Timer(timer);
                _spareTimers.Push(timer);
            }
        }
    }
}
