using Saker.Bpf;

namespace Saker.Tests.Bpf.Maps;

/// <summary>
/// Operations chosen by chance on a map, and what came of each as text: the same seed gives the same operations, so that two maps can be compared whatever they are made of.
/// Where a hash's order shows, all entries are read and sorted.
/// </summary>
/// <param name="map">The map.</param>
/// <param name="seed">Which operations are chosen.</param>
/// <param name="held">What the map holds, if that is other maps or programs.</param>
public sealed class MapScript(MapCase map, int seed, HeldThings? held = null)
{
    private static readonly MapOperationFlags[] Flags =
    [
        MapOperationFlags.Any, MapOperationFlags.Any, MapOperationFlags.Any, MapOperationFlags.NoExist, MapOperationFlags.Exist,
        MapOperationFlags.NoExist | MapOperationFlags.Exist, MapOperationFlags.Lock, MapOperationFlags.Lock | MapOperationFlags.Exist, (MapOperationFlags)8, (MapOperationFlags)(1UL << 40),
    ];

    private readonly Random _random = new(seed);

    /// <summary>What the next operation is, and what comes of it.</summary>
    public string Next(IBpfMap subject)
    {
        byte[] key = map.Key(_random);
        byte[] value = map.Value(_random, subject.EntrySize);
        MapOperationFlags flags = Flags[_random.Next(Flags.Length)];
        int kind = _random.Next(100);
        int count = _random.Next(6);
        byte[][] keys = [.. Enumerable.Range(0, count).Select(_ => map.Key(_random))];
        byte[][] values = [.. keys.Select(_ => map.Value(_random, subject.EntrySize))];
        bool all = _random.Next(8) == 0;
        return kind switch
        {
            < 35 => $"update {Hex(key)} = {Hex(value)} ({flags}): {subject.Update(key, Given(value), flags)}",
            < 55 => $"lookup {Hex(key)} {Hex(map.AsksByValue ? value : [])}: {Lookup(subject, key, value, _random.Next(4) == 0 ? flags : MapOperationFlags.Any)}",
            < 70 => $"delete {Hex(key)}: {subject.Delete(key)}",
            < 76 => $"take {Hex(key)} ({flags}): {Take(subject, key, flags)}",
            < 80 => $"next {Hex(key)}: {NextKey(subject, key)}",
            < 84 when map.HasKeys => $"update {string.Join(' ', keys.Select(Hex))} ({flags}): {UpdateBatch(subject, keys, [.. values.Select(Given)], flags)}",
            < 88 when map.HasKeys => $"delete {string.Join(' ', keys.Select(Hex))}: {subject.DeleteBatch(Joined(keys), out int done)}, {done}",
            < 92 when map.HasKeys => $"all: {ReadBatches(subject, deletes: false, flags)}",
            < 94 when map.HasKeys && all => $"take all: {ReadBatches(subject, deletes: true, MapOperationFlags.Any)}",
            _ => $"entries: {Entries(subject)}",
        };
    }

    /// <summary>All entries, sorted.</summary>
    public string Entries(IBpfMap subject)
    {
        List<string> entries = [];
        byte[] key = new byte[subject.KeySize];
        byte[] value = new byte[subject.EntrySize];
        BpfError error = subject.FirstKey(key);
        for (long i = 0; error == BpfError.None && i <= subject.MaximumEntries; i++)
        {
            BpfError found = subject.Lookup(key, value);
            entries.Add($"{Hex(key)}={(found == BpfError.None ? Told(value) : found)}");
            error = subject.NextKey([.. key], key);
        }

        entries.Sort(StringComparer.Ordinal);
        return $"{string.Join(' ', entries)} {error}";
    }

    private string Lookup(IBpfMap subject, byte[] key, byte[] value, MapOperationFlags flags)
    {
        byte[] room = [.. value];
        BpfError error = subject.Lookup(key, room, flags);
        return $"({flags}) {error} {(error == BpfError.None ? Told(room) : "")}";
    }

    private string Take(IBpfMap subject, byte[] key, MapOperationFlags flags)
    {
        byte[] room = new byte[subject.EntrySize];
        BpfError error = subject.LookupAndDelete(key, room, flags);
        return $"{error} {(error == BpfError.None ? Told(room) : "")}";
    }

    private string NextKey(IBpfMap subject, byte[] key)
    {
        byte[] next = new byte[subject.KeySize];
        BpfError error = subject.NextKey(key, next);

        // Behind which key another one comes is the order of entries.
        return map.IsOrdered ? $"{error} {(error == BpfError.None ? Hex(next) : "")}" : map.HasKeys ? "" : error.ToString();
    }

    private static string UpdateBatch(IBpfMap subject, byte[][] keys, byte[][] values, MapOperationFlags flags)
    {
        BpfError error = subject.UpdateBatch(Joined(keys), Joined(values), out int count, flags);
        return $"{error}, {count}";
    }

    private string ReadBatches(IBpfMap subject, bool deletes, MapOperationFlags flags)
    {
        MapCursor cursor = new();
        List<string> entries = [];
        int room = (int)Math.Min(subject.MaximumEntries + 1, 1000);
        byte[] keys = new byte[room * subject.KeySize];
        byte[] values = new byte[room * subject.EntrySize];
        BpfError error;
        do
        {
            error = subject.LookupBatch(cursor, keys, values, out int count, deletes, flags);
            for (int i = 0; i < count; i++)
            {
                entries.Add($"{Hex(keys.AsSpan(i * subject.KeySize, subject.KeySize))}={Told(values.AsSpan(i * subject.EntrySize, subject.EntrySize))}");
            }
        }
        while (error == BpfError.None);
        entries.Sort(StringComparer.Ordinal);
        return $"{string.Join(' ', entries)} {error}";
    }

    private byte[] Given(byte[] value) => held is null ? value : held.Give([.. value]);

    private string Told(ReadOnlySpan<byte> value) => held is null ? Hex(value) : held.Name(value);

    private static byte[] Joined(byte[][] parts) => [.. parts.SelectMany(part => part)];

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes);

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes);
}
