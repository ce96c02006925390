using Saker.Packets;

namespace Saker.Tests.Packets;

public class HandoffRingTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(1000, 1024)]
    public void The_capacity_is_rounded_up(int capacity, int rounded) => Assert.Equal(rounded, new HandoffRing(capacity).Capacity);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData((1 << 24) + 1)]
    public void A_capacity_that_makes_no_sense_is_refused(int capacity) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HandoffRing(capacity));

    [Fact]
    public void A_slot_is_free_again_when_the_packet_was_taken_back()
    {
        using PacketMemory memory = new();
        HandoffRing ring = new(2);
        PacketBuffer first = memory.Allocate();
        PacketBuffer second = memory.Allocate();
        PacketBuffer third = memory.Allocate();
        Assert.True(ring.IsEmpty);
        Assert.True(ring.TryPost(first));
        Assert.True(ring.TryPost(second));
        Assert.True(ring.IsFull);
        Assert.False(ring.TryPost(third));

        Assert.False(ring.TryReclaim(out _));
        Assert.True(ring.TryPeek(out PacketBuffer seen));
        Assert.Equal(first, seen);
        ring.MarkDone();
        Assert.False(ring.TryPost(third));
        Assert.True(ring.TryReclaim(out PacketBuffer back));
        Assert.Equal(first, back);
        Assert.True(ring.TryPost(third));

        Assert.True(ring.TryPeek(out seen));
        Assert.Equal(second, seen);
        ring.MarkDone();
        ring.MarkDone();
        Assert.True(ring.IsEmpty);
        Assert.Throws<InvalidOperationException>(ring.MarkDone);
        Assert.True(ring.TryReclaim(out _) && ring.TryReclaim(out _));
        Assert.False(ring.TryReclaim(out _));
        first.Free();
        second.Free();
        third.Free();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(256)]
    public async Task Between_two_threads_nothing_is_lost_and_nothing_overtakes(int capacity)
    {
        int count = Effort.Inputs(1_000 * Math.Min(capacity, 100), 20_000 * Math.Min(capacity, 250));
        using PacketMemory memory = new(packets: 300, chunks: 300, chunkSize: 256, headroom: 0);
        HandoffRing ring = new(capacity);
        Task<int> reader = Task.Factory.StartNew(
            () => Read(ring, count), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        SpinWait wait = default;
        int reclaimed = 0;
        for (int next = 0; reclaimed < count;)
        {
            bool moved = next < count && !ring.IsFull;
            if (moved)
            {
                PacketBuffer packet = memory.Linear(BitConverter.GetBytes(next));
                packet.Origin = (uint)next;
                Assert.True(ring.TryPost(packet));
                next++;
            }

            while (ring.TryReclaim(out PacketBuffer packet))
            {
                Assert.Equal((uint)reclaimed, packet.Origin);
                packet.Free();
                reclaimed++;
                moved = true;
            }

            if (!moved)
            {
                Assert.False(reader.IsFaulted, "The reader failed.");
                wait.SpinOnce(sleep1Threshold: -1);
            }
        }

        Assert.Equal(count, await reader);
    }

    private static int Read(HandoffRing ring, int count)
    {
        SpinWait wait = default;
        int read = 0;
        while (read < count)
        {
            if (!ring.TryPeek(out PacketBuffer packet))
            {
                wait.SpinOnce(sleep1Threshold: -1);
                continue;
            }

            if (BitConverter.ToInt32(packet.Linear) != read)
            {
                throw new InvalidOperationException($"Read {BitConverter.ToInt32(packet.Linear)} in place of {read}.");
            }

            ring.MarkDone();
            read++;
        }

        return read;
    }
}
