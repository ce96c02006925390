using System.Diagnostics.CodeAnalysis;
using Saker.Bpf;

namespace Saker.Host.Programs;

/// <summary>What a map holds at one time: its entries, in the map's order. Of a map that programs change meanwhile, what was met.</summary>
public sealed class MapContents
{
    private const int MostCollisions = 1000;

    private MapContents(IBpfMap map, List<MapEntry> entries, BpfError error)
    {
        Map = map;
        Entries = entries;
        Error = error;
    }

    /// <summary>The map.</summary>
    public IBpfMap Map { get; }

    /// <summary>The entries.</summary>
    public IReadOnlyList<MapEntry> Entries { get; }

    /// <summary>Why there are no more; none: these are all.</summary>
    public BpfError Error { get; }

    /// <summary>Whether entries are there whatever programs do, so that one of zeros tells nothing.</summary>
    public bool IsFixed => Map.Type is MapType.Array or MapType.PerCpuArray;

    /// <summary>Whether a map's entries can be listed: queues, bloom filters and rings cannot without taking from them, or at all.</summary>
    public static bool CanList(MapType type) => type is not (MapType.Queue or MapType.Stack or MapType.BloomFilter or MapType.RingBuffer or MapType.UserRingBuffer
        or MapType.PerfEventArray or MapType.SocketStorage or MapType.InodeStorage or MapType.TaskStorage or MapType.CgroupStorage or MapType.StructOps or MapType.Arena);

    /// <summary>Reads a map.</summary>
    /// <param name="map">The map.</param>
    /// <param name="most">How many entries at most.</param>
    public static MapContents Read(IBpfMap map, int most = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(map);
        List<MapEntry> entries = [];
        if (!CanList(map.Type))
        {
            return new MapContents(map, entries, BpfError.OperationNotSupported);
        }

        byte[] key = new byte[map.KeySize];
        BpfError error = map.FirstKey(key);
        for (int missed = 0; error == BpfError.None && entries.Count < most && missed < MostCollisions;)
        {
            byte[] value = new byte[map.EntrySize];
            BpfError read = map.Lookup(key, value);
            if (read == BpfError.None)
            {
                entries.Add(new MapEntry([.. key], value));
            }
            else if (read != BpfError.NotFound)
            {
                // Empty places of arrays of programs are not found; anything else is wrong for the next one as well.
                return new MapContents(map, entries, read);
            }

            missed += read == BpfError.None || IsArrayOfReferences(map.Type) ? 0 : 1;
            error = map.NextKey(key, key);
        }

        return new MapContents(map, entries, error == BpfError.NotFound ? BpfError.None : error);
    }

    /// <summary>The first entry that two maps do not have alike, whatever the order.</summary>
    /// <param name="other">The other map's contents.</param>
    /// <param name="key">The entry's key.</param>
    /// <param name="mine">The value here; null: there is no such entry.</param>
    /// <param name="theirs">The value there; null: there is no such entry.</param>
    public bool TryFindDifference(MapContents other, [NotNullWhen(true)] out byte[]? key, out byte[]? mine, out byte[]? theirs)
    {
        ArgumentNullException.ThrowIfNull(other);
        Dictionary<string, MapEntry> rest = other.Entries.ToDictionary(entry => Convert.ToHexString(entry.Key), StringComparer.Ordinal);
        foreach (MapEntry entry in Entries)
        {
            theirs = rest.Remove(Convert.ToHexString(entry.Key), out MapEntry? match) ? match.Value : null;
            if (theirs is null || !entry.Value.AsSpan().SequenceEqual(theirs))
            {
                (key, mine) = (entry.Key, entry.Value);
                return true;
            }
        }

        MapEntry? left = rest.Values.FirstOrDefault();
        (key, mine, theirs) = (left?.Key, null, left?.Value);
        return key is not null;
    }

    private static bool IsArrayOfReferences(MapType type) => type is MapType.ProgramArray or MapType.ArrayOfMaps or MapType.DeviceMap or MapType.CpuMap or MapType.XskMap;
}

/// <summary>An entry of a map.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value; in per-CPU maps one for each CPU, each at a multiple of 8 bytes.</param>
public sealed record MapEntry(byte[] Key, byte[] Value)
{
    /// <summary>Whether all of the value is zero.</summary>
    public bool IsZero => !Value.AsSpan().ContainsAnyExcept((byte)0);
}
