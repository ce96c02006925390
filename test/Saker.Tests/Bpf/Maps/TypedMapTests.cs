using Saker.Bpf;

namespace Saker.Tests.Bpf.Maps;

/// <summary>Maps with types: what is set is got, and everything is met while it stays.</summary>
public class TypedMapTests
{
    private readonly record struct Flow(uint Address, ushort Port, ushort Protocol);

    private readonly record struct Counters(ulong Packets, uint Bytes);

    [Fact]
    public void Entries_are_set_got_and_removed()
    {
        using BpfMap map = TestMaps.Create(TestMaps.Spec(MapType.Hash, 8, 16, 2));
        Map<Flow, Counters> flows = new(map);
        Flow one = new(1, 2, 3);
        Assert.False(flows.TryGet(one, out _));
        Assert.Equal(BpfError.None, flows.Set(one, new Counters(5, 6)));
        Assert.True(flows.TryGet(one, out Counters counters));
        Assert.Equal(new Counters(5, 6), counters);
        Assert.Equal(BpfError.AlreadyExists, flows.Set(one, default(Counters), MapOperationFlags.NoExist));
        Assert.Equal([new(one, new Counters(5, 6))], flows);
        Assert.True(flows.Remove(one));
        Assert.False(flows.Remove(one));
        Assert.Equal(BpfError.TooBig, flows.SetMany([one, new(2, 2, 2), new(3, 3, 3)], new Counters[3], out int count));
        Assert.Equal(2, count);
        Assert.Equal(BpfError.None, flows.RemoveMany([one, new(2, 2, 2)], out count));
        Assert.Equal(2, count);
        Assert.Empty(flows);
    }

    [Fact]
    public void Types_that_do_not_fit_are_told()
    {
        using BpfMap map = TestMaps.Create(TestMaps.Spec(MapType.Hash, 8, 16, 2));
        Assert.Equal(
            "The keys of the map 'tested' (hash) have 8 bytes, and UInt32 has 4. (Parameter 'map')", Assert.Throws<ArgumentException>(() => new Map<uint, Counters>(map)).Message);
        Assert.Equal(
            "The values of the map 'tested' (hash) have 16 bytes, and UInt64 has 8. (Parameter 'map')", Assert.Throws<ArgumentException>(() => new Map<Flow, ulong>(map)).Message);
        Map<Flow, Counters> flows = new(map);
        Assert.Throws<ArgumentException>(() => flows.Set(default, new Counters[2]));
    }

    [Theory]
    [InlineData(MapType.PerCpuHash)]
    [InlineData(MapType.PerCpuArray)]
    public void Every_CPU_has_a_value(MapType type)
    {
        using BpfMap map = TestMaps.Create(TestMaps.Spec(type, 4, 4, 4));
        Map<uint, uint> counters = new(map);
        Assert.Equal(BpfError.None, counters.Set(1, [10, 20, 30]));
        uint[] values = new uint[TestMaps.CpuCount];
        Assert.True(counters.TryGet(1, values));
        Assert.Equal([10, 20, 30], values);
        Assert.True(counters.TryGet(1, out uint first));
        Assert.Equal(10u, first);
        Assert.Equal([10, 20, 30], counters.ReadAll().Single(entry => entry.Key == 1).Value);
        Assert.Equal(BpfError.None, counters.Set(1, 7));
        Assert.Equal([7, 7, 7], counters.ReadAll().Single(entry => entry.Key == 1).Value);
    }

    [Theory]
    [InlineData(MapType.Hash, MapFlags.None)]
    [InlineData(MapType.LpmTrie, MapFlags.NoPreallocation)]
    [InlineData(MapType.DeviceMapHash, MapFlags.None)]
    public void What_stays_is_met_while_others_come_and_go(MapType type, MapFlags flags)
    {
        using BpfMap map = TestMaps.Create(TestMaps.Spec(type, 8, 4, 2000, flags) with { KeySize = type == MapType.DeviceMapHash ? 4u : 8u });
        Stress.Run(Change, round => Count(map, round));
        Count(map, 0);

        void Change(int round)
        {
            byte[] key = Key(map, 1000 + (uint)(round % 500));
            Assert.Contains(round % 2 == 0 ? map.Update(key, [1, 0, 0, 0]) : map.Delete(key), (BpfError[])[BpfError.None, BpfError.NotFound]);
        }
    }

    private static void Count(BpfMap map, int round)
    {
        if (round == 0)
        {
            for (uint i = 0; i < 300; i++)
            {
                Assert.Equal(BpfError.None, map.Update(Key(map, i), [1, 0, 0, 0]));
            }
        }

        int met = map.KeySize == 8
            ? new Map<ulong, uint>(map).Select(entry => entry.Key).Distinct().Count(key => (byte)(key >> 40) < 4)
            : new Map<uint, uint>(map).Select(entry => entry.Key).Distinct().Count();
        Assert.True(met is >= 1 and <= 2000, $"{met}");

        // A hash is read by buckets, and so every entry that stays is met.
        Assert.True(map.Type != MapType.Hash || new Map<ulong, uint>(map).Count(entry => Numbered(entry.Key) < 300) == 300);
    }

    private static uint Numbered(ulong key) => (uint)(key >> 56) | (((uint)(key >> 48) & 0xff) << 8);

    private static byte[] Key(BpfMap map, uint number) =>
        map.KeySize == 4 ? TestMaps.Key(number) : [32, 0, 0, 0, 10, 0, (byte)(number >> 8), (byte)number];
}
