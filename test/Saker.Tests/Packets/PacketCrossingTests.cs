using Saker.Packets;

namespace Saker.Tests.Packets;

public sealed class PacketCrossingTests : IDisposable
{
    private readonly FrameRegion _sourceFrames = new(64, 512, 64, owner: 0, cpuCount: 2);
    private readonly FrameRegion _targetFrames = new(8, 512, 64, owner: 1, cpuCount: 2);
    private readonly PacketPool _source;
    private readonly PacketPool _target;

    public PacketCrossingTests()
    {
        _source = new PacketPool(64, region: _sourceFrames);
        _target = new PacketPool(32, region: _targetFrames);
    }

    public void Dispose()
    {
        _source.Dispose();
        _target.Dispose();
        _sourceFrames.Dispose();
        _targetFrames.Dispose();
    }

    [Theory]
    [InlineData(100)]
    [InlineData(3000)]
    public void A_packet_taken_over_has_the_same_bytes_and_its_chunks_go_home(int length)
    {
        byte[] frame = Bytes(length);
        Assert.True(_source.TryAllocate(_sourceFrames, frame, out PacketBuffer packet));
        packet.Timestamp = 7;
        int outstanding = _source.OutstandingCount;

        Assert.True(_target.TryTakeOver(packet, out PacketBuffer taken));
        packet.FreeHandedOver();
        Assert.Equal(0, _source.OutstandingCount);
        Assert.Equal(outstanding, _target.OutstandingCount);
        Assert.Equal(frame, Content(taken));
        Assert.Equal(7, taken.Timestamp);

        int free = _sourceFrames.AvailableCount;
        taken.Free();
        Assert.Equal(0, _target.OutstandingCount);
        Assert.Equal(free, _sourceFrames.AvailableCount);
        _sourceFrames.CollectReturned();
        Assert.Equal(_sourceFrames.ChunkCount, _sourceFrames.AvailableCount);
        Assert.Equal(_targetFrames.ChunkCount, _targetFrames.AvailableCount);
    }

    [Fact]
    public void A_pool_without_room_takes_nothing_and_the_source_frees_all()
    {
        using PacketPool small = new(1, region: _targetFrames);
        Assert.True(_source.TryAllocate(_sourceFrames, Bytes(1000), out PacketBuffer packet));
        Assert.True(packet.IsFragmented);
        Assert.False(small.TryTakeOver(packet, out _));
        packet.FreeHandedOver();
        Assert.Equal(0, _source.OutstandingCount);
        Assert.Equal(_sourceFrames.ChunkCount, _sourceFrames.AvailableCount);
    }

