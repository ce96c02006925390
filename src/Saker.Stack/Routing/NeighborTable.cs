using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>
/// The neighbours that this host knows, by device and address (<c>arp_tbl</c>), for all CPUs. Readers take no lock; whoever adds an entry holds a short one.
/// </summary>
/// <remarks>Entries are allocated in advance and are not given up: there are as many as the kernel allows (<c>gc_thresh3</c>).</remarks>
public sealed class NeighborTable
{
    /// <summary>The most entries that there can be.</summary>
    public const int Capacity = 1024;

    private const int Buckets = 256;

    private readonly NeighborEntry?[] _buckets = new NeighborEntry?[Buckets];
    private readonly Lock _adding = new();
    private NeighborEntry? _spare;

    /// <summary>Makes a table with the entries of a configuration. Of an address that is there twice the first counts; what does not fit is left out.</summary>
    /// <param name="neighbors">The entries.</param>
    /// <param name="cpuCount">How many CPUs use it.</param>
    public NeighborTable(IEnumerable<Neighbor> neighbors, int cpuCount = 1)
    {
        ArgumentNullException.ThrowIfNull(neighbors);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cpuCount);
        for (int i = 0; i < Capacity; i++)
        {
            _spare = new NeighborEntry(cpuCount) { Next = _spare };
        }

        foreach (Neighbor neighbor in neighbors)
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
    public IEnumerable<Neighbor> All
    {
        get
        {
            for (int i = 0; i < Buckets; i++)
            {
                for (NeighborEntry? entry = Volatile.Read(ref _buckets[i]); entry is not null; entry = entry.Next)
                {
                    yield return new Neighbor(entry.Device, entry.Address, entry.LinkAddress, entry.State);
                }
            }
        }
    }

    /// <summary>Looks a neighbour up (<c>neigh_lookup</c>).</summary>
    internal NeighborEntry? Find(NetworkDevice device, IPv4Address address)
    {
        NeighborEntry? entry = Volatile.Read(ref _buckets[BucketOf(device, address)]);
        while (entry is not null && (entry.Address != address || !ReferenceEquals(entry.Device, device)))
        {
            entry = entry.Next;
        }

        return entry;
    }

    /// <summary>Adds an entry of which nothing is known yet (<c>neigh_create</c>), unless another CPU has just done so.</summary>
    /// <returns>Null if the table is full.</returns>
    internal NeighborEntry? TryAdd(NetworkDevice device, IPv4Address address)
    {
        lock (_adding)
        {
            if (Find(device, address) is { } known)
            {
                return known;
            }

            NeighborEntry? entry = _spare;
            if (entry is null)
            {
                return null;
            }

            _spare = entry.Next;
            entry.Assign(device, address);
            ref NeighborEntry? bucket = ref _buckets[BucketOf(device, address)];
            entry.Next = bucket;
            Volatile.Write(ref bucket, entry);
            Count++;
            return entry;
        }
    }

    /// <summary>Frees the packets that wait.</summary>
    internal void Clear()
    {
        foreach (NeighborEntry? first in _buckets)
        {
            for (NeighborEntry? entry = first; entry is not null; entry = entry.Next)
            {
                entry.Clear();
            }
        }
    }

    private static int BucketOf(NetworkDevice device, IPv4Address address)
    {
        uint mixed = (address.Value ^ (uint)device.Index) * 0x9e37_79b1;
        return (int)(mixed >> 24) & (Buckets - 1);
    }
}
