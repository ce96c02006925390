using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <summary>
/// A hash of maps (<c>BPF_MAP_TYPE_HASH_OF_MAPS</c>). User space puts them in by <see cref="MapHandles.IdOf(BpfMap)"/> and reads the same number; programs get a handle. The maps
/// are their makers', who keep them as long as programs run.
/// </summary>
public sealed unsafe class HashOfMaps : HashedMap
{
    private readonly InnerMaps _inner;

    internal HashOfMaps(MapSpec spec, MapEnvironment environment)
        : base(spec, environment, isLru: false, keptSize: sizeof(ulong)) => _inner = new InnerMaps(spec, environment);

    /// <inheritdoc/>
    internal override MapSpec? Inner => _inner.Wanted;

    /// <inheritdoc/>
    internal override bool HasWalk => false;

    /// <summary>Puts a map in.</summary>
    /// <param name="key">The key.</param>
    /// <param name="map">The map.</param>
    /// <param name="flags"><see cref="MapOperationFlags"/>.</param>
    public BpfError Update(ReadOnlySpan<byte> key, BpfMap map, MapOperationFlags flags = MapOperationFlags.Any)
    {
        uint id = _inner.IdOf(map);
        return Update(key, new ReadOnlySpan<byte>(&id, sizeof(uint)), flags);
    }

    /// <inheritdoc/>
    internal override byte* Find(byte* key, int cpu)
    {
        byte* element = Table.Find(key);
        return element is null ? null : _inner.Usable(*(ulong*)Table.ValueOf(element));
    }

    /// <inheritdoc/>
    internal override BpfError Update(byte* key, byte* value, ulong flags, int cpu) => BpfError.InvalidArgument;

    /// <inheritdoc/>
    internal override bool TryFindValue(ulong address, out MemoryRegion region)
    {
        region = default;
        return false;
    }

    /// <inheritdoc/>
    private protected override BpfError ReadEntry(byte* key, byte* value, MapOperationFlags flags)
    {
        ulong handle;
        BpfError error = Table.Read(key, (byte*)&handle, locked: false);
        if (error == BpfError.None)
        {
            Unsafe.WriteUnaligned(value, MapHandles.IdOf(handle));
        }

        return error;
    }

    /// <inheritdoc/>
    private protected override BpfError TakeEntry(byte* key, byte* value, MapOperationFlags flags) => BpfError.NotSupported;

    /// <inheritdoc/>
    private protected override BpfError WriteEntry(byte* key, byte* value, MapOperationFlags flags)
    {
        BpfError error = _inner.TryGet(Unsafe.ReadUnaligned<uint>(value), out ulong handle);
        return error != BpfError.None ? error : HashTable.AreFlags((ulong)flags) ? Table.Write(key, (byte*)&handle, (ulong)flags, 0) : BpfError.InvalidArgument;
    }

    /// <inheritdoc/>
    private protected override BpfError ReadBatch(
        MapCursor cursor, Span<byte> keys, Span<byte> values, int capacity, out int count, bool deletes, MapOperationFlags flags)
    {
        ulong[] handles = new ulong[capacity];
        BpfError error = Table.ReadBatch(
            cursor, keys, MemoryMarshal.AsBytes(handles.AsSpan()), capacity, sizeof(ulong), out count, deletes, locked: false);
        for (int i = 0; i < count; i++)
        {
            MemoryMarshal.Write(values[(i * sizeof(uint))..], MapHandles.IdOf(handles[i]));
        }

        return error;
    }
}
