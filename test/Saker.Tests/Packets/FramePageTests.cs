using Saker.Packets;

namespace Saker.Tests.Packets;

/// <summary>Pages of two halves: given away by halves, used again where the other half is free, given up where it is not.</summary>
public sealed class FramePageTests : IDisposable
{
    private readonly PacketPool _pool = new(64);
    private readonly FrameRegion _region = new(8, chunkSize: 512, headroom: 64, chunksPerPage: 2);

    public void Dispose()
    {
        Assert.Equal(0, _pool.OutstandingCount);
        Assert.Equal(_region.ChunkCount, _region.AvailableCount);
        _pool.Dispose();
        _region.Dispose();
    }

    [Theory]
    [InlineData(8, 3)]
    [InlineData(8, 0)]
    [InlineData(7, 2)]
    public void Pages_that_make_no_sense_are_refused(int chunks, int chunksPerPage) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FrameRegion(chunks, chunksPerPage: chunksPerPage));

    [Fact]
    public void A_region_of_single_chunks_has_no_pages_to_take()
    {
        using FrameRegion single = new(4);
        Assert.Throws<InvalidOperationException>(() => single.TryTakePage(out _));
    }

    [Fact]
    public void A_page_whose_packets_come_back_in_time_is_used_for_ever()
    {
        FramePage page = Take();
        int first = page.Chunk;
        for (int i = 0; i < 200_000; i++)
        {
            PacketBuffer packet = Give(ref page);
            Assert.Equal(first ^ (i & 1), page.Chunk);
            Assert.True(_region.TryReuse(ref page));
            packet.Free();
        }

        Assert.Equal(6, _region.AvailableCount);
        _region.Release(ref page);
    }

    [Fact]
    public void A_page_with_a_packet_in_each_half_is_given_up_and_free_after_both()
    {
        FramePage page = Take();
        PacketBuffer one = Give(ref page);
        Assert.True(_region.TryReuse(ref page));
        PacketBuffer two = Give(ref page);
        Assert.False(_region.TryReuse(ref page));

        Assert.True(page.IsEmpty);
        Assert.Equal(6, _region.AvailableCount);
        one.Free();
        Assert.Equal(6, _region.AvailableCount);
        two.Free();
        Assert.Equal(8, _region.AvailableCount);
    }

    [Fact]
    public void A_clone_holds_the_half_after_the_packet_was_freed()
    {
        FramePage page = Take();
        PacketBuffer packet = Give(ref page);
        Assert.True(packet.TryClone(out PacketBuffer clone));
        packet.Free();
        Assert.True(_region.TryReuse(ref page));
        PacketBuffer other = Give(ref page);
        Assert.False(_region.TryReuse(ref page));
        other.Free();
        Assert.Equal(6, _region.AvailableCount);
        clone.Free();
    }

    [Fact]
    public void The_packet_is_the_filled_bytes_and_not_a_copy_of_them()
    {
        FramePage page = Take();
        _region.Fill(_region.Addresses.Of(page.Chunk, 64), [1, 2, 3, 4]);
        Assert.True(_pool.TryBuild(_region, ref page, 64, 4, out PacketBuffer packet));
        Assert.Equal([1, 2, 3, 4], PacketMemory.BytesOf(packet));
        Assert.Equal((64, 512 - 64 - 4), (packet.Headroom, packet.Tailroom));
        _region.BytesOf(page.Chunk, 64, 1)[0] = 9;
        Assert.Equal(9, packet.Linear[0]);
        packet.Free();
        _region.Release(ref page);
    }

    [Fact]
    public void Bytes_outside_of_a_chunk_are_refused()
    {
        FramePage page = Take();
        long end = _region.Addresses.Of(7, 512);
        _region.Fill(end - 1, [1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => _region.Fill(end, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => _region.Fill(-1, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => _region.Fill(end - 1, [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => _region.BytesOf(0, 0, 513));
        Assert.Throws<ArgumentOutOfRangeException>(() => _pool.TryBuild(_region, ref page, 500, 13, out _));
        _region.Release(ref page);
    }

    [Fact]
    public void A_packet_that_needs_a_chunk_of_a_region_of_pages_gets_a_page_alone()
    {
        Assert.True(_pool.TryAllocate(_region, out PacketBuffer packet));
        Assert.Equal(6, _region.AvailableCount);
        packet.Free();
    }

    [Fact]
    public void What_is_to_fail_fails_and_the_rest_does_not()
    {
        using FrameRegion region = new(8, chunksPerPage: 2, faults: new AllocationFaults { First = 1, Count = 2 });
        using PacketPool pool = new(8, new AllocationFaults { First = 0 });
        FramePage[] pages = new FramePage[5];
        Assert.Equal([true, false, false, true, true], pages.Select((_, i) => region.TryTakePage(out pages[i])));
        Assert.False(pool.TryBuild(region, ref pages[0], 0, 10, out PacketBuffer packet));
        Assert.True(pool.TryBuild(region, ref pages[0], 0, 10, out packet));
        packet.Free();
        foreach (ref FramePage page in pages.AsSpan())
        {
            region.Release(ref page);
        }
    }

    [Fact]
    public void A_probability_is_about_kept()
    {
        using PacketPool pool = new(1, new AllocationFaults { Probability = 0.25, Seed = 3 });
        int failed = 0;
        for (int i = 0; i < 10_000; i++)
        {
            if (pool.TryAllocate(_region, out PacketBuffer packet))
            {
                packet.Free();
            }
            else
            {
                failed++;
            }
        }

        Assert.InRange(failed, 2300, 2700);
    }

    private FramePage Take()
    {
        Assert.True(_region.TryTakePage(out FramePage page));
        return page;
    }

    private PacketBuffer Give(ref FramePage page)
    {
        Assert.True(_pool.TryBuild(_region, ref page, 64, 100, out PacketBuffer packet));
        return packet;
    }
}
