using Saker.Kernel.AfXdp;
using Saker.Kernel.Bpf;
using Saker.Packets.AfXdp;

namespace Saker.KernelTests.AfXdp;

/// <summary>Packets between two sockets: the cases of the kernel's own test of AF_XDP that are about what arrives.</summary>
public sealed class SendReceiveTests
{
    private const int Many = 4000;

    public static TheoryData<XdpMode> Modes => new(XdpMode.Native, XdpMode.Generic);

    public static TheoryData<XdpMode, int, bool> Chunks => new()
    {
        { XdpMode.Native, 2048, false },
        { XdpMode.Native, 4096, false },
        { XdpMode.Native, 3000, true },
        { XdpMode.Native, 4001, true },
        { XdpMode.Generic, 2048, false },
        { XdpMode.Generic, 4096, false },
        { XdpMode.Generic, 3000, true },
        { XdpMode.Generic, 4001, true },
    };

    [KernelTheory]
    [MemberData(nameof(Chunks))]
    public void What_is_sent_is_received_whole_and_in_order(XdpMode mode, int chunk, bool isUnaligned)
    {
        XskEndOptions Set(XskEndOptions options) => options with { Umem = options.Umem with { Layout = options.Umem.Layout with { ChunkSize = chunk, IsUnaligned = isUnaligned } } };
        using XskWire wire = new(mode, Set, Set);
        Exchange(wire, Many);
        Assert.False(wire.Near.Socket.IsZeroCopy);
        Assert.Equal(default, wire.Near.Socket.Statistics with { FillRingEmpty = 0, TransmitRingEmpty = 0 });
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void Frames_that_cross_pages_arrive_from_huge_pages_too_where_there_are_some(XdpMode mode)
    {
        XskEndOptions Set(XskEndOptions options) => options with
        {
            Umem = options.Umem with { Layout = options.Umem.Layout with { ChunkSize = 3000, IsUnaligned = true }, Pages = UmemPages.BestAvailable },
        };
        using XskWire wire = new(mode, Set, Set);
        Exchange(wire, Many);
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void A_single_packet_is_received(XdpMode mode)
    {
        using XskWire wire = new(mode);
        Exchange(wire, 1);
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void Both_ways_at_once(XdpMode mode)
    {
        using XskWire wire = new(mode);
        wire.Near.TakeReceived();
        wire.Far.TakeReceived();
        for (var round = 0; round < 20; round++)
        {
            var packets = XskWire.Packets(100).ToList();
            wire.Far.Send(packets);
            wire.Near.Send(packets);
            Assert.Equal(packets, wire.Near.Receive(100));
            Assert.Equal(packets, wire.Far.Receive(100));
        }
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void Headroom_is_kept_free(XdpMode mode)
    {
        const int Headroom = 128;
        using XskWire wire = new(mode, options => options with { Umem = options.Umem with { Layout = options.Umem.Layout with { Headroom = Headroom } } });
        Assert.Empty(wire.Near.TakeReceived());
        wire.Far.Send(XskWire.Packet(1));
        XskEnd.WaitUntil(() => wire.Near.Socket.Receive!.Waiting == 1);
        using var batch = wire.Near.Socket.Receive!.Peek(1);
        Assert.Equal((ulong)wire.Near.Umem.Layout.ReceiveOffset, batch[0].Address - wire.Near.Umem.Layout.FrameOf(batch[0]).Address);
        Assert.Equal(XskWire.Packet(1), wire.Near.Umem.Memory.BytesOf(batch[0]));
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public async Task Waiting_ends_when_a_packet_comes(XdpMode mode)
    {
        using XskWire wire = new(mode);
        var receiver = wire.Near.Socket;
        Assert.Empty(wire.Near.TakeReceived());
        Assert.False(receiver.Wait(TimeSpan.FromMilliseconds(20)));
        wire.Far.Send(XskWire.Packet(1));
        Assert.True(receiver.Wait(TimeSpan.FromSeconds(10)));
        Assert.Single(wire.Near.TakeReceived());

        var waiting = receiver.WaitAsync().AsTask();
        await Task.Delay(20);
        Assert.False(waiting.IsCompleted);
        wire.Far.Send(XskWire.Packet(2));
        Assert.True(await waiting.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(XskWire.Packet(2), Assert.Single(wire.Near.TakeReceived()));

        using CancellationTokenSource cancel = new();
        waiting = receiver.WaitAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(10)));
        waiting = receiver.WaitAsync(CancellationToken.None).AsTask();
        receiver.Dispose();
        Assert.False(await waiting.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void Waiting_for_room_ends_when_packets_are_sent(XdpMode mode)
    {
        using XskWire wire = new(mode);
        var sender = wire.Far.Socket;
        Assert.True(sender.Wait(TimeSpan.Zero, forTransmit: true));

        // The kernel looks at TX when it is polled, and sends what is there.
        var outstanding = 0;
        for (var i = 0; i < sender.Transmit!.Capacity; i++)
        {
            outstanding += wire.Far.Submit(XskWire.Packet(i));
        }

        XskEnd.WaitUntil(() =>
        {
            sender.Wait(TimeSpan.FromMilliseconds(1), forTransmit: true);
            return (outstanding -= wire.Far.Frames.Collect(sender.Completion)) == 0;
        });
        Assert.Equal(0, sender.Transmit.Waiting);
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void Without_need_wakeup_the_kernel_is_told_every_time(XdpMode mode)
    {
        XskEndOptions Set(XskEndOptions options) => options with { Socket = options.Socket with { UsesNeedWakeup = false } };
        using XskWire wire = new(mode, Set, Set);
        Assert.Equal(TransmitKick.Taken, wire.Far.Socket.WakeTransmit());
        Exchange(wire, 500);
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void A_socket_that_polls_by_itself_receives(XdpMode mode)
    {
        XskEndOptions Set(XskEndOptions options) => options with { Socket = options.Socket with { BusyPolling = new XdpBusyPolling() } };
        using XskWire wire = new(mode, Set, Set);
        Exchange(wire, 500);
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void A_budget_bounds_what_a_call_sends(XdpMode mode)
    {
        const int Budget = 40;
        using XskWire wire = new(mode, far: options => options with { Socket = options.Socket with { TransmitBudget = Budget } });
        for (var i = 0; i < 3 * Budget; i++)
        {
            wire.Far.Submit(XskWire.Packet(i));
        }

        Assert.Equal(TransmitKick.Again, wire.Far.Socket.WakeTransmit());
        Assert.Equal(2 * Budget, wire.Far.Socket.Transmit!.Waiting);
        Assert.Equal(TransmitKick.Again, wire.Far.Socket.WakeTransmit());
        wire.Far.Socket.WakeTransmit();
        Assert.Equal(0, wire.Far.Socket.Transmit!.Waiting);
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void Sockets_are_opened_and_closed_again_and_again(XdpMode mode)
    {
        for (var i = 0; i < 10; i++)
        {
            using XskWire wire = new(mode);
            Exchange(wire, 10);
        }
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void A_queue_is_free_again_when_its_socket_is_closed(XdpMode mode)
    {
        using XskWire wire = new(mode);
        for (var i = 0; i < 5; i++)
        {
            Exchange(wire, 10);
            wire.Near.Reopen(wire.Wire.Near);
        }

        Exchange(wire, 10);
    }

    private static void Exchange(XskWire wire, int count)
    {
        const int Batch = 100;
        Assert.Empty(wire.Near.TakeReceived());
        for (var sent = 0; sent < count; sent += Batch)
        {
            var packets = XskWire.Packets(Math.Min(Batch, count - sent)).ToList();
            wire.Far.Send(packets);
            Assert.Equal(packets, wire.Near.Receive(packets.Count));
        }

        // Every frame is somewhere: at the sender all are free, at the receiver those in FILL are the kernel's.
        var (near, far) = (wire.Near.Umem.Ledger!, wire.Far.Umem.Ledger!);
        Assert.Equal(0, far.Count(FrameState.InTransmit) + far.Count(FrameState.Held) + near.Count(FrameState.Held) + near.Count(FrameState.InTransmit));
        Assert.Equal(wire.Near.Umem.Layout.ChunkCount, near.Count(FrameState.Free) + near.Count(FrameState.InFill));
        Assert.Equal(wire.Near.Frames.Available, near.Count(FrameState.Free));
    }
}
