using Saker.Packets;
using Saker.Stack.Observation;

namespace Saker.Host.Replay;

/// <summary>The sums over all frames of a replay.</summary>
public sealed class ReplayTotals
{
    private readonly long[] _verdicts = new long[Enum.GetValues<Verdict>().Length];
    private readonly Dictionary<DropReason, DropTotal> _drops = [];
    private readonly long[] _counters = new long[CounterNames.Count];
    private readonly CounterChanges _devices = new();

    /// <summary>How many frames.</summary>
    public long Frames { get; private set; }

    /// <summary>How many frames the host sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Time of the first frame, in nanoseconds since the Unix epoch.</summary>
    public long FirstTime { get; private set; }

    /// <summary>Time of the last frame, in nanoseconds since the Unix epoch.</summary>
    public long LastTime { get; private set; }

    /// <summary>How many frames got each verdict, in the order of <see cref="Verdict"/>.</summary>
    public ReadOnlySpan<long> Verdicts => _verdicts;

    /// <summary>The drops, the most frequent first.</summary>
    public IEnumerable<DropTotal> Drops => _drops.Values.OrderByDescending(drop => drop.Count).ThenBy(drop => drop.Reason);

    /// <summary>The counters that moved, up to now.</summary>
    public CounterChanges Counters => Sum();

    /// <summary>Adds a frame.</summary>
    public void Add(FrameOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        if (Frames++ == 0)
        {
            FirstTime = outcome.Timestamp;
        }

        LastTime = Math.Max(LastTime, outcome.Timestamp);
        _verdicts[(int)outcome.Verdict]++;
        if (outcome.Verdict == Verdict.Dropped)
        {
            if (!_drops.TryGetValue(outcome.Reason, out DropTotal? drop))
            {
                _drops[outcome.Reason] = drop = new DropTotal(outcome.Reason, outcome.Stage, outcome.Number);
            }

            drop.Count++;
        }

        AddMoves(outcome);
    }

    /// <summary>Adds what time has moved.</summary>
    public void Add(TimerOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        AddMoves(outcome);
    }

    private void AddMoves(ReplayEvent outcome)
    {
        Sent += outcome.Sent;
        foreach ((Counter counter, long amount) in outcome.Counters.Counters)
        {
            _counters[(int)counter] += amount;
        }

        foreach ((int device, DeviceCounter counter, long amount) in outcome.Counters.Devices)
        {
            _devices.Add(device, counter, amount);
        }
    }

    private CounterChanges Sum()
    {
        CounterChanges sum = new();
        for (int counter = 0; counter < _counters.Length; counter++)
        {
            if (_counters[counter] != 0)
            {
                sum.Add((Counter)counter, _counters[counter]);
            }
        }

        foreach ((int device, DeviceCounter counter, long amount) in _devices.Devices)
        {
            sum.AddNew(device, counter, amount);
        }

        return sum;
    }
}

/// <summary>Frames dropped for one reason.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="FirstStage">Where the first of them was dropped.</param>
/// <param name="FirstFrame">The first of them.</param>
public sealed record DropTotal(DropReason Reason, Stage FirstStage, long FirstFrame)
{
    /// <summary>How many.</summary>
    public long Count { get; internal set; }
}
