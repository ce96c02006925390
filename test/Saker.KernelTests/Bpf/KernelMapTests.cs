using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Kernel;
using Saker.Kernel.Bpf;
using Saker.Tests.Bpf.Elf;

namespace Saker.KernelTests.Bpf;

/// <summary>Maps in the running kernel, by every operation there is.</summary>
[Collection(AloneCollection.Name)]
public sealed class KernelMapTests
{
    private const int NotPermitted = 1, InvalidArgument = 22;
    private const uint NoPreallocation = (uint)MapFlags.NoPreallocation;

    /// <summary>A spec of each type that needs nothing beside it.</summary>
    public static TheoryData<MapType, uint, uint, uint, uint> Types => new()
    {
        { MapType.Hash, 4, 8, 16, 0 },
        { MapType.Array, 4, 8, 16, 0 },
        { MapType.ProgramArray, 4, 4, 16, 0 },
        { MapType.PerfEventArray, 4, 4, 16, 0 },
        { MapType.PerCpuHash, 4, 12, 16, 0 },
        { MapType.PerCpuArray, 4, 12, 16, 0 },
        { MapType.CgroupArray, 4, 4, 16, 0 },
        { MapType.LruHash, 4, 8, 16, 0 },
        { MapType.LruPerCpuHash, 4, 8, 16, 0 },
        { MapType.LpmTrie, 8, 8, 16, NoPreallocation },
        { MapType.DeviceMap, 4, 8, 16, 0 },
        { MapType.SocketMap, 4, 4, 16, 0 },
        { MapType.CpuMap, 4, 8, 2, 0 },
        { MapType.XskMap, 4, 4, 16, 0 },
        { MapType.SocketHash, 4, 4, 16, 0 },
        { MapType.ReusePortSocketArray, 4, 8, 16, 0 },
        { MapType.Queue, 0, 8, 16, 0 },
        { MapType.Stack, 0, 8, 16, 0 },
        { MapType.DeviceMapHash, 4, 8, 16, 0 },
        { MapType.RingBuffer, 0, 0, 4096, 0 },
        { MapType.UserRingBuffer, 0, 0, 4096, 0 },
        { MapType.BloomFilter, 0, 8, 16, 0 },
    };

    [KernelTheory]
    [MemberData(nameof(Types))]
    public void Map_is_what_was_asked_for(MapType type, uint keySize, uint valueSize, uint entries, uint flags)
    {
        MapSpec spec = new() { Name = "asked for, and more", Type = type, KeySize = keySize, ValueSize = valueSize, MaximumEntries = entries, Flags = flags };
        using var map = KernelMap.Create(spec);
        Assert.Equal("asked for, and more", map.Name);
        Assert.Null(map.DifferenceFrom(spec));
        Assert.Contains(map.Id, KernelMap.Ids);
        using var again = KernelMap.OpenById(map.Id);
        Assert.Equal(("asked_for__and_", map.Id, type), (again.Name, again.Id, again.Type));
    }

    [KernelFact]
    public void Entries_are_written_read_and_taken_out()
    {
        using var map = KernelMap.Create(new() { Name = "flows", Type = MapType.Hash, KeySize = 4, ValueSize = 8, MaximumEntries = 2 });
        var value = new byte[8];
        Assert.Equal(BpfError.NotFound, map.Lookup(Key(1), value));
        Assert.Equal(BpfError.NotFound, map.FirstKey(value.AsSpan(0, 4)));
        Assert.Equal(BpfError.NotFound, map.Update(Key(1), Value(10), MapOperationFlags.Exist));
        Assert.Equal(BpfError.None, map.Update(Key(1), Value(10), MapOperationFlags.NoExist));
        Assert.Equal(BpfError.AlreadyExists, map.Update(Key(1), Value(10), MapOperationFlags.NoExist));
        Assert.Equal(BpfError.None, map.Update(Key(2), Value(20)));
        Assert.Equal(BpfError.TooBig, map.Update(Key(3), Value(30)));
        Assert.Equal(BpfError.None, map.Lookup(Key(1), value));
        Assert.Equal(Value(10), value);
        Assert.Equal([1, 2], Keys(map).Order());
        Assert.Equal(BpfError.None, map.LookupAndDelete(Key(2), value));
        Assert.Equal(Value(20), value);
        Assert.Equal(BpfError.None, map.Delete(Key(1)));
        Assert.Equal(BpfError.NotFound, map.Delete(Key(1)));
        Assert.Equal(BpfError.InvalidArgument, map.Update(Key(1), Value(1), (MapOperationFlags)128));
    }

