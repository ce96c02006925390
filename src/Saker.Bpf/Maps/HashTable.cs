using System.Runtime.CompilerServices;

namespace Saker.Bpf.Maps;

/// <summary>
/// The table under every hash: buckets of linked elements in native memory. Readers take no lock. An element that was taken out may be in use again when a reader is
/// still at it, so each bucket's chain ends in the bucket's own mark: a reader that ends elsewhere has been led astray, and begins again. So does one that found nothing while
/// an element was replaced by another one of the same key.
/// A value is replaced by a new element, so that a reader sees the old value or the new one; where every CPU has a value, or with the value's lock, it is written in place.
/// </summary>
/// <remarks>An element: the next one (8 bytes), hash (4), state (4), where every CPU has a value the address of CPU 0's (8), key, value.</remarks>
internal sealed unsafe partial class HashTable : IDisposable
{
    private const int HashOffset = 8;
    private const int StateOffset = 12;
    private const int HeaderSize = 16;
    private const int PerCpuHeaderSize = 24;
    private const int StripeSize = 128;
    private const int SpareOffset = 8;

    // Readers look at it, and should not have to fetch it whenever a writer takes the lock.
    private const int ReplacementsOffset = 64;
    private const int MostStripes = 64;

    /// <summary>The element is in a bucket.</summary>
    private const uint Linked = 1;

    /// <summary>A program has used it since it was last looked at.</summary>
    private const uint Referenced = 2;

    /// <summary>What is above counts how often the element was filled.</summary>
    private const uint Generation = 4;

    private readonly ValueLayout _values;
    private readonly ElementLayout _layout;
    private readonly MapMemory _bucketMemory;
    private readonly MapMemory _stripeMemory;
    private readonly ElementPool[] _pools;
    private readonly LruClock[] _clocks;
    private readonly byte** _buckets;
    private readonly byte* _stripes;
    private readonly KeyHash _hash;
    private readonly uint _mask;
    private readonly uint _stripeMask;
    private readonly int _keySize;
    private readonly int _keyOffset;
    private readonly int _cpuCount;
    private readonly bool _isPerCpu;

    /// <summary>Makes a table.</summary>
    /// <param name="map">The map that it is for.</param>
    /// <param name="environment">Where the map is made.</param>
    /// <param name="isLru">Whether an old entry is given up for a new one where there is no room.</param>
    /// <param name="valueSize">Bytes that are kept for a value; null: those of the map's values.</param>
    /// <exception cref="OutOfMemoryException">There is not so much memory.</exception>
    public HashTable(BpfMap map, MapEnvironment environment, bool isLru, int? valueSize = null)
    {
        _values = valueSize is { } size ? new ValueLayout(size, -1) : map.Layout;
        _keySize = map.KeySize;
        _isPerCpu = map.IsPerCpu;
        _cpuCount = map.CpuCount;
        _layout = new ElementLayout(_isPerCpu ? PerCpuHeaderSize : HeaderSize, map.KeySize, _values.Size, _isPerCpu);
        _keyOffset = _layout.KeyOffset;
        BucketCount = System.Numerics.BitOperations.RoundUpToPowerOf2(map.MaximumEntries);
        _mask = BucketCount - 1;
        _hash = new KeyHash((map.Flags & (uint)MapFlags.ZeroSeed) != 0 ? 0 : environment.HashSeed);
        int stripes = (int)Math.Min(BucketCount, MostStripes);
        _stripeMask = (uint)stripes - 1;

        bool grows = (map.Flags & (uint)MapFlags.NoPreallocation) != 0;
        int parts = (map.Flags & (uint)MapFlags.NoCommonLru) != 0 ? _cpuCount : 1;
        long spares = _isPerCpu ? 0 : stripes;
        _bucketMemory = new MapMemory((ulong)BucketCount * (ulong)sizeof(byte*));
        _buckets = (byte**)_bucketMemory.Start;
        _stripeMemory = new MapMemory((ulong)stripes * StripeSize);
        _stripes = _stripeMemory.Start;
        _pools = new ElementPool[parts];
        _clocks = new LruClock[isLru ? parts : 0];
        for (int i = 0; i < parts; i++)
        {
            long entries = map.MaximumEntries / parts;
            long capacity = entries + (i == 0 ? spares : 0);
            _pools[i] = new ElementPool(_layout, capacity, grows, _isPerCpu ? _cpuCount : 0);
            if (isLru)
            {
                _clocks[i] = new LruClock(_pools[i].First, _layout.Stride, capacity);
            }
        }

        for (uint i = 0; i < BucketCount; i++)
        {
            _buckets[i] = EndOf(i);
        }

        for (int i = 0; i < spares; i++)
        {
            SpareOf(i) = _pools[0].Take();
        }
    }

    /// <summary>How many buckets there are.</summary>
    public uint BucketCount { get; }

    /// <summary>Bytes from an entry's value of one CPU to that of the next.</summary>
    public ulong CpuStride => _pools[0].CpuStride;

