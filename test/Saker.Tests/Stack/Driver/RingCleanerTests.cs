using Saker.Packets;
using Saker.Stack.Nic;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;

namespace Saker.Tests.Stack.Driver;

/// <summary>From the ring to the packet: nothing is lost that is not counted, and nothing is changed.</summary>
public sealed class RingCleanerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Frames_of_every_length_come_out_as_they_came_in(bool copiesHeaders)
    {
        using CardHost host = new(new CardOptions { CopiesHeaders = copiesHeaders });
        for (int length = 14; length <= 16 * 1024; length += length < 4000 ? 1 : 13)
        {
            byte[] frame = CardHost.Frame(length);
            Assert.True(host.Arrive(frame));
            host.Work();
            Assert.True(frame.AsSpan().SequenceEqual(host.Seen.Single()), $"length {length}");
            host.Seen.Clear();
        }
    }

    [Fact]
    public void A_packet_is_built_around_the_buffer_and_not_copied()
    {
        using CardHost host = new();
        int chunk = host.Ring[0].Chunk;
        byte seen = 0;
        host.Look = packet =>
        {
            packet.Linear[0] = 77;
            seen = host.Ring.Memory.BytesOf(chunk, host.Ring.Headroom + 14, 1)[0];
        };
        host.Arrive(CardHost.Frame(64));
        host.Work();
        Assert.Equal(77, seen);
    }

    [Theory]
    [InlineData(256, 256)]
    [InlineData(257, 14)]
    [InlineData(1500, 14)]
    public void With_headers_copied_the_rest_is_attached(int length, int linear)
    {
        using CardHost host = new(new CardOptions { CopiesHeaders = true });
        int seen = 0;
        host.Look = packet => seen = packet.LinearLength + 14;
        host.Arrive(CardHost.Frame(length));
        host.Work();
        Assert.Equal(linear, seen);
    }

    [Fact]
    public void A_full_ring_loses_what_comes_and_says_so()
    {
        using CardHost host = new(card: CardHost.Rings(64));
        host.Arrive(100);
        Assert.Equal((37, 37L, 63L), (host.Missed, host.Card.Statistics[CardCounter.PortRxDiscards], host.Card.Queues[0].Frames));
        Assert.Equal(DropReason.CardMissed, host.Card.Receive(CardHost.Frame(64), 0, 1));
        host.Work();
        Assert.Equal(63, host.Seen.Count);

        // Buffers went back when 32 were wanted; the other 31 are not yet so many.
        Assert.Equal(32, host.Card.Queues[0].Ring.FreeCount);
        host.Arrive(32);
        host.Work();
        Assert.Equal((95, 38L), (host.Seen.Count, host.Missed));
    }

    [Fact]
    public void A_runt_ends_in_the_card()
    {
        using CardHost host = new();
        Assert.Equal(DropReason.CardRunt, host.Card.Receive(new byte[13], 0, 1));
        Assert.Equal(DropReason.CardRunt, host.Card.Receive([], 0, 1));
        Assert.Equal((2L, 2L, 2L), (host.Card.Statistics[CardCounter.PortRxUndersize], host.Device.Counters[DeviceCounter.RxErrors], host.Device.Counters[DeviceCounter.RxLengthErrors]));
        host.Work();
        Assert.Empty(host.Seen);
    }

    [Fact]
    public void Pages_are_used_again_while_packets_are_freed_in_time()
    {
        using CardHost host = new();
        for (int i = 0; i < 100; i++)
        {
            host.Arrive(64);
            host.Work();
        }

        Assert.Equal((512L, 6400L, 0L), (host.Ring[QueueCounter.PageAllocated], host.Ring[QueueCounter.PageReused], host.Ring[QueueCounter.PageBusy]));
    }

    [Fact]
    public void Pages_of_a_slow_consumer_are_given_up_and_come_home()
    {
        using CardHost host = new() { HeldAtMost = 700 };
        for (int i = 0; i < 100; i++)
        {
            host.Arrive(64);
            host.Work();
        }

        Assert.Equal(6400, host.Seen.Count);
        Assert.True(host.Ring[QueueCounter.PageBusy] > 1000);
        Assert.Equal(0, host.Missed);
        host.Release(0);
        Assert.Equal(2 * 512, host.Ring.Memory.ChunkCount - host.Ring.Memory.AvailableCount);
    }

    [Fact]
    public void Without_any_page_left_frames_are_lost_and_the_ring_fills_again_afterwards()
    {
        using CardHost host = new(cpu: new CpuOptions { FrameCapacity = 64 }, card: CardHost.Rings(64)) { HeldAtMost = int.MaxValue };
        for (int i = 0; i < 100; i++)
        {
            host.Arrive(16);
            host.Work();
        }

        Assert.True(host.Missed > 0 && host.Ring[QueueCounter.PageAllocationFailed] > 0);
        Assert.Equal(1600, host.Seen.Count + host.Missed);

        host.Release(0);
        host.HeldAtMost = 0;
        host.Arrive(1);
        host.Work();
        int before = host.Seen.Count;
        long missed = host.Missed;
        host.Arrive(32);
        host.Work();
        Assert.Equal((before + 32, missed), (host.Seen.Count, host.Missed));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whichever_allocation_fails_every_frame_is_accounted_for(bool copiesHeaders)
    {
        for (int first = 0; first < 200; first++)
        {
            AllocationFaults faults = new() { First = first, Count = 3 };
            Account(new CardOptions { CopiesHeaders = copiesHeaders, MemoryFaults = faults }, new CpuOptions());
            Account(new CardOptions { CopiesHeaders = copiesHeaders, MemoryFaults = new AllocationFaults() }, new CpuOptions { Faults = faults });
        }
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.3)]
    [InlineData(0.9)]
    public void However_often_allocations_fail_every_frame_is_accounted_for(double probability) =>
        Account(new CardOptions(), new CpuOptions { Faults = new AllocationFaults { Probability = probability, Seed = 9 } }, rounds: 300);

    [Fact]
    public void A_programming_status_is_no_frame()
    {
        using CardHost host = new(card: CardHost.Rings(64));
        for (int i = 0; i < 100; i++)
        {
            Assert.True(host.Card.Queues[0].Ring.TryPlaceProgrammingStatus(7));
            Assert.True(host.Arrive(CardHost.Frame(64, i)));
            host.Work();
        }

        Assert.Equal((100, 100L), (host.Seen.Count, host.Ring.Statistics.ProgrammingStatuses));
    }

    [Fact]
    public void What_the_card_says_is_on_the_packet()
    {
        using CardHost host = new();
        host.Ring.PassesHash = true;
        host.Ring.BelievesChecksums = true;
        List<(bool, uint, bool, ChecksumState, int, int, long)> seen = [];
        host.Look = packet => seen.Add((packet.HasHash, packet.Hash, packet.HashCoversPorts, packet.ChecksumState, packet.VlanTag, packet.Queue, packet.Timestamp));
        DescriptorStatus status = DescriptorStatus.End(Saker.Wire.RssFlowType.IPv4Udp, DescriptorFilter.Hash, isTransportHash: true);
        byte[] tagged = CardHost.Frame(68);
        tagged[12] = 0x81;
        tagged[13] = 0;
        tagged[14] = 0;
        tagged[15] = 0;
        DescriptorRing ring = host.Card.Queues[0].Ring;
        ring.TryPlace(tagged, status.WithChecksums(networkWrong: false, transportWrong: false).WithVlanTag(), 0xabcd, 5, 1);
        ring.TryPlace(CardHost.Frame(64), status.WithChecksums(networkWrong: false, transportWrong: true), 0xabcd, 6, 2);
        host.Arrive(1);
        host.Work();
        Assert.Equal(
            [
                (true, 0xabcdu, true, ChecksumState.Unnecessary, 0, 0, 5L),
                (true, 0xabcdu, true, ChecksumState.None, 0, 0, 6L),
                (false, 0u, false, ChecksumState.None, 0, 0, host.Clock.Now),
            ],
            seen);
        Assert.Equal(1, host.Ring.Statistics.ChecksumErrors);
    }

    [Fact]
    public void A_bad_frame_is_dropped_with_its_reason()
    {
        using CardHost host = new();
        host.Card.Queues[0].Ring.TryPlace(
            CardHost.Frame(64), DescriptorStatus.End(default, default, isTransportHash: false).WithReceiveError(), 0, 0, 1);
        host.Arrive(1);
        host.Work();
        Assert.Equal((1, 1L), (host.Seen.Count, host.Stack.Cpus[0].Drops[DropReason.CardCrc]));
    }

    /// <summary>Frames of one and of several buffers, some kept for a while; in the end received = seen + lost by reason.</summary>
    private static void Account(CardOptions card, CpuOptions cpu, int rounds = 12)
    {
        using CardHost host = new(card, cpu, card: CardHost.Rings(64)) { HeldAtMost = 20 };
        for (int i = 0; i < rounds; i++)
        {
            for (int frame = 0; frame < 20; frame++)
            {
                host.Arrive(CardHost.Frame(frame % 5 == 4 ? 5000 : 300, frame));
            }

            host.Work();
        }

        // What is left in the ring comes out when there is memory, or is lost for want of it; nothing waits for ever.
        host.Work();
        long dropped = host.Stack.Cpus[0].Drops[DropReason.CardNoMemory];
        Assert.Equal(host.Card.Frames, host.Seen.Count + host.Card.Statistics[CardCounter.PortRxDiscards] + dropped);
        Assert.Equal(host.Ring[QueueCounter.AllocationFailed], dropped);
    }
}
