using System.Numerics;
using System.Runtime.InteropServices;

namespace Saker.Packets;

/// <summary>
/// Chunks on their way home from one CPU to the owner of their region: one poster, one taker, no lock. It has a place for every chunk of the region, and so is
/// never full. The indices of the two are on lines of their own.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal unsafe struct HomeRing
{
    [FieldOffset(0)]
    private int* _chunks;

    [FieldOffset(8)]
    private long _mask;

    /// <summary>Written by the poster.</summary>
    [FieldOffset(64)]
    private long _posted;

    /// <summary>Written by the owner.</summary>
    [FieldOffset(192)]
    private long _taken;

    /// <summary>Makes the rings of a region, one for each CPU but its owner.</summary>
    public static HomeRing* Allocate(int cpuCount, int owner, int chunkCount)
    {
        HomeRing* rings = (HomeRing*)NativeMemory.AlignedAlloc((nuint)cpuCount * (nuint)sizeof(HomeRing), 64);
        NativeMemory.Clear(rings, (nuint)cpuCount * (nuint)sizeof(HomeRing));
        for (int i = 0; i < cpuCount; i++)
        {
            if (i != owner)
            {
                rings[i].Provide(chunkCount);
            }
        }

        return rings;
    }

    /// <summary>Gives the ring its places, unless it has them.</summary>
    public void Provide(int chunkCount)
    {
        if (_chunks == null)
        {
            uint capacity = BitOperations.RoundUpToPowerOf2((uint)chunkCount);
            _chunks = (int*)NativeMemory.Alloc(capacity, sizeof(int));
            _mask = capacity - 1;
        }
    }

    /// <summary>Releases the rings of a region.</summary>
    public static void Free(HomeRing* rings, int cpuCount)
    {
        for (int i = 0; i < cpuCount; i++)
        {
            NativeMemory.Free(rings[i]._chunks);
        }

        NativeMemory.AlignedFree(rings);
    }

    /// <summary>Sends a chunk. For the poster.</summary>
    public void Post(int chunk)
    {
        long posted = _posted;
        _chunks[posted & _mask] = chunk;
        Volatile.Write(ref _posted, posted + 1);
    }

    /// <summary>Takes a chunk. For the owner.</summary>
    public bool TryTake(out int chunk)
    {
        long taken = _taken;
        if (taken == Volatile.Read(ref _posted))
        {
            chunk = -1;
            return false;
        }

        chunk = _chunks[taken & _mask];
        Volatile.Write(ref _taken, taken + 1);
        return true;
    }
}