    [KernelFact]
    public void Entries_of_a_queue_and_a_stack_have_no_keys()
    {
        foreach (var (type, expected) in (IEnumerable<(MapType, ulong[])>)[(MapType.Queue, [1, 2, 3]), (MapType.Stack, [3, 2, 1])])
        {
            using var map = KernelMap.Create(new() { Name = "line", Type = type, ValueSize = 8, MaximumEntries = 3 });
            foreach (var number in (ulong[])[1, 2, 3])
            {
                Assert.Equal(BpfError.None, map.Update([], Value(number)));
            }

            Assert.Equal(BpfError.TooBig, map.Update([], Value(4)));
            var value = new byte[8];
            foreach (var number in expected)
            {
                Assert.Equal(BpfError.None, map.Lookup([], value));
                Assert.Equal(Value(number), value);
                Assert.Equal(BpfError.None, map.LookupAndDelete([], value));
                Assert.Equal(Value(number), value);
            }

            Assert.Equal(BpfError.NotFound, map.LookupAndDelete([], value));
        }
    }

    [KernelTheory]
    [InlineData(MapType.Hash, 1000, 1000)]
    [InlineData(MapType.Array, 1000, 1000)]
    [InlineData(MapType.LruHash, 1000, 800)]
    [InlineData(MapType.PerCpuHash, 500, 500)]
    [InlineData(MapType.PerCpuArray, 500, 500)]
    [InlineData(MapType.LpmTrie, 1000, 1000)]
    public void Batches_read_everything_once(MapType type, int given, int atLeast)
    {
        MapSpec spec = new() { Name = "many", Type = type, KeySize = type == MapType.LpmTrie ? 8u : 4, ValueSize = 8, MaximumEntries = (uint)given, Flags = type == MapType.LpmTrie ? NoPreallocation : 0 };
        using var map = KernelMap.Create(spec);
        var keys = new byte[given * map.KeySize];
        var values = new byte[given * map.EntrySize];
        for (var i = 0; i < given; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(keys.AsSpan(i * map.KeySize), map.KeySize == 8 ? 32 : i);
            BinaryPrimitives.WriteInt32BigEndian(keys.AsSpan(((i + 1) * map.KeySize) - 4), map.KeySize == 8 ? i : BinaryPrimitives.ReverseEndianness(i));
            values.AsSpan(i * map.EntrySize, map.EntrySize).Fill((byte)i);
        }

        Assert.Equal(BpfError.None, map.UpdateBatch(keys, values, out var written));
        Assert.Equal(given, written);

        MapCursor cursor = new();
        Dictionary<long, byte> read = [];
        var error = BpfError.None;
        for (var room = 16; error is BpfError.None or BpfError.NoSpace; room += error == BpfError.NoSpace ? 16 : 0)
        {
            var someKeys = new byte[room * map.KeySize];
            var someValues = new byte[room * map.EntrySize];
            error = map.LookupBatch(cursor, someKeys, someValues, out var count);
            for (var i = 0; i < count; i++)
            {
                var entry = someValues.AsSpan(i * map.EntrySize, map.EntrySize);
                Assert.Equal(map.EntrySize, entry.Count(entry[0]));
                read.Add(map.KeySize == 8 ? BinaryPrimitives.ReadInt32BigEndian(someKeys.AsSpan((i * 8) + 4)) : BinaryPrimitives.ReadInt32LittleEndian(someKeys.AsSpan(i * 4)), entry[0]);
            }
        }

        Assert.Equal(BpfError.NotFound, error);
        Assert.InRange(read.Count, atLeast, given);
        Assert.All(read, entry => Assert.Equal((byte)entry.Key, entry.Value));
    }

