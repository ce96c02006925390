namespace Saker.Bpf.Maps;

/// <summary>
/// What a definition must be like, by type, with the kernel's errors (<c>map_create</c> and each type's <c>map_alloc_check</c>). The first rule that is broken is told.
/// </summary>
internal sealed class MapRules(MapSpec spec, MapEnvironment environment)
{
    private const MapFlags Access = MapFlags.ReadOnly | MapFlags.WriteOnly | MapFlags.ReadOnlyForPrograms | MapFlags.WriteOnlyForPrograms;
    private const MapFlags Usual = Access | MapFlags.NumaNode;
    private const uint LargestCpuValue = 32768;
    private const uint LargestAllocation = 4 << 20;
    private const uint HashElementSize = 48;
    private const uint TrieNodeSize = 40;
    private const uint PrefixLengthSize = 4;
    private const uint LongestPrefix = 256;
    private const uint MostBuckets = 1u << 31;
    private const uint MostCpus = 8192;
    private const ulong BloomHashes = 15;
    private const uint PageSize = 4096;

    private MapFault? _fault;

    /// <summary>
    /// The flags that a map of this definition has. What user space may do belongs to who holds the map, not to the map, and programs never write what a device map holds.
    /// </summary>
    public static uint FlagsOf(MapSpec spec)
    {
        uint flags = spec.Flags & ~(uint)(MapFlags.ReadOnly | MapFlags.WriteOnly);
        return spec.Type is MapType.DeviceMap or MapType.DeviceMapHash ? flags | (uint)MapFlags.ReadOnlyForPrograms : flags;
    }

    /// <summary>What is wrong with the definition; null: nothing.</summary>
    public MapFault? Check()
    {
        MapFlags flags = (MapFlags)spec.Flags;
        Must(environment.CpuCount > 0, BpfError.InvalidArgument, $"it is made for {environment.CpuCount} CPUs");
        Must(spec.Extra == 0 || spec.Type == MapType.BloomFilter, BpfError.InvalidArgument, "it has a map_extra, which only bloom filters use");
        Must(!HasBoth(flags, MapFlags.ReadOnly, MapFlags.WriteOnly), BpfError.InvalidArgument, "user space can neither read nor write it (BPF_F_RDONLY and BPF_F_WRONLY)");
        CheckType(flags);
        Must(
            !HasBoth(flags, MapFlags.ReadOnlyForPrograms, MapFlags.WriteOnlyForPrograms), BpfError.InvalidArgument,
            "programs can neither read nor write it (BPF_F_RDONLY_PROG and BPF_F_WRONLY_PROG)");
        CheckLock();
        Must(
            (uint)spec.Contents.Length <= spec.ValueSize, BpfError.InvalidArgument, $"its values have {spec.ValueSize} bytes and it begins with {spec.Contents.Length}");
        return _fault;
    }

