using Saker.Wire;

namespace Saker.Host.Inspection;

/// <summary>A conversation: the frames of both directions.</summary>
public sealed class FlowStatistics
{
    internal FlowStatistics(in FlowKey key, long time)
    {
        Key = key;
        FirstTime = time;
        LastTime = time;
    }

    /// <summary>The flow as its first frame went.</summary>
    public FlowKey Key { get; }

    /// <summary>Frames that went as the first one did.</summary>
    public long FramesForth { get; private set; }

    /// <summary>Their bytes on the wire.</summary>
    public long BytesForth { get; private set; }

    /// <summary>Frames that went the other way.</summary>
    public long FramesBack { get; private set; }

    /// <summary>Their bytes on the wire.</summary>
    public long BytesBack { get; private set; }

    /// <summary>All frames.</summary>
    public long Frames => FramesForth + FramesBack;

    /// <summary>All bytes.</summary>
    public long Bytes => BytesForth + BytesBack;

    /// <summary>Time of the earliest frame, in nanoseconds since the Unix epoch.</summary>
    public long FirstTime { get; private set; }

    /// <summary>Time of the latest frame, in nanoseconds since the Unix epoch.</summary>
    public long LastTime { get; private set; }

    /// <summary>From the earliest frame to the latest, in seconds.</summary>
    public double Seconds => (LastTime - FirstTime) / 1e9;

    /// <summary>Bits a second; null: the flow has no duration.</summary>
    public double? BitRate => LastTime > FirstTime ? Bytes * 8 / Seconds : null;

    internal void Add(in FlowKey key, long time, int bytes)
    {
        FirstTime = Math.Min(FirstTime, time);
        LastTime = Math.Max(LastTime, time);
        if (key.Source == Key.Source && key.SourcePort == Key.SourcePort)
        {
            FramesForth++;
            BytesForth += bytes;
        }
        else
        {
            FramesBack++;
            BytesBack += bytes;
        }
    }
}

/// <summary>The flows of a capture, both directions joined. At most <see cref="MaximumFlows"/> are kept; frames of others are counted.</summary>
public sealed class FlowTable
{
    /// <summary>How many flows are kept, about 25 MB of them.</summary>
    public const int MaximumFlows = 100_000;

    private readonly Dictionary<FlowKey, FlowStatistics> _flows = [];

    /// <summary>How many flows are kept.</summary>
    public int Count => _flows.Count;

    /// <summary>Frames of flows that found no place.</summary>
    public long FramesBeyond { get; private set; }

    /// <summary>The flows with most bytes, the greatest first.</summary>
    public IReadOnlyList<FlowStatistics> MostBytes(int count) => Most(count, flow => flow.Bytes);

    /// <summary>The flows with most frames, the greatest first.</summary>
    public IReadOnlyList<FlowStatistics> MostFrames(int count) => Most(count, flow => flow.Frames);

    internal void Add(in FlowKey found, long time, int bytes)
    {
        // What differs from packet to packet of a flow, or between its directions, is no part of it.
        FlowKey key = found with { FlowLabel = 0, Traits = FlowTraits.None };
        FlowKey joined = Join(key);
        if (!_flows.TryGetValue(joined, out FlowStatistics? flow))
        {
            if (_flows.Count >= MaximumFlows)
            {
                FramesBeyond++;
                return;
            }

            _flows[joined] = flow = new FlowStatistics(key, time);
        }

        flow.Add(key, time, bytes);
    }

    private static FlowKey Join(in FlowKey key)
    {
        int order = key.Source.CompareTo(key.Destination);
        return order < 0 || (order == 0 && key.SourcePort <= key.DestinationPort)
            ? key
            : key with { Source = key.Destination, SourcePort = key.DestinationPort, Destination = key.Source, DestinationPort = key.SourcePort };
    }

    private List<FlowStatistics> Most(int count, Func<FlowStatistics, long> measure) =>
        [.. _flows.Values.OrderByDescending(measure).ThenBy(flow => flow.FirstTime).Take(count)];
}