    [KernelFact]
    public void Batches_say_how_far_they_came()
    {
        using var map = KernelMap.Create(new() { Name = "few", Type = MapType.Hash, KeySize = 4, ValueSize = 8, MaximumEntries = 3 });
        byte[] keys = [.. Key(1), .. Key(2), .. Key(3), .. Key(4), .. Key(5)];
        Assert.Equal(BpfError.TooBig, map.UpdateBatch(keys, new byte[40], out var count));
        Assert.Equal(3, count);
        Assert.Equal(BpfError.NotFound, map.DeleteBatch([.. Key(1), .. Key(9), .. Key(2)], out count));
        Assert.Equal(1, count);
        Assert.Equal(BpfError.InvalidArgument, map.UpdateBatch(keys, new byte[40], out count, (MapOperationFlags)128));
        Assert.Equal(0, count);
        Assert.Equal(BpfError.NotFound, map.LookupBatch(new(), new byte[40], new byte[80], out count, deletes: true));
        Assert.Equal(2, count);
        Assert.Empty(Keys(map));
        using var queue = KernelMap.Create(new() { Name = "line", Type = MapType.Queue, ValueSize = 8, MaximumEntries = 3 });
        Assert.Equal(BpfError.NotSupported, queue.UpdateBatch([], new byte[16], out count));
        Assert.Equal(0, count);
    }

    [KernelFact]
    public void Values_of_each_CPU_stand_one_behind_another()
    {
        using var map = KernelMap.Create(new() { Name = "each", Type = MapType.PerCpuArray, KeySize = 4, ValueSize = 12, MaximumEntries = 2 });
        Assert.Equal((Environment.ProcessorCount, 16 * Environment.ProcessorCount), (map.ValuesPerEntry, map.EntrySize));
        var values = new byte[map.EntrySize];
        for (var i = 0; i < map.ValuesPerEntry; i++)
        {
            values.AsSpan(i * 16, 12).Fill((byte)(i + 1));
        }

        Assert.Equal(BpfError.None, map.Update(Key(1), values));
        var read = new byte[map.EntrySize];
        Assert.Equal(BpfError.None, map.Lookup(Key(1), read));
        Assert.Equal(values, read);
    }

    [KernelFact]
    public void Maps_of_maps_hold_maps()
    {
        MapSpec inner = new() { Name = "inner", Type = MapType.Array, KeySize = 4, ValueSize = 8, MaximumEntries = 4 };
        using var outer = KernelMap.Create(new() { Name = "outer", Type = MapType.ArrayOfMaps, KeySize = 4, ValueSize = 4, MaximumEntries = 2, Inner = inner });
        using var first = KernelMap.Create(inner);
        using var other = KernelMap.Create(inner with { ValueSize = 4 });
        Assert.Equal(BpfError.None, outer.Update(1, first));
        Assert.Equal(BpfError.InvalidArgument, outer.Update(1, other));
        var id = new byte[4];
        Assert.Equal(BpfError.None, outer.Lookup(Key(1), id));
        Assert.Equal(first.Id, BinaryPrimitives.ReadUInt32LittleEndian(id));
        Assert.Equal(BpfError.NotFound, outer.Lookup(Key(0), id));
    }

    [KernelFact]
    public void Constants_are_frozen_and_keep_what_they_began_with()
    {
        MapSpec spec = new() { Name = ".rodata", Type = MapType.Array, KeySize = 4, ValueSize = 3, MaximumEntries = 1, Flags = (uint)MapFlags.ReadOnlyForPrograms, Contents = [1, 2, 3] };
        using var constants = KernelMap.Create(spec);
        using var variables = KernelMap.Create(spec with { Name = ".data", Flags = 0 });
        var value = new byte[3];
        Assert.Equal(BpfError.None, constants.Lookup(Key(0), value));
        Assert.Equal([1, 2, 3], value);
        Assert.Equal(BpfError.NotPermitted, constants.Update(Key(0), value));
        Assert.Equal(BpfError.None, variables.Update(Key(0), value));
        Assert.Equal((true, false), (constants.IsFrozen, variables.IsFrozen));
        Assert.False(KernelMap.TryCreate(spec with { ValueSize = 4 }, out _, out var refusal));
        Assert.Contains("cannot hold the 3 bytes", refusal.ToString(), StringComparison.Ordinal);
    }

