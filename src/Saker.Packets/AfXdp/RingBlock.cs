using System.Runtime.InteropServices;

namespace Saker.Packets.AfXdp;

/// <summary>Memory of this process for one ring, in the form that the kernel gives its own: indices and flags on lines of their own, entries behind them.</summary>
public sealed unsafe class RingBlock : IDisposable
{
    private const int CacheLine = 64;
    private const int HeaderLength = 3 * CacheLine;

    private byte* _start;

    /// <summary>Allocates an empty ring.</summary>
    /// <param name="capacity">How many entries, a power of two.</param>
    /// <param name="entrySize">Bytes of an entry: 8 in FILL and COMPLETION, 16 in RX and TX.</param>
    public RingBlock(int capacity, int entrySize)
    {
        if (!RingMemory.IsValidCapacity(capacity))
        {
            throw new ArgumentOutOfRangeException(nameof(capacity), capacity, $"A ring has a power of two of entries, up to {RingMemory.MostEntries}.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(entrySize, 1);
        nuint size = HeaderLength + ((nuint)capacity * (nuint)entrySize);
        _start = (byte*)NativeMemory.AlignedAlloc(size, CacheLine);
        NativeMemory.Clear(_start, size);
        Memory = new RingMemory((uint*)_start, (uint*)(_start + CacheLine), (uint*)(_start + (2 * CacheLine)), _start + HeaderLength, capacity);
    }

    /// <summary>Where its parts lie.</summary>
    public RingMemory Memory { get; }

    /// <summary>What the side that plays the kernel says of itself; 1: it wants to be woken (<c>XDP_RING_NEED_WAKEUP</c>).</summary>
    public uint Flags
    {
        get => Volatile.Read(ref *Memory.Flags);
        set => Volatile.Write(ref *Memory.Flags, value);
    }

    /// <summary>Lets both indices stand at a number. For tests, before any end is made.</summary>
    internal void BeginAt(uint index)
    {
        *Memory.Producer = index;
        *Memory.Consumer = index;
    }

    /// <summary>Gives the memory back. Nobody uses an end of the ring any more.</summary>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
    }
}
