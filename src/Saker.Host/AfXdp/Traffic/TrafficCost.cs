namespace Saker.Host.AfXdp;

/// <summary>What work with sockets has cost the threads that did it.</summary>
/// <param name="Time">Time spent on batches that were not empty, where it is taken (<see cref="XdpTrafficOptions.MeasuresTime"/>), the kernel's part of calls in them included.</param>
/// <param name="Packets">On how many packets that was spent.</param>
/// <param name="Batches">In how many batches they came.</param>
/// <param name="Processor">Time of processors, in this process and in the kernel for it.</param>
/// <param name="Allocated">Bytes allocated on the managed heap.</param>
public readonly record struct TrafficCost(TimeSpan Time, long Packets, long Batches, TimeSpan Processor, long Allocated)
{
    /// <summary>Nanoseconds that half of these packets took at the most: what a thread loses to others on its processor does not spoil it, as it does the mean. Of several threads the slowest one's.</summary>
    public double MedianNanoseconds { get; init; }

    /// <summary>What both have cost.</summary>
    public static TrafficCost operator +(TrafficCost left, TrafficCost right) => new(
        left.Time + right.Time, left.Packets + right.Packets, left.Batches + right.Batches, left.Processor + right.Processor, left.Allocated + right.Allocated)
    {
        MedianNanoseconds = Math.Max(left.MedianNanoseconds, right.MedianNanoseconds),
    };

    /// <summary>What both have cost.</summary>
    public static TrafficCost Add(TrafficCost left, TrafficCost right) => left + right;
}
