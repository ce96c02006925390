using Saker.Packets;

namespace Saker.Tests.Packets;

/// <summary>Debug builds find a packet that is used after its end; release builds do not look.</summary>
public class PacketOwnershipTests
{
#if DEBUG
    private const string? Skipped = null;
#else
    private const string? Skipped = "skipped: release builds do not count the generations of packet buffers";
#endif

    [Fact(Skip = Skipped)]
    public void A_freed_packet_is_not_used()
    {
        using PacketMemory memory = new();
        PacketBuffer packet = memory.Linear([1]);
        packet.Free();
        Assert.Throws<InvalidOperationException>(() => packet.Length);
        Assert.Throws<InvalidOperationException>(() => packet.Linear.Length);
        Assert.Throws<InvalidOperationException>(() => packet.Push(1).Length);
        Assert.Throws<InvalidOperationException>(() => packet.TryClone(out _));
    }

    [Fact(Skip = Skipped)]
    public void A_freed_packet_is_not_freed_again()
    {
        using PacketMemory memory = new();
        PacketBuffer packet = memory.Linear([1]);
        packet.Free();
        Assert.Throws<InvalidOperationException>(packet.Free);
    }

    [Fact(Skip = Skipped)]
    public void A_freed_packet_whose_entry_has_a_new_owner_is_not_used()
    {
        using PacketMemory memory = new(packets: 1);
        PacketBuffer packet = memory.Linear([1]);
        packet.Free();
        PacketBuffer other = memory.Linear([2]);
        Assert.Throws<InvalidOperationException>(packet.Free);
        Assert.Throws<InvalidOperationException>(() => packet.Length);
        other.Free();
    }

    [Fact(Skip = Skipped)]
    public void A_packet_that_was_freed_while_a_list_held_it_is_found()
    {
        using PacketMemory memory = new();
        PacketList list = default;
        PacketBuffer packet = memory.Linear([1]);
        list.Add(packet);
        packet.Free();
        Assert.Throws<InvalidOperationException>(() => list.TryTake(out _));
    }

    [Fact(Skip = Skipped)]
    public void No_packet_is_no_packet()
    {
        PacketBuffer none = default;
        Assert.True(none.IsNull);
        Assert.Throws<InvalidOperationException>(() => none.Length);
    }
}