    [KernelFact]
    public void Values_that_are_mapped_are_those_of_the_map()
    {
        using var map = KernelMap.Create(new() { Name = "shared", Type = MapType.Array, KeySize = 4, ValueSize = 12, MaximumEntries = 1000, Flags = (uint)MapFlags.Mappable });
        using var values = map.MapValues();
        values.Value(999).Fill(7);
        values.Value<int>(3) = 5;
        var read = new byte[12];
        Assert.Equal(BpfError.None, map.Lookup(Key(999), read));
        Assert.Equal(Enumerable.Repeat((byte)7, 12), read);
        Assert.Equal(BpfError.None, map.Lookup(Key(3), read));
        Assert.Equal([5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], read);
        Assert.Equal(BpfError.Busy, map.Freeze());
        Assert.Throws<ArgumentOutOfRangeException>(() => values[1000].Length);
        values.Dispose();
        Assert.Throws<ObjectDisposedException>(() => values[0].Length);
        Assert.Equal(BpfError.None, map.Freeze());
        using var readOnly = map.MapValues(isWritable: false);
        Assert.Equal(7, readOnly[999][11]);
        Assert.Throws<InvalidOperationException>(() => readOnly.Value(0).Length);
        Assert.Throws<KernelException>(() => map.MapValues());
    }

    [KernelFact]
    public void Types_of_keys_and_values_come_back_from_the_kernel()
    {
        var spec = BpfVectors.Spec("constructs.v3");
        Assert.True(KernelTypes.TryLoad(spec.Types!, out var types, out var refusal), refusal?.ToString());
        using (types)
        using (var map = KernelMap.Create(spec.FindMap("flows")!, types))
        {
            Assert.Equal(types.Id, map.TypesId);
            using var again = KernelTypes.OpenById(map.TypesId);
            Assert.Equal("flow", again.Read()[map.KeyTypeId].Name);
            Assert.Contains(types.Id, KernelTypes.Ids);
        }

        // A type that takes none is made without.
        using var outer = KernelMap.Create(spec.FindMap("outer")! with { KeyTypeId = 1, ValueTypeId = 1 }, types: null);
        Assert.Equal(0u, outer.TypesId);
        Assert.True(KernelTypes.Own.Find("sk_buff", BtfKind.Structure).Any());
    }

    [KernelFact]
    public void Names_in_a_file_system_keep_maps()
    {
        using BpfFolder folder = new();
        var path = folder.PathOf("counters");
        uint id;
        using (var map = KernelMap.Create(new() { Name = "counters", Type = MapType.Array, KeySize = 4, ValueSize = 8, MaximumEntries = 1 }))
        {
            id = map.Id;
            map.Pin(path);
            Assert.Contains("something is pinned there already", Assert.Throws<KernelException>(() => map.Pin(path)).Message, StringComparison.Ordinal);
        }

        using (var again = KernelMap.OpenPinned(path))
        {
            Assert.Equal(id, again.Id);
        }

        Assert.Contains("is a bpf-map, not a bpf-prog", Assert.Throws<KernelException>(() => KernelProgram.OpenPinned(path)).Message, StringComparison.Ordinal);
        BpfFileSystem.Unpin(path);
        Assert.DoesNotContain(id, KernelMap.Ids);
        Assert.Contains("nothing is pinned there", Assert.Throws<KernelException>(() => KernelMap.OpenPinned(path)).Message, StringComparison.Ordinal);
        Assert.Contains("lies in no bpffs: mount one", Assert.Throws<KernelException>(() => KernelMap.OpenPinned("/tmp/counters")).Message, StringComparison.Ordinal);
        Assert.Contains("there is no folder", Assert.Throws<KernelException>(() => KernelMap.OpenPinned("/no/such/folder/counters")).Message, StringComparison.Ordinal);
    }

