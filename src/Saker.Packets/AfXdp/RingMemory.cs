using System.Numerics;

namespace Saker.Packets.AfXdp;

/// <summary>
/// Where the parts of a ring lie that two sides share: the indices of its producer and of its consumer, its flags, its entries. Indices count on for ever, modulo 2^32. Source:
/// Documentation/networking/af_xdp.rst.
/// </summary>
public readonly unsafe struct RingMemory
{
    /// <summary>The largest ring that is taken.</summary>
    public const int MostEntries = 1 << 24;

    /// <summary>Says where a ring lies. The memory must outlive all ends that are made of it.</summary>
    /// <param name="producer">The producer's index.</param>
    /// <param name="consumer">The consumer's index.</param>
    /// <param name="flags">What the kernel's side says of itself.</param>
    /// <param name="entries">The entries.</param>
    /// <param name="capacity">How many entries, a power of two.</param>
    public RingMemory(uint* producer, uint* consumer, uint* flags, void* entries, int capacity)
    {
        ArgumentNullException.ThrowIfNull(producer);
        ArgumentNullException.ThrowIfNull(consumer);
        ArgumentNullException.ThrowIfNull(flags);
        ArgumentNullException.ThrowIfNull(entries);
        if (!IsValidCapacity(capacity))
        {
            throw new ArgumentOutOfRangeException(nameof(capacity), capacity, $"A ring has a power of two of entries, up to {MostEntries}.");
        }

        Producer = producer;
        Consumer = consumer;
        Flags = flags;
        Entries = entries;
        Capacity = capacity;
    }

    /// <summary>How many entries.</summary>
    public int Capacity { get; }

    /// <summary>Whether a ring can have so many entries.</summary>
    public static bool IsValidCapacity(int capacity) => capacity is > 0 and <= MostEntries && BitOperations.IsPow2(capacity);

    internal uint* Producer { get; }

    internal uint* Consumer { get; }

    internal uint* Flags { get; }

    internal void* Entries { get; }
}
