using Saker.Packets;
using Saker.Stack.Observation;

namespace Saker.Host.Replay;

/// <summary>What became of a frame, as the command line says it.</summary>
public enum Verdict : byte
{
    /// <summary>On at least one socket's queue.</summary>
    Delivered,

    /// <summary>Passed on to another host.</summary>
    Forwarded,

    /// <summary>Redirected by XDP.</summary>
    Redirected,

    /// <summary>Answered or absorbed by the stack itself.</summary>
    Consumed,

    /// <summary>Waits for others.</summary>
    Held,

    /// <summary>Dropped.</summary>
    Dropped,

    /// <summary>Reached a part that is not built.</summary>
    Unsupported,

    /// <summary>Was sent by the host itself, and so not received.</summary>
    Outgoing,
}

/// <summary>Something that a replay tells: what became of a frame, or what time brought about. Reused, so that a replay allocates nothing for the usual ones.</summary>
public abstract class ReplayEvent
{
    /// <summary>When, in nanoseconds since the Unix epoch.</summary>
    public long Timestamp { get; private protected set; }

    /// <summary>The counters that it moved.</summary>
    public CounterChanges Counters { get; } = new();

    /// <summary>How many frames were sent because of it.</summary>
    public int Sent { get; internal set; }

    private protected void Reset(long timestamp)
    {
        Timestamp = timestamp;
        Counters.Clear();
        Sent = 0;
    }
}

/// <summary>What moved because time passed.</summary>
public sealed class TimerOutcome : ReplayEvent
{
    /// <summary>The frames that it concerns.</summary>
    public List<long> Frames { get; } = [];

    /// <summary>Whether it has brought nothing about.</summary>
    internal bool IsEmpty => Frames.Count == 0 && Sent == 0 && Counters.IsEmpty;

    internal void Begin(long timestamp)
    {
        Reset(timestamp);
        Frames.Clear();
    }
}

/// <summary>What became of one frame.</summary>
public sealed class FrameOutcome : ReplayEvent
{
    private readonly Stage[] _stages = new Stage[(int)Verdict.Outgoing + 1];
    private int _seen;

    /// <summary>The frame's number in the capture, from one.</summary>
    public long Number { get; private set; }

    /// <summary>Its length on the wire.</summary>
    public int Length { get; private set; }

    /// <summary>The verdict: where several hold, the first in the order of <see cref="Replay.Verdict"/>.</summary>
    public Verdict Verdict => _seen == 0 ? Verdict.Unsupported : (Verdict)System.Numerics.BitOperations.TrailingZeroCount(_seen);

    /// <summary>Why it was dropped; <see cref="DropReason.None"/> where the verdict is another.</summary>
    public DropReason Reason => Verdict == Verdict.Dropped ? DropReason : DropReason.None;

    /// <summary>The stage in which its way ended.</summary>
    public Stage Stage => _stages[(int)Verdict];

    /// <summary>The sockets that got it.</summary>
    public List<string> Sockets { get; } = [];

    /// <summary>The hash that the card put beside it.</summary>
    public uint RxHash { get; internal set; }

    /// <summary>The queue that the card chose; -1 if a flow rule drops it.</summary>
    public int Queue { get; internal set; }

    /// <summary>The frame that it was completed with; 0: none.</summary>
    public long Into { get; internal set; }

    /// <summary>Whether a verdict is known.</summary>
    internal bool HasEnded => _seen != 0;

    /// <summary>Whether its way has not ended, or the moment in which it did is not over.</summary>
    internal bool IsOpen { get; set; }

    /// <summary>Whether it is held, and it is not known what became of it.</summary>
    internal bool IsWaiting { get; set; }

    /// <summary>Whether something may still happen to it, so that it cannot be told.</summary>
    internal bool IsUnsettled => IsOpen || IsWaiting;

    private DropReason DropReason { get; set; }

    internal void Begin(long number, long timestamp, int length)
    {
        Reset(timestamp);
        Number = number;
        Length = length;
        _seen = 0;
        DropReason = DropReason.None;
        Sockets.Clear();
        Into = 0;
        IsOpen = true;
        IsWaiting = false;
    }

    internal void Note(Verdict verdict, Stage stage)
    {
        int bit = 1 << (int)verdict;
        if ((_seen & bit) == 0)
        {
            _seen |= bit;
            _stages[(int)verdict] = stage;
        }
    }

    internal void NoteDrop(Stage stage, DropReason reason)
    {
        if (DropReason == DropReason.None)
        {
            DropReason = reason;
        }

        Note(Verdict.Dropped, stage);
    }
}
