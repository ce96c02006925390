using Saker.Bpf;

namespace Saker.Tests.Bpf.Maps;

/// <summary>Definitions that the kernel refuses, and its errors.</summary>
public static class BadDefinitions
{
    private const BpfError Invalid = BpfError.InvalidArgument;

    public static Dictionary<string, (MapSpec Spec, BpfError Error)> All { get; } = new(StringComparer.Ordinal)
    {
        ["array without entries"] = (Spec(MapType.Array, 4, 8, 0), Invalid),
        ["array with keys of 8 bytes"] = (Spec(MapType.Array, 8, 8, 1), Invalid),
        ["array with empty values"] = (Spec(MapType.Array, 4, 0, 1), Invalid),
        ["array with values over 2 GiB"] = (Spec(MapType.Array, 4, 0x8000_0000, 1), BpfError.TooBig),
        ["array without preallocation"] = (Spec(MapType.Array, 4, 8, 1, MapFlags.NoPreallocation), Invalid),
        ["array that keeps perf events"] = (Spec(MapType.Array, 4, 8, 1, MapFlags.PreserveElements), Invalid),
        ["array that user space cannot use"] = (Spec(MapType.Array, 4, 8, 1, MapFlags.ReadOnly | MapFlags.WriteOnly), Invalid),
        ["array that programs cannot use"] = (Spec(MapType.Array, 4, 8, 1, MapFlags.ReadOnlyForPrograms | MapFlags.WriteOnlyForPrograms), Invalid),
        ["array with map_extra"] = (Spec(MapType.Array, 4, 8, 1) with { Extra = 1 }, Invalid),
        ["per-CPU array that can be mapped"] = (Spec(MapType.PerCpuArray, 4, 8, 1, MapFlags.Mappable), Invalid),
        ["per-CPU array with large values"] = (Spec(MapType.PerCpuArray, 4, 32769, 1), BpfError.TooBig),
        ["hash without entries"] = (Spec(MapType.Hash, 4, 8, 0), Invalid),
        ["hash with empty keys"] = (Spec(MapType.Hash, 0, 8, 1), Invalid),
        ["hash with empty values"] = (Spec(MapType.Hash, 4, 0, 1), Invalid),
        ["hash with LRU lists"] = (Spec(MapType.Hash, 4, 8, 1, MapFlags.NoCommonLru), Invalid),
        ["hash that can be mapped"] = (Spec(MapType.Hash, 4, 8, 1, MapFlags.Mappable), Invalid),
        ["hash with large values"] = (Spec(MapType.Hash, 4, 4 << 20, 1), BpfError.TooBig),
        ["hash with too many entries"] = (Spec(MapType.Hash, 4, 8, 0x8000_0001), BpfError.TooBig),
        ["per-CPU hash with large values"] = (Spec(MapType.PerCpuHash, 4, 32769, 1), BpfError.TooBig),
        ["LRU hash without preallocation"] = (Spec(MapType.LruHash, 4, 8, 1, MapFlags.NoPreallocation), BpfError.NotSupported),
        ["LPM trie with preallocation"] = (Spec(MapType.LpmTrie, 8, 8, 1), Invalid),
        ["LPM trie with no bits"] = (Spec(MapType.LpmTrie, 4, 8, 1, MapFlags.NoPreallocation), Invalid),
        ["LPM trie with too many bits"] = (Spec(MapType.LpmTrie, 261, 8, 1, MapFlags.NoPreallocation), Invalid),
        ["LPM trie with large values"] = (Spec(MapType.LpmTrie, 8, 4 << 20, 1, MapFlags.NoPreallocation), Invalid),
        ["program array with values of 8 bytes"] = (Spec(MapType.ProgramArray, 4, 8, 1), Invalid),
        ["program array that programs only read"] = (Spec(MapType.ProgramArray, 4, 4, 1, MapFlags.ReadOnlyForPrograms), Invalid),
        ["perf event array with values of 8 bytes"] = (Spec(MapType.PerfEventArray, 4, 8, 1), Invalid),
        ["array of maps that is not told which"] = (Spec(MapType.ArrayOfMaps, 4, 4, 1), Invalid),
        ["hash of maps that is not told which"] = (Spec(MapType.HashOfMaps, 4, 4, 1), Invalid),
        ["queue with keys"] = (Spec(MapType.Queue, 4, 8, 1), Invalid),
        ["queue with empty values"] = (Spec(MapType.Queue, 0, 0, 1), Invalid),
        ["queue with large values"] = (Spec(MapType.Queue, 0, (4 << 20) + 1, 1), BpfError.TooBig),
        ["stack without entries"] = (Spec(MapType.Stack, 0, 8, 0), Invalid),
        ["bloom filter with keys"] = (Spec(MapType.BloomFilter, 4, 8, 1), Invalid),
        ["bloom filter with 16 hashes"] = (Spec(MapType.BloomFilter, 0, 8, 1) with { Extra = 16 }, Invalid),
        ["bloom filter without preallocation"] = (Spec(MapType.BloomFilter, 0, 8, 1, MapFlags.NoPreallocation), Invalid),
        ["ring buffer of 0 bytes"] = (Spec(MapType.RingBuffer, 0, 0, 0), Invalid),
        ["ring buffer of 5000 bytes"] = (Spec(MapType.RingBuffer, 0, 0, 5000), Invalid),
        ["ring buffer of 2048 bytes"] = (Spec(MapType.RingBuffer, 0, 0, 2048), Invalid),
        ["ring buffer of three pages"] = (Spec(MapType.RingBuffer, 0, 0, 3 * 4096), Invalid),
        ["ring buffer with values"] = (Spec(MapType.RingBuffer, 0, 8, 4096), Invalid),
        ["ring buffer that programs only read"] = (Spec(MapType.RingBuffer, 0, 0, 4096, MapFlags.ReadOnlyForPrograms), Invalid),
        ["devmap with values of 6 bytes"] = (Spec(MapType.DeviceMap, 4, 6, 1), Invalid),
        ["devmap that programs only write"] = (Spec(MapType.DeviceMap, 4, 4, 1, MapFlags.WriteOnlyForPrograms), Invalid),
        ["devmap-hash without entries"] = (Spec(MapType.DeviceMapHash, 4, 4, 0), Invalid),
        ["cpumap with values of 16 bytes"] = (Spec(MapType.CpuMap, 4, 16, 1), Invalid),
        ["cpumap that user space only reads"] = (Spec(MapType.CpuMap, 4, 4, 1, MapFlags.ReadOnly), Invalid),
        ["xskmap with values of 8 bytes"] = (Spec(MapType.XskMap, 4, 8, 1), Invalid),
    };

    private static MapSpec Spec(MapType type, uint keySize, uint valueSize, uint entries, MapFlags flags = MapFlags.None) => TestMaps.Spec(type, keySize, valueSize, entries, flags);
}
