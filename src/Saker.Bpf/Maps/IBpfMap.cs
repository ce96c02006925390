namespace Saker.Bpf;

/// <summary>
/// A map as those hold it who are no programs: in this process (<see cref="BpfMap"/>) or in the running kernel, with the same operations, flags and errors
/// (<c>bpf(2)</c>). Keys and values are bytes in the machine's order; <c>Map</c> of a key and a value gives them types. Any number of threads may use a map.
/// </summary>
public interface IBpfMap : IDisposable
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>What it is.</summary>
    MapType Type { get; }

    /// <summary>Bytes of a key.</summary>
    int KeySize { get; }

    /// <summary>Bytes of a value, as programs see it.</summary>
    int ValueSize { get; }

    /// <summary>How many entries it may hold.</summary>
    uint MaximumEntries { get; }

    /// <summary>The kernel's flags (<c>BPF_F_*</c>).</summary>
    uint Flags { get; }

    /// <summary>How many values an entry has: one for each possible CPU in per-CPU maps, else 1.</summary>
    int ValuesPerEntry { get; }

    /// <summary>Bytes of an entry's value in the operations here: <see cref="ValueSize"/>; in per-CPU maps that rounded up to 8, for each CPU.</summary>
    int EntrySize { get; }

    /// <summary>Reads an entry.</summary>
    /// <param name="key">The key, <see cref="KeySize"/> bytes.</param>
    /// <param name="value">Gets the value, <see cref="EntrySize"/> bytes.</param>
    /// <param name="flags"><see cref="MapOperationFlags"/>.</param>
    BpfError Lookup(ReadOnlySpan<byte> key, Span<byte> value, MapOperationFlags flags = MapOperationFlags.Any);

    /// <summary>Reads an entry and takes it out; of a queue or stack the next one, with an empty key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Gets the value.</param>
    /// <param name="flags"><see cref="MapOperationFlags"/>.</param>
    BpfError LookupAndDelete(ReadOnlySpan<byte> key, Span<byte> value, MapOperationFlags flags = MapOperationFlags.Any);

    /// <summary>Writes an entry.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, <see cref="EntrySize"/> bytes.</param>
    /// <param name="flags"><see cref="MapOperationFlags"/>.</param>
    BpfError Update(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, MapOperationFlags flags = MapOperationFlags.Any);

    /// <summary>Takes an entry out.</summary>
    /// <param name="key">The key.</param>
    BpfError Delete(ReadOnlySpan<byte> key);

    /// <summary>The first key, in the map's order; <see cref="BpfError.NotFound"/>: it is empty.</summary>
    /// <param name="first">Gets the key.</param>
    BpfError FirstKey(Span<byte> first);

    /// <summary>The key behind another one; behind one that is not there, the first one.</summary>
    /// <param name="key">The key.</param>
    /// <param name="next">Gets the key; it may be the same memory.</param>
    BpfError NextKey(ReadOnlySpan<byte> key, Span<byte> next);

    /// <summary>Reads many entries from where a cursor stands, and moves it.</summary>
    /// <param name="cursor">Where to go on.</param>
    /// <param name="keys">Gets the keys.</param>
    /// <param name="values">Gets the values, as many as keys.</param>
    /// <param name="count">How many were read.</param>
    /// <param name="deletes">Whether they are taken out (<c>BPF_MAP_LOOKUP_AND_DELETE_BATCH</c>).</param>
    /// <param name="flags"><see cref="MapOperationFlags"/>.</param>
    /// <returns><see cref="BpfError.NotFound"/>: that was all; <paramref name="count"/> may be above 0 even so.</returns>
    BpfError LookupBatch(MapCursor cursor, Span<byte> keys, Span<byte> values, out int count, bool deletes = false, MapOperationFlags flags = MapOperationFlags.Any);

    /// <summary>Writes many entries.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="values">The values, as many as keys.</param>
    /// <param name="count">How many were written.</param>
    /// <param name="flags"><see cref="MapOperationFlags"/>.</param>
    BpfError UpdateBatch(ReadOnlySpan<byte> keys, ReadOnlySpan<byte> values, out int count, MapOperationFlags flags = MapOperationFlags.Any);

    /// <summary>Takes many entries out.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="count">How many were taken out.</param>
    BpfError DeleteBatch(ReadOnlySpan<byte> keys, out int count);

    /// <summary>Forbids every further change from outside of programs (<c>BPF_MAP_FREEZE</c>).</summary>
    BpfError Freeze();
}

/// <summary>How an entry is written or read (<c>bpf_map_update_elem</c>'s flags).</summary>
[Flags]
public enum MapOperationFlags : ulong
{
    /// <summary>Writes whether there is such an entry or not (<c>BPF_ANY</c>).</summary>
    Any = 0,

    /// <summary>Writes a new entry only (<c>BPF_NOEXIST</c>).</summary>
    NoExist = 1,

    /// <summary>Writes an entry that is there only (<c>BPF_EXIST</c>).</summary>
    Exist = 2,

    /// <summary>Reads or writes with the value's spin lock held (<c>BPF_F_LOCK</c>).</summary>
    Lock = 4,
}

/// <summary>Where a batch of reads goes on. A new one stands at the beginning.</summary>
public sealed class MapCursor
{
    /// <summary>The map's own note; empty at the beginning.</summary>
    public byte[] Position { get; set; } = [];
}
