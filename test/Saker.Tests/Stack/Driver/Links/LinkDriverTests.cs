using System.Buffers.Binary;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Driver.Links;
using Saker.Stack.Observation;
using Saker.Stack.Sockets;
using Saker.Stack.Softirq;
using Saker.Stack.Transport.Udp;
using Saker.Wire;

namespace Saker.Tests.Stack.Driver.Links;

/// <summary>The driver of a link, over a queue whose memory is shared with somebody else.</summary>
public sealed class LinkDriverTests
{
    private static readonly byte[] Ping = Frames.Echo();

    [Fact]
    public void A_frame_is_read_where_it_lies_and_its_chunk_goes_back()
    {
        using LinkHost host = new();
        long at = -1;
        host.Look = packet => Assert.True(host.Queue.Memory.Contains(AddressOf(packet.Linear), out at));
        byte[] frame = CardHost.Frame(200);

        host.Receive(frame);

        Assert.Equal(frame, Assert.Single(host.Seen));
        Assert.Equal(256 + 14, at % 2048);
        Assert.Equal(256, host.Queue.Memory.AvailableCount + host.Queue.FillCount);
        Assert.Equal((1, 200), (host.Statistics.Received, host.Statistics.ReceivedBytes));
        Assert.Equal((1, 200), (host.Device.Counters[DeviceCounter.RxPackets], host.Device.Counters[DeviceCounter.RxBytes]));
    }

    [Theory]
    [InlineData(9014, 1792)]
    [InlineData(9014, 14)]
    [InlineData(900, 15)]
    [InlineData(60, 1)]
    public void A_frame_of_several_parts_is_one_packet(int length, int partLength)
    {
        partLength = Math.Max(partLength, (length + LinkFrame.MostParts - 1) / LinkFrame.MostParts);
        using LinkHost host = new(chunks: 512, fillSize: 256);
        byte[] frame = CardHost.Frame(length);

        host.Receive(frame, partLength: partLength);
        host.Receive(frame, partLength: partLength);

        Assert.Equal([frame, frame], host.Seen);
    }

    [Fact]
    public void What_the_link_tells_stands_with_the_packet()
    {
        using LinkHost host = new();
        PacketBuffer seen = default;
        List<object> told = [];
        host.Look = packet => told.AddRange([packet.Hash, packet.HashCoversPorts, packet.VlanProtocol, packet.VlanTag, packet.Timestamp, packet.Origin, packet.Queue]);

        host.Receive(
            CardHost.Frame(60),
            new LinkFrame { HasHash = true, Hash = 0xabcd, HashCoversPorts = true, VlanProtocol = 0x8100, VlanTag = 0, Timestamp = 77, Origin = 9 });

        Assert.True(seen.IsNull);
        Assert.Equal([0xabcdu, true, (ushort)0x8100, (ushort)0, 77L, 9u, (ushort)0], told);
    }

    [Theory]
    [InlineData(ChecksumState.None, false)]
    [InlineData(ChecksumState.Partial, true)]
    [InlineData(ChecksumState.Unnecessary, true)]
    public void A_checksum_that_the_link_vouches_for_is_not_looked_at(ChecksumState told, bool isTaken)
    {
        using LinkHost host = new();
        using UdpSocket socket = OpenSocket(host);

        host.Receive(Datagram(0x1234), new LinkFrame { Checksum = told });

        Assert.Equal(isTaken ? 1 : 0, Read(socket));
        Assert.Equal(isTaken ? 0 : 1, host.Stack.Counters[Counter.UdpInCsumErrors]);
        Assert.Equal(told == ChecksumState.None ? 0 : 1, host.Statistics.ChecksumsTold);
    }

    [Theory]
    [InlineData(UnfilledChecksums.Accept, 30, true)]
    [InlineData(UnfilledChecksums.Refuse, 30, false)]
    [InlineData(UnfilledChecksums.Accept, 0, true)]
    public void A_checksum_that_was_left_to_a_card_is_recognised_where_that_is_allowed(UnfilledChecksums choice, int dataLength, bool isTaken)
    {
        using LinkHost host = new(new LinkOptions { Unfilled = choice });
        using UdpSocket socket = OpenSocket(host);
        ushort unfilled = InternetChecksum.Fold(InternetChecksum.PseudoHeader(Frames.Sender, Frames.Target, IPProtocol.Udp, 8 + dataLength));

        host.Receive(Datagram(unfilled, dataLength));
        host.Receive(Datagram((ushort)(unfilled + 1), dataLength));

        Assert.Equal(isTaken ? 1 : 0, Read(socket));
        Assert.Equal(isTaken ? 1 : 0, host.Statistics.ChecksumsUnfilled);
        Assert.Equal(isTaken ? 1 : 2, host.Stack.Counters[Counter.UdpInCsumErrors]);
    }

