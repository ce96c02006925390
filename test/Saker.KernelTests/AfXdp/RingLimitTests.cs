using Saker.Kernel.AfXdp;
using Saker.Kernel.Bpf;
using Saker.Packets.AfXdp;

namespace Saker.KernelTests.AfXdp;

/// <summary>Rings as small and as large as they may be, full ones, and what of a ring is seen to move.</summary>
public sealed class RingLimitTests
{
    public static TheoryData<XdpMode> Modes => SendReceiveTests.Modes;

    public static TheoryData<XdpMode, int> Sizes => new()
    {
        { XdpMode.Native, 1 },
        { XdpMode.Native, 2 },
        { XdpMode.Native, 1 << 17 },
        { XdpMode.Generic, 1 },
        { XdpMode.Generic, 2 },
        { XdpMode.Generic, 1 << 17 },
    };

    [KernelTheory]
    [MemberData(nameof(Sizes))]
    public void Rings_of_every_size_carry_packets(XdpMode mode, int size)
    {
        XskEndOptions Set(XskEndOptions options) => options with
        {
            Socket = options.Socket with { ReceiveRingSize = size, TransmitRingSize = size, FillRingSize = size, CompletionRingSize = size },
        };
        using XskWire wire = new(mode, Set, Set);
        for (var i = 0; i < 50; i++)
        {
            Assert.Empty(wire.Near.TakeReceived());
            wire.Far.Send(XskWire.Packet(i));
            Assert.Equal(XskWire.Packet(i), Assert.Single(wire.Near.Receive(1)));
        }
    }

    [KernelFact]
    public void The_kernel_takes_the_largest_ring_or_says_that_there_is_no_memory()
    {
        using Saker.KernelTests.Bpf.VethPair wire = new();
        using Umem umem = Umem.Create(new UmemOptions { Layout = new UmemLayout { ChunkCount = 16 }, Pages = UmemPages.Usual });
        XdpSocketOptions options = new() { Device = "eth0", ReceiveRingSize = RingMemory.MostEntries };
        wire.Near.Enter(() =>
        {
            if (XdpSocket.TryOpen(umem, options, out var socket, out var refusal))
            {
                Assert.Equal(RingMemory.MostEntries, socket.Receive!.Capacity);
                socket.Dispose();
            }
            else
            {
                Assert.Contains("there is not so much memory for it", refusal.ToString(), StringComparison.Ordinal);
            }

            Assert.False(XdpSocket.TryOpen(umem, options with { ReceiveRingSize = RingMemory.MostEntries * 2 }, out _, out _));
        });
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void The_consumer_of_TX_moves_as_packets_are_sent(XdpMode mode)
    {
        // One call sends 32 packets at most, and says so before it returns.
        const int PerCall = 32, Sent = 80;
        using XskWire wire = new(mode);
        for (var i = 0; i < Sent; i++)
        {
            wire.Far.Submit(XskWire.Packet(i));
        }

        var transmit = wire.Far.Socket.Transmit!;
        List<int> waiting = [transmit.Waiting];
        while (transmit.Waiting != 0)
        {
            wire.Far.Socket.WakeTransmit();
            waiting.Add(transmit.Waiting);
        }

        Assert.Equal([Sent, Sent - PerCall, Sent - (2 * PerCall), 0], waiting);
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void Nothing_is_sent_while_COMPLETION_is_full(XdpMode mode)
    {
        const int Ring = 8;
        using XskWire wire = new(mode, far: options => options with { Socket = options.Socket with { CompletionRingSize = Ring } });
        var far = wire.Far;
        wire.Near.TakeReceived();
        for (var i = 0; i < 3 * Ring; i++)
        {
            far.Submit(XskWire.Packet(i));
        }

        Assert.Equal(TransmitKick.Again, far.Socket.WakeTransmit());
        XskEnd.WaitUntil(() => far.Socket.Completion.Waiting == Ring);
        Assert.Equal(TransmitKick.Again, far.Socket.WakeTransmit());
        Assert.Equal(2 * Ring, far.Socket.Transmit!.Waiting);
        Assert.Equal(XskWire.Packets(Ring), wire.Near.Receive(Ring));

        // TX has room for more, and still the kernel does not say so before COMPLETION has.
        Assert.Equal(Ring, far.Frames.Collect(far.Socket.Completion));
        XskEnd.WaitUntil(() =>
        {
            far.Socket.WakeTransmit();
            far.Frames.Collect(far.Socket.Completion);
            return far.Socket.Transmit!.Waiting == 0;
        });
        Assert.Equal(Enumerable.Range(Ring, 2 * Ring).Select(i => XskWire.Packet(i)), wire.Near.Receive(2 * Ring));
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void Waiting_for_room_in_a_full_TX_takes_as_long_as_was_said(XdpMode mode)
    {
        const int Ring = 8;
        using XskWire wire = new(mode, far: options => options with { Socket = options.Socket with { CompletionRingSize = Ring, TransmitRingSize = Ring } });
        var far = wire.Far;
        for (var i = 0; i < 2 * Ring; i++)
        {
            far.Submit(XskWire.Packet(i));
            if (i == Ring - 1)
            {
                far.Socket.WakeTransmit();
                XskEnd.WaitUntil(() => far.Socket.Completion.Waiting == Ring);
            }
        }

        // Both are full, so that the kernel cannot go on.
        Assert.Equal(Ring, far.Socket.Transmit!.Waiting);
        Assert.False(far.Socket.Wait(TimeSpan.FromMilliseconds(30), forTransmit: true));
        Assert.Equal(Ring, far.Frames.Collect(far.Socket.Completion));
        far.Socket.WakeTransmit();
        Assert.True(far.Socket.Wait(TimeSpan.FromSeconds(10), forTransmit: true));
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void Waiting_with_a_full_RX_returns_at_once(XdpMode mode)
    {
        const int Ring = 8;
        using XskWire wire = new(mode, options => options with { Socket = options.Socket with { ReceiveRingSize = Ring } });
        wire.Near.TakeReceived();
        wire.Far.Send(XskWire.Packets(2 * Ring));
        XskEnd.WaitUntil(() => wire.Near.Socket.Statistics.ReceiveRingFull == Ring);
        Assert.True(wire.Near.Socket.Wait(TimeSpan.FromSeconds(10)));
        Assert.True(XdpSocket.WaitAny([wire.Near.Socket], TimeSpan.FromSeconds(10)));
        Assert.Equal(Ring, wire.Near.Receive(Ring).Count);
        Assert.False(wire.Near.Socket.Wait(TimeSpan.FromMilliseconds(30)));
    }
}
