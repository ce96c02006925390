using System.Runtime.CompilerServices;

namespace Saker.Bpf;

/// <content>
/// The memory of the program that runs. Where it is checked, everything that it can reach lies in its regions, and every access is looked up there. What runs with each
/// instruction is compiled at full speed at once: a program may run once only.
/// </content>
public sealed unsafe partial class BpfCpu
{
    /// <summary>Regions that a run may be given.</summary>
    internal const int MaximumRegions = 4;

    private const int CacheLine = 64;
    private const int BitsOfWord = 64;

    private readonly MemoryRegion[] _regions = new MemoryRegion[MaximumRegions];
    private readonly byte[] _stack = GC.AllocateUninitializedArray<byte>((AddressSpace.MaximumFramesOfRun * AddressSpace.FrameStride) + (2 * CacheLine), pinned: true);
    private readonly byte* _stackMemory;
    private MemoryRegion _recent;
    private int _regionCount;

    /// <summary>The packet for legacy loads.</summary>
    internal MemoryRegion Packet => Context is null ? Near : Context.Packet;

    /// <summary>What most accesses go to, which compiled code asks first: the bytes of the packet that can be reached, or the memory that is the argument.</summary>
    internal MemoryRegion Near;

    /// <summary>How many functions wait for another one: the number of the active function's frame.</summary>
    internal int Depth;

    /// <summary>The last frame that the program that runs may give to a function: where it began as a tail call out of a function, others wait below its first one.</summary>
    internal int LastDepth;

    /// <summary>The frames that can be reached by address, a bit each: those of active functions, apart from compiled ones that give their frame to nobody.</summary>
    private FrameSet _openFrames;

    /// <summary>A place on the thread's stack behind which there are no frames of the program that runs.</summary>
    internal byte* NativeStackEnd;

    /// <summary>The first byte of the outermost stack frame; others lie <see cref="AddressSpace.FrameStride"/> bytes apart.</summary>
    internal byte* StackMemory => _stackMemory;

    /// <summary>Gives the program a region for this run.</summary>
    internal void AddRegion(in MemoryRegion region) => _regions[_regionCount++] = region;

    /// <summary>Finds the memory of an access.</summary>
    /// <param name="address">The address, as the program has it.</param>
    /// <param name="size">Bytes.</param>
    /// <returns>The memory; null: the access is not allowed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal byte* Readable(ulong address, uint size)
    {
        ulong offset = address - _recent.Address;
        return offset < _recent.Length && size <= _recent.Length - offset ? _recent.Memory + offset : Find(address, size, writes: false);
    }

    /// <inheritdoc cref="Readable(ulong, uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal byte* Writable(ulong address, uint size)
    {
        ulong offset = address - _recent.Address;
        return offset < _recent.Length && size <= _recent.Length - offset && _recent.IsWritable ? _recent.Memory + offset : Find(address, size, writes: true);
    }

    /// <summary>Finds the memory of an access among all regions.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal byte* Find(ulong address, uint size, bool writes)
    {
        ulong frame = (address - AddressSpace.Stack) / AddressSpace.FrameStride;
        if (frame < AddressSpace.MaximumFramesOfRun && (_openFrames[(int)frame / BitsOfWord] & (1UL << (int)frame)) != 0)
        {
            return FindIn(FrameRegion((int)frame), address, size, writes);
        }

        if (Near.Holds(address, size))
        {
            return FindIn(Near, address, size, writes);
        }

        if (Context is not null && address - AddressSpace.Context < (ulong)Layout!.Size)
        {
            return FindIn(new MemoryRegion(AddressSpace.Context, ContextBlock, (uint)Layout.Size, Layout.IsWritable), address, size, writes);
        }

        for (int i = 0; i < _regionCount; i++)
        {
            if (_regions[i].Holds(address, size))
            {
                return FindIn(_regions[i], address, size, writes);
            }
        }

        if (Running!.Options.Maps is { } maps && maps.TryFind(address, out MemoryRegion value))
        {
            return FindIn(value, address, size, writes);
        }

        MemoryRegion lent = new((ulong)LentMemory, LentMemory, sizeof(uint), isWritable: false);
        if (lent.Holds(address, size))
        {
            return FindIn(lent, address, size, writes);
        }

        return Running.Options.Regions is { } others && others.TryFind(address, out MemoryRegion region) ? FindIn(region, address, size, writes) : null;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private byte* FindIn(in MemoryRegion region, ulong address, uint size, bool writes)
    {
        if (!region.Holds(address, size) || (writes && !region.IsWritable))
        {
            return null;
        }

        _recent = region;
        return region.Memory + (address - region.Address);
    }

    /// <summary>Lets the active function's frame be reached, full of zeros: what a program reads there is the same in every run.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal byte* OpenFrame()
    {
        _openFrames[Depth / BitsOfWord] |= 1UL << Depth;
        _recent = FrameRegion(Depth);
        new Span<byte>(_recent.Memory, AddressSpace.FrameSize).Clear();
        return _recent.Memory;
    }

    /// <summary>The active function ends, and nobody reaches its frame any more.</summary>
    internal void CloseFrame()
    {
        _openFrames[Depth / BitsOfWord] &= ~(1UL << Depth);
        _recent = default;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private MemoryRegion FrameRegion(int depth) => new(
        AddressSpace.Stack + ((ulong)depth * AddressSpace.FrameStride), _stackMemory + (depth * AddressSpace.FrameStride), AddressSpace.FrameSize, isWritable: true);

    private byte* AlignedStack() => (byte*)(((nuint)Unsafe.AsPointer(ref _stack[0]) + (CacheLine - 1)) & ~(nuint)(CacheLine - 1));

    [InlineArray((AddressSpace.MaximumFramesOfRun + BitsOfWord - 1) / BitsOfWord)]
    private struct FrameSet
    {
        private ulong _first;
    }
}
