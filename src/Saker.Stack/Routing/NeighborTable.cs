using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>
/// The neighbours of one family that this host knows, by device and address (<c>arp_tbl</c>, <c>nd_tbl</c>), for all CPUs. Readers take no lock; whoever adds an entry holds a short one.
/// </summary>
/// <remarks>Entries are allocated in advance and are not given up: there are as many as the kernel allows (<c>gc_thresh3</c>).</remarks>
/// <typeparam name="TAddress">The address.</typeparam>
public sealed class NeighborTable<TAddress>
    where TAddress : struct, INetworkAddress<TAddress>, IEquatable<TAddress>
{
    private const int Buckets = 256;

    private readonly NeighborEntry<TAddress>?[] _buckets = new NeighborEntry<TAddress>?[Buckets];
    private readonly Lock _adding = new();
    private NeighborEntry<TAddress>? _spare;

    /// <summary>Makes a table with the entries of a configuration. Of an address that is there twice the first counts; what does not fit is left out.</summary>
    /// <param name="neighbors">The entries.</param>
    /// <param name="cpuCount">How many CPUs use it.</param>
    /// <param name="capacity">The most entries that there can be.</param>
    public NeighborTable(IEnumerable<Neighbor<TAddress>> neighbors, int cpuCount = 1, int capacity = NeighborSettings.TableCapacity)
    {
        ArgumentNullException.ThrowIfNull(neighbors);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cpuCount);
        for (int i = 0; i < capacity; i++)
        {
            _spare = new NeighborEntry<TAddress>(cpuCount) { Next = _spare };
        }

        foreach (Neighbor<TAddress> neighbor in neighbors)
        {
            if (Find(neighbor.Device, neighbor.Address) is null && TryAdd(neighbor.Device, neighbor.Address) is { } entry)
            {
                entry.Set(neighbor.LinkAddress, neighbor.State, long.MinValue / 2);
            }
        }
    }

    /// <summary>How many entries there are.</summary>
    public int Count { get; private set; }

    /// <summary>The entries as they are now, in no particular order.</summary>
    public IEnumerable<Neighbor<TAddress>> All
    {
        get
        {
            for (int i = 0; i < Buckets; i++)
            {
                for (NeighborEntry<TAddress>? entry = Volatile.Read(ref _buckets[i]); entry is not null; entry = entry.Next)
                {
                    yield return new Neighbor<TAddress>(entry.Device, entry.Address, entry.LinkAddress, entry.State);
                }
            }
        }
    }

    /// <summary>Looks a neighbour up (<c>neigh_lookup</c>).</summary>
    internal NeighborEntry<TAddress>? Find(NetworkDevice device, TAddress address)
    {
        NeighborEntry<TAddress>? entry = Volatile.Read(ref _buckets[BucketOf(device, address)]);
        while (entry is not null && (!entry.Address.Equals(address) || !ReferenceEquals(entry.Device, device)))
        {
            entry = entry.Next;
        }

        return entry;
    }

    /// <summary>Adds an entry of which nothing is known yet (<c>neigh_create</c>), unless another CPU has just done so.</summary>
    /// <returns>Null if the table is full.</returns>
    internal NeighborEntry<TAddress>? TryAdd(NetworkDevice device, TAddress address)
    {
        lock (_adding)
        {
            if (Find(device, address) is { } known)
            {
                return known;
            }

            NeighborEntry<TAddress>? entry = _spare;
            if (entry is null)
            {
                return null;
            }

            _spare = entry.Next;
            entry.Assign(device, address);
            ref NeighborEntry<TAddress>? bucket = ref _buckets[BucketOf(device, address)];
            entry.Next = bucket;
            Volatile.Write(ref bucket, entry);
            Count++;
            return entry;
        }
    }

    /// <summary>Frees the packets that wait.</summary>
    internal void Clear()
    {
        foreach (NeighborEntry<TAddress>? first in _buckets)
        {
            for (NeighborEntry<TAddress>? entry = first; entry is not null; entry = entry.Next)
            {
                entry.Clear();
            }
        }
    }

    private static int BucketOf(NetworkDevice device, TAddress address)
    {
        uint mixed = ((uint)address.GetHashCode() ^ (uint)device.Index) * 0x9e37_79b1;
        return (int)(mixed >> 24) & (Buckets - 1);
    }
}
