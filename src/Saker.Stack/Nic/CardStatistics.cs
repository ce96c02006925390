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

    // A line of its own in front, since what stands before an array's elements is read by all.
    private readonly long[] _card = new long[PlacesOfLine + CardCounterNames.Count + PlacesOfLine];
    private readonly long[] _queues;

    /// <summary>Makes counters for so many receive queues.</summary>
    public CardStatistics(int queues)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(queues);
        Queues = queues;
        _queues = new long[PlacesOfLine + (queues * QueuePlaces)];
    }

    /// <summary>How many receive queues.</summary>
    public int Queues { get; }

    /// <summary>A counter of the card.</summary>
    public long this[CardCounter counter] => Volatile.Read(ref _card[PlacesOfLine + (int)counter]);

    /// <summary>A counter of a queue.</summary>
    public long this[int queue, QueueCounter counter] => Volatile.Read(ref _queues[PlaceOf(queue, counter)]);

    /// <summary>A queues' counter, summed up.</summary>
    public long Sum(QueueCounter counter)
    {
        long sum = 0;
        for (int i = 0; i < Queues; i++)
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

        for (QueueCounter counter = QueueCounter.AllocationFailed; (int)counter < CardCounterNames.QueueCount; counter++)
        {
            yield return (counter.Name(), Sum(counter));
        }

        for (int queue = 0; queue < Queues; queue++)
        {
            yield return (QueueCounter.Packets.Name(queue), this[queue, QueueCounter.Packets]);
            yield return (QueueCounter.Bytes.Name(queue), this[queue, QueueCounter.Bytes]);
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
