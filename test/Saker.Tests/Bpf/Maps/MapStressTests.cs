using System.Runtime.InteropServices;
using Saker.Bpf;

namespace Saker.Tests.Bpf.Maps;

/// <summary>
/// Readers and writers at the same time, on every type of map: what stays in is found by every reader, what is read belongs to the key that was asked for, and nothing
/// is lost or doubled. <c>SAKER_LONG=1</c> lets each run for half a minute.
/// </summary>
public unsafe class MapStressTests
{
    private const int Staying = 64;
    private const int Coming = 200;

    private static readonly MapOperationFlags[] Ways = [MapOperationFlags.Any, MapOperationFlags.NoExist, MapOperationFlags.Exist];

    [Theory]
    [InlineData(MapType.Array)]
    [InlineData(MapType.PerCpuArray)]
    public void Arrays_keep_every_entry_of_its_index(MapType type)
    {
        using BpfMap map = TestMaps.Create(TestMaps.Spec(type, 4, 16, Staying));
        int words = map.EntrySize / sizeof(ulong);
        Stress.Run(Write, Write, Read, Use);

        void Write(int round)
        {
            uint index = (uint)(round * 7 % Staying);
            ulong[] value = new ulong[words];
            Array.Fill(value, ((ulong)index << 32) | (uint)round);
            Assert.Equal(BpfError.None, map.Update(Bytes(in index), MemoryMarshal.AsBytes<ulong>(value)));
        }

        void Read(int round)
        {
            uint index = (uint)(round % Staying);
            ulong[] value = new ulong[words];
            Assert.Equal(BpfError.None, map.Lookup(Bytes(in index), MemoryMarshal.AsBytes(value.AsSpan())));
            foreach (ulong word in value)
            {
                Assert.True(word == 0 || word >> 32 == index);
            }
        }

        void Use(int round)
        {
            uint index = (uint)(round % Staying);
            ulong word = Volatile.Read(ref *(ulong*)map.Find((byte*)&index, round % TestMaps.CpuCount));
            Assert.True(word == 0 || word >> 32 == index);
        }
    }

    [Theory]
    [InlineData(MapType.Hash, 4, MapFlags.None)]
    [InlineData(MapType.Hash, 8, MapFlags.NoPreallocation)]
    [InlineData(MapType.Hash, 16, MapFlags.None)]
    [InlineData(MapType.Hash, 20, MapFlags.None)]
    [InlineData(MapType.PerCpuHash, 4, MapFlags.None)]
    [InlineData(MapType.PerCpuHash, 12, MapFlags.NoPreallocation)]
    public void Hashes_find_what_stays_while_others_come_and_go(MapType type, int keySize, MapFlags flags)
    {
        using BpfMap map = TestMaps.Create(TestMaps.Spec(type, (uint)keySize, 16, Staying + (Coming / 2), flags));
        int words = map.EntrySize / sizeof(ulong);
        for (uint i = 0; i < Staying; i++)
        {
            Assert.Equal(BpfError.None, map.Update(KeyOf(i, keySize), ValueOf(i, 0, words)));
        }

        Stress.Run(Write, Write, Read, Use, Walk);
        Assert.True(Enumerable.Range(0, Staying).All(i => map.Lookup(KeyOf((uint)i, keySize), new byte[map.EntrySize]) == BpfError.None));

        void Write(int round)
        {
            Random random = new(round ^ Environment.CurrentManagedThreadId);
            uint id = (uint)random.Next(Staying + Coming);
            byte[] key = KeyOf(id, keySize);
            BpfError error = id >= Staying && random.Next(2) == 0 ? map.Delete(key) : map.Update(key, ValueOf(id, round, words), Ways[random.Next(3)]);
            Assert.Contains(error, (BpfError[])[BpfError.None, BpfError.NotFound, BpfError.AlreadyExists, BpfError.TooBig]);
        }

        void Read(int round)
        {
            uint id = (uint)(round % (Staying + Coming));
            byte[] value = new byte[map.EntrySize];
            BpfError error = map.Lookup(KeyOf(id, keySize), value);
            Assert.True(error == BpfError.None || id >= Staying, $"{id}: {error}");
            if (error == BpfError.None)
            {
                Check(value, id);
            }
        }

        void Use(int round)
        {
            uint id = (uint)(round % Staying);
            fixed (byte* key = KeyOf(id, keySize))
            {
                byte* found = map.Find(key, round % TestMaps.CpuCount);
                Assert.True(found is not null, $"{id}");
                Assert.True(map.TryFindValue((ulong)found, out MemoryRegion region) && region.Address == (ulong)found);
            }
        }

        void Walk(int round)
        {
            MapCursor cursor = new();
            byte[] keys = new byte[400 * keySize];
            byte[] values = new byte[400 * map.EntrySize];
            Assert.Equal(BpfError.NotFound, map.LookupBatch(cursor, keys, values, out int count));
            Assert.True(count >= Staying);
            for (int i = 0; i < count; i++)
            {
                Check(values.AsSpan(i * map.EntrySize, map.EntrySize), MemoryMarshal.Read<uint>(keys.AsSpan(i * keySize)));
            }
        }

        void Check(ReadOnlySpan<byte> value, uint id)
        {
            ReadOnlySpan<ulong> read = MemoryMarshal.Cast<byte, ulong>(value);
            foreach (ulong word in read)
            {
                Assert.Equal(id, word >> 32);
            }

            // Where every CPU has a value, it is written in place; else a reader sees one value or the other.
            Assert.True(type != MapType.Hash || read[0] == read[1], $"{read[0]:x} {read[1]:x}");
        }
    }

