using Saker.Host.AfXdp;
using Saker.Packets.AfXdp;
using Saker.Wire;

namespace Saker.Tests.Host.AfXdp;

/// <summary>The loops over rings in memory, at whose other end the test plays the kernel.</summary>
public sealed class TrafficLoopTests
{
    private const int Batch = 8;
    private const int Length = 100;

    private static readonly UmemLayout Layout = new() { ChunkSize = 2048, ChunkCount = 64 };

    [Fact]
    public void Received_frames_go_back_to_FILL()
    {
        using MemoryXdpSocket socket = new(Layout, 64);
        var (loop, port) = (new ReceiveDrop(Batch), Port(socket));
        loop.Prepare(port);
        Assert.Equal(64, socket.Filled.Waiting);
        for (var i = 0; i < 20; i++)
        {
            Assert.True(socket.Arrive(1, Length));
        }

        Assert.Equal([8, 8, 4, 0], Steps(loop, port, 4));
        Assert.Equal((20L, 20L * Length, 64), (port.Received, port.ReceivedBytes, socket.Filled.Waiting));
        Assert.Equal(1, socket.Wakes);
        AllFramesAreThere(socket, port);
    }

    [Fact]
    public void Packets_that_a_batch_cuts_count_once()
    {
        using MemoryXdpSocket socket = new(Layout, 64);
        var (loop, port) = (new ReceiveDrop(Batch), Port(socket));
        loop.Prepare(port);
        for (var i = 0; i < 4; i++)
        {
            Assert.True(socket.Arrive(3, Length));
        }

        Assert.Equal([2, 2, 0], Steps(loop, port, 3));
        Assert.Equal((4L, 12L * Length), (port.Received, port.ReceivedBytes));
        AllFramesAreThere(socket, port);
    }

    [Fact]
    public void What_finds_no_room_in_FILL_remains_in_RX()
    {
        using MemoryXdpSocket socket = new(Layout, 64, fillEntries: 16);
        var (loop, port) = (new ReceiveDrop(Batch), Port(socket));
        loop.Prepare(port);
        for (var i = 0; i < 16; i++)
        {
            Assert.True(socket.Arrive(1, Length));
        }

        // Somebody else has put frames into FILL: there is room for five.
        port.Frames.Supply(socket.Fill, 11);
        Assert.Equal([5, 0, 0], Steps(loop, port, 3));
        Assert.Equal(11, socket.Receive.Waiting);
        for (var i = 0; i < 5; i++)
        {
            Assert.True(socket.Arrive(1, Length));
        }

        Assert.Equal([5, 0], Steps(loop, port, 2));
        Assert.Equal(10L, port.Received);
    }

    [Fact]
    public void Packets_are_sent_until_there_is_no_frame_and_again_when_some_come_back()
    {
        using MemoryXdpSocket socket = new(Layout, 64, transmitEntries: 16);
        var packet = TrafficPacket.Make(Length, MacAddress.Parse("02:00:00:00:00:02"), TrafficPacket.UsualSource);
        TransmitOnly loop = new(packet, Batch, 40, Layout);
        var port = Port(socket);
        loop.Prepare(port);
        Assert.Equal([8, 8, 0], Steps(loop, port, 3));
        Assert.Equal(16, port.Outstanding);
        using (var sent = socket.Sent.Peek(16))
        {
            Assert.Equal(16, sent.Length);
            Assert.Equal(packet, socket.Memory.BytesOf(sent[15]));
        }

        // There is room for five, and a batch has eight.
        Assert.Equal(5, socket.Complete(5));
        Assert.Equal([0], Steps(loop, port, 1));
        Assert.Equal((5L, 11), (port.Sent, port.Outstanding));
        Assert.Equal(3, socket.Complete(3));
        Assert.Equal([8, 0], Steps(loop, port, 2));
        socket.Answer = TransmitKick.Down;
        socket.Complete();
        Assert.Equal([8, 8, 0], Steps(loop, port, 3));
        socket.Answer = TransmitKick.Again;
        while (!loop.IsDone(port))
        {
            loop.Step(port);
            socket.Complete();
        }

        Assert.Equal((40L, 0, 64), (port.Sent, port.Outstanding, port.Frames.Available));
    }