    private void CheckType(MapFlags flags)
    {
        switch (spec.Type)
        {
            case MapType.Array:
                CheckArray(flags, Usual | MapFlags.Mappable | MapFlags.InnerMap);
                break;
            case MapType.PerCpuArray:
                CheckArray(flags, Usual);
                MustNotChooseNode(flags);
                CheckCpuValue();
                break;
            case MapType.ProgramArray or MapType.ArrayOfMaps:
                CheckArray(flags, Usual & ~(MapFlags.ReadOnlyForPrograms | MapFlags.WriteOnlyForPrograms));
                MustBe("value", spec.ValueSize, 4);
                break;
            case MapType.PerfEventArray:
                CheckArray(flags, (Usual | MapFlags.PreserveElements) & ~(MapFlags.ReadOnlyForPrograms | MapFlags.WriteOnlyForPrograms));
                MustBe("value", spec.ValueSize, 4);
                break;
            case MapType.Hash or MapType.PerCpuHash or MapType.LruHash or MapType.LruPerCpuHash or MapType.HashOfMaps:
                CheckHash(flags);
                break;
            case MapType.LpmTrie:
                CheckTrie(flags);
                break;
            case MapType.Queue or MapType.Stack:
                MustKnow(flags, Usual);
                MustHaveEntries();
                MustBe("key", spec.KeySize, 0);
                MustHaveValue();
                Must(spec.ValueSize <= LargestAllocation, BpfError.TooBig, $"its values have {spec.ValueSize} bytes and may have {LargestAllocation}");
                break;
            case MapType.BloomFilter:
                MustKnow(flags, Usual | MapFlags.ZeroSeed);
                MustHaveEntries();
                MustBe("key", spec.KeySize, 0);
                MustHaveValue();
                Must(spec.Extra <= BloomHashes, BpfError.InvalidArgument, $"its map_extra asks for {spec.Extra} hashes and there may be {BloomHashes}");
                break;
            case MapType.RingBuffer:
                MustKnow(flags, MapFlags.NumaNode);
                MustBe("key", spec.KeySize, 0);
                MustBe("value", spec.ValueSize, 0);
                Must(
                    uint.IsPow2(spec.MaximumEntries) && spec.MaximumEntries % PageSize == 0, BpfError.InvalidArgument,
                    $"its max_entries is the ring's size in bytes, {spec.MaximumEntries}, and must be a power of two of whole pages ({PageSize})");
                break;
            case MapType.DeviceMap or MapType.DeviceMapHash:
                MustKnow(flags, MapFlags.NumaNode | MapFlags.ReadOnly | MapFlags.WriteOnly);
                CheckRedirect(valuesMayNameProgram: true);
                break;
            case MapType.CpuMap:
                MustKnow(flags, MapFlags.NumaNode);
                CheckRedirect(valuesMayNameProgram: true);
                Must(spec.MaximumEntries <= MostCpus, BpfError.TooBig, $"it has {spec.MaximumEntries} entries and there are {MostCpus} CPUs at most");
                break;
            case MapType.XskMap:
                MustKnow(flags, MapFlags.NumaNode | MapFlags.ReadOnly | MapFlags.WriteOnly);
                CheckRedirect(valuesMayNameProgram: false);
                break;
            default:
                Must(isRight: false, BpfError.OperationNotSupported, $"maps of type {spec.Type.KernelName()} are there in the kernel only");
                break;
        }
    }

    private void CheckArray(MapFlags flags, MapFlags known)
    {
        MustHaveEntries();
        MustBe("key", spec.KeySize, 4);
        MustHaveValue();
        MustKnow(flags, known);
        Must(spec.ValueSize <= int.MaxValue, BpfError.TooBig, $"its values have {spec.ValueSize} bytes, more than 2 GiB");
        CheckInner();
    }

    private void CheckHash(MapFlags flags)
    {
        bool isLru = spec.Type is MapType.LruHash or MapType.LruPerCpuHash;
        bool isPerCpu = spec.Type is MapType.PerCpuHash or MapType.LruPerCpuHash;
        MustKnow(flags, Usual | MapFlags.NoPreallocation | MapFlags.ZeroSeed | MapFlags.NoCommonLru);
        Must(isLru || (flags & MapFlags.NoCommonLru) == MapFlags.None, BpfError.InvalidArgument, "it gives up no entries, so CPUs cannot do that apart (BPF_F_NO_COMMON_LRU)");
        Must(!isLru || (flags & MapFlags.NoPreallocation) == MapFlags.None, BpfError.NotSupported, "a map that gives up old entries has all its memory from the beginning (not BPF_F_NO_PREALLOC)");
        if (isPerCpu || (flags & MapFlags.NoCommonLru) != MapFlags.None)
        {
            MustNotChooseNode(flags);
        }

        MustHaveEntries();
        Must(spec.KeySize > 0, BpfError.InvalidArgument, "its keys have no size");
        MustHaveValue();
        Must(
            (ulong)spec.KeySize + spec.ValueSize < LargestAllocation - HashElementSize, BpfError.TooBig,
            $"its keys and values have {(ulong)spec.KeySize + spec.ValueSize} bytes and may have {LargestAllocation - HashElementSize - 1}");
        if (isPerCpu)
        {
            CheckCpuValue();
        }

        Must(spec.MaximumEntries <= MostBuckets, BpfError.TooBig, $"it has {spec.MaximumEntries} entries and may have {MostBuckets}");
        if (spec.Type == MapType.HashOfMaps)
        {
            MustBe("value", spec.ValueSize, 4);
            CheckInner();
        }
    }

