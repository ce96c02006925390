using System.Buffers.Binary;
using Saker.Bpf;

namespace Saker.Tests.Bpf.Maps;

/// <summary>What a map should do, in the plainest way: a dictionary, a list or a set, with the kernel's errors. Nothing here is of Saker's maps.</summary>
internal sealed class ModelMap(MapSpec spec, int cpuCount) : IBpfMap
{
    private readonly SortedDictionary<string, byte[]> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _keys = new(StringComparer.Ordinal);
    private readonly List<byte[]> _values = [];

    public string Name => spec.Name;

    public MapType Type => spec.Type;

    public int KeySize => (int)spec.KeySize;

    public int ValueSize => (int)spec.ValueSize;

    public uint MaximumEntries => spec.MaximumEntries;

    public uint Flags => spec.Flags;

    public int ValuesPerEntry => IsPerCpu ? cpuCount : 1;

    public int EntrySize => IsPerCpu ? (ValueSize + 7) / 8 * 8 * cpuCount : ValueSize;

    private bool IsPerCpu => Type is MapType.PerCpuArray or MapType.PerCpuHash or MapType.LruPerCpuHash;

    private bool IsArray => Type is MapType.Array or MapType.PerCpuArray;

    private bool IsRedirect => Type is MapType.DeviceMap or MapType.CpuMap;

    private bool IsHash => Type is MapType.Hash or MapType.PerCpuHash or MapType.LruHash or MapType.LruPerCpuHash;

    private bool IsList => Type is MapType.Queue or MapType.Stack;

    private bool MayRead => (Flags & (uint)MapFlags.WriteOnly) == 0;

    private bool MayWrite => (Flags & (uint)MapFlags.ReadOnly) == 0;

    private bool HasLock => spec.SpinLockOffset is not null;

    public BpfError Lookup(ReadOnlySpan<byte> key, Span<byte> value, MapOperationFlags flags = MapOperationFlags.Any)
    {
        if (!AreReading(flags, out BpfError error))
        {
            return error;
        }

        switch (Type)
        {
            case MapType.RingBuffer:
                return BpfError.NotSupported;
            case MapType.Queue or MapType.Stack:
                value.Clear();
                return Take(value, removes: false);
            case MapType.BloomFilter:
                return _entries.ContainsKey(Convert.ToHexString(value)) ? BpfError.None : BpfError.NotFound;
            case MapType.LpmTrie:
                return LookupPrefix(key, value);
        }

        if (_entries.TryGetValue(Convert.ToHexString(key), out byte[]? entry))
        {
            Show(entry, value);
            return BpfError.None;
        }

        bool isZero = IsArray && Index(key) < MaximumEntries;
        value.Clear();
        return isZero ? BpfError.None : BpfError.NotFound;
    }

    public BpfError LookupAndDelete(ReadOnlySpan<byte> key, Span<byte> value, MapOperationFlags flags = MapOperationFlags.Any)
    {
        if (!AreReading(flags, out BpfError error, takes: true))
        {
            return error;
        }

        if (IsList)
        {
            value.Clear();
            return Take(value, removes: true);
        }

        if (!IsHash)
        {
            return BpfError.NotSupported;
        }

        if (!_entries.Remove(Convert.ToHexString(key), out byte[]? entry))
        {
            return BpfError.NotFound;
        }

        Show(entry, value);
        return BpfError.None;
    }

    public BpfError Update(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, MapOperationFlags flags = MapOperationFlags.Any)
    {
        bool isLocked = (flags & MapOperationFlags.Lock) != MapOperationFlags.Any;
        if (!MayWrite)
        {
            return BpfError.NotPermitted;
        }

        if (isLocked && !HasLock)
        {
            return BpfError.InvalidArgument;
        }

        flags &= ~MapOperationFlags.Lock;
        switch (Type)
        {
            case MapType.RingBuffer:
                return BpfError.NotSupported;
            case MapType.Queue or MapType.Stack:
                return Push(value, flags);
            case MapType.BloomFilter:
                return flags == MapOperationFlags.Any ? Set(Convert.ToHexString(value), value, null) : BpfError.InvalidArgument;
        }

        if (flags > MapOperationFlags.Exist || (Type == MapType.LpmTrie && BinaryPrimitives.ReadUInt32LittleEndian(key) > (KeySize - 4) * 8))
        {
            return BpfError.InvalidArgument;
        }

        string name = Type == MapType.LpmTrie ? Prefix(key, BinaryPrimitives.ReadUInt32LittleEndian(key)) : Convert.ToHexString(key);
        bool exists = _entries.TryGetValue(name, out byte[]? old);
        return IsArray || IsRedirect ? UpdateIndex(key, value, flags, name)
            : Type == MapType.DeviceMapHash && BinaryPrimitives.ReadUInt32LittleEndian(value) == 0 ? BpfError.InvalidArgument
            : flags == MapOperationFlags.NoExist && exists ? BpfError.AlreadyExists
            : flags == MapOperationFlags.Exist && !exists && Type != MapType.DeviceMapHash ? BpfError.NotFound
            : !exists && _entries.Count == MaximumEntries ? (Type == MapType.LpmTrie ? BpfError.NoSpace : BpfError.TooBig)
            : Set(name, value, isLocked ? old : null, key);
    }

