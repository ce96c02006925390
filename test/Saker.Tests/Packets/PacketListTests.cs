using Saker.Packets;

namespace Saker.Tests.Packets;

public class PacketListTests
{
    [Fact]
    public void Packets_leave_in_the_order_in_which_they_came()
    {
        using PacketMemory memory = new();
        PacketList list = default;
        Assert.False(list.TryTake(out _));
        for (uint i = 0; i < 5; i++)
        {
            Add(ref list, memory, i);
        }

        Assert.Equal([0u, 1, 2, 3, 4], Drain(ref list));
        Add(ref list, memory, 9);
        Assert.Equal([9u], Drain(ref list));
        Assert.True(list.IsEmpty);
        Assert.Equal(0, list.Count);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 2)]
    [InlineData(2, 0)]
    [InlineData(3, 2)]
    public void Appending_moves_all_packets_behind(int first, int second)
    {
        using PacketMemory memory = new();
        PacketList list = default;
        PacketList other = default;
        for (uint i = 0; i < first + second; i++)
        {
            Add(ref i < first ? ref list : ref other, memory, i);
        }

        list.Append(ref other);
        Assert.True(other.IsEmpty);
        Assert.Equal(first + second, list.Count);
        Add(ref list, memory, 77);
        Assert.Equal([.. Enumerable.Range(0, first + second).Select(i => (uint)i), 77u], Drain(ref list));
    }

    [Fact]
    public void Freeing_a_list_frees_its_packets()
    {
        using PacketMemory memory = new();
        PacketList list = default;
        Add(ref list, memory, 0);
        Add(ref list, memory, 1);
        list.Free();
        Assert.True(list.IsEmpty);
        Assert.Equal(0, memory.Pool.OutstandingCount);
    }

    private static void Add(ref PacketList list, PacketMemory memory, uint origin)
    {
        PacketBuffer packet = memory.Allocate();
        packet.Origin = origin;
        list.Add(packet);
    }

    private static List<uint> Drain(ref PacketList list)
    {
        List<uint> origins = [];
        while (list.TryTake(out PacketBuffer packet))
        {
            origins.Add(packet.Origin);
            packet.Free();
        }

        return origins;
    }
}
