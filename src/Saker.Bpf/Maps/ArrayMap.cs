using System.Runtime.CompilerServices;
using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <summary>An array (<c>BPF_MAP_TYPE_ARRAY</c>): all entries are there from the beginning, as zeros, and stay. The key is the index.</summary>
public sealed unsafe class ArrayMap : BpfMap
{
    private readonly MapMemory _memory;

    internal ArrayMap(MapSpec spec, MapEnvironment environment)
        : base(spec, environment)
    {
        Stride = (uint)CpuStride;
        _memory = new MapMemory((ulong)Stride * MaximumEntries);
        Values = _memory.Start;
        spec.Contents.AsSpan().CopyTo(new Span<byte>(Values, spec.Contents.Length));
    }

    /// <summary>The first value.</summary>
    internal byte* Values { get; }

    /// <summary>Bytes from one value to the next.</summary>
    internal uint Stride { get; }

    /// <inheritdoc/>
    internal override bool HasWalk => true;

    /// <inheritdoc/>
    private protected override MapBatches Batches => MapBatches.Lookup | MapBatches.Update;

    /// <inheritdoc/>
    private protected override void Free() => _memory.Dispose();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal override byte* Find(byte* key, int cpu)
    {
        uint index = *(uint*)key;
        return index < MaximumEntries ? Values + ((ulong)index * Stride) : null;
    }

    /// <inheritdoc/>
    internal override BpfError Update(byte* key, byte* value, ulong flags, int cpu)
    {
        if (ArrayKeys.CheckUpdate(*(uint*)key, MaximumEntries, flags, Layout.HasLock) is not BpfError.None and var error)
        {
            return error;
        }

        byte* place = Values + ((ulong)*(uint*)key * Stride);
        if ((flags & (ulong)MapOperationFlags.Lock) != 0)
        {
            Layout.WriteLocked(place, value);
        }
        else
        {
            Layout.Write(place, value);
        }

        return BpfError.None;
    }

    /// <inheritdoc/>
    internal override BpfError Delete(byte* key, int cpu) => BpfError.InvalidArgument;

    /// <inheritdoc/>
    internal override bool Walk(ref MapWalk walk, int cpu)
    {
        if (walk.Begun >= MaximumEntries)
        {
            return false;
        }

        walk.Index = walk.Begun++;
        walk.Value = Values + ((ulong)walk.Index * Stride);
        return true;
    }

    /// <inheritdoc/>
    internal override bool TryFindValue(ulong address, out MemoryRegion region)
    {
        if (!_memory.Holds(address))
        {
            region = default;
            return false;
        }

        byte* value = Values + ((address - (ulong)Values) / Stride * Stride);
        region = new MemoryRegion((ulong)value, value, (uint)ValueSize, IsWritableForPrograms);
        return true;
    }

    /// <inheritdoc/>
    private protected override BpfError NextEntry(byte* key, byte* next) => ArrayKeys.Next(key, next, MaximumEntries);
}
