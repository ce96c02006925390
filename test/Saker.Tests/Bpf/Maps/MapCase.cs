using System.Buffers.Binary;
using Saker.Bpf;

namespace Saker.Tests.Bpf.Maps;

/// <summary>A map to be tried, and which keys and values to try it with: few enough that they meet.</summary>
/// <param name="Spec">The map.</param>
public sealed record MapCase(MapSpec Spec)
{
    private const int Keys = 24;

    /// <summary>Whether entries have keys.</summary>
    public bool HasKeys => Spec.KeySize > 0;

    /// <summary>Whether keys are indices, and come in order.</summary>
    public bool IsOrdered => Spec.Type is MapType.Array or MapType.PerCpuArray or MapType.DeviceMap or MapType.CpuMap or MapType.XskMap
        or MapType.ProgramArray or MapType.ArrayOfMaps or MapType.PerfEventArray;

    /// <summary>Whether a lookup is for the value that is given.</summary>
    public bool AsksByValue => Spec.Type == MapType.BloomFilter;

    /// <summary>What a value may be made of; null: anything.</summary>
    public uint[]? Values { get; init; }

    /// <summary>All cases, by name. Values of 8 bytes and more, and keys that are specialised and that are not.</summary>
    public static Dictionary<string, MapCase> All { get; } = new(StringComparer.Ordinal)
    {
        ["array"] = Of(MapType.Array, 4, 8, 10),
        ["array of odd values"] = Of(MapType.Array, 4, 13, 7, MapFlags.Mappable),
        ["array with locks"] = Of(MapType.Array, 4, 24, 10) with { Spec = Locked(TestMaps.Spec(MapType.Array, 4, 24, 10)) },
        ["array that is read"] = Of(MapType.Array, 4, 8, 10, MapFlags.ReadOnly),
        ["array that is written"] = Of(MapType.Array, 4, 8, 10, MapFlags.WriteOnly),
        ["per-CPU array"] = Of(MapType.PerCpuArray, 4, 8, 10),
        ["per-CPU array of odd values"] = Of(MapType.PerCpuArray, 4, 12, 10),
        ["hash of 4 bytes"] = Of(MapType.Hash, 4, 8, 12),
        ["hash of 8 bytes"] = Of(MapType.Hash, 8, 4, 16),
        ["hash of 16 bytes"] = Of(MapType.Hash, 16, 40, 9),
        ["hash of 13 bytes"] = Of(MapType.Hash, 13, 3, 12, MapFlags.NoPreallocation),
        ["hash with a zero seed"] = Of(MapType.Hash, 6, 8, 12, MapFlags.ZeroSeed),
        ["hash of one entry"] = Of(MapType.Hash, 4, 8, 1),
        ["hash with locks"] = Of(MapType.Hash, 4, 24, 12) with { Spec = Locked(TestMaps.Spec(MapType.Hash, 4, 24, 12)) },
        ["hash that is read"] = Of(MapType.Hash, 4, 8, 12, MapFlags.ReadOnly),
        ["hash that is written"] = Of(MapType.Hash, 4, 8, 12, MapFlags.WriteOnly),
        ["per-CPU hash"] = Of(MapType.PerCpuHash, 4, 8, 12),
        ["per-CPU hash of odd values"] = Of(MapType.PerCpuHash, 20, 10, 12, MapFlags.NoPreallocation),
        ["LRU hash"] = Of(MapType.LruHash, 4, 8, 2000),
        ["LRU hash by CPU"] = Of(MapType.LruHash, 12, 8, 2000, MapFlags.NoCommonLru),
        ["LRU per-CPU hash"] = Of(MapType.LruPerCpuHash, 4, 8, 2000),
        ["LPM trie of IPv4"] = Of(MapType.LpmTrie, 8, 8, 12, MapFlags.NoPreallocation),
        ["LPM trie of IPv6"] = Of(MapType.LpmTrie, 20, 4, 16, MapFlags.NoPreallocation),
        ["LPM trie of 3 bytes"] = Of(MapType.LpmTrie, 7, 5, 20, MapFlags.NoPreallocation),
        ["queue"] = Of(MapType.Queue, 0, 8, 5),
        ["queue of odd values"] = Of(MapType.Queue, 0, 5, 1),
        ["stack"] = Of(MapType.Stack, 0, 8, 5),
        ["bloom filter"] = Of(MapType.BloomFilter, 0, 8, 100_000),
        ["bloom filter of 3 hashes"] = Of(MapType.BloomFilter, 0, 16, 100_000) with { Spec = TestMaps.Spec(MapType.BloomFilter, 0, 16, 100_000) with { Extra = 3 } },
        ["devmap"] = Of(MapType.DeviceMap, 4, 4, 10) with { Values = [0, 1, 1, 1] },
        ["devmap with programs"] = Of(MapType.DeviceMap, 4, 8, 10) with { Values = [0, 1, 1, 1] },
        ["devmap-hash"] = Of(MapType.DeviceMapHash, 4, 4, 10) with { Values = [0, 1, 1, 1] },
        ["devmap-hash with programs"] = Of(MapType.DeviceMapHash, 4, 8, 10) with { Values = [0, 1, 1, 1] },
        ["cpumap"] = Of(MapType.CpuMap, 4, 4, 5) with { Values = [0, 192, 16384, 16385] },
        ["ring buffer"] = Of(MapType.RingBuffer, 0, 0, 4096),
    };