    [Fact]
    public void A_frame_of_several_datagrams_is_taken_apart_for_its_socket()
    {
        using LinkHost host = new();
        using UdpSocket socket = OpenSocket(host);
        byte[] frame = Datagram(0, 1000);

        host.Receive(frame, new LinkFrame { Checksum = ChecksumState.Partial, SegmentKind = GsoType.UdpSegments, SegmentSize = 300 });

        byte[] data = new byte[2000];
        int[] lengths = [.. Enumerable.Range(0, 4).Select(_ => socket.TryReceive(data, out ReceivedDatagram datagram) ? datagram.Length : -1)];
        Assert.Equal([300, 300, 300, 100], lengths);
        Assert.Equal(1, host.Statistics.Merged);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(65535)]
    public void A_frame_that_only_claims_to_be_of_several_stands_for_itself(int size)
    {
        using LinkHost host = new();
        using UdpSocket socket = OpenSocket(host);

        host.Receive(Datagram(0, 1000), new LinkFrame { Checksum = ChecksumState.Partial, SegmentKind = GsoType.UdpSegments, SegmentSize = (ushort)size });

        Assert.Equal(1, Read(socket));
        Assert.Equal(0, host.Statistics.Merged);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(3000)]
    public void A_slow_reader_does_not_starve_the_link(int length)
    {
        using LinkHost host = new(new LinkOptions { FreeChunks = 32 }, chunks: 128, fillSize: 64) { HeldAtMost = 500 };
        for (int i = 0; i < 500; i++)
        {
            host.Receive(CardHost.Frame(length, i));
            Assert.Equal(64, host.Queue.FillCount);
        }

        Assert.Equal(500, host.Seen.Count);
        Assert.All(host.Seen.Select((frame, number) => (frame, number)), seen => Assert.Equal(CardHost.Frame(length, seen.number), seen.frame));
        Assert.InRange(host.Statistics.CopiedOut, 400, 499);
        host.FreeHeld();
        host.Run();
        Assert.Equal(64, host.Queue.Memory.AvailableCount);
    }