    [KernelTheory]
    [InlineData(MapType.Hash, 4u, 8u, 0u, 0u, "it has no entries")]
    [InlineData(MapType.RingBuffer, 0u, 0u, 5000u, 0u, "must be a power of two of whole pages")]
    [InlineData(MapType.LpmTrie, 8u, 8u, 5u, 0u, "BPF_F_NO_PREALLOC")]
    [InlineData(MapType.Queue, 4u, 8u, 5u, 0u, "its keys have 4 bytes and must have 0")]
    [InlineData(MapType.ArrayOfMaps, 4u, 4u, 5u, 0u, "it holds maps and is not told how they are")]
    [InlineData((MapType)200, 4u, 4u, 5u, 0u, "this kernel has no type 200")]
    public void Refusal_says_what_is_wrong(MapType type, uint keySize, uint valueSize, uint entries, uint flags, string advice)
    {
        Assert.False(KernelMap.TryCreate(new() { Name = "wrong", Type = type, KeySize = keySize, ValueSize = valueSize, MaximumEntries = entries, Flags = flags }, out _, out var refusal));
        Assert.StartsWith("BPF_MAP_CREATE of 'wrong' (", refusal.ToString(), StringComparison.Ordinal);
        Assert.Contains(advice, refusal.ToString(), StringComparison.Ordinal);
    }

    [KernelFact]
    public void Refusal_names_the_capabilities_that_are_missing()
    {
        MapSpec spec = new() { Name = "map", Type = MapType.DeviceMap, KeySize = 4, ValueSize = 4, MaximumEntries = 1 };
        KernelException? ids = null;
        KernelRefusal? refusal = null;
        ProgramRefusal? load = null;
        Unprivileged.Run(() =>
        {
            Assert.False(KernelMap.TryCreate(spec, out _, out refusal));
            Assert.False(KernelProgram.TryLoad(ProgramType.Xdp, Assembler.Assemble("r0 = 2; exit").Slots, out _, out load));
            ids = Assert.Throws<KernelException>(() => KernelMap.OpenById(1));
        });
        Assert.Equal((NotPermitted, "this thread lacks CAP_BPF and CAP_NET_ADMIN"), (refusal!.ErrorNumber, refusal.Advice));
        Assert.Equal((NotPermitted, "this thread lacks CAP_BPF and CAP_NET_ADMIN"), (load!.ErrorNumber, load.Advice));
        Assert.EndsWith("this thread lacks CAP_SYS_ADMIN", ids!.Message, StringComparison.Ordinal);
    }

    [KernelFact]
    public void Spans_of_a_wrong_length_are_the_callers_mistake()
    {
        using var map = KernelMap.Create(new() { Name = "flows", Type = MapType.Hash, KeySize = 4, ValueSize = 8, MaximumEntries = 2 });
        Assert.Throws<ArgumentException>(() => map.Lookup(new byte[3], new byte[8]));
        Assert.Throws<ArgumentException>(() => map.Lookup(new byte[4], new byte[7]));
        Assert.Throws<ArgumentException>(() => map.Update(new byte[4], new byte[9]));
        Assert.Throws<ArgumentException>(() => map.UpdateBatch(new byte[8], new byte[8], out _));
        map.Dispose();
        Assert.Throws<ObjectDisposedException>(() => map.Lookup(new byte[4], new byte[8]));
    }

    private static byte[] Key(int key)
    {
        var bytes = new byte[4];
        MemoryMarshal.Write(bytes, key);
        return bytes;
    }

    private static byte[] Value(ulong value)
    {
        var bytes = new byte[8];
        MemoryMarshal.Write(bytes, value);
        return bytes;
    }

    private static List<int> Keys(KernelMap map)
    {
        List<int> keys = [];
        var key = new byte[4];
        for (var error = map.FirstKey(key); error == BpfError.None; error = map.NextKey(key, key))
        {
            keys.Add(MemoryMarshal.Read<int>(key));
        }

        return keys;
    }
}
