using System.Runtime.CompilerServices;
using Saker.Stack.Observation;

namespace Saker.Stack.Nic;

/// <summary>
/// What a card and its driver have counted (<c>ethtool -S</c>). The card's own counters are moved by the link that feeds it, those of a queue by the CPU that
/// polls it; each is apart in memory from what another thread writes. Any thread may read.
/// </summary>
public sealed class CardStatistics
{
    private const int PlacesOfLine = 8;
    private const int QueuePlaces = 2 * PlacesOfLine;

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

    // A line of its own in front, since what stands before an array's elements is read by all.
    private readonly long[] _card = new long[PlacesOfLine + CardCounterNames.Count + PlacesOfLine];
    private readonly long[] _queues;
    private readonly int _places;

    /// <summary>Makes counters.</summary>
    /// <param name="queues">For so many queue pairs.</param>
    /// <param name="furtherRings">And for so many transmit rings of no queue, which are seen in sums only.</param>
    public CardStatistics(int queues, int furtherRings = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(queues);
        ArgumentOutOfRangeException.ThrowIfNegative(furtherRings);
        Queues = queues;
        _places = queues + furtherRings;
        _queues = new long[PlacesOfLine + (_places * QueuePlaces)];
    }

    /// <summary>How many queue pairs.</summary>
    public int Queues { get; }

    /// <summary>A counter of the card.</summary>
    public long this[CardCounter counter] => Volatile.Read(ref _card[PlacesOfLine + (int)counter]);

    /// <summary>A counter of a queue.</summary>
    public long this[int queue, QueueCounter counter] => Volatile.Read(ref _queues[PlaceOf(queue, counter)]);

    /// <summary>A queues' counter, summed up.</summary>
    public long Sum(QueueCounter counter)
    {
        long sum = 0;
        for (int i = 0; i < _places; i++)
        {
            sum += this[i, counter];
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
    internal void Add(CardCounter counter, long amount = 1) => _card[PlacesOfLine + (int)counter] += amount;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(int queue, QueueCounter counter, long amount = 1) => _queues[PlaceOf(queue, counter)] += amount;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PlaceOf(int queue, QueueCounter counter) => PlacesOfLine + (queue * QueuePlaces) + (int)counter;
}
