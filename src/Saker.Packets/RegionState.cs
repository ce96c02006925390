using System.Runtime.CompilerServices;

namespace Saker.Packets;

/// <summary>The part of a <see cref="FrameRegion"/> that packets reach without the managed object.</summary>
internal unsafe struct RegionState
{
    public byte* Base;

    /// <summary>A stack of the free pages' numbers. Where pages are chunks, their numbers are the same.</summary>
    public int* Available;

    /// <summary>For each chunk, how many packets hold it beside the first.</summary>
    public int* Sharers;

    /// <summary>For each page of two chunks, how many references to it there are; null where each chunk is a page of its own.</summary>
    public int* PageReferences;

    /// <summary>Free pages.</summary>
    public int AvailableCount;
    public int ChunkSize;

    /// <summary>From one chunk's first byte to the next one's.</summary>
    public int Stride;
    public int ChunkCount;
    public int PageCount;
    public int Headroom;

    /// <summary>Bytes of all chunks.</summary>
    public long Size;
    public FaultState Faults;

    /// <summary>Whether the memory goes with the region; else it was given from outside.</summary>
    public bool OwnsMemory;

    /// <summary>The CPU that takes chunks.</summary>
    public int Owner;

    /// <summary>For each CPU the ring by which it sends chunks home; the owner's own is empty.</summary>
    public HomeRing* Homes;

    /// <summary>How many CPUs.</summary>
    public int HomeCount;

    /// <summary>Takes a chunk; of a region with pages of two, a page of which nobody uses the other half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(out int chunk)
    {
        if (!TryTakePage(out int page))
        {
            chunk = -1;
            return false;
        }

        chunk = page;
        if (PageReferences != null)
        {
            chunk = page * 2;
            PageReferences[page] = 1;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTakePage(out int page)
    {
        int count = AvailableCount;
        if ((count == 0 && (count = CollectReturned()) == 0) || (Faults.IsActive && Faults.Next()))
        {
            page = -1;
            return false;
        }

        AvailableCount = count - 1;
        page = Available[count - 1];
        return true;
    }

    /// <summary>Takes back what other CPUs have sent home.</summary>
    /// <returns>How many pages are free.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public int CollectReturned()
    {
        for (int cpu = 0; cpu < HomeCount; cpu++)
        {
            while (Homes[cpu].TryTake(out int chunk))
            {
                Return(chunk);
            }
        }

        return AvailableCount;
    }

    /// <summary>Sends a chunk home. For another CPU than the owner.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void SendHome(int chunk, int cpu) => Homes[cpu].Post(chunk);

    /// <summary>Takes a chunk back; its page is free once nobody holds another part of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Return(int chunk)
    {
        if (PageReferences != null)
        {
            chunk >>= 1;
            if (--PageReferences[chunk] != 0)
            {
                return;
            }
        }

        Available[AvailableCount++] = chunk;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly byte* Address(int chunk) => Base + ((long)chunk * Stride);
}
