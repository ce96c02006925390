using System.Runtime.CompilerServices;
using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <summary>A hash in which every CPU has values of its own (<c>BPF_MAP_TYPE_PERCPU_HASH</c>).</summary>
public sealed unsafe class PerCpuHashMap : HashedMap
{
    internal PerCpuHashMap(MapSpec spec, MapEnvironment environment)
        : base(spec, environment, isLru: false)
    {
    }

    /// <inheritdoc/>
    internal override bool IsPerCpu => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal override byte* Find(byte* key, int cpu)
    {
        byte* element = Table.Find(key);
        return element is null || !HasCpu(cpu) ? null : Table.ValueOf(element, cpu);
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
