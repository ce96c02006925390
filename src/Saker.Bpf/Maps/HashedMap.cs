using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <summary>What all hashes have in common: a table of entries found by any bytes.</summary>
public abstract unsafe class HashedMap : BpfMap
{
    private readonly HashTable _table;

    private protected HashedMap(MapSpec spec, MapEnvironment environment, bool isLru, uint? maximumEntries = null, int? keptSize = null)
        : base(spec, environment, maximumEntries) => _table = new HashTable(this, environment, isLru, keptSize);

    /// <summary>The entries.</summary>
    internal HashTable Table => _table;

    /// <inheritdoc/>
    internal override bool HasWalk => true;

    /// <inheritdoc/>
    private protected override MapBatches Batches => MapBatches.Lookup | MapBatches.Update | MapBatches.Delete | MapBatches.Take;

    /// <inheritdoc/>
    private protected override void Free() => _table.Dispose();

    /// <inheritdoc/>
    internal override BpfError Delete(byte* key, int cpu) => _table.Remove(key);

    /// <inheritdoc/>
    internal override bool Walk(ref MapWalk walk, int cpu)
    {
        if ((IsPerCpu && !HasCpu(cpu)) || !_table.Walk(ref walk))
        {
            return false;
        }

        walk.Value = IsPerCpu ? _table.ValueOf(walk.Key, cpu) : _table.ValueOf(walk.Key);
        walk.Key = _table.KeyOf(walk.Key);
        return true;
    }

    /// <inheritdoc/>
    internal override bool TryFindValue(ulong address, out MemoryRegion region) => _table.TryFindValue(address, IsWritableForPrograms, out region);

    /// <inheritdoc/>
    private protected override BpfError ReadEntry(byte* key, byte* value, MapOperationFlags flags) => _table.Read(key, value, IsLocked(flags));

    /// <inheritdoc/>
    private protected override BpfError TakeEntry(byte* key, byte* value, MapOperationFlags flags) => _table.Remove(key, value, IsLocked(flags));

    /// <inheritdoc/>
    private protected override BpfError NextEntry(byte* key, byte* next) => _table.Next(key, next);

    /// <inheritdoc/>
    private protected override BpfError ReadBatch(
        MapCursor cursor, Span<byte> keys, Span<byte> values, int capacity, out int count, bool deletes, MapOperationFlags flags) =>
        _table.ReadBatch(cursor, keys, values, capacity, EntrySize, out count, deletes, IsLocked(flags));
}