    [Theory]
    [InlineData(MapType.LruHash, MapFlags.None)]
    [InlineData(MapType.LruHash, MapFlags.NoCommonLru)]
    [InlineData(MapType.LruPerCpuHash, MapFlags.None)]
    [InlineData(MapType.LruPerCpuHash, MapFlags.NoCommonLru)]
    public void A_hash_that_gives_up_entries_takes_every_new_one(MapType type, MapFlags flags)
    {
        using BpfMap map = TestMaps.Create(TestMaps.Spec(type, 4, 8, 90, flags));
        Stress.Run(Write, Write, Use, Use);
        byte[] key = new byte[4];
        int count = 0;
        for (BpfError error = map.FirstKey(key); error == BpfError.None; error = map.NextKey([.. key], key))
        {
            count++;
        }

        Assert.InRange(count, 1, 90);

        void Write(int round)
        {
            uint id = (uint)Random.Shared.Next(1000);
            ulong value = id;
            int cpu = round % TestMaps.CpuCount;
            Assert.Equal(BpfError.None, round % 5 == 0 ? Deleted(map.Delete((byte*)&id, cpu)) : map.Update((byte*)&id, (byte*)&value, 0, cpu));
        }

        void Use(int round)
        {
            uint id = (uint)(round % 1000);
            ulong[] value = new ulong[map.EntrySize / sizeof(ulong)];
            _ = map.Find((byte*)&id, round % TestMaps.CpuCount);
            if (map.Lookup(Bytes(in id), MemoryMarshal.AsBytes(value.AsSpan())) == BpfError.None)
            {
                Assert.True(value.AsSpan().IndexOfAnyExcept(0ul, id) < 0);
            }
        }

        static BpfError Deleted(BpfError error) => error == BpfError.NotFound ? BpfError.None : error;
    }

    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    public void A_trie_finds_what_stays_while_others_come_and_go(int dataSize)
    {
        using BpfMap map = TestMaps.Create(TestMaps.Spec(MapType.LpmTrie, 4 + (uint)dataSize, 8, 5000, MapFlags.NoPreallocation));
        for (uint i = 0; i < Staying; i++)
        {
            Assert.Equal(BpfError.None, map.Update(Prefix(i << 24, 8, dataSize), TestMaps.Value(Described(i << 24, 8))));
            Assert.Equal(BpfError.None, map.Update(Prefix((i << 24) | i, dataSize * 8, dataSize), TestMaps.Value(Described((i << 24) | i, dataSize * 8))));
        }

        Stress.Run(Write, Read, Read, ReadShort);

        void Write(int round)
        {
            Random random = new(round);
            int length = random.Next(9, 33);
            uint bits = ((uint)random.Next(Staying) << 24) | ((uint)random.Next(1 << 24) & (uint)(0xffff_ffffL << (32 - length)) & 0xff_ffff);
            bits = random.Next(3) == 0 ? bits : bits & 0xff0f_0000;
            if (length == dataSize * 8 && (bits & 0xff_ffff) == bits >> 24)
            {
                return;
            }

            byte[] prefix = Prefix(bits, length, dataSize);
            BpfError error = random.Next(round % 5000 < 2500 ? 4 : 2) == 0 ? map.Delete(prefix) : map.Update(prefix, TestMaps.Value(Described(bits, length)));
            Assert.Contains(error, (BpfError[])[BpfError.None, BpfError.NotFound, BpfError.NoSpace]);
        }

        void Read(int round)
        {
            uint bits = ((uint)(round % Staying) << 24) | ((uint)round * 0x9e37_79b1u >> 8);
            bits = round % 3 == 0 ? (uint)(round % Staying * 0x100_0001) : bits;
            int length = dataSize * 8;
            ulong value = 0;
            Assert.Equal(BpfError.None, map.Lookup(Prefix(bits, length, dataSize), MemoryMarshal.AsBytes(new Span<ulong>(ref value))));
            int found = (int)(value & 0xff);
            Assert.True(round % 3 != 0 || found == length, $"{bits:x8} is found as one of {found} bits");
            Assert.True(found >= 32 || (uint)(value >> 8) == (bits & (uint)(0xffff_ffffL << (32 - found))), $"{bits:x8} is found as {value:x}");
        }

        void ReadShort(int round)
        {
            uint bits = ((uint)(round % Staying) << 24) | ((uint)round * 0x9e37_79b1u >> 8);
            ulong value = 0;
            int length = 8 + (round % 20);
            Assert.Equal(BpfError.None, map.Lookup(Prefix(bits, length, dataSize), MemoryMarshal.AsBytes(new Span<ulong>(ref value))));
            int found = (int)(value & 0xff);
            Assert.True(found <= length && (uint)(value >> 8) == (bits & (uint)(0xffff_ffffL << (32 - found))), $"{bits:x8}/{length} is found as {value:x}");
        }

        static ulong Described(uint bits, int length) => ((ulong)bits << 8) | (uint)length;
    }