    /// <summary>How a map must be that a map of maps holds.</summary>
    public static MapSpec Inner { get; } = TestMaps.Spec(MapType.Hash, 4, 8, 5);

    /// <summary>Maps that hold other maps or programs: values stand for places in <see cref="HeldThings"/>, of which the first two cannot be held.</summary>
    public static Dictionary<string, MapCase> Holding { get; } = new(StringComparer.Ordinal)
    {
        ["program array"] = Of(MapType.ProgramArray, 4, 4, 6) with { Values = [0, 1, 2, 2, 3, 3] },
        ["array of maps"] = Maps(MapType.ArrayOfMaps, 6),
        ["hash of maps"] = Maps(MapType.HashOfMaps, 12),
        ["perf event array"] = Of(MapType.PerfEventArray, 4, 4, 6) with { Values = [0, 1] },
    };

    /// <summary>A key by chance; the last ones of an array's lie outside.</summary>
    public byte[] Key(Random random)
    {
        byte[] key = new byte[Spec.KeySize];
        if (Spec.Type == MapType.LpmTrie)
        {
            int bits = ((int)Spec.KeySize - sizeof(uint)) * 8;
            BinaryPrimitives.WriteInt32LittleEndian(key, random.Next(12) == 0 ? bits + 1 : random.Next(3) == 0 ? bits : Math.Min(random.Next(11), bits));
            key[sizeof(uint)] = (byte)(random.Next(8) * 32);
            key[^1] |= (byte)random.Next(2);
        }
        else if (key.Length > 0)
        {
            key[0] = (byte)random.Next(IsOrdered ? (int)Spec.MaximumEntries + 2 : Keys);
            key[^1] ^= (byte)(IsOrdered ? 0 : key[0] * 5);
        }

        return key;
    }

    /// <summary>A value by chance.</summary>
    public byte[] Value(Random random, int size)
    {
        byte[] value = new byte[size];
        if (Values is not null)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(value, Values[random.Next(Values.Length)]);
        }
        else if (AsksByValue)
        {
            value[0] = (byte)random.Next(64);
        }
        else
        {
            random.NextBytes(value);
        }

        return value;
    }

    private static MapCase Of(MapType type, uint keySize, uint valueSize, uint entries, MapFlags flags = MapFlags.None) =>
        new(TestMaps.Spec(type, keySize, valueSize, entries, flags));

    private static MapCase Maps(MapType type, uint entries) => new(TestMaps.Spec(type, 4, 4, entries) with { Inner = Inner }) { Values = [0, 1, 2, 2, 3, 3] };

    private static MapSpec Locked(MapSpec spec) => spec with { SpinLockOffset = 8 };
}
