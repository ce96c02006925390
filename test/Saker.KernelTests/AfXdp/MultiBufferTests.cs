using System.Globalization;
using Saker.Kernel.Bpf;
using Saker.Packets.AfXdp;

namespace Saker.KernelTests.AfXdp;

/// <summary>Packets that take several frames.</summary>
public sealed class MultiBufferTests
{
    private const int Mtu = 9000;
    private const int Longest = Mtu + 14;

    public static TheoryData<XdpMode> Modes => SendReceiveTests.Modes;

    public static TheoryData<XdpMode, int, bool> Chunks => SendReceiveTests.Chunks;

    /// <summary>How many descriptors a packet may have: a first one, and as many fragments as the kernel lets a packet have.</summary>
    private static int MostParts => 1 + int.Parse(File.ReadAllText("/proc/sys/net/core/max_skb_frags"), CultureInfo.InvariantCulture);

    [KernelTheory]
    [MemberData(nameof(Chunks))]
    public void Long_packets_are_sent_and_received_whole(XdpMode mode, int chunk, bool isUnaligned)
    {
        using var wire = Wire(mode, layout => layout with { ChunkSize = chunk, IsUnaligned = isUnaligned });
        Assert.Empty(wire.Near.TakeReceived());
        for (var round = 0; round < 10; round++)
        {
            var packets = Enumerable.Range(0, 20).Select(i => XskWire.Packet(i, i % 3 == 0 ? Longest : i % 3 == 1 ? 60 : 2000 + (100 * i) + round)).ToList();
            wire.Far.Send(packets);
            Assert.Equal(packets, wire.Near.Receive(packets.Count));
        }

        Assert.Equal(default, wire.Near.Socket.Statistics with { TransmitRingEmpty = 0 });
        Assert.Equal(0, wire.Near.Umem.Ledger!.Count(FrameState.Held));
        Assert.Equal(wire.Far.Umem.Layout.ChunkCount, wire.Far.Umem.Ledger!.Count(FrameState.Free));
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void A_packet_of_too_many_parts_is_counted_and_what_follows_is_sent(XdpMode mode)
    {
        using var wire = Wire(mode, layout => layout, tracksFrames: false);
        const int Part = 64;
        var far = wire.Far;
        var most = MostParts;
        wire.Near.TakeReceived();
        var whole = XskWire.Packet(1, Part * most);
        Submit(far, whole, Part);
        Assert.Equal(most, far.Flush().Count);
        Assert.Equal(whole, Assert.Single(wire.Near.Receive(1)));
        Assert.Equal(0ul, far.Socket.Statistics.TransmitInvalid);

        // One that goes on behind the last part that it may have: it is dropped as it is, and comes back.
        Submit(far, XskWire.Packet(2, Part * (most + 1)), Part);
        var completed = far.Flush().Count;
        Submit(far, XskWire.Packet(3, Part), Part);
        Assert.Single(far.Flush());
        Assert.Equal(most + 1, completed);
        Assert.Equal((ulong)most + 1, far.Socket.Statistics.TransmitInvalid);
        Assert.Equal(XskWire.Packet(3, Part), Assert.Single(wire.Near.Receive(1)));
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void A_packet_that_needs_more_frames_than_there_are_is_dropped_whole(XdpMode mode)
    {
        using var wire = Wire(mode, layout => layout);
        var near = wire.Near;
        near.Frames.Supply(near.Socket.Fill, 2);
        wire.Far.Send(XskWire.Packet(1, Longest));
        XskEnd.WaitUntil(() => near.Socket.Statistics.ReceiveDropped == 1);
        Assert.Equal(0, near.Socket.Receive!.Waiting);

        // The frames that were there serve for what fits them.
        wire.Far.Send(XskWire.Packet(2, 5000));
        Assert.Equal(XskWire.Packet(2, 5000), Assert.Single(near.Receive(1)));
        wire.Far.Send(XskWire.Packet(3, Longest));
        Assert.Equal(XskWire.Packet(3, Longest), Assert.Single(near.Receive(1)));
        Assert.Equal(1ul, near.Socket.Statistics.ReceiveDropped);
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void A_packet_that_finds_no_room_in_RX_for_all_parts_leaves_none(XdpMode mode)
    {
        const int Ring = 4;
        using var wire = Wire(mode, layout => layout, Ring);
        wire.Near.TakeReceived();
        wire.Far.Send(XskWire.Packet(1, Longest));
        XskEnd.WaitUntil(() => wire.Near.Socket.Receive!.Waiting == 3);
        wire.Far.Send(XskWire.Packet(2, Longest));
        XskEnd.WaitUntil(() => wire.Near.Socket.Statistics.ReceiveRingFull == 1);
        wire.Far.Send(XskWire.Packet(3));
        Assert.Equal([XskWire.Packet(1, Longest), XskWire.Packet(3)], wire.Near.Receive(2));
    }

    /// <summary>Puts a packet into TX in parts of a length.</summary>
    private static void Submit(XskEnd end, byte[] packet, int part)
    {
        var count = packet.Length / part;
        var parts = new XdpDescriptor[count];
        for (var i = 0; i < count; i++)
        {
            parts[i] = new XdpDescriptor(end.Umem.Layout.FrameAt(i).Address, (uint)part, i + 1 < count ? XdpDescriptorOptions.Continued : XdpDescriptorOptions.None);
            packet.AsSpan(i * part, part).CopyTo(end.Umem.Memory.BytesOf(parts[i]));
        }

        end.SubmitRaw(parts);
    }

    private static XskWire Wire(XdpMode mode, Func<UmemLayout, UmemLayout> layout, int receiveRing = 512, bool tracksFrames = true)
    {
        XskEndOptions Set(XskEndOptions options) => options with
        {
            Umem = options.Umem with { Layout = layout(options.Umem.Layout), TracksFrames = tracksFrames },
            Socket = options.Socket with { IsMultiBuffer = true, ReceiveRingSize = receiveRing },
        };
        return new XskWire(mode, Set, Set, Mtu);
    }
}
