namespace Saker.Bpf;

/// <summary>
/// A map in this process. Its values lie in memory that does not move until it is disposed, so a program may keep a pointer to one as long as it runs: a value that is
/// taken out meanwhile can come back as another entry's, as in the kernel, and never becomes foreign memory.
/// </summary>
public abstract unsafe class BpfMap : IBpfMap
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract MapType Type { get; }

    /// <inheritdoc/>
    public abstract int KeySize { get; }

    /// <inheritdoc/>
    public abstract int ValueSize { get; }

    /// <inheritdoc/>
    public abstract uint MaximumEntries { get; }

    /// <inheritdoc/>
    public abstract uint Flags { get; }

    /// <inheritdoc/>
    public abstract int ValuesPerEntry { get; }

    /// <inheritdoc/>
    public abstract int EntrySize { get; }

    /// <inheritdoc/>
    public abstract BpfError Lookup(ReadOnlySpan<byte> key, Span<byte> value, MapOperationFlags flags = MapOperationFlags.Any);

    /// <inheritdoc/>
    public abstract BpfError LookupAndDelete(ReadOnlySpan<byte> key, Span<byte> value, MapOperationFlags flags = MapOperationFlags.Any);

    /// <inheritdoc/>
    public abstract BpfError Update(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, MapOperationFlags flags = MapOperationFlags.Any);

    /// <inheritdoc/>
    public abstract BpfError Delete(ReadOnlySpan<byte> key);

    /// <inheritdoc/>
    public abstract BpfError FirstKey(Span<byte> first);

    /// <inheritdoc/>
    public abstract BpfError NextKey(ReadOnlySpan<byte> key, Span<byte> next);

    /// <inheritdoc/>
    public abstract BpfError LookupBatch(
        MapCursor cursor, Span<byte> keys, Span<byte> values, out int count, bool deletes = false, MapOperationFlags flags = MapOperationFlags.Any);

    /// <inheritdoc/>
    public abstract BpfError UpdateBatch(ReadOnlySpan<byte> keys, ReadOnlySpan<byte> values, out int count, MapOperationFlags flags = MapOperationFlags.Any);

    /// <inheritdoc/>
    public abstract BpfError DeleteBatch(ReadOnlySpan<byte> keys, out int count);

    /// <inheritdoc/>
    public abstract BpfError Freeze();

    /// <summary>Frees the map's memory. No program may run with it any more.</summary>
    public abstract void Dispose();

    /// <summary>What programs have of it: the number of <see cref="MapHandles"/>; 0: none yet.</summary>
    public ulong Handle { get; internal set; }

    /// <summary>What <c>bpf_map_lookup_elem</c> gives a program: the entry's value, of this CPU in per-CPU maps; null: there is none.</summary>
    /// <param name="key">The key, <see cref="KeySize"/> readable bytes.</param>
    /// <param name="cpu">The CPU that the program runs on.</param>
    internal abstract byte* Find(byte* key, int cpu);

    /// <summary>What <c>bpf_map_update_elem</c> does, in per-CPU maps for this CPU.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, <see cref="ValueSize"/> readable bytes.</param>
    /// <param name="flags">The flags, as the program gave them.</param>
    /// <param name="cpu">The CPU that the program runs on.</param>
    internal abstract BpfError Update(byte* key, byte* value, ulong flags, int cpu);

    /// <summary>What <c>bpf_map_delete_elem</c> does.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cpu">The CPU that the program runs on.</param>
    internal abstract BpfError Delete(byte* key, int cpu);

    /// <summary>Finds the value that has an address in it, for checking a program's access. The address that programs have is where the value is in this process.</summary>
    /// <param name="address">The address.</param>
    /// <param name="region">The value, and whether programs may write it.</param>
    internal abstract bool TryFindValue(ulong address, out MemoryRegion region);
}
