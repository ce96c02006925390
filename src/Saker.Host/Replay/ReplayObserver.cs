using System.Runtime.InteropServices;
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
    private readonly PendingOutcomes _pending = new();
    private readonly List<uint> _ended = [];
    private int _openCount;
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
    public bool HasOpenFrames => _openCount != 0;

    /// <summary>Whether <see cref="Arrived"/> is wanted.</summary>
    public virtual bool WantsArrivals => false;

    /// <summary>A frame arrives.</summary>
    /// <returns>Its outcome, to be filled.</returns>
    public FrameOutcome Begin(long number, long timestamp, int length)
    {
        FrameOutcome outcome = _pending.AddFrame(number);
        outcome.Begin(number, timestamp, length);
        _openCount++;
        SwitchTo((uint)number, outcome);
        return outcome;
    }

    /// <summary>Timers are about to expire.</summary>
    public void BeginTimers(long timestamp)
    {
        TimerOutcome outcome = _pending.AddTimer();
        outcome.Begin(timestamp);
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
        foreach (uint number in CollectionsMarshal.AsSpan(_ended))
        {
            FrameOutcome outcome = _pending.Find(number)!;
            Close(outcome);
            outcome.IsWaiting = outcome is { Verdict: Verdict.Held, Into: 0 };
        }

        _ended.Clear();
        HandOut(sink, MostPending);
    }

    /// <summary>Nothing comes any more: everything goes to the sink.</summary>
    public void FinishAll(IReplaySink sink) => HandOut(sink, 0);

    /// <inheritdoc/>
    public override void Entered(PacketBuffer packet, Stage stage)
    {
        TurnTo(packet.Origin);
        packet.TraceNode = Paths.Enter(packet.TraceNode, stage);
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
        if (_pending.Find(packet.Origin) is { IsUnsettled: true } outcome)
        {
            outcome.Into = into;
            outcome.IsWaiting = false;
        }
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

    /// <summary>It is the turn of the frame that a packet comes from, if that is one of those worked on now.</summary>
    protected void TurnTo(uint origin)
    {
        if (origin != _currentOrigin && _pending.Find(origin) is { IsOpen: true } outcome)
        {
            SwitchTo(origin, outcome);
        }
    }

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

        if (_pending.Find(origin) is { } outcome)
        {
            outcome.IsWaiting = false;
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
            _ended.Add((uint)outcome.Number);
        }
    }

    private void Close(FrameOutcome outcome)
    {
        _openCount -= outcome.IsOpen ? 1 : 0;
        outcome.IsOpen = false;
    }

    private void HandOut(IReplaySink sink, int mayWait)
    {
        while (_pending.First() is { } next)
        {
            if (next is FrameOutcome frame)
            {
                if (frame.IsUnsettled && _pending.Count <= mayWait)
                {
                    return;
                }

                Close(frame);
                frame.IsWaiting = false;
                _pending.RemoveFrame();
                sink.Frame(frame);
            }
            else if (next is TimerOutcome timer)
            {
                _pending.RemoveTimer();
                if (!timer.IsEmpty)
                {
                    // Polls by a timer mostly find nothing.
                    sink.Timer(timer);
                }
            }
        }
    }
}
