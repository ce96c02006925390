using Saker.Packets;

namespace Saker.Tests.Packets;

/// <summary>Regions and pools: what they hand out, refuse and take back.</summary>
public class PacketMemoryTests
{
    [Theory]
    [InlineData(0, 2048, 256)]
    [InlineData(1, 128, 0)]
    [InlineData(1, 3000, 256)]
    [InlineData(1, 65536, 256)]
    [InlineData(1, 2048, -1)]
    [InlineData(1, 2048, 2048)]
    public void A_region_that_makes_no_sense_is_refused(int chunks, int chunkSize, int headroom) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FrameRegion(chunks, chunkSize, headroom));

    [Fact]
    public void An_empty_pool_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new PacketPool(0));

    [Fact]
    public void A_new_packet_is_empty_behind_the_headroom()
    {
        using PacketMemory memory = new(chunkSize: 512, headroom: 64);
        PacketBuffer packet = memory.Allocate();
        Assert.Equal((0, 64, 448), (packet.Length, packet.Headroom, packet.Tailroom));
        Assert.Equal(memory.Region.FrameCapacity, packet.Tailroom);
        packet.Free();
    }

    [Fact]
    public void What_was_known_of_a_freed_packet_is_forgotten()
    {
        using PacketMemory memory = new(packets: 1, chunks: 1);
        PacketBuffer packet = memory.Linear(PacketMemory.Bytes(40));
        packet.MarkNetworkHeader();
        packet.MarkTransportHeader(20);
        packet.SetHash(7, coversPorts: true);
        packet.SetVlanTag(0x8100, 5);
        packet.Mark = 1;
        packet.Origin = 2;
        packet.Timestamp = 3;
        packet.Destination = 4;
        packet.Socket = 5;
        packet.ChecksumState = ChecksumState.Complete;
        packet.IsChecksumVerified = true;
        packet.Control<long>() = -1;
        packet.Free();

        packet = memory.Allocate();
        Assert.False(packet.HasHash || packet.HashCoversPorts || packet.HasVlanTag || packet.IsChecksumVerified || packet.IsFragmented);
        Assert.Equal((0u, 0u, 0L, 0, 0), (packet.Mark, packet.Origin, packet.Timestamp, packet.Destination, packet.Socket));
        Assert.Equal(ChecksumState.None, packet.ChecksumState);
        Assert.Equal(0, packet.Control<long>());
        packet.Free();
    }

    [Fact]
    public void A_pool_without_entries_refuses_and_takes_no_chunk()
    {
        using PacketMemory memory = new(packets: 1, chunks: 2);
        PacketBuffer packet = memory.Allocate();
        Assert.False(memory.Pool.TryAllocate(memory.Region, out PacketBuffer other));
        Assert.True(other.IsNull);
        Assert.Equal(1, memory.Region.AvailableCount);
        packet.Free();
    }

    [Fact]
    public void A_region_without_chunks_refuses_and_takes_no_entry()
    {
        using PacketMemory memory = new(packets: 2, chunks: 1);
        PacketBuffer packet = memory.Allocate();
        Assert.False(memory.Pool.TryAllocate(memory.Region, out _));
        Assert.Equal(1, memory.Pool.AvailableCount);
        packet.Free();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(448, 1)]
    [InlineData(449, 2)]
    [InlineData(896, 2)]
    [InlineData(9000, 21)]
    public void A_frame_takes_as_many_chunks_as_it_needs(int length, int chunks)
    {
        using PacketMemory memory = new(chunkSize: 512, headroom: 64);
        byte[] frame = PacketMemory.Bytes(length);
        Assert.True(memory.Pool.TryAllocate(memory.Region, frame, out PacketBuffer packet));
        Assert.Equal(chunks, memory.Pool.OutstandingCount);
        Assert.Equal(frame, PacketMemory.BytesOf(packet));
        packet.Free();
    }

    [Fact]
    public void A_frame_that_does_not_fit_leaves_nothing_behind()
    {
        using PacketMemory memory = new(packets: 3, chunks: 3, chunkSize: 512, headroom: 64);
        Assert.False(memory.Pool.TryAllocate(memory.Region, new byte[4 * 448], out PacketBuffer packet));
        Assert.True(packet.IsNull);
        Assert.Equal(0, memory.Pool.OutstandingCount);
    }

    [Fact]
    public void The_memory_is_not_released_while_a_packet_holds_it()
    {
        using PacketMemory memory = new();
        PacketBuffer packet = memory.Allocate();
        Assert.Throws<InvalidOperationException>(memory.Pool.Dispose);
        Assert.Throws<InvalidOperationException>(memory.Region.Dispose);
        packet.Free();
    }

    [Fact]
    public void Released_memory_is_not_used()
    {
        PacketMemory memory = new();
        memory.Dispose();
        Assert.Throws<ObjectDisposedException>(() => memory.Pool.TryAllocate(memory.Region, out _));
        Assert.Throws<ObjectDisposedException>(() => memory.Pool.AvailableCount);
        Assert.Throws<ObjectDisposedException>(() => memory.Region.AvailableCount);
        memory.Pool.Dispose();
        memory.Region.Dispose();
    }

    [Fact]
    public void The_largest_chunk_can_be_used_to_its_end()
    {
        using PacketMemory memory = new(chunks: 1, chunkSize: FrameRegion.MaximumChunkSize, headroom: 0);
        PacketBuffer packet = memory.Allocate();
        packet.Put(FrameRegion.MaximumChunkSize);
        packet.Pull(FrameRegion.MaximumChunkSize);
        packet.MarkNetworkHeader();
        Assert.Equal((0, 0), (packet.NetworkHeaderOffset, packet.NetworkHeader.Length));
        packet.Free();
    }
}
