using System.Runtime.CompilerServices;
using Saker.Stack.Observation;

namespace Saker.Stack.Nic;

/// <summary>
/// What a card and its driver have counted (<c>ethtool -S</c>). The card's own counters are moved by the link that feeds it, those of a queue by the CPU that
/// polls it; each is apart in memory from what another thread writes. Any thread may read.
/// </summary>
public sealed class CardStatistics
{
    private static readonly DeviceCounter[] OfDevice =
    [
        DeviceCounter.RxPackets, DeviceCounter.TxPackets, DeviceCounter.RxBytes, DeviceCounter.TxBytes, DeviceCounter.RxErrors, DeviceCounter.TxErrors,
        DeviceCounter.RxDropped, DeviceCounter.RxMissedErrors, DeviceCounter.TxDropped, DeviceCounter.Collisions, DeviceCounter.RxLengthErrors,
        DeviceCounter.RxCrcErrors,
    ];

    private static readonly QueueCounter[] Summed =
    [
        QueueCounter.TxBusy, QueueCounter.TxStopped, QueueCounter.AllocationFailed, QueueCounter.PageAllocationFailed, QueueCounter.PageReused,
        QueueCounter.PageAllocated, QueueCounter.PageWaived, QueueCounter.PageBusy, QueueCounter.TxRestarted,
    ];

    private static readonly QueueCounter[] OfQueue = [QueueCounter.TxPackets, QueueCounter.TxBytes, QueueCounter.Packets, QueueCounter.Bytes];

    private readonly QueueCounterBlock[] _queues;
    private Places _card;

    /// <summary>Makes counters.</summary>
    /// <param name="queues">For so many queue pairs.</param>
    /// <param name="furtherRings">And for so many transmit rings of no queue, which are seen in sums only.</param>
    public CardStatistics(int queues, int furtherRings = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(queues);
        ArgumentOutOfRangeException.ThrowIfNegative(furtherRings);
        Queues = queues;
        _queues = [.. Enumerable.Range(0, queues + furtherRings).Select(_ => new QueueCounterBlock())];
    }

    /// <summary>How many queue pairs.</summary>
    public int Queues { get; }

    /// <summary>A counter of the card.</summary>
    public long this[CardCounter counter] => counter <= CardCounter.RxBroadcast
        ? Read(counter) + Read(CardCounter.PortRxUnicast + (counter - CardCounter.RxUnicast))
        : Read(counter);

    /// <summary>A counter of a queue.</summary>
    public long this[int queue, QueueCounter counter] => _queues[queue][counter];

    /// <summary>A queues' counter, summed up.</summary>
    public long Sum(QueueCounter counter)
    {
        long sum = 0;
        foreach (QueueCounterBlock queue in _queues)
        {
            sum += queue[counter];
        }

        return sum;
    }

    /// <summary>All counters with their names, in ethtool's order: the device's, the host's, the queues', the port's.</summary>
    /// <param name="device">The device's own counters, of which the driver shows some first.</param>
    public IEnumerable<(string Name, long Value)> Read(DeviceCounters device)
    {
        ArgumentNullException.ThrowIfNull(device);
        foreach (DeviceCounter counter in OfDevice)
        {
            yield return (counter.Name(), device[counter]);
        }

        for (CardCounter counter = CardCounter.RxUnicast; counter < CardCounter.PortRxBytes; counter++)
        {
            yield return (counter.Name(), this[counter]);
        }

        foreach (QueueCounter counter in Summed)
        {
            yield return (counter.Name(), Sum(counter));
        }

        for (int queue = 0; queue < Queues; queue++)
        {
            foreach (QueueCounter counter in OfQueue)
            {
                yield return (counter.Name(queue), this[queue, counter]);
            }
        }

        for (CardCounter counter = CardCounter.PortRxBytes; (int)counter < CardCounterNames.Count; counter++)
        {
            yield return (counter.Name(), this[counter]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(CardCounter counter, long amount = 1) => _card[CounterBlock.Padding + (int)counter] += amount;

    /// <summary>Counts a frame that reached the port.</summary>
    /// <param name="length">Its length.</param>
    /// <param name="kind">Which of the counters from <see cref="CardCounter.PortRxUnicast"/> on.</param>
    /// <param name="size">Which of those from <see cref="CardCounter.PortRxSize64"/> on.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void CountAtPort(int length, int kind, int size)
    {
        Span<long> counters = _card;
        counters[CounterBlock.Padding + (int)CardCounter.PortRxBytes] += length;
        counters[CounterBlock.Padding + (int)CardCounter.PortRxUnicast + kind]++;
        counters[CounterBlock.Padding + (int)CardCounter.PortRxSize64 + size]++;
    }

    /// <summary>
    /// A frame that reached the port does not reach the host. What does is not counted a second time: in the places of those counters stands only what is missing.
    /// </summary>
    internal void CountNotForHost(int kind) => _card[CounterBlock.Padding + (int)CardCounter.RxUnicast + kind]--;

    /// <summary>The counters of a queue, for the CPU that polls it.</summary>
    internal QueueCounterBlock Of(int queue) => _queues[queue];

    private long Read(CardCounter counter) => Volatile.Read(ref _card[CounterBlock.Padding + (int)counter]);

    /// <summary>The card's counters, with a gap on both sides: what stands before them is read by all.</summary>
    [InlineArray(CounterBlock.Padding + (int)CardCounter.PortFlowRuleMatch + 1 + CounterBlock.Padding)]
    private struct Places
    {
        private long _first;
    }
}
