using Saker.Packets;

namespace Saker.Tests.Packets;

/// <summary>The bytes of a packet: where they begin and end, and the headers' places.</summary>
public class PacketBufferTests
{
    [Fact]
    public void Push_takes_headroom_and_pull_gives_it_back()
    {
        using PacketMemory memory = new(headroom: 64);
        PacketBuffer packet = memory.Linear([3, 4, 5]);
        Span<byte> pushed = packet.Push(2);
        pushed[0] = 1;
        pushed[1] = 2;
        Assert.Equal([1, 2, 3, 4, 5], packet.Linear.ToArray());
        Assert.Equal(62, packet.Headroom);
        packet.Pull(4);
        Assert.Equal([5], packet.Linear.ToArray());
        Assert.Equal(66, packet.Headroom);
        packet.Free();
    }

    [Fact]
    public void More_than_there_is_room_for_is_refused()
    {
        using PacketMemory memory = new(chunkSize: 512, headroom: 64);
        PacketBuffer packet = memory.Linear(PacketMemory.Bytes(10));
        Assert.Throws<InvalidOperationException>(() => packet.Push(65));
        Assert.Throws<InvalidOperationException>(() => packet.Push(-1));
        Assert.Throws<InvalidOperationException>(() => packet.Put(439));
        Assert.Throws<InvalidOperationException>(() => packet.Put(-1));
        Assert.Throws<InvalidOperationException>(() => packet.Pull(11));
        Assert.Throws<InvalidOperationException>(() => packet.Pull(-1));
        Assert.Throws<InvalidOperationException>(() => packet.Reserve(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => packet.Trim(-1));
        Assert.Equal(PacketMemory.Bytes(10), packet.Linear.ToArray());
        packet.Free();
    }

    [Fact]
    public void Nothing_is_put_between_the_linear_bytes_and_the_fragments()
    {
        using PacketMemory memory = new();
        PacketBuffer packet = memory.Fragmented(PacketMemory.Bytes(10), 4, 6);
        Assert.Equal(0, packet.Tailroom);
        Assert.Throws<InvalidOperationException>(() => packet.Put(1));
        packet.Free();
    }

    [Fact]
    public void Reserve_moves_an_empty_packet_towards_the_tail()
    {
        using PacketMemory memory = new(chunkSize: 512, headroom: 64);
        PacketBuffer packet = memory.Allocate();
        packet.Reserve(448);
        Assert.Equal((512, 0), (packet.Headroom, packet.Tailroom));
        Assert.Throws<InvalidOperationException>(() => packet.Reserve(1));
        packet.Free();
    }

    [Fact]
    public void Headers_are_found_after_they_were_pulled()
    {
        using PacketMemory memory = new();
        PacketBuffer packet = memory.Linear(PacketMemory.Bytes(50));
        packet.MarkLinkHeader();
        packet.Pull(14);
        packet.MarkNetworkHeader();
        packet.MarkTransportHeader(20);
        packet.Pull(20);
        Assert.Equal((-20, 0), (packet.NetworkHeaderOffset, packet.TransportHeaderOffset));
        Assert.Equal(PacketMemory.Bytes(50), packet.LinkHeader.ToArray());
        Assert.Equal(PacketMemory.Bytes(36, 15), packet.NetworkHeader.ToArray());
        Assert.Equal(PacketMemory.Bytes(16, 35), packet.TransportHeader.ToArray());
        packet.Free();
    }

    [Fact]
    public void A_transport_header_behind_the_linear_bytes_is_empty()
    {
        using PacketMemory memory = new();
        PacketBuffer packet = memory.Linear(PacketMemory.Bytes(10));
        packet.MarkNetworkHeader();
        packet.MarkTransportHeader(20);
        Assert.True(packet.TransportHeader.IsEmpty);
        packet.Free();
    }

    [Fact]
    public void Taking_a_tag_out_leaves_the_addresses_in_front_of_what_follows()
    {
        using PacketMemory memory = new();
        byte[] frame = PacketMemory.Bytes(30);
        PacketBuffer packet = memory.Linear(frame);
        packet.MarkLinkHeader();
        packet.Pull(14);
        packet.Pull(4);
        packet.CloseLinkHeaderGap(12, 4);
        Assert.Equal([.. frame[..12], .. frame[16..]], packet.LinkHeader.ToArray());
        Assert.Equal(frame[18..], packet.Linear.ToArray());
        Assert.Throws<InvalidOperationException>(() => packet.CloseLinkHeaderGap(12, 15));
        packet.Free();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(99)]
    public void Trim_cuts_wherever_the_end_lies(int length)
    {
        using PacketMemory memory = new();
        byte[] bytes = PacketMemory.Bytes(16);
        PacketBuffer packet = memory.Fragmented(bytes, 4, 5, 1, 6);
        packet.Trim(length);
        Assert.Equal(bytes[..Math.Min(length, 16)], PacketMemory.BytesOf(packet));
        packet.Free();
    }

    [Fact]
    public void Fragments_that_were_cut_off_go_back_at_once()
    {
        using PacketMemory memory = new();
        PacketBuffer packet = memory.Fragmented(PacketMemory.Bytes(16), 4, 5, 1, 6);
        packet.Trim(9);
        Assert.Equal(2, memory.Pool.OutstandingCount);
        packet.Trim(4);
        Assert.Equal(1, memory.Pool.OutstandingCount);
        packet.Free();
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(4, 4)]
    [InlineData(5, 4)]
    [InlineData(9, 3)]
    [InlineData(12, 2)]
    [InlineData(16, 1)]
    public void Gathering_brings_bytes_to_the_front_and_frees_what_it_emptied(int count, int partsLeft)
    {
        using PacketMemory memory = new();
        byte[] bytes = PacketMemory.Bytes(16);
        PacketBuffer packet = memory.Fragmented(bytes, 4, 5, 1, 6);
        Assert.True(packet.TryMakeLinear(count));
        Assert.True(packet.LinearLength >= count);
        Assert.Equal(bytes, PacketMemory.BytesOf(packet));
        Assert.Equal(partsLeft, memory.Pool.OutstandingCount);
        packet.Free();
    }

    [Fact]
    public void Gathering_more_than_there_is_changes_nothing()
    {
        using PacketMemory memory = new();
        PacketBuffer packet = memory.Fragmented(PacketMemory.Bytes(16), 4, 12);
        Assert.False(packet.TryMakeLinear(17));
        Assert.False(packet.TryMakeLinear(-1));
        Assert.False(packet.TryPull(17));
        Assert.Equal(4, packet.LinearLength);
        packet.Free();
    }

    [Fact]
    public void Gathering_into_a_full_chunk_moves_the_data_and_its_headers_to_the_front()
    {
        using PacketMemory memory = new(chunkSize: 512, headroom: 64);
        byte[] bytes = PacketMemory.Bytes(500);
        PacketBuffer packet = memory.Fragmented(bytes, 448, 52);
        packet.MarkLinkHeader();
        packet.Pull(14);
        packet.MarkNetworkHeader();
        packet.MarkTransportHeader(20);
        Assert.True(packet.TryMakeLinear(486));
        Assert.Equal(bytes, packet.LinkHeader.ToArray());
        Assert.Equal(bytes[14..], packet.NetworkHeader.ToArray());
        Assert.Equal(bytes[34..], packet.TransportHeader.ToArray());
        Assert.Equal(1, memory.Pool.OutstandingCount);
        packet.Free();
    }

    [Fact]
    public void Gathering_more_than_a_chunk_holds_is_refused()
    {
        using PacketMemory memory = new(chunkSize: 512, headroom: 64);
        byte[] bytes = PacketMemory.Bytes(600);
        PacketBuffer packet = memory.Fragmented(bytes, 448, 152);
        Assert.False(packet.TryMakeLinear(513));
        Assert.Equal(bytes, PacketMemory.BytesOf(packet));
        packet.Free();
    }

    [Fact]
    public void A_packet_with_fragments_can_be_a_fragment()
    {
        using PacketMemory memory = new();
        byte[] bytes = PacketMemory.Bytes(20);
        PacketBuffer packet = memory.Fragmented(bytes.AsSpan(0, 9), 4, 5);
        packet.AppendFragment(memory.Fragmented(bytes.AsSpan(9, 6), 2, 4));
        packet.AppendFragment(memory.Linear(bytes.AsSpan(15)));
        Assert.Equal((20, 4, 16), (packet.Length, packet.LinearLength, packet.FragmentLength));
        Assert.Equal(bytes, PacketMemory.BytesOf(packet));
        packet.Free();
    }

    [Fact]
    public void Empty_fragments_do_no_harm()
    {
        using PacketMemory memory = new();
        byte[] bytes = PacketMemory.Bytes(6);
        PacketBuffer packet = memory.Fragmented(bytes, 0, 0, 3, 0, 3, 0);
        Assert.Equal(bytes, PacketMemory.BytesOf(packet));
        packet.Trim(5);
        Assert.True(packet.TryMakeLinear(5));
        Assert.Equal(bytes[..5], packet.Linear.ToArray());
        packet.Free();
    }

    [Theory]
    [InlineData(0, 16)]
    [InlineData(3, 4)]
    [InlineData(4, 1)]
    [InlineData(10, 99)]
    [InlineData(16, 5)]
    [InlineData(17, 5)]
    public void Copies_and_writes_reach_over_fragments(int offset, int count)
    {
        using PacketMemory memory = new();
        byte[] bytes = PacketMemory.Bytes(16);
        PacketBuffer packet = memory.Fragmented(bytes, 4, 5, 1, 6);
        int there = Math.Clamp(16 - offset, 0, count);
        byte[] copy = new byte[count];
        Assert.Equal(there, packet.CopyTo(offset, copy));
        Assert.Equal(bytes.Skip(offset).Take(there), copy.Take(there));

        byte[] written = [.. Enumerable.Repeat((byte)0xee, there)];
        packet.Write(offset, written);
        written.CopyTo(bytes, Math.Min(offset, 16 - there));
        Assert.Equal(bytes, PacketMemory.BytesOf(packet));
        Assert.Throws<InvalidOperationException>(() => packet.Write(offset, new byte[Math.Max(1, 17 - offset)]));
        packet.Free();
    }

    [Fact]
    public void The_control_block_holds_forty_bytes_and_no_more()
    {
        using PacketMemory memory = new();
        PacketBuffer packet = memory.Allocate();
        packet.Control<Forty>()[39] = 7;
        Assert.Equal(7, packet.Control<Forty>()[39]);
        Assert.Equal(0, packet.Destination);
        Assert.Throws<ArgumentException>(() => packet.Control<FortyOne>());
        packet.Free();
    }

    [System.Runtime.CompilerServices.InlineArray(40)]
    private struct Forty
    {
        private byte _first;
    }

    [System.Runtime.CompilerServices.InlineArray(41)]
    private struct FortyOne
    {
        private byte _first;
    }
}