    public BpfError Delete(ReadOnlySpan<byte> key)
    {
        if (!MayWrite)
        {
            return BpfError.NotPermitted;
        }

        if (IsRedirect)
        {
            _entries.Remove(Convert.ToHexString(key));
            return Index(key) < MaximumEntries ? BpfError.None : BpfError.InvalidArgument;
        }

        if (Type == MapType.LpmTrie)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(key);
            return length > (KeySize - 4) * 8 ? BpfError.InvalidArgument : _entries.Remove(Prefix(key, length)) ? BpfError.None : BpfError.NotFound;
        }

        return IsArray || IsList ? BpfError.InvalidArgument
            : Type == MapType.BloomFilter ? BpfError.OperationNotSupported
            : Type == MapType.RingBuffer ? BpfError.NotSupported
            : _entries.Remove(Convert.ToHexString(key)) ? BpfError.None
            : BpfError.NotFound;
    }

    public BpfError FirstKey(Span<byte> first) => NextOf(null, first);

    public BpfError NextKey(ReadOnlySpan<byte> key, Span<byte> next) => NextOf(Convert.ToHexString(key), next);

    public BpfError LookupBatch(
        MapCursor cursor, Span<byte> keys, Span<byte> values, out int count, bool deletes = false, MapOperationFlags flags = MapOperationFlags.Any)
    {
        count = 0;
        if (!MayRead || (deletes && !MayWrite))
        {
            return BpfError.NotPermitted;
        }

        if (!(IsHash || (!deletes && (IsArray || Type == MapType.LpmTrie))))
        {
            return BpfError.NotSupported;
        }

        if (!AreReading(flags, out BpfError error))
        {
            return error;
        }

        // All at once: where the cursor of a map stands in between is its own affair.
        byte[] key = new byte[KeySize];
        byte[] value = new byte[EntrySize];
        for (error = FirstKey(key); error == BpfError.None; error = NextKey(key, key))
        {
            if (_entries.TryGetValue(NameOf(key)!, out byte[]? entry))
            {
                Show(entry, value);
            }
            else
            {
                value.AsSpan().Clear();
            }

            key.CopyTo(keys[(count * KeySize)..]);
            value.CopyTo(values[(count * EntrySize)..]);
            count++;
        }

        if (deletes)
        {
            _entries.Clear();
        }

        return error;
    }

    public BpfError UpdateBatch(ReadOnlySpan<byte> keys, ReadOnlySpan<byte> values, out int count, MapOperationFlags flags = MapOperationFlags.Any)
    {
        count = 0;
        if (!MayWrite)
        {
            return BpfError.NotPermitted;
        }

        if (!(IsHash || IsArray || Type == MapType.LpmTrie))
        {
            return BpfError.NotSupported;
        }

        if ((flags & ~MapOperationFlags.Lock) != MapOperationFlags.Any || (flags != MapOperationFlags.Any && !HasLock))
        {
            return BpfError.InvalidArgument;
        }

        for (; count < keys.Length / KeySize; count++)
        {
            if (Update(keys.Slice(count * KeySize, KeySize), values.Slice(count * EntrySize, EntrySize), flags) is not BpfError.None and var error)
            {
                return error;
            }
        }

        return BpfError.None;
    }

    public BpfError DeleteBatch(ReadOnlySpan<byte> keys, out int count)
    {
        count = 0;
        if (!MayWrite)
        {
            return BpfError.NotPermitted;
        }

        if (!(IsHash || Type == MapType.LpmTrie))
        {
            return BpfError.NotSupported;
        }

        for (; count < keys.Length / KeySize; count++)
        {
            if (Delete(keys.Slice(count * KeySize, KeySize)) is not BpfError.None and var error)
            {
                return error;
            }
        }

        return BpfError.None;
    }

    public BpfError Freeze() => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private static uint Index(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadUInt32LittleEndian(key);

    /// <summary>The bits of a prefix as text, its length before them; what is behind them is not looked at.</summary>
    private static string Prefix(ReadOnlySpan<byte> key, uint length) =>
        $"{length:d4} " + string.Concat(key[sizeof(uint)..].ToArray().Select(part => part.ToString("b8")))[..(int)length];

    private bool AreReading(MapOperationFlags flags, out BpfError error, bool takes = false)
    {
        error = (flags & ~MapOperationFlags.Lock) != MapOperationFlags.Any ? BpfError.InvalidArgument
            : !MayRead || (takes && !MayWrite) ? BpfError.NotPermitted
            : flags != MapOperationFlags.Any && !HasLock ? BpfError.InvalidArgument
            : BpfError.None;
        return error == BpfError.None;
    }

    private BpfError UpdateIndex(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, MapOperationFlags flags, string name)
    {
        if (Index(key) >= MaximumEntries)
        {
            return BpfError.TooBig;
        }

        if (flags == MapOperationFlags.NoExist)
        {
            return BpfError.AlreadyExists;
        }

        if (!IsRedirect)
        {
            return Set(name, value, null);
        }

        uint target = BinaryPrimitives.ReadUInt32LittleEndian(value);
        if (Type == MapType.CpuMap && target > 16384)
        {
            return BpfError.Overflow;
        }

        if (Type == MapType.CpuMap && Index(key) >= cpuCount)
        {
            return BpfError.NoDevice;
        }

        _entries.Remove(name);
        return target == 0 ? BpfError.None : Set(name, value, null);
    }

    private BpfError Set(string name, ReadOnlySpan<byte> value, byte[]? inPlace, ReadOnlySpan<byte> key = default)
    {
        _keys[name] = key.ToArray();
        byte[] entry = inPlace ?? new byte[EntrySize];
        value.CopyTo(entry);
        _entries[name] = entry;
        return BpfError.None;
    }

    private void Show(byte[] entry, Span<byte> value)
    {
        entry.CopyTo(value);
        if (spec.SpinLockOffset is { } offset)
        {
            value.Slice((int)offset, 4).Clear();
        }
    }

    private BpfError Push(ReadOnlySpan<byte> value, MapOperationFlags flags)
    {
        if (flags is not (MapOperationFlags.Any or MapOperationFlags.Exist))
        {
            return BpfError.InvalidArgument;
        }

        if (_values.Count == MaximumEntries)
        {
            if (flags == MapOperationFlags.Any)
            {
                return BpfError.TooBig;
            }

            _values.RemoveAt(0);
        }

        _values.Add(value.ToArray());
        return BpfError.None;
    }

    private BpfError Take(Span<byte> value, bool removes)
    {
        if (_values.Count == 0)
        {
            return BpfError.NotFound;
        }

        int at = Type == MapType.Stack ? _values.Count - 1 : 0;
        _values[at].CopyTo(value);
        if (removes)
        {
            _values.RemoveAt(at);
        }

        return BpfError.None;
    }

    private BpfError LookupPrefix(ReadOnlySpan<byte> key, Span<byte> value)
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(key);
        if (length > (KeySize - 4) * 8)
        {
            return BpfError.NotFound;
        }

        for (int bits = (int)length; bits >= 0; bits--)
        {
            if (_entries.TryGetValue(Prefix(key, (uint)bits), out byte[]? entry))
            {
                entry.CopyTo(value);
                return BpfError.None;
            }
        }

        return BpfError.NotFound;
    }

    private BpfError NextOf(string? key, Span<byte> next)
    {
        if (!MayRead)
        {
            return BpfError.NotPermitted;
        }

        switch (Type)
        {
            case MapType.RingBuffer:
                return BpfError.NotSupported;
            case MapType.Queue or MapType.Stack:
                return BpfError.InvalidArgument;
            case MapType.BloomFilter:
                return BpfError.OperationNotSupported;
            case MapType.Array or MapType.PerCpuArray or MapType.DeviceMap or MapType.CpuMap:
                uint index = key is null ? uint.MaxValue : Index(Convert.FromHexString(key));
                BinaryPrimitives.WriteUInt32LittleEndian(next, index >= MaximumEntries ? 0 : index + 1);
                return index == MaximumEntries - 1 ? BpfError.NotFound : BpfError.None;
        }

        key = key is null ? null : NameOf(Convert.FromHexString(key));

        List<string> names = [.. _entries.Keys];
        int at = key is null ? 0 : names.IndexOf(key) + 1;
        if (at == names.Count)
        {
            return BpfError.NotFound;
        }

        // A prefix is given back as it came, with what is behind its bits.
        (Type == MapType.LpmTrie ? _keys[names[at]] : Convert.FromHexString(names[at])).CopyTo(next);
        return BpfError.None;
    }

    private string? NameOf(byte[] key) =>
        Type != MapType.LpmTrie ? Convert.ToHexString(key) : Index(key) <= (KeySize - 4) * 8 ? Prefix(key, Index(key)) : null;
}
