using Saker.Bpf;

namespace Saker.Host.Programs;

/// <summary>Where a map of one engine ended other than in another one.</summary>
/// <param name="Map">The map.</param>
/// <param name="What">The first difference, in one line.</param>
public sealed record MapDifference(string Map, string What)
{
    /// <summary>Compares the maps of two engines; those that hold programs, maps or records are not compared, since what they hold has numbers of its own.</summary>
    public static IEnumerable<MapDifference> Between(IProgramRunner one, IProgramRunner other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        foreach (MapSpec spec in one.Object.Spec.Maps)
        {
            if (!IsComparable(spec.Type) || !one.Object.TryFindMap(spec.Name, out IBpfMap? mine) || !other.Object.TryFindMap(spec.Name, out IBpfMap? theirs))
            {
                continue;
            }

            if (Between(MapTypes.Of(one.Object.Spec, spec.Name), one.Engine, MapContents.Read(mine), other.Engine, MapContents.Read(theirs)) is { } what)
            {
                yield return new MapDifference(spec.Name, what);
            }
        }
    }

    private static bool IsComparable(MapType type) =>
        type is MapType.Array or MapType.PerCpuArray or MapType.Hash or MapType.PerCpuHash or MapType.LruHash or MapType.LruPerCpuHash or MapType.LpmTrie;

    private static string? Between(MapTypes types, string engine, MapContents mine, string otherEngine, MapContents theirs)
    {
        if (mine.Map.EntrySize != theirs.Map.EntrySize)
        {
            return $"{engine} has entries of {mine.Map.EntrySize} bytes, {otherEngine} of {theirs.Map.EntrySize}";
        }

        if (!mine.TryFindDifference(theirs, out byte[]? key, out byte[]? value, out byte[]? otherValue))
        {
            return null;
        }

        string text = types.KeyText(mine.Map, key);
        return $"entry {text}: {engine} has {Describe(types, mine.Map, key, value, otherValue)}, {otherEngine} {Describe(types, mine.Map, key, otherValue, value)}";
    }

    /// <summary>The value; of per-CPU maps that of the first CPU which differs.</summary>
    private static string Describe(MapTypes types, IBpfMap map, byte[] key, byte[]? value, byte[]? other)
    {
        if (value is null)
        {
            return "none";
        }

        MapEntry entry = new(key, value);
        for (int cpu = 0; cpu < map.ValuesPerEntry && map.ValuesPerEntry > 1; cpu++)
        {
            ReadOnlySpan<byte> one = MapTypes.ValueOf(map, entry, cpu);
            if (other is null || !one.SequenceEqual(MapTypes.ValueOf(map, new MapEntry(key, other), cpu)))
            {
                return $"{types.ValueText(map, one)} on CPU {cpu}";
            }
        }

        return types.ValueText(map, value.AsSpan(0, map.ValueSize));
    }
}
