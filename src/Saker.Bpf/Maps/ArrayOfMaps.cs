using System.Runtime.CompilerServices;
using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <summary>
/// An array of maps (<c>BPF_MAP_TYPE_ARRAY_OF_MAPS</c>). User space puts them in by <see cref="MapHandles.IdOf(BpfMap)"/> and reads the same number; programs get a handle. The
/// maps are their makers', who keep them as long as programs run.
/// </summary>
public sealed unsafe class ArrayOfMaps : BpfMap
{
    private readonly InnerMaps _inner;
    private readonly ulong[] _handles;

    internal ArrayOfMaps(MapSpec spec, MapEnvironment environment)
        : base(spec, environment)
    {
        _inner = new InnerMaps(spec, environment);
        _handles = new ulong[MaximumEntries];
    }

    /// <inheritdoc/>
    internal override MapSpec? Inner => _inner.Wanted;

    /// <inheritdoc/>
    private protected override MapBatches Batches => MapBatches.Lookup | MapBatches.Update;

    /// <summary>Puts a map in.</summary>
    /// <param name="index">The index.</param>
    /// <param name="map">The map.</param>
    public BpfError Update(uint index, BpfMap map)
    {
        uint id = _inner.IdOf(map);
        return Update(new ReadOnlySpan<byte>(&index, sizeof(uint)), new ReadOnlySpan<byte>(&id, sizeof(uint)));
    }

    /// <inheritdoc/>
    internal override byte* Find(byte* key, int cpu)
    {
        uint index = *(uint*)key;
        return index < (uint)_handles.Length && Volatile.Read(ref _handles[index]) is not 0 and var handle ? _inner.Usable(handle) : null;
    }

    /// <inheritdoc/>
    internal override BpfError Update(byte* key, byte* value, ulong flags, int cpu) => BpfError.InvalidArgument;

    /// <inheritdoc/>
    internal override BpfError Delete(byte* key, int cpu)
    {
        uint index = *(uint*)key;
        return index >= MaximumEntries ? BpfError.TooBig
            : Interlocked.Exchange(ref _handles[index], 0) == 0 ? BpfError.NotFound
            : BpfError.None;
    }

    /// <inheritdoc/>
    internal override bool TryFindValue(ulong address, out MemoryRegion region)
    {
        region = default;
        return false;
    }

    /// <inheritdoc/>
    private protected override void Free() => Array.Clear(_handles);

    /// <inheritdoc/>
    private protected override BpfError ReadEntry(byte* key, byte* value, MapOperationFlags flags)
    {
        uint index = *(uint*)key;
        if (index >= MaximumEntries || Volatile.Read(ref _handles[index]) is not (not 0 and var handle))
        {
            return BpfError.NotFound;
        }

        Unsafe.WriteUnaligned(value, MapHandles.IdOf(handle));
        return BpfError.None;
    }

    /// <inheritdoc/>
    private protected override BpfError WriteEntry(byte* key, byte* value, MapOperationFlags flags)
    {
        uint index = *(uint*)key;
        if (flags != MapOperationFlags.Any)
        {
            return BpfError.InvalidArgument;
        }

        if (index >= MaximumEntries)
        {
            return BpfError.TooBig;
        }

        BpfError error = _inner.TryGet(Unsafe.ReadUnaligned<uint>(value), out ulong handle);
        if (error == BpfError.None)
        {
            Volatile.Write(ref _handles[index], handle);
        }

        return error;
    }

    /// <inheritdoc/>
    private protected override BpfError NextEntry(byte* key, byte* next) => ArrayKeys.Next(key, next, MaximumEntries);
}