    private void CheckTrie(MapFlags flags)
    {
        MustHaveEntries();
        Must((flags & MapFlags.NoPreallocation) != MapFlags.None, BpfError.InvalidArgument, "a trie takes memory as prefixes come (BPF_F_NO_PREALLOC must be set)");
        MustKnow(flags, Usual | MapFlags.NoPreallocation);
        Must(
            spec.KeySize is > PrefixLengthSize and <= PrefixLengthSize + LongestPrefix, BpfError.InvalidArgument,
            $"its keys have {spec.KeySize} bytes; they must be a prefix length of 4 bytes and 1 to {LongestPrefix} bytes of which it counts bits");
        MustHaveValue();
        Must(
            spec.ValueSize <= LargestAllocation - (PrefixLengthSize + LongestPrefix) - TrieNodeSize, BpfError.InvalidArgument,
            $"its values have {spec.ValueSize} bytes, more than 4 MiB with the key");
    }

    private void CheckRedirect(bool valuesMayNameProgram)
    {
        MustHaveEntries();
        MustBe("key", spec.KeySize, 4);
        Must(
            spec.ValueSize == 4 || (valuesMayNameProgram && spec.ValueSize == 8), BpfError.InvalidArgument,
            $"its values have {spec.ValueSize} bytes and must have 4{(valuesMayNameProgram ? ", or 8 with a program" : "")}");
        Must(
            spec.Type != MapType.DeviceMapHash || spec.MaximumEntries <= MostBuckets, BpfError.InvalidArgument,
            $"it has {spec.MaximumEntries} entries and may have {MostBuckets}");
    }

    private void CheckInner()
    {
        if (spec.Type is not (MapType.ArrayOfMaps or MapType.HashOfMaps))
        {
            return;
        }

        Must(spec.Inner is not null, BpfError.InvalidArgument, "it holds maps and is not told how they are");
        if (_fault is null && spec.Inner is { } inner)
        {
            Must(inner.Type is not (MapType.ArrayOfMaps or MapType.HashOfMaps), BpfError.InvalidArgument, "it holds maps that hold maps");
            Must(inner.Type != MapType.ProgramArray, BpfError.NotSupported, "it holds maps that hold programs");
            _fault ??= new MapRules(inner, environment).Check();
        }
    }

    private void CheckLock()
    {
        if (spec.SpinLockOffset is { } offset)
        {
            // A queue or stack knows no types of values, since it has none of keys.
            Must(
                spec.Type is MapType.Hash or MapType.Array, spec.Type is MapType.Queue or MapType.Stack ? BpfError.InvalidArgument : BpfError.OperationNotSupported,
                $"values of {spec.Type.KernelName()} maps can have no spin lock");
            Must(offset % 4 == 0, BpfError.InvalidArgument, $"a spin lock at byte {offset} is not aligned: it must lie at a multiple of 4");
            Must(
                offset < spec.ValueSize && spec.ValueSize - offset >= 4, BpfError.InvalidArgument,
                $"a spin lock at byte {offset} does not lie in its values, which have {spec.ValueSize}");
            Must((spec.Flags & (uint)(MapFlags.ReadOnlyForPrograms | MapFlags.WriteOnlyForPrograms)) == 0, BpfError.AccessDenied, "programs must read and write a value with a spin lock");
        }
    }

    private void CheckCpuValue() =>
        Must(spec.ValueSize <= LargestCpuValue, BpfError.TooBig, $"its values have {spec.ValueSize} bytes for each CPU and may have {LargestCpuValue}");

    private void MustNotChooseNode(MapFlags flags) =>
        Must((flags & MapFlags.NumaNode) == MapFlags.None, BpfError.InvalidArgument, "what every CPU has of its own lies at that CPU's node (not BPF_F_NUMA_NODE)");

    private void MustHaveEntries() => Must(spec.MaximumEntries > 0, BpfError.InvalidArgument, "it has no entries (max_entries is 0)");

    private void MustHaveValue() => Must(spec.ValueSize > 0, BpfError.InvalidArgument, "its values have no size");

    private void MustBe(string what, uint size, uint expected) =>
        Must(size == expected, BpfError.InvalidArgument, $"its {what}s have {size} bytes and must have {expected}");

    private void MustKnow(MapFlags flags, MapFlags known) =>
        Must((flags & ~known) == MapFlags.None, BpfError.InvalidArgument, $"its type knows no flags 0x{(uint)(flags & ~known):x}");

    private void Must(bool isRight, BpfError error, string problem)
    {
        if (!isRight)
        {
            _fault ??= MapFault.Of(spec, error, problem);
        }
    }

    private static bool HasBoth(MapFlags flags, MapFlags one, MapFlags other) => (flags & (one | other)) == (one | other);
}
