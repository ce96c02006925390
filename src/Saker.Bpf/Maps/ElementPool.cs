namespace Saker.Bpf.Maps;

/// <summary>
/// Elements of one size in native memory: taken and given back, never freed before the pool is. Elements follow each other in chunks; where every CPU has values,
/// those stand behind the chunk's elements, all of one CPU together, and each element has the address of its value of CPU 0.
/// </summary>
internal sealed unsafe class ElementPool : IDisposable
{
    private const ulong PlaneAlignment = 128;
    private const long SmallestChunk = 64 << 10;
    private const long MostChunks = 256;

    private readonly ElementLayout _layout;
    private readonly int _cpuCount;
    private readonly long _capacity;
    private readonly long _chunkElements;
    private readonly MapMemory _freeMemory;
    private readonly MapMemory _lockMemory = new(64);
    private MapMemory[] _chunks = [];
    private MapMemory[] _inOrder = [];
    private long _freeCount;
    private long _begun;

    /// <summary>Makes a pool.</summary>
    /// <param name="layout">What an element looks like.</param>
    /// <param name="capacity">How many elements there may be.</param>
    /// <param name="grows">Whether memory is taken as elements are; else at once.</param>
    /// <param name="cpuCount">How many values an element has outside of it; 0: its only one is in it.</param>
    /// <exception cref="OutOfMemoryException">There is not so much memory.</exception>
    public ElementPool(in ElementLayout layout, long capacity, bool grows, int cpuCount)
    {
        _layout = layout;
        _capacity = capacity;
        _cpuCount = cpuCount;
        _chunkElements = grows ? Math.Clamp(Math.Max(SmallestChunk / layout.Stride, capacity / MostChunks), 1, capacity) : capacity;
        CpuStride = (((ulong)_chunkElements * (uint)layout.CpuValueStride) + PlaneAlignment - 1) & ~(PlaneAlignment - 1);
        _freeMemory = new MapMemory((ulong)capacity * (ulong)sizeof(byte*));
        if (!grows)
        {
            AddChunk();
        }
    }

    /// <summary>Bytes from an element's value of one CPU to that of the next.</summary>
    public ulong CpuStride { get; }

    /// <summary>The first element, where all were taken at once.</summary>
    public byte* First => _chunks[0].Start;

    private byte** Free => (byte**)_freeMemory.Start;

    private int* Lock => (int*)_lockMemory.Start;

    /// <summary>Takes an element; its contents are whatever was in it.</summary>
    /// <returns>The element; null: all are taken, or there is no more memory.</returns>
    public byte* Take()
    {
        WordLock.Enter(Lock);
        byte* element = null;
        if (_freeCount > 0)
        {
            element = Free[--_freeCount];
        }
        else if (_begun < _capacity && (_begun < _chunks.Length * _chunkElements || TryAddChunk()))
        {
            MapMemory chunk = _chunks[_begun / _chunkElements];
            long index = _begun++ % _chunkElements;
            element = chunk.Start + (index * _layout.Stride);
            if (_cpuCount > 0)
            {
                *(byte**)(element + ElementLayout.ValuesOffset) = chunk.Start + PlanesOffset + ((ulong)index * (uint)_layout.CpuValueStride);
            }
        }

        WordLock.Exit(Lock);
        return element;
    }

    /// <summary>Gives an element back.</summary>
    public void Return(byte* element)
    {
        WordLock.Enter(Lock);
        Free[_freeCount++] = element;
        WordLock.Exit(Lock);
    }

    /// <summary>Whether an element is of this pool.</summary>
    public bool Holds(byte* element) => FindChunk((ulong)element) is not null;

    /// <summary>Finds the value or key that has an address in it.</summary>
    /// <param name="address">The address.</param>
    /// <param name="isWritable">Whether programs may write values.</param>
    /// <param name="region">The value, or the key, which nobody writes.</param>
    public bool TryFind(ulong address, bool isWritable, out MemoryRegion region)
    {
        region = default;
        if (FindChunk(address) is not { } chunk)
        {
            return false;
        }

        ulong offset = address - (ulong)chunk.Start;
        if (offset >= PlanesOffset)
        {
            ulong inPlane = (offset - PlanesOffset) % CpuStride;
            ulong first = inPlane / (uint)_layout.CpuValueStride * (uint)_layout.CpuValueStride;
            region = Region(address - inPlane + first, (uint)_layout.ValueSize, isWritable);
            return true;
        }

        uint inElement = (uint)(offset % (uint)_layout.Stride);
        bool isValue = _cpuCount == 0 && inElement >= (uint)_layout.ValueOffset;
        uint at = isValue ? (uint)_layout.ValueOffset : (uint)_layout.KeyOffset;
        uint length = isValue ? (uint)_layout.ValueSize : (uint)_layout.KeySize;
        region = Region(address - inElement + at, length, isValue && isWritable);
        return region.Holds(address, 1);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (MapMemory chunk in _chunks)
        {
            chunk.Dispose();
        }

        _freeMemory.Dispose();
        _lockMemory.Dispose();
    }

    private ulong PlanesOffset => (((ulong)_chunkElements * (uint)_layout.Stride) + PlaneAlignment - 1) & ~(PlaneAlignment - 1);

    private static MemoryRegion Region(ulong address, uint length, bool isWritable) => new(address, (byte*)address, length, isWritable);

    private MapMemory? FindChunk(ulong address)
    {
        MapMemory[] chunks = Volatile.Read(ref _inOrder);
        int low = 0;
        int high = chunks.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if ((ulong)chunks[middle].Start <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low > 0 && chunks[low - 1].Holds(address) ? chunks[low - 1] : null;
    }

    private bool TryAddChunk()
    {
        try
        {
            AddChunk();
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }

    private void AddChunk()
    {
        MapMemory chunk = new(PlanesOffset + (CpuStride * (ulong)_cpuCount));
        MapMemory[] inOrder = [.. _chunks, chunk];
        Array.Sort(inOrder, static (a, b) => ((nuint)a.Start).CompareTo((nuint)b.Start));
        Volatile.Write(ref _inOrder, inOrder);
        Volatile.Write(ref _chunks, [.. _chunks, chunk]);
    }
}