    [Theory]
    [InlineData(MapType.Queue)]
    [InlineData(MapType.Stack)]
    public void What_is_pushed_is_popped_once(MapType type)
    {
        using BpfMap map = TestMaps.Create(TestMaps.Spec(type, 0, 8, 100));
        long[] pushed = new long[2];
        long popped = 0;
        long sum = 0;
        long[] last = [-1, -1];
        Stress.Run(_ => Push(0), _ => Push(1), Pop);
        Pop(0);
        while (TryPop())
        {
        }

        Assert.Equal(pushed.Sum(), popped);
        Assert.Equal(pushed.Sum(count => count * (count - 1) / 2), sum);

        void Push(int producer)
        {
            ulong value = ((ulong)producer << 48) | (ulong)pushed[producer];
            BpfError error = map.Push((byte*)&value, 0);
            pushed[producer] += error == BpfError.None ? 1 : 0;
            Assert.Contains(error, (BpfError[])[BpfError.None, BpfError.TooBig]);
        }

        void Pop(int round) => TryPop();

        bool TryPop()
        {
            ulong value;
            if (map.Pop((byte*)&value) != BpfError.None)
            {
                return false;
            }

            long number = (long)(value & 0xffff_ffff_ffff);
            Assert.True(type == MapType.Stack || number == last[value >> 48] + 1);
            last[value >> 48] = number;
            sum += number;
            popped++;
            return true;
        }
    }

