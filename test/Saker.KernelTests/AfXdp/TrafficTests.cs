using Saker.Host.AfXdp;
using Saker.Kernel.AfXdp;
using Saker.Kernel.Bpf;
using Saker.KernelTests.Bpf;
using Saker.Packets.AfXdp;
using Saker.Wire;

namespace Saker.KernelTests.AfXdp;

/// <summary>Several queues, sockets and workers over one memory.</summary>
public sealed class TrafficTests
{
    private const int Queues = 4;
    private const int Workers = 2;
    private const int Rounds = 20;
    private const int Batch = 50;

    private static readonly XdpSocketOptions Usual = new() { Device = "eth0", ReceiveRingSize = 512, TransmitRingSize = 512, FillRingSize = 512, CompletionRingSize = 512, Copy = XdpCopyMode.Copy };

    public static TheoryData<XdpMode, TrafficKind> Kinds => new()
    {
        { XdpMode.Native, TrafficKind.EchoForward },
        { XdpMode.Native, TrafficKind.ReceiveDrop },
        { XdpMode.Generic, TrafficKind.ReceiveDrop },
    };

    [KernelTheory]
    [MemberData(nameof(Kinds))]
    public void Four_queues_with_two_workers_lose_nothing_and_keep_the_order_of_each_flow(XdpMode mode, TrafficKind kind)
    {
        using VethPair wire = new(Queues);
        XdpTrafficOptions options = new()
        {
            Kind = kind,
            Socket = Usual,
            Queues = [.. Enumerable.Range(0, Queues)],
            Workers = Workers,
            Umem = new UmemOptions { Layout = new UmemLayout { ChunkCount = 2048 }, Pages = UmemPages.Usual, TracksFrames = true },
            Program = new XdpSocketProgramOptions { Mode = mode },
            Sleeps = true,

            // So that packets come back as they were sent.
            Destination = MacAddress.Parse("02:00:00:00:00:01"),
            Source = MacAddress.Parse("02:00:00:00:00:02"),
        };
        using var traffic = wire.Near.Enter(() => XdpTraffic.TryOpen(options, out var opened, out var refusal) ? opened : throw refusal.ToException());
        Assert.All(traffic.Sockets, socket => Assert.Same(traffic.Umem, socket.Umem));
        using var program = wire.Far.Enter(() => XdpSocketProgram.Attach(wire.FarDevice, new() { Mode = mode }));
        List<XskEnd> senders = [];
        using CancellationTokenSource stop = new();
        using Barrier together = new(Queues, barrier => XskEnd.WaitUntil(() => traffic.Ports.Sum(port => port.Received) == (barrier.CurrentPhaseNumber + 1) * Batch * Queues));
        Thread runner = new(() => traffic.Run(stop.Token)) { IsBackground = true };
        try
        {
            for (var queue = 0; queue < Queues; queue++)
            {
                // What a socket sends by a queue of its end comes by the same queue of the other one.
                senders.Add(new XskEnd(wire.Far, wire.FarDevice, new XskEndOptions { Program = null, Socket = Usual with { Queue = queue } }));
                program.Add(queue, senders[queue].Socket.Descriptor);
                senders[queue].TakeReceived();
            }

            runner.Start();
            XskEnd.WaitUntil(() => traffic.Sockets.All(socket => socket.Fill.Waiting != 0));
            var faults = new Exception?[Queues];
            var threads = Enumerable.Range(0, Queues).Select(queue => new Thread(() => faults[queue] = Record.Exception(() => Converse(senders[queue], queue, kind, together)))).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());
            Assert.All(faults, Assert.Null);
        }
        finally
        {
            stop.Cancel();
            runner.Join();
            senders.ForEach(sender => sender.Dispose());
        }

        // In front of the stack a veth does not say by which queue a packet came, and the kernel takes the sender's queue, counted from 1, for it.
        long[] shares = mode == XdpMode.Native ? [1, 1, 1, 1] : [2, 1, 1, 0];
        Assert.Equal(shares.Select(share => share * Rounds * Batch), traffic.Ports.Select(port => port.Received));
        Assert.Equal(shares.Select(share => share * Rounds * Batch * 64), traffic.Ports.Select(port => port.ReceivedBytes));
        Assert.All(traffic.Sockets, socket => Assert.Equal(default, socket.Statistics with { TransmitRingEmpty = 0 }));
        if (kind == TrafficKind.EchoForward)
        {
            Assert.All(traffic.Ports, port => Assert.Equal((long)Rounds * Batch, port.Sent + port.Outstanding));
        }
    }

    /// <summary>Sends packets of one flow, and takes them as they come back; all flows go on together.</summary>
    private static void Converse(XskEnd sender, int flow, TrafficKind kind, Barrier together)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var packets = Enumerable.Range((flow * Rounds * Batch) + (round * Batch), Batch).Select(number => XskWire.Packet(number)).ToList();
            sender.Send(packets);
            if (kind == TrafficKind.EchoForward)
            {
                Assert.Equal(packets, sender.Receive(Batch));
            }

            Assert.True(together.SignalAndWait(TimeSpan.FromSeconds(30)));
        }
    }
}
