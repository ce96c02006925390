using Saker.Packets;

namespace Saker.Tests.Packets;

/// <summary>Clones: two packets of the same bytes, each with what is known of it.</summary>
public class PacketSharingTests
{
    [Fact]
    public void A_clone_has_the_same_bytes_and_the_same_facts()
    {
        using PacketMemory memory = new();
        byte[] bytes = PacketMemory.Bytes(20);
        PacketBuffer packet = memory.Fragmented(bytes, 8, 12);
        packet.SetHash(9, coversPorts: true);
        packet.Origin = 4;
        PacketBuffer clone = memory.Clone(packet);
        Assert.Equal(bytes, PacketMemory.BytesOf(clone));
        Assert.Equal((9u, true, 4u), (clone.Hash, clone.HashCoversPorts, clone.Origin));
        Assert.True(packet.IsShared && clone.IsShared);
        Assert.NotEqual(packet, clone);
        packet.Free();
        Assert.Equal(bytes, PacketMemory.BytesOf(clone));
        Assert.False(clone.IsShared);
        clone.Free();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_bytes_go_back_with_the_last_who_holds_them(bool cloneFirst)
    {
        using PacketMemory memory = new(chunks: 4);
        PacketBuffer packet = memory.Fragmented(PacketMemory.Bytes(20), 8, 12);
        PacketBuffer clone = memory.Clone(packet);
        PacketBuffer third = memory.Clone(clone);
        (cloneFirst ? clone : packet).Free();
        third.Free();
        Assert.Equal(2, memory.Region.AvailableCount);
        (cloneFirst ? packet : clone).Free();
        Assert.Equal(4, memory.Region.AvailableCount);
    }

    [Fact]
    public void A_pool_without_entries_makes_no_clone()
    {
        using PacketMemory memory = new(packets: 1);
        PacketBuffer packet = memory.Linear([1]);
        Assert.False(packet.TryClone(out PacketBuffer clone));
        Assert.True(clone.IsNull);
        Assert.False(packet.IsShared);
        packet.Free();
    }

    [Fact]
    public void Making_a_packet_writable_leaves_its_clone_alone()
    {
        using PacketMemory memory = new();
        PacketBuffer packet = memory.Linear(PacketMemory.Bytes(40));
        packet.MarkLinkHeader();
        packet.Pull(14);
        PacketBuffer clone = memory.Clone(packet);
        Assert.True(packet.TryMakeWritable());
        Assert.False(packet.IsShared || clone.IsShared);
        packet.LinkHeader.Fill(0xff);
        Assert.Equal(PacketMemory.Bytes(40), clone.LinkHeader.ToArray());
        packet.Free();
        clone.Free();
    }

    [Fact]
    public void Making_writable_without_a_free_chunk_is_refused()
    {
        using PacketMemory memory = new(chunks: 1);
        PacketBuffer packet = memory.Linear([1, 2]);
        PacketBuffer clone = memory.Clone(packet);
        Assert.False(clone.TryMakeWritable());
        packet.Free();
        Assert.True(clone.TryMakeWritable());
        clone.Free();
    }

    [Fact]
    public void Moving_where_the_data_begins_and_ends_leaves_the_clone_alone()
    {
        using PacketMemory memory = new();
        byte[] bytes = PacketMemory.Bytes(30);
        PacketBuffer packet = memory.Fragmented(bytes, 10, 10, 10);
        PacketBuffer clone = memory.Clone(packet);
        packet.Pull(3);
        packet.Trim(15);
        Assert.Equal(bytes[3..18], PacketMemory.BytesOf(packet));
        Assert.Equal(bytes, PacketMemory.BytesOf(clone));
        packet.Trim(2);
        packet.Free();
        Assert.Equal(bytes, PacketMemory.BytesOf(clone));
        clone.Free();
    }

    [Fact]
    public void Trimming_shared_fragments_needs_no_memory()
    {
        using PacketMemory memory = new(packets: 4, chunks: 3);
        byte[] bytes = PacketMemory.Bytes(30);
        PacketBuffer packet = memory.Fragmented(bytes, 10, 10, 10);
        PacketBuffer clone = memory.Clone(packet);
        packet.Trim(15);
        Assert.Equal((15, 10, 5), (packet.Length, packet.LinearLength, packet.FragmentLength));
        Assert.Equal(bytes[..15], PacketMemory.BytesOf(packet));
        Assert.Equal(bytes, PacketMemory.BytesOf(clone));
        clone.Free();
        packet.Free();
    }

    [Fact]
    public void What_was_trimmed_off_while_shared_does_not_come_back()
    {
        using PacketMemory memory = new();
        byte[] bytes = PacketMemory.Bytes(30);
        PacketBuffer packet = memory.Fragmented(bytes, 10, 10, 10);
        PacketBuffer clone = memory.Clone(packet);
        packet.Trim(15);
        clone.Free();
        packet.AppendFragment(memory.Linear([77]));
        Assert.Equal([.. bytes[..15], 77], PacketMemory.BytesOf(packet));
        Assert.True(packet.TryMakeLinear(16));
        Assert.Equal([.. bytes[..15], 77], packet.Linear.ToArray());
        packet.Free();
    }

    [Fact]
    public void Gathering_all_that_was_left_after_a_shared_trim_leaves_room_to_put()
    {
        using PacketMemory memory = new();
        byte[] bytes = PacketMemory.Bytes(30);
        PacketBuffer packet = memory.Fragmented(bytes, 10, 10, 10);
        PacketBuffer clone = memory.Clone(packet);
        packet.Trim(15);
        clone.Free();
        Assert.True(packet.TryMakeLinear(15));
        packet.Put(1)[0] = 77;
        packet.AppendFragment(memory.Linear([78]));
        Assert.Equal([.. bytes[..15], 77, 78], PacketMemory.BytesOf(packet));
        packet.Free();
    }

    [Fact]
    public void Gathering_shared_fragments_leaves_the_clone_alone()
    {
        using PacketMemory memory = new();
        byte[] bytes = PacketMemory.Bytes(30);
        PacketBuffer packet = memory.Fragmented(bytes, 10, 10, 10);
        PacketBuffer clone = memory.Clone(packet);
        Assert.True(packet.TryMakeLinear(15));
        packet.Linear.Fill(0xff);
        Assert.Equal(bytes, PacketMemory.BytesOf(clone));
        Assert.Equal(bytes[15..], PacketMemory.BytesOf(packet)[15..]);
        packet.Free();
        Assert.Equal(bytes, PacketMemory.BytesOf(clone));
        clone.Free();
    }

    [Fact]
    public void Gathering_shared_fragments_without_entries_changes_no_byte()
    {
        using PacketMemory memory = new(packets: 5);
        byte[] bytes = PacketMemory.Bytes(30);
        PacketBuffer packet = memory.Fragmented(bytes, 10, 10, 10);
        PacketBuffer clone = memory.Clone(packet);
        Assert.False(packet.TryMakeLinear(15));
        Assert.Equal(bytes, PacketMemory.BytesOf(packet));
        Assert.Equal(bytes, PacketMemory.BytesOf(clone));
        packet.Free();
        clone.Free();
    }

    [Fact]
    public void Nothing_is_appended_to_fragments_that_are_shared()
    {
        using PacketMemory memory = new();
        PacketBuffer packet = memory.Fragmented(PacketMemory.Bytes(20), 10, 10);
        PacketBuffer clone = memory.Clone(packet);
        PacketBuffer tail = memory.Linear([1]);
        Assert.Throws<InvalidOperationException>(() => packet.AppendFragment(tail));
        Assert.Throws<InvalidOperationException>(() => tail.AppendFragment(packet));
        packet.Free();
        clone.AppendFragment(tail);
        Assert.Equal([.. PacketMemory.Bytes(20), 1], PacketMemory.BytesOf(clone));
        clone.Free();
    }
}