    [Fact]
    public void A_bloom_filter_forgets_nothing()
    {
        using BpfMap map = TestMaps.Create(TestMaps.Spec(MapType.BloomFilter, 0, 8, 100_000));
        long[] pushed = new long[2];
        Stress.Run(_ => Push(0), _ => Push(1), Peek, Peek);

        void Push(int producer)
        {
            if (pushed[producer] < 40_000)
            {
                ulong value = ((ulong)producer << 48) | (ulong)pushed[producer];
                Assert.Equal(BpfError.None, map.Push((byte*)&value, 0));
                Volatile.Write(ref pushed[producer], pushed[producer] + 1);
            }
        }

        void Peek(int round)
        {
            int producer = round & 1;
            long count = Volatile.Read(ref pushed[producer]);
            ulong value = ((ulong)producer << 48) | (ulong)(count == 0 ? 0 : round % count);
            Assert.True(count == 0 || map.Peek((byte*)&value) == BpfError.None);
        }
    }

    [Theory]
    [InlineData(MapType.DeviceMap)]
    [InlineData(MapType.DeviceMapHash)]
    [InlineData(MapType.CpuMap)]
    [InlineData(MapType.XskMap)]
    public void Redirect_targets_are_whole(MapType type)
    {
        using BpfMap map = TestMaps.Create(TestMaps.Spec(type, 4, 4, 3));
        Stress.Run(Write, Write, Read, Read);

        void Write(int round)
        {
            uint key = (uint)(round % 3);
            uint value = (key * 1000) + 1 + (uint)(round % 1000);
            Assert.Contains(
                round % 4 == 0 ? map.Delete(Bytes(in key)) : map.Update(Bytes(in key), Bytes(in value)), (BpfError[])[BpfError.None, BpfError.NotFound]);
        }

        void Read(int round)
        {
            uint key = (uint)(round % 3);
            byte* found = map.Find((byte*)&key, 0);
            uint value = found is null ? 0 : map is XskMap sockets ? sockets.TargetOf(found) : Volatile.Read(ref *(uint*)found);

            // The value of a hash may be another key's by now.
            Assert.True(found is null || type == MapType.DeviceMapHash || (value - 1) / 1000 == key, $"{key}: {value}");
        }
    }

    [Theory]
    [InlineData(MapType.ArrayOfMaps)]
    [InlineData(MapType.HashOfMaps)]
    public void Maps_of_maps_give_maps(MapType type)
    {
        MapSpec inner = TestMaps.Spec(MapType.Array, 4, 8, 1);
        MapEnvironment environment = new();
        using BpfMap map = TestMaps.Create(TestMaps.Spec(type, 4, 4, 4) with { Inner = inner }, environment);
        BpfMap[] all = [.. Enumerable.Range(0, 5).Select(_ => TestMaps.Create(inner, environment))];
        uint[] ids = [.. all.Select(environment.Handles.IdOf)];
        Stress.Run(Write, Write, Read, Read);
        Array.ForEach(all, one => one.Dispose());

        void Write(int round)
        {
            uint key = (uint)(round % 4);
            Assert.Contains(
                round % 5 == 0 ? map.Delete(Bytes(in key)) : map.Update(Bytes(in key), Bytes(in ids[round % ids.Length])), (BpfError[])[BpfError.None, BpfError.NotFound]);
        }

        void Read(int round)
        {
            uint key = (uint)(round % 4);
            ulong handle = (ulong)map.Find((byte*)&key, 0);
            Assert.True(handle == 0 || (environment.Handles.TryFind(handle, out BpfMap? found) && Array.IndexOf(all, found) >= 0));
        }
    }

    private static ReadOnlySpan<byte> Bytes(in uint value) => MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in value));

    private static byte[] KeyOf(uint id, int size)
    {
        byte[] key = new byte[size];
        MemoryMarshal.Write(key, id);
        key[^1] ^= (byte)(size > 4 ? id * 3 : 0);
        return key;
    }

    private static byte[] ValueOf(uint id, int round, int words)
    {
        ulong[] value = new ulong[words];
        Array.Fill(value, ((ulong)id << 32) | (uint)round);
        return MemoryMarshal.AsBytes<ulong>(value).ToArray();
    }

    private static byte[] Prefix(uint bits, int length, int dataSize)
    {
        byte[] key = new byte[4 + dataSize];
        MemoryMarshal.Write(key, length);
        MemoryMarshal.Write(key.AsSpan(4), System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(bits));
        return key;
    }
}