    [Fact]
    public void Packets_go_back_with_their_addresses_exchanged()
    {
        using MemoryXdpSocket socket = new(Layout, 64);
        var (loop, port) = (new EchoForward(Batch), Port(socket));
        loop.Prepare(port);
        Assert.True(socket.Arrive(1, Length, mark: 7));
        using (var received = socket.Receive.Peek(1))
        {
            socket.Memory.BytesOf(received[0])[0] = 1;
        }

        Assert.Equal([1, 0], Steps(loop, port, 2));
        using (var sent = socket.Sent.Peek(1))
        {
            Assert.Equal(new byte[] { 7, 7, 7, 7, 7, 7, 1, 7, 7, 7, 7, 7, 7 }, socket.Memory.BytesOf(sent[0])[..13].ToArray());
        }

        Assert.Equal((63, 1), (socket.Filled.Waiting, port.Outstanding));
        socket.Complete();
        Assert.Equal([0], Steps(loop, port, 1));
        Assert.Equal((64, 0, 1L), (socket.Filled.Waiting, port.Outstanding, port.Sent));
        AllFramesAreThere(socket, port);
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(0, 2)]
    public void Where_a_batch_finds_no_room_the_other_side_is_told_until_there_is_some(int sentAtKick, int taken)
    {
        using MemoryXdpSocket socket = new(Layout, 64, transmitEntries: 8);
        socket.Sends = sentAtKick;
        var (loop, port) = (new EchoForward(Batch), Port(socket));
        loop.Prepare(port);
        for (var i = 0; i < 14; i++)
        {
            Assert.True(socket.Arrive(1, Length));
        }

        using (var before = port.Receive!.Peek(6))
        {
            using var full = port.Transmit!.Reserve(6);
            for (var i = 0; i < 6; i++)
            {
                full[i] = before[i];
            }

            full.Submit();
            before.Release();
            port.CountSubmitted(6);
        }

        Assert.Equal([taken], Steps(loop, port, 1));
        Assert.Equal(8 - taken, socket.Receive.Waiting);
    }

    [Fact]
    public void What_finds_no_room_in_TX_remains_in_RX_with_all_of_its_parts()
    {
        using MemoryXdpSocket socket = new(Layout, 64, transmitEntries: 4);
        var (loop, port) = (new EchoForward(Batch), Port(socket));
        loop.Prepare(port);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(socket.Arrive(3, Length));
        }

        // Of two packets in the batch one fits whole, and then none until it was sent.
        Assert.Equal([1, 0], Steps(loop, port, 2));
        Assert.Equal((6, 3), (socket.Receive.Waiting, socket.Sent.Waiting));
        socket.Complete();
        Assert.Equal([1], Steps(loop, port, 1));
        socket.Complete();
        Assert.Equal([1], Steps(loop, port, 1));
        socket.Complete();
        Assert.Equal([0], Steps(loop, port, 1));
        Assert.Equal((3L, 9L), (port.Received, port.Sent));
        AllFramesAreThere(socket, port);
    }

    [Fact]
    public void A_packet_of_more_parts_than_a_batch_goes_back_whole()
    {
        using MemoryXdpSocket socket = new(Layout, 64);
        var (loop, port) = (new EchoForward(2), Port(socket));
        loop.Prepare(port);
        Assert.True(socket.Arrive(5, Length));
        Assert.True(socket.Arrive(1, Length));
        Assert.Equal(2, Steps(loop, port, 2).Sum());
        Assert.Equal(6, socket.Sent.Waiting);
        socket.Complete();
        loop.Step(port);
        AllFramesAreThere(socket, port);
    }

    [Theory]
    [InlineData(TrafficKind.ReceiveDrop)]
    [InlineData(TrafficKind.TransmitOnly)]
    [InlineData(TrafficKind.EchoForward)]
    public void Nothing_is_allocated(TrafficKind kind)
    {
        using MemoryXdpSocket socket = new(Layout, 64);
        TrafficLoop loop = kind switch
        {
            TrafficKind.ReceiveDrop => new ReceiveDrop(Batch),
            TrafficKind.TransmitOnly => new TransmitOnly(new byte[Length], Batch, null, Layout),
            _ => new EchoForward(Batch),
        };
        var port = Port(socket);
        loop.Prepare(port);
        Run(100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(port.Received + port.Sent > 1000);

        void Run(int rounds)
        {
            for (var i = 0; i < rounds; i++)
            {
                socket.Arrive(1 + (i % 3), Length);
                socket.Arrive(1, Length);
                loop.Step(port);
                socket.Complete(Batch);
            }
        }
    }

    private static XdpPort Port(MemoryXdpSocket socket) => new(socket, new FrameAllocator(Layout, 0, Layout.ChunkCount), Layout.ChunkCount);

    private static List<int> Steps(TrafficLoop loop, XdpPort port, int count) => [.. Enumerable.Range(0, count).Select(_ => loop.Step(port))];

    /// <summary>Each frame is in FILL or free, once.</summary>
    private static void AllFramesAreThere(MemoryXdpSocket socket, XdpPort port)
    {
        HashSet<ulong> frames = [];
        using var filled = socket.Filled.Peek(int.MaxValue);
        for (var i = 0; i < filled.Length; i++)
        {
            Assert.True(frames.Add(filled[i].Address));
        }

        while (port.Frames.TryTake(out var frame))
        {
            Assert.True(frames.Add(frame.Address));
        }

        Assert.Equal(Layout.ChunkCount, frames.Count);
        Assert.All(frames, address => Assert.Equal(0ul, address % (ulong)Layout.ChunkSize));
    }
}
