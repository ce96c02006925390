using Saker.Kernel.Bpf;
using Saker.Packets.AfXdp;

namespace Saker.KernelTests.AfXdp;

/// <summary>What the kernel counts of packets that are lost, to the packet; and how long a packet may be.</summary>
public sealed class StatisticsTests
{
    private const int Sent = 100;
    private const int Ring = 32;

    public static TheoryData<XdpMode> Modes => SendReceiveTests.Modes;

    public static TheoryData<XdpMode, int, int, bool> Capacities
    {
        get
        {
            TheoryData<XdpMode, int, int, bool> rows = [];
            foreach (var mode in (XdpMode[])[XdpMode.Native, XdpMode.Generic])
            {
                foreach (var isMultiBuffer in (bool[])[false, true])
                {
                    rows.Add(mode, 2048, 0, isMultiBuffer);
                    rows.Add(mode, 2048, 1000, isMultiBuffer);
                    rows.Add(mode, 4096, 1800, isMultiBuffer);
                    rows.Add(mode, 4096, 3392, isMultiBuffer);
                }
            }

            return rows;
        }
    }

    [KernelTheory]
    [MemberData(nameof(Capacities))]
    public void A_packet_that_does_not_fit_a_frame_is_dropped_or_takes_several(XdpMode mode, int chunk, int headroom, bool isMultiBuffer)
    {
        // So that longer ones come at all.
        const int Mtu = 3000;
        using XskWire wire = new(
            mode,
            options => options with
            {
                Umem = options.Umem with { Layout = options.Umem.Layout with { ChunkSize = chunk, Headroom = headroom } },
                Socket = options.Socket with { IsMultiBuffer = isMultiBuffer },
            },
            mtu: Mtu);
        var (near, far) = (wire.Near, wire.Far);
        var capacity = near.Umem.Layout.ReceiveCapacity;
        near.TakeReceived();
        var whole = XskWire.Packet(1, capacity);
        far.Send(whole);
        XskEnd.WaitUntil(() => near.Socket.Receive!.Waiting == 1);
        Assert.Equal(whole, Assert.Single(near.TakeReceived()));
        Assert.Equal(0ul, near.Socket.Statistics.ReceiveDropped);

        far.Send(XskWire.Packet(2, capacity + 1));
        XskEnd.WaitUntil(() => near.Socket.Statistics.ReceiveDropped == 1 || near.Socket.Receive!.Waiting == 2);
        Assert.Equal(isMultiBuffer ? 0ul : 1ul, near.Socket.Statistics.ReceiveDropped);
        Assert.Equal(isMultiBuffer ? [XskWire.Packet(2, capacity + 1)] : Array.Empty<byte[]>(), near.TakeReceived());
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void What_is_too_long_is_counted_as_dropped(XdpMode mode)
    {
        using XskWire wire = new(mode, options => options with { Umem = options.Umem with { Layout = options.Umem.Layout with { ChunkSize = 2048, Headroom = 1344 } } });
        wire.Near.TakeReceived();
        var (longest, tooLong) = (wire.Near.Umem.Layout.ReceiveCapacity, wire.Near.Umem.Layout.ReceiveCapacity + 1);
        wire.Far.Send(Enumerable.Range(0, Sent).Select(i => XskWire.Packet(i, i % 2 == 0 ? longest : tooLong)));
        Assert.Equal(Enumerable.Range(0, Sent / 2).Select(i => XskWire.Packet(2 * i, longest)), wire.Near.Receive(Sent / 2));
        Assert.Equal(new XdpStatistics { ReceiveDropped = Sent / 2 }, wire.Near.Socket.Statistics with { TransmitRingEmpty = 0 });
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void What_finds_no_room_in_RX_is_counted_so(XdpMode mode)
    {
        using XskWire wire = new(mode, options => options with { Socket = options.Socket with { ReceiveRingSize = Ring } });
        wire.Near.TakeReceived();
        wire.Far.Send(XskWire.Packets(Sent));
        XskEnd.WaitUntil(() => wire.Near.Socket.Statistics.ReceiveRingFull == Sent - Ring);
        Assert.Equal(XskWire.Packets(Ring), wire.Near.Receive(Ring));
        Assert.Equal(new XdpStatistics { ReceiveRingFull = Sent - Ring }, wire.Near.Socket.Statistics with { TransmitRingEmpty = 0 });

        // Frames of packets that were lost serve for others.
        wire.Far.Send(XskWire.Packets(Ring));
        Assert.Equal(XskWire.Packets(Ring), wire.Near.Receive(Ring));
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void What_finds_no_frame_is_counted_so(XdpMode mode)
    {
        using XskWire wire = new(mode);
        var near = wire.Near;
        near.Frames.Supply(near.Socket.Fill, Ring);
        wire.Far.Send(XskWire.Packets(Sent));
        XskEnd.WaitUntil(() => near.Socket.Statistics.ReceiveDropped == Sent - Ring);
        Assert.Equal(Ring, near.Socket.Receive!.Waiting);
        var counted = near.Socket.Statistics;
        Assert.Equal(new XdpStatistics { ReceiveDropped = Sent - Ring, FillRingEmpty = Sent - Ring }, counted with { TransmitRingEmpty = 0 });
        Assert.Equal(XskWire.Packets(Ring), near.Receive(Ring));
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void Every_other_descriptor_that_is_invalid_is_counted(XdpMode mode)
    {
        using XskWire wire = new(mode, far: options => options with { Umem = options.Umem with { TracksFrames = false } });
        wire.Near.TakeReceived();
        for (var i = 0; i < Sent; i++)
        {
            XskWire.Packet(i).CopyTo(wire.Far.Umem.Memory.BytesOf(wire.Far.Umem.Layout.FrameAt(i)));
            wire.Far.SubmitRaw(new XdpDescriptor(wire.Far.Umem.Layout.FrameAt(i).Address, i % 2 == 0 ? 64u : 0));
        }

        Assert.Equal(Sent, wire.Far.Flush().Count);
        Assert.Equal(Enumerable.Range(0, Sent / 2).Select(i => XskWire.Packet(2 * i)), wire.Near.Receive(Sent / 2));
        Assert.Equal(new XdpStatistics { TransmitInvalid = Sent / 2 }, wire.Far.Socket.Statistics with { TransmitRingEmpty = 0 });
    }
}
