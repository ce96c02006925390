using System.Runtime.CompilerServices;
using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <summary>An array in which every CPU has values of its own (<c>BPF_MAP_TYPE_PERCPU_ARRAY</c>).</summary>
public sealed unsafe class PerCpuArrayMap : BpfMap
{
    private const ulong PlaneAlignment = 128;

    private readonly MapMemory _memory;

    internal PerCpuArrayMap(MapSpec spec, MapEnvironment environment)
        : base(spec, environment)
    {
        Stride = (uint)CpuStride;
        PlaneSize = (((ulong)Stride * MaximumEntries) + PlaneAlignment - 1) & ~(PlaneAlignment - 1);
        _memory = new MapMemory(checked(PlaneSize * (ulong)CpuCount));
        Values = _memory.Start;
    }

    /// <summary>The first value of CPU 0.</summary>
    internal byte* Values { get; }

    /// <summary>Bytes from one value of a CPU to its next.</summary>
    internal uint Stride { get; }

    /// <summary>Bytes from the values of one CPU to those of the next: all values of a CPU stand together, so that CPUs share no cache line.</summary>
    internal ulong PlaneSize { get; }

    /// <inheritdoc/>
    internal override bool IsPerCpu => true;

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
        return index < MaximumEntries && HasCpu(cpu) ? ValueOf(index, cpu) : null;
    }

    /// <inheritdoc/>
    internal override byte* FindOfCpu(byte* key, uint cpu) => Find(key, (int)cpu);

    /// <inheritdoc/>
    internal override BpfError Update(byte* key, byte* value, ulong flags, int cpu)
    {
        BpfError error = HasCpu(cpu) ? ArrayKeys.CheckUpdate(*(uint*)key, MaximumEntries, flags, hasLock: false) : BpfError.InvalidArgument;
        if (error == BpfError.None)
        {
            Layout.Write(ValueOf(*(uint*)key, cpu), value);
        }

        return error;
    }

    /// <inheritdoc/>
    internal override BpfError Delete(byte* key, int cpu) => BpfError.InvalidArgument;

    /// <inheritdoc/>
    internal override bool Walk(ref MapWalk walk, int cpu)
    {
        if (walk.Begun >= MaximumEntries || !HasCpu(cpu))
        {
            return false;
        }

        walk.Index = walk.Begun++;
        walk.Value = ValueOf(walk.Index, cpu);
        return true;
    }

    /// <inheritdoc/>
    internal override bool TryFindValue(ulong address, out MemoryRegion region)
    {
        region = default;
        if (!_memory.Holds(address))
        {
            return false;
        }

        ulong offset = address - (ulong)Values;
        byte* value = Values + (offset / PlaneSize * PlaneSize) + (offset % PlaneSize / Stride * Stride);
        region = new MemoryRegion((ulong)value, value, (uint)ValueSize, IsWritableForPrograms);
        return offset % PlaneSize < (ulong)Stride * MaximumEntries;
    }

    /// <inheritdoc/>
    private protected override BpfError ReadEntry(byte* key, byte* value, MapOperationFlags flags)
    {
        uint index = *(uint*)key;
        if (index >= MaximumEntries)
        {
            return BpfError.NotFound;
        }

        for (int cpu = 0; cpu < CpuCount; cpu++)
        {
            ValueLayout.Copy(value + (cpu * CpuStride), ValueOf(index, cpu), CpuStride);
        }

        return BpfError.None;
    }

    /// <inheritdoc/>
    private protected override BpfError WriteEntry(byte* key, byte* value, MapOperationFlags flags)
    {
        uint index = *(uint*)key;
        BpfError error = ArrayKeys.CheckUpdate(index, MaximumEntries, (ulong)flags, hasLock: false);
        for (int cpu = 0; error == BpfError.None && cpu < CpuCount; cpu++)
        {
            ValueLayout.Copy(ValueOf(index, cpu), value + (cpu * CpuStride), CpuStride);
        }

        return error;
    }

    /// <inheritdoc/>
    private protected override BpfError NextEntry(byte* key, byte* next) => ArrayKeys.Next(key, next, MaximumEntries);

    private byte* ValueOf(uint index, int cpu) => Values + ((ulong)cpu * PlaneSize) + ((ulong)index * Stride);
}