    /// <summary>Finds an element by its key.</summary>
    /// <returns>The element; null: there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* Find(byte* key)
    {
        switch (_keySize)
        {
            case sizeof(uint):
                uint word = Unsafe.ReadUnaligned<uint>(key);
                return Find(word, _hash.Of(word));
            case sizeof(ulong):
                ulong two = Unsafe.ReadUnaligned<ulong>(key);
                return Find(two, _hash.Of(two));
            case 2 * sizeof(ulong):
                UInt128 four = Unsafe.ReadUnaligned<UInt128>(key);
                return Find(four, _hash.Of(four));
            default:
                return FindAny(key, HashOf(key));
        }
    }

    /// <summary>Finds an element by a key that is a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* Find<TKey>(TKey key, uint hash)
        where TKey : unmanaged, IEquatable<TKey>
    {
        uint bucket = hash & _mask;
        while (true)
        {
            uint replacements = Volatile.Read(ref ReplacementsOf(bucket));
            byte* element = HeadOf(bucket);
            while (!IsEnd(element))
            {
                if (Unsafe.ReadUnaligned<TKey>(element + _keyOffset).Equals(key))
                {
                    return element;
                }

                element = NextOf(element);
            }

            if (IsAbsent(bucket, element, replacements))
            {
                return null;
            }
        }
    }

    /// <summary>The value of an element that has only one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* ValueOf(byte* element) => element + _layout.ValueOffset;

    /// <summary>The value of an element for a CPU.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* ValueOf(byte* element, int cpu) => *(byte**)(element + ElementLayout.ValuesOffset) + ((ulong)cpu * CpuStride);

    /// <summary>The key of an element.</summary>
    public byte* KeyOf(byte* element) => element + _keyOffset;

    /// <summary>Finds an element for a program, which uses it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* FindUsed(byte* key)
    {
        byte* element = Find(key);
        if (element is not null)
        {
            Touch(element);
        }

        return element;
    }

    /// <summary>Notes that a program has used an element, so that it is not given up next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Touch(byte* element)
    {
        uint state = *(uint*)(element + StateOffset);
        if ((state & Referenced) == 0)
        {
            // An element that is filled anew meanwhile has another state, and keeps it.
            Interlocked.CompareExchange(ref *(uint*)(element + StateOffset), state | Referenced, state);
        }
    }

    /// <summary>Finds the value or key that has an address in it.</summary>
    public bool TryFindValue(ulong address, bool isWritable, out MemoryRegion region)
    {
        foreach (ElementPool pool in _pools)
        {
            if (pool.TryFind(address, isWritable, out region))
            {
                return true;
            }
        }

        region = default;
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ElementPool pool in _pools)
        {
            pool.Dispose();
        }

        foreach (LruClock clock in _clocks)
        {
            clock.Dispose();
        }

        _bucketMemory.Dispose();
        _stripeMemory.Dispose();
    }

    private byte* FindAny(byte* key, uint hash)
    {
        uint bucket = hash & _mask;
        while (true)
        {
            uint replacements = Volatile.Read(ref ReplacementsOf(bucket));
            byte* element = FindFrom(HeadOf(bucket), key, hash);
            if (!IsEnd(element))
            {
                return element;
            }

            if (IsAbsent(bucket, element, replacements))
            {
                return null;
            }
        }
    }

    /// <summary>Whether a reader that came to a chain's end can believe that there is no such key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsAbsent(uint bucket, byte* end, uint replacements)
    {
        Volatile.ReadBarrier();
        return end == EndOf(bucket) && Volatile.Read(ref ReplacementsOf(bucket)) == replacements;
    }

    /// <summary>Finds an element in the rest of a chain.</summary>
    /// <returns>The element, or the chain's end.</returns>
    private byte* FindFrom(byte* element, byte* key, uint hash)
    {
        ReadOnlySpan<byte> wanted = new(key, _keySize);
        while (!IsEnd(element) && (*(uint*)(element + HashOffset) != hash || !wanted.SequenceEqual(new ReadOnlySpan<byte>(element + _keyOffset, _keySize))))
        {
            element = NextOf(element);
        }

        return element;
    }

    private uint HashOf(byte* key) => _keySize switch
    {
        sizeof(uint) => _hash.Of(Unsafe.ReadUnaligned<uint>(key)),
        sizeof(ulong) => _hash.Of(Unsafe.ReadUnaligned<ulong>(key)),
        2 * sizeof(ulong) => _hash.Of(Unsafe.ReadUnaligned<UInt128>(key)),
        _ => _hash.Of(key, _keySize),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* HeadOf(uint bucket) => (byte*)Volatile.Read(ref *(nint*)(_buckets + bucket));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* NextOf(byte* element) => (byte*)Volatile.Read(ref *(nint*)element);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsEnd(byte* element) => ((nuint)element & 1) != 0;

    /// <summary>The mark at the end of a bucket's chain: no address, since those are even.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* EndOf(uint bucket) => (byte*)(((ulong)bucket << 1) | 1);

    private int* LockOf(uint bucket) => (int*)(_stripes + ((bucket & _stripeMask) * StripeSize));

    /// <summary>An element that a stripe has to replace another one with, so that replacing works in a full table.</summary>
    private ref byte* SpareOf(long stripe) => ref *(byte**)(_stripes + (stripe * StripeSize) + SpareOffset);

    /// <summary>How often an element was replaced in the stripe of a bucket.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref uint ReplacementsOf(uint bucket) => ref *(uint*)(_stripes + ((bucket & _stripeMask) * StripeSize) + ReplacementsOffset);
}
