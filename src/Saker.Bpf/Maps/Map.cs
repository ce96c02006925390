using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <summary>A map whose keys and values have types, in this process or in the kernel. It is a view: the map stays its holder's. Any number of threads may use it.</summary>
/// <typeparam name="TKey">The key, laid out as programs have it.</typeparam>
/// <typeparam name="TValue">The value, of one CPU in per-CPU maps, likewise.</typeparam>
public sealed class Map<TKey, TValue> : IEnumerable<KeyValuePair<TKey, TValue>>
    where TKey : unmanaged
    where TValue : unmanaged
{
    private readonly IBpfMap _map;
    private readonly int _stride;

    /// <summary>Gives a map types.</summary>
    /// <param name="map">The map.</param>
    /// <exception cref="ArgumentException">Its keys or values are not as long as the types.</exception>
    public Map(IBpfMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        CheckSize(map, "keys", map.KeySize, typeof(TKey), Unsafe.SizeOf<TKey>());
        CheckSize(map, "values", map.ValueSize, typeof(TValue), Unsafe.SizeOf<TValue>());
        _map = map;
        _stride = map.EntrySize / map.ValuesPerEntry;
    }

    /// <summary>How many values an entry has.</summary>
    public int ValuesPerEntry => _map.ValuesPerEntry;

    private bool HasOneValue => _map.EntrySize == Unsafe.SizeOf<TValue>();

    /// <summary>Reads an entry; in a per-CPU map, the value of CPU 0.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="flags"><see cref="MapOperationFlags"/>.</param>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="InvalidOperationException">The map cannot be read so.</exception>
    public bool TryGet(TKey key, out TValue value, MapOperationFlags flags = MapOperationFlags.Any)
    {
        value = default;
        if (HasOneValue)
        {
            return IsFound(_map.Lookup(BytesOf(in key), MemoryMarshal.AsBytes(new Span<TValue>(ref value)), flags));
        }

        byte[] entry = new byte[_map.EntrySize];
        bool found = IsFound(_map.Lookup(BytesOf(in key), entry, flags));
        value = found ? MemoryMarshal.Read<TValue>(entry) : default;
        return found;
    }

    /// <summary>Reads the values of all CPUs.</summary>
    /// <param name="key">The key.</param>
    /// <param name="values">Gets <see cref="ValuesPerEntry"/> values.</param>
    /// <returns>Whether there is such an entry.</returns>
    /// <exception cref="InvalidOperationException">The map cannot be read so.</exception>
    public bool TryGet(TKey key, Span<TValue> values)
    {
        CheckCount(values.Length);
        byte[] entry = new byte[_map.EntrySize];
        bool found = IsFound(_map.Lookup(BytesOf(in key), entry));
        if (found)
        {
            Unpack(entry, values);
        }

        return found;
    }

    /// <summary>Writes an entry; in a per-CPU map, for all CPUs.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="flags"><see cref="MapOperationFlags"/>.</param>
    public BpfError Set(TKey key, TValue value, MapOperationFlags flags = MapOperationFlags.Any)
    {
        if (HasOneValue)
        {
            return _map.Update(BytesOf(in key), BytesOf(in value), flags);
        }

        TValue[] values = new TValue[ValuesPerEntry];
        Array.Fill(values, value);
        return Set(key, values, flags);
    }

    /// <summary>Writes the values of all CPUs.</summary>
    /// <param name="key">The key.</param>
    /// <param name="values"><see cref="ValuesPerEntry"/> values.</param>
    /// <param name="flags"><see cref="MapOperationFlags"/>.</param>
    public BpfError Set(TKey key, ReadOnlySpan<TValue> values, MapOperationFlags flags = MapOperationFlags.Any)
    {
        CheckCount(values.Length);
        byte[] entry = new byte[_map.EntrySize];
        for (int i = 0; i < values.Length; i++)
        {
            MemoryMarshal.Write(entry.AsSpan(i * _stride), values[i]);
        }

        return _map.Update(BytesOf(in key), entry, flags);
    }

    /// <summary>Takes an entry out.</summary>
    /// <param name="key">The key.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="InvalidOperationException">Nothing can be taken out of the map.</exception>
    public bool Remove(TKey key) => IsFound(_map.Delete(BytesOf(in key)));

    /// <summary>Writes many entries of one value each; where the map has no such operation, one after another.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="values">The values, as many.</param>
    /// <param name="count">How many were written.</param>
    public BpfError SetMany(ReadOnlySpan<TKey> keys, ReadOnlySpan<TValue> values, out int count)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, keys.Length);
        count = 0;
        BpfError error = HasOneValue ? _map.UpdateBatch(MemoryMarshal.AsBytes(keys), MemoryMarshal.AsBytes(values), out count) : BpfError.NotSupported;
        if (error != BpfError.NotSupported)
        {
            return error;
        }

        for (; count < keys.Length; count++)
        {
            error = Set(keys[count], values[count]);
            if (error != BpfError.None)
            {
                return error;
            }
        }

        return BpfError.None;
    }

    /// <summary>Takes many entries out; where the map has no such operation, one after another.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="count">How many were taken out.</param>
    public BpfError RemoveMany(ReadOnlySpan<TKey> keys, out int count)
    {
        BpfError error = _map.DeleteBatch(MemoryMarshal.AsBytes(keys), out count);
        for (; error == BpfError.NotSupported && count < keys.Length; count++)
        {
            BpfError one = _map.Delete(BytesOf(in keys[count]));
            if (one != BpfError.None)
            {
                return one;
            }
        }

        return error == BpfError.NotSupported ? BpfError.None : error;
    }

    /// <summary>
    /// All entries; of a per-CPU map with the value of CPU 0. The map may change meanwhile: what stays is met, what comes or goes may be met or not, and no more are met than
    /// the map can hold.
    /// </summary>
    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator()
    {
        foreach ((TKey key, TValue[] values) in ReadAll())
        {
            yield return new KeyValuePair<TKey, TValue>(key, values[0]);
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>All entries with the values of all CPUs, as <see cref="GetEnumerator"/> goes through them.</summary>
    public IEnumerable<KeyValuePair<TKey, TValue[]>> ReadAll()
    {
        MapReader reader = new(_map);
        while (reader.TryRead())
        {
            TValue[] values = new TValue[ValuesPerEntry];
            Unpack(reader.Value, values);
            yield return new KeyValuePair<TKey, TValue[]>(MemoryMarshal.Read<TKey>(reader.Key), values);
        }
    }

    private static ReadOnlySpan<byte> BytesOf<T>(in T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value));

    private static void CheckSize(IBpfMap map, string what, int size, Type type, int ofType)
    {
        if (size != ofType)
        {
            throw new ArgumentException($"The {what} of the map '{map.Name}' ({map.Type.KernelName()}) have {size} bytes, and {type.Name} has {ofType}.", nameof(map));
        }
    }

    private void CheckCount(int count)
    {
        if (count != ValuesPerEntry)
        {
            throw new ArgumentException($"An entry of the map '{_map.Name}' has {ValuesPerEntry} values, not {count}.", nameof(count));
        }
    }

    private void Unpack(ReadOnlySpan<byte> entry, Span<TValue> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = MemoryMarshal.Read<TValue>(entry[(i * _stride)..]);
        }
    }

    private bool IsFound(BpfError error) => error switch
    {
        BpfError.None => true,
        BpfError.NotFound => false,
        _ => throw new InvalidOperationException($"The map '{_map.Name}' ({_map.Type.KernelName()}) does not allow this: {error}."),
    };
}
