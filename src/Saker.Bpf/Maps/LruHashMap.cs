using System.Runtime.CompilerServices;
using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <summary>A hash that gives up an entry that was not used for long where there is no room for a new one (<c>BPF_MAP_TYPE_LRU_HASH</c>). Only programs use entries; what user space reads stays as old as it was.</summary>
public sealed unsafe class LruHashMap : HashedMap
{
    internal LruHashMap(MapSpec spec, MapEnvironment environment, uint maximumEntries)
        : base(spec, environment, isLru: true, maximumEntries)
    {
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal override byte* Find(byte* key, int cpu)
    {
        byte* element = Table.FindUsed(key);
        return element is null ? null : Table.ValueOf(element);
    }

    /// <inheritdoc/>
    internal override BpfError Update(byte* key, byte* value, ulong flags, int cpu) =>
        HashTable.AreFlags(flags) ? Table.Write(key, value, flags, cpu) : BpfError.InvalidArgument;
}
