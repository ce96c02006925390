using System.Runtime.CompilerServices;
using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <summary>A hash (<c>BPF_MAP_TYPE_HASH</c>).</summary>
public sealed unsafe class HashMap : HashedMap
{
    internal HashMap(MapSpec spec, MapEnvironment environment)
        : base(spec, environment, isLru: false)
    {
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal override byte* Find(byte* key, int cpu)
    {
        byte* element = Table.Find(key);
        return element is null ? null : Table.ValueOf(element);
    }

    /// <inheritdoc/>
    internal override BpfError Update(byte* key, byte* value, ulong flags, int cpu)
    {
        const ulong Lock = (ulong)MapOperationFlags.Lock;
        return HashTable.AreFlags(flags & ~Lock) && ((flags & Lock) == 0 || Layout.HasLock) ? Table.Write(key, value, flags, cpu) : BpfError.InvalidArgument;
    }
}
