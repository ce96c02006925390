using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <summary>
/// A map in this process. Its values lie in memory that does not move until it is disposed, so a program may keep a pointer to one as long as it runs: a value that is
/// taken out meanwhile can come back as another entry's, as in the kernel, and never becomes foreign memory. Readers never wait.
/// </summary>
public abstract unsafe partial class BpfMap : IBpfMap
{
    private readonly ValueLayout _layout;
    private readonly bool _mayRead;
    private readonly bool _mayWrite;
    private volatile bool _isFrozen;
    private bool _isDisposed;

    private protected BpfMap(MapSpec spec, MapEnvironment environment, uint? maximumEntries = null)
    {
        Name = spec.Name;
        Type = spec.Type;
        KeySize = (int)spec.KeySize;
        ValueSize = (int)spec.ValueSize;
        MaximumEntries = maximumEntries ?? spec.MaximumEntries;
        Flags = MapRules.FlagsOf(spec);
        _mayRead = (spec.Flags & (uint)MapFlags.WriteOnly) == 0;
        _mayWrite = (spec.Flags & (uint)MapFlags.ReadOnly) == 0;
        CpuCount = environment.CpuCount;
        _layout = new ValueLayout(ValueSize, (int?)spec.SpinLockOffset ?? -1);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public MapType Type { get; }

    /// <inheritdoc/>
    public int KeySize { get; }

    /// <inheritdoc/>
    public int ValueSize { get; }

    /// <inheritdoc/>
    public uint MaximumEntries { get; }

    /// <inheritdoc/>
    public uint Flags { get; }

    /// <inheritdoc/>
    public int ValuesPerEntry => IsPerCpu ? CpuCount : 1;

    /// <inheritdoc/>
    public int EntrySize => IsPerCpu ? CpuStride * CpuCount : ValueSize;

    /// <summary>What programs have of it: the number of <see cref="MapHandles"/>; 0: none yet.</summary>
    public ulong Handle { get; internal set; }

    /// <summary>Whether programs may read its values.</summary>
    public bool IsReadableForPrograms => !Has(MapFlags.WriteOnlyForPrograms);

    /// <summary>Whether programs may change it.</summary>
    public bool IsWritableForPrograms => !Has(MapFlags.ReadOnlyForPrograms);

    /// <summary>Whether every CPU has values of its own.</summary>
    internal virtual bool IsPerCpu => false;

    /// <summary>Whether its memory is freed.</summary>
    internal bool IsDisposed => Volatile.Read(ref _isDisposed);

    /// <summary>Whether nobody may change it any more from outside of programs.</summary>
    internal bool IsFrozen => _isFrozen;

    /// <summary>Of a map of maps: how those are that it holds; else null.</summary>
    internal virtual MapSpec? Inner => null;

    /// <summary>How many CPUs have values in per-CPU maps.</summary>
    internal int CpuCount { get; }

    /// <summary>How values are copied.</summary>
    internal ref readonly ValueLayout Layout => ref _layout;

    /// <summary>Bytes from one CPU's value to the next where an entry's values stand together.</summary>
    private protected int CpuStride => (ValueSize + 7) & ~7;

    /// <inheritdoc/>
    public BpfError Lookup(ReadOnlySpan<byte> key, Span<byte> value, MapOperationFlags flags = MapOperationFlags.Any)
    {
        if (CheckReading(key, value.Length, flags, takes: false) is not BpfError.None and var error)
        {
            return error;
        }

        fixed (byte* keyBytes = key, valueBytes = value)
        {
            return ReadEntry(keyBytes, valueBytes, flags);
        }
    }

    /// <inheritdoc/>
    public BpfError LookupAndDelete(ReadOnlySpan<byte> key, Span<byte> value, MapOperationFlags flags = MapOperationFlags.Any)
    {
        if (CheckReading(key, value.Length, flags, takes: true) is not BpfError.None and var error)
        {
            return error;
        }

        fixed (byte* keyBytes = key, valueBytes = value)
        {
            return TakeEntry(keyBytes, valueBytes, flags);
        }
    }

    /// <inheritdoc/>
    public BpfError Update(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, MapOperationFlags flags = MapOperationFlags.Any)
    {
        if (!MayWrite)
        {
            return BpfError.NotPermitted;
        }

        if ((IsLocked(flags) && !Layout.HasLock) || !IsKey(key))
        {
            return BpfError.InvalidArgument;
        }

        CheckLength(value.Length, EntrySize, nameof(value));
        fixed (byte* keyBytes = key, valueBytes = value)
        {
            return WriteEntry(keyBytes, valueBytes, flags);
        }
    }

    /// <inheritdoc/>
    public BpfError Delete(ReadOnlySpan<byte> key)
    {
        if (!MayWrite)
        {
            return BpfError.NotPermitted;
        }

        if (!IsKey(key))
        {
            return BpfError.InvalidArgument;
        }

        fixed (byte* keyBytes = key)
        {
            return Delete(keyBytes, 0);
        }
    }

    /// <inheritdoc/>
    public BpfError FirstKey(Span<byte> first)
    {
        if (!_mayRead)
        {
            return BpfError.NotPermitted;
        }

        CheckLength(first.Length, KeySize, nameof(first));
        fixed (byte* firstBytes = first)
        {
            return NextEntry(null, firstBytes);
        }
    }

    /// <inheritdoc/>
    public BpfError NextKey(ReadOnlySpan<byte> key, Span<byte> next)
    {
        if (!_mayRead)
        {
            return BpfError.NotPermitted;
        }

        if (!IsKey(key))
        {
            return BpfError.InvalidArgument;
        }

        CheckLength(next.Length, KeySize, nameof(next));
        fixed (byte* keyBytes = key, nextBytes = next)
        {
            return NextEntry(keyBytes, nextBytes);
        }
    }

    /// <inheritdoc/>
    public BpfError Freeze()
    {
        if (Layout.HasLock)
        {
            return BpfError.NotSupported;
        }

        if (!MayWrite)
        {
            return BpfError.NotPermitted;
        }

        _isFrozen = true;
        return BpfError.None;
    }

    /// <summary>Frees the map's memory. No program may run with it any more.</summary>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _isDisposed, true))
        {
            Free();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>What <c>bpf_map_lookup_elem</c> gives a program: the entry's value, of this CPU in per-CPU maps; null: there is none.</summary>
    /// <param name="key">The key, <see cref="KeySize"/> readable bytes.</param>
    /// <param name="cpu">The CPU that the program runs on.</param>
    internal abstract byte* Find(byte* key, int cpu);

    /// <summary>What <c>bpf_map_lookup_percpu_elem</c> gives a program: an entry's value of any CPU; null: there is none, or the map has no such values.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cpu">The CPU whose value is wanted.</param>
    internal virtual byte* FindOfCpu(byte* key, uint cpu) => null;

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

    /// <summary>What <c>bpf_map_push_elem</c> does.</summary>
    /// <param name="value">The value.</param>
    /// <param name="flags">The flags, as the program gave them.</param>
    internal virtual BpfError Push(byte* value, ulong flags) => BpfError.InvalidArgument;

    /// <summary>What <c>bpf_map_pop_elem</c> does.</summary>
    /// <param name="value">Gets the value.</param>
    internal virtual BpfError Pop(byte* value) => BpfError.InvalidArgument;

    /// <summary>What <c>bpf_map_peek_elem</c> does.</summary>
    /// <param name="value">Gets the value; of a bloom filter the value that is looked for.</param>
    internal virtual BpfError Peek(byte* value) => BpfError.InvalidArgument;

    /// <summary>Goes to the next entry for <c>bpf_for_each_map_elem</c>. Entries that come or go meanwhile may or may not be met.</summary>
    /// <param name="walk">Where the walk stands; a new one before the first entry.</param>
    /// <param name="cpu">The CPU that the program runs on.</param>
    /// <returns>Whether there was one.</returns>
    internal virtual bool Walk(ref MapWalk walk, int cpu) => false;

    /// <summary>Whether <see cref="Walk"/> is something that this type of map has.</summary>
    internal virtual bool HasWalk => false;

    /// <summary>
    /// Finds the value, or key of a hash's entry, that has an address in it, for checking a program's access. The address that programs have is where it is in this process.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="region">The value, and whether programs may write it.</param>
    internal abstract bool TryFindValue(ulong address, out MemoryRegion region);

    /// <summary>Whether the map is as a map of maps wants those that it holds (<c>map_meta_equal</c>).</summary>
    /// <param name="wanted">How they are to be.</param>
    internal bool IsLike(MapSpec wanted)
    {
        bool isSized = Type is MapType.Array or MapType.PerCpuArray or MapType.XskMap && !Has(MapFlags.InnerMap);
        return wanted.Type == Type && wanted.KeySize == KeySize && wanted.ValueSize == ValueSize && MapRules.FlagsOf(wanted) == Flags
            && wanted.SpinLockOffset is not null == Layout.HasLock && (!isSized || wanted.MaximumEntries == MaximumEntries);
    }

    /// <summary>Frees the map's memory.</summary>
    private protected abstract void Free();

    /// <summary>Reads an entry for user space.</summary>
    private protected virtual BpfError ReadEntry(byte* key, byte* value, MapOperationFlags flags)
    {
        byte* found = Find(key, 0);
        if (found is null)
        {
            return BpfError.NotFound;
        }

        if (IsLocked(flags))
        {
            Layout.ReadLocked(value, found);
        }
        else
        {
            Layout.Read(value, found);
        }

        return BpfError.None;
    }

    /// <summary>Reads an entry for user space and takes it out.</summary>
    private protected virtual BpfError TakeEntry(byte* key, byte* value, MapOperationFlags flags) => BpfError.NotSupported;

    /// <summary>Writes an entry for user space.</summary>
    private protected virtual BpfError WriteEntry(byte* key, byte* value, MapOperationFlags flags) => Update(key, value, (ulong)flags, 0);

    /// <summary>The key behind another one; without one the first.</summary>
    private protected abstract BpfError NextEntry(byte* key, byte* next);

    /// <summary>Whether a map flag is set.</summary>
    private protected bool Has(MapFlags flag) => (Flags & (uint)flag) != 0;

    /// <summary>Whether a per-CPU map has values for a CPU: one that a program runs on may have any number.</summary>
    private protected bool HasCpu(int cpu) => (uint)cpu < (uint)CpuCount;

    private protected static bool IsLocked(MapOperationFlags flags) => (flags & MapOperationFlags.Lock) != MapOperationFlags.Any;

    private bool MayWrite => _mayWrite && !_isFrozen;

    private BpfError CheckReading(ReadOnlySpan<byte> key, int length, MapOperationFlags flags, bool takes)
    {
        if ((flags & ~MapOperationFlags.Lock) != MapOperationFlags.Any)
        {
            return BpfError.InvalidArgument;
        }

        if (!_mayRead || (takes && !MayWrite))
        {
            return BpfError.NotPermitted;
        }

        if ((IsLocked(flags) && !Layout.HasLock) || !IsKey(key))
        {
            return BpfError.InvalidArgument;
        }

        CheckLength(length, EntrySize, "value");
        return BpfError.None;
    }

    /// <summary>A key where the map has none is an error of the operation; one of another size is the caller's mistake.</summary>
    private bool IsKey(ReadOnlySpan<byte> key)
    {
        if (KeySize == 0)
        {
            return key.IsEmpty;
        }

        CheckLength(key.Length, KeySize, nameof(key));
        return true;
    }

    private void CheckLength(int length, int expected, string parameter)
    {
        if (length != expected)
        {
            throw new ArgumentException($"The map '{Name}' wants {expected} bytes here and got {length}.", parameter);
        }
    }
}