    [Fact]
    public void Without_packet_memory_frames_are_lost_and_counted_and_their_chunks_go_back()
    {
        using LinkHost host = new(cpu: new CpuOptions { PacketCapacity = 7 }) { HeldAtMost = 100 };
        for (int i = 0; i < 20; i++)
        {
            host.Receive(CardHost.Frame(2000));
        }

        Assert.Equal(17, host.Statistics.WithoutMemory);
        Assert.Equal(host.Statistics.WithoutMemory, host.Device.Counters[DeviceCounter.RxMissedErrors]);
        Assert.Equal(host.Statistics.WithoutMemory, host.Stack.Counters[DropReason.CardNoMemory]);
        host.FreeHeld();
        Assert.Equal(256, host.Queue.Memory.AvailableCount + host.Queue.FillCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(13)]
    public void A_frame_without_a_whole_link_header_is_refused(int length)
    {
        using LinkHost host = new();

        host.Receive(new byte[length]);

        Assert.Empty(host.Seen);
        Assert.Equal(1, host.Statistics.Runts);
        Assert.Equal(1, host.Device.Counters[DeviceCounter.RxLengthErrors]);
    }

    [Fact]
    public void Answers_of_one_poll_leave_together()
    {
        using LinkHost host = new();
        for (int i = 0; i < 5; i++)
        {
            host.Queue.Deliver(Ping);
        }

        host.Run();

        Assert.Equal([5], host.Queue.Flushes);
        Assert.Equal(5, host.Queue.Sent.Count);
        Assert.Equal(5, host.Device.Counters[DeviceCounter.TxPackets]);
        Assert.Equal((5, 5L * Ping.Length), (host.Statistics.Sent, host.Statistics.SentBytes));
    }

    [Fact]
    public void What_the_link_does_not_take_is_dropped_and_counted()
    {
        using LinkHost host = new();
        host.Queue.Room = 3;
        host.Queue.FailNext = 2;
        for (int i = 0; i < 5; i++)
        {
            host.Queue.Deliver(Ping);
        }

        host.Run();

        Assert.Single(host.Queue.Sent);
        Assert.Equal(2, host.Statistics.SendingFailed);
        Assert.Equal(4, host.Device.Counters[DeviceCounter.TxDropped]);
    }

    [Fact]
    public void What_the_link_has_not_taken_yet_is_offered_again_though_nobody_sends_or_receives()
    {
        using LinkHost host = new();
        Cpu cpu = host.Stack.Cpus[0];
        host.Queue.Taken = 2;
        for (int i = 0; i < 5; i++)
        {
            host.Queue.Deliver(Ping);
        }

        host.Run();
        Assert.Equal(2, host.Queue.Sent.Count);

        // Rarer and rarer while it takes nothing.
        long begin = host.Clock.Now;
        int before = host.Queue.FlushCalls;
        while (host.Clock.Now < begin + 100_000_000)
        {
            Assert.InRange(cpu.Timers.NextDueAt, host.Clock.Now + 1, host.Clock.Now + 10_000_000);
            Pass(host, cpu.Timers.NextDueAt);
        }

        Assert.InRange(host.Queue.FlushCalls - before, 10, 30);
        Assert.Equal(2, host.Queue.Sent.Count);

        host.Queue.Taken = int.MaxValue;
        Pass(host, cpu.Timers.NextDueAt);
        Assert.Equal(5, host.Queue.Sent.Count);
        Assert.Equal(0, host.Statistics.SendingFailed);
        Assert.Equal(long.MaxValue, cpu.Timers.NextDueAt);
    }

    [Fact]
    public void Each_queue_is_its_cpus_and_answers_leave_by_one_of_that_cpu()
    {
        using LinkHost host = new(queues: 4, cpuCount: 2);
        for (int i = 0; i < 4; i++)
        {
            host.Queues[i].Deliver(Ping);
        }

        Assert.True(host.Stack.LookAtLinks(host.Stack.Cpus[0]));
        host.Stack.Cpus[0].Softirq.RunUntilIdle();
        Assert.Equal([2, 0, 0, 0], host.Queues.Select(queue => queue.Sent.Count));

        host.Run();
        Assert.Equal([2, 2, 0, 0], host.Queues.Select(queue => queue.Sent.Count));
    }

    [Fact]
    public void A_link_that_raises_its_interrupt_is_polled()
    {
        using LinkHost host = new();
        host.Queue.ClaimsFrames = false;
        host.Queue.Deliver(Ping);

        host.Run();
        Assert.Empty(host.Queue.Sent);

        host.Queue.Interrupt!.Raise();
        host.Run();
        Assert.Single(host.Queue.Sent);
    }

    [Fact]
    public void A_frame_that_is_on_its_way_is_taken_when_it_is_there()
    {
        using LinkHost host = new();
        host.Queue.ArrivesAt = host.Clock.Now + 5_000_000;
        host.Queue.Interrupt!.Raise();
        host.Run();
        Assert.Equal(host.Queue.ArrivesAt, host.Stack.Cpus[0].Timers.NextDueAt);
        host.Queue.Deliver(Ping);
        host.Clock.AdvanceTo(host.Queue.ArrivesAt);
        host.Queue.ArrivesAt = long.MaxValue;

        host.Stack.Cpus[0].Softirq.RunUntilIdle();

        Assert.Single(host.Queue.Sent);
        Assert.Equal(long.MaxValue, host.Stack.Cpus[0].Timers.NextDueAt);
    }

    [Fact]
    public void More_frames_than_a_poll_may_take_are_all_taken()
    {
        using LinkHost host = new(chunks: 1024, fillSize: 512);
        for (int i = 0; i < 500; i++)
        {
            host.Queue.Deliver(Ping);
        }

        host.Run();

        Assert.Equal(500, host.Queue.Sent.Count);
        Assert.Equal(64, host.Queue.Flushes.Max());
    }

    [Fact]
    public void A_poll_allocates_nothing()
    {
        using LinkHost host = new(new LinkOptions { Unfilled = UnfilledChecksums.Accept });
        byte[] frame = Datagram(0x1234);
        void Work()
        {
            for (int i = 0; i < 32; i++)
            {
                host.Queue.Deliver(frame);
            }

            host.Run();
        }

        host.Stack.RemoveTap(host);
        Work();
        Allocation.AssertNone(Work);
    }

    [Fact]
    public void A_device_has_a_card_or_a_link_and_a_link_a_queue_for_each_cpu()
    {
        using LinkHost host = new(queues: 2, cpuCount: 2);
        Assert.Throws<ArgumentException>(() => host.Stack.Attach(host.Device, host.Queues));
        Assert.Throws<ArgumentException>(() => host.Stack.CardOf(host.Device));
        NetworkDevice other = new(3, "eth1", MacAddress.Parse("02:00:00:00:01:01"));
        Assert.Throws<ArgumentException>(() => host.Stack.Attach(other, host.Queues));
        Assert.Contains("2 CPUs", Assert.Throws<ArgumentException>(() => new LinkHost(queues: 1, cpuCount: 2)).Message, StringComparison.Ordinal);
    }

    /// <summary>Time passes, and nothing else happens than what is due then.</summary>
    private static void Pass(LinkHost host, long until)
    {
        host.Clock.AdvanceTo(until);
        host.Stack.Cpus[0].Softirq.RunUntilIdle();
    }

    private static UdpSocket OpenSocket(LinkHost host)
    {
        UdpSocket socket = new(new ReceiveQueue(host.Stack.Cpus)) { LocalPort = 9999 };
        host.Stack.UdpSockets.Add(socket);
        return socket;
    }

    private static int Read(UdpSocket socket)
    {
        int count = 0;
        byte[] data = new byte[2000];
        while (socket.TryReceive(data, out _))
        {
            count++;
        }

        return count;
    }

    /// <summary>A datagram to port 9999 with a checksum that is given.</summary>
    private static byte[] Datagram(ushort checksum, int dataLength = 20)
    {
        byte[] datagram = Frames.Udp(dataLength: dataLength);
        datagram.AsSpan(8).Fill((byte)'x');
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(6), checksum);
        return Frames.IPv4(datagram, IPProtocol.Udp);
    }

    private static unsafe nint AddressOf(Span<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            return (nint)start;
        }
    }
}