    [Fact]
    public void A_clone_of_a_packet_taken_over_is_the_new_owners_and_its_copy_lies_in_the_new_owners_region()
    {
        Assert.True(_source.TryAllocate(_sourceFrames, Bytes(100), out PacketBuffer packet));
        Assert.True(_target.TryTakeOver(packet, out PacketBuffer taken));
        packet.FreeHandedOver();
        Assert.True(taken.TryClone(out PacketBuffer clone));
        Assert.Equal(2, _target.OutstandingCount);
        Assert.True(clone.TryMakeWritable());
        Assert.Equal(_targetFrames.ChunkCount - 1, _targetFrames.AvailableCount);
        clone.Free();
        Assert.Equal(_targetFrames.ChunkCount, _targetFrames.AvailableCount);
        taken.Free();
        _sourceFrames.CollectReturned();
        Assert.Equal(_sourceFrames.ChunkCount, _sourceFrames.AvailableCount);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1500)]
    public void A_shared_packet_is_made_its_own_before_it_crosses(int length)
    {
        byte[] frame = Bytes(length);
        Assert.True(_source.TryAllocate(_sourceFrames, frame, out PacketBuffer packet));
        Assert.True(packet.TryClone(out PacketBuffer kept));
        Assert.True(packet.TryMakeExclusive());
        Assert.True(_target.TryTakeOver(packet, out PacketBuffer taken));
        packet.FreeHandedOver();
        Assert.Equal(frame, Content(kept));
        kept.Free();
        Assert.Equal(frame, Content(taken));
        taken.Free();
        _sourceFrames.CollectReturned();
        Assert.Equal(_sourceFrames.ChunkCount, _sourceFrames.AvailableCount);
        Assert.Equal(0, _source.OutstandingCount);
    }

    [Fact]
    public void An_empty_region_looks_for_chunks_that_have_come_home()
    {
        using FrameRegion frames = new(1, 512, 64, owner: 0, cpuCount: 2);
        using PacketPool pool = new(4, region: frames);
        Assert.True(pool.TryAllocate(frames, out PacketBuffer packet));
        Assert.True(_target.TryTakeOver(packet, out PacketBuffer taken));
        packet.FreeHandedOver();
        Assert.False(pool.TryAllocate(frames, out _));
        taken.Free();
        Assert.True(pool.TryAllocate(frames, out packet));
        packet.Free();
    }

    /// <summary>Two threads hand packets to each other at full speed, out of memory now and then; in the end everything is at home.</summary>
    [Fact]
    public async Task Two_threads_exchange_packets_in_order_and_lose_none()
    {
        int count = Effort.IsLong ? 20_000_000 : 50_000;
        HandoffRing[] rings = [new HandoffRing(32), new HandoffRing(32)];
        FrameRegion[] regions = [_sourceFrames, _targetFrames];
        PacketPool[] pools = [_source, _target];
        long[] received = new long[2];
        long[] refused = new long[2];
        int posting = 2;

        void Run(int me)
        {
            HandoffRing to = rings[me];
            HandoffRing from = rings[1 - me];
            long sent = 0;
            long last = -1;
            Span<byte> number = stackalloc byte[700];
            while (true)
            {
                while (to.TryReclaim(out PacketBuffer home))
                {
                    home.FreeHandedOver();
                }

                if (sent < count && !to.IsFull)
                {
                    BitConverter.TryWriteBytes(number, sent);
                    int length = sent % 5 == 0 ? 700 : 60;
                    if (pools[me].TryAllocate(regions[me], number[..length], out PacketBuffer packet))
                    {
                        packet.Origin = (uint)length;
                        Assert.True(to.TryPost(packet));
                        if (++sent == count)
                        {
                            Interlocked.Decrement(ref posting);
                        }
                    }
                }

                if (from.IsEmpty)
                {
                    Thread.Yield();
                }

                bool isOver = Volatile.Read(ref posting) == 0;
                while (from.TryPeek(out PacketBuffer foreign))
                {
                    bool isTaken = pools[me].TryTakeOver(foreign, out PacketBuffer taken);
                    from.MarkDone();
                    if (!isTaken)
                    {
                        refused[me]++;
                        continue;
                    }

                    Assert.Equal((int)taken.Origin, taken.Length);
                    long seen = BitConverter.ToInt64(taken.Linear);
                    Assert.True(seen > last, $"{seen} after {last}");
                    last = seen;
                    received[me]++;
                    taken.Free();
                }

                if (isOver && from.IsEmpty && to.IsEmptyForOwner)
                {
                    return;
                }
            }
        }

        await Task.WhenAll(
            Task.Factory.StartNew(() => Run(0), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default),
            Task.Factory.StartNew(() => Run(1), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        Assert.Equal(count, received[0] + refused[0]);
        Assert.Equal(count, received[1] + refused[1]);
        foreach (FrameRegion region in regions)
        {
            region.CollectReturned();
            Assert.Equal(region.ChunkCount, region.AvailableCount);
        }

        Assert.All(pools, pool => Assert.Equal(0, pool.OutstandingCount));
    }

    private static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];

    private static byte[] Content(PacketBuffer packet)
    {
        byte[] bytes = new byte[packet.Length];
        packet.CopyTo(0, bytes);
        return bytes;
    }
}
