using System.Runtime.CompilerServices;
using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <summary>A hash in which every CPU has values of its own, and that gives up an entry that was not used for long where there is no room for a new one (<c>BPF_MAP_TYPE_LRU_PERCPU_HASH</c>).</summary>
public sealed unsafe class LruPerCpuHashMap : HashedMap
{
    internal LruPerCpuHashMap(MapSpec spec, MapEnvironment environment, uint maximumEntries)
        : base(spec, environment, isLru: true, maximumEntries)
    {
    }

    /// <inheritdoc/>
    internal override bool IsPerCpu => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal override byte* Find(byte* key, int cpu)
    {
        byte* element = HasCpu(cpu) ? Table.FindUsed(key) : null;
        return element is null ? null : Table.ValueOf(element, cpu);
    }

    /// <inheritdoc/>
    internal override byte* FindOfCpu(byte* key, uint cpu) => Find(key, (int)cpu);

    /// <inheritdoc/>
    internal override BpfError Update(byte* key, byte* value, ulong flags, int cpu) => HasCpu(cpu) ? Write(key, value, flags, cpu) : BpfError.InvalidArgument;

    /// <inheritdoc/>
    private protected override BpfError WriteEntry(byte* key, byte* value, MapOperationFlags flags) => Write(key, value, (ulong)flags, HashTable.AllCpus);

    private BpfError Write(byte* key, byte* value, ulong flags, int cpu) =>
        HashTable.AreFlags(flags) ? Table.Write(key, value, flags, cpu) : BpfError.InvalidArgument;
}
