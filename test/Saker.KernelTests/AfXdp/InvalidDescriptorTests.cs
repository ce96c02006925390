using Saker.Kernel.Bpf;
using Saker.Packets.AfXdp;

namespace Saker.KernelTests.AfXdp;

/// <summary>Descriptors that the kernel does not send from, between others that it does.</summary>
public sealed class InvalidDescriptorTests
{
    private const int Chunks = 64;
    private const int Length = 64;
    private const int Frame = 10;
    private const uint Unknown = 1 << 15;

    private const XdpDescriptorOptions Continued = XdpDescriptorOptions.Continued;

    private static readonly (int Chunk, bool IsUnaligned)[] Layouts = [(4096, false), (2048, false), (4096, true), (4001, true)];

    public static TheoryData<XdpMode, int, bool> MultiBufferKinds
    {
        get
        {
            TheoryData<XdpMode, int, bool> kinds = [];
            foreach (var (chunk, isUnaligned) in Layouts)
            {
                kinds.Add(XdpMode.Native, chunk, isUnaligned);
                kinds.Add(XdpMode.Generic, chunk, isUnaligned);
            }

            return kinds;
        }
    }

    public static TheoryData<XdpMode, int, bool, bool> Kinds
    {
        get
        {
            TheoryData<XdpMode, int, bool, bool> kinds = [];
            foreach (var (chunk, isUnaligned) in Layouts)
            {
                foreach (var mode in (XdpMode[])[XdpMode.Native, XdpMode.Generic])
                {
                    kinds.Add(mode, chunk, isUnaligned, false);
                    kinds.Add(mode, chunk, isUnaligned, true);
                }
            }

            return kinds;
        }
    }

    [KernelTheory]
    [MemberData(nameof(Kinds))]
    public void What_is_no_descriptor_is_counted_and_what_follows_is_sent(XdpMode mode, int chunk, bool isUnaligned, bool isMultiBuffer)
    {
        using var wire = Wire(mode, chunk, isUnaligned, isMultiBuffer);
        var size = (ulong)(chunk * Chunks);
        var start = (ulong)(chunk * Frame);
        var page = (((ulong)chunk * Frame) + 4096) & ~4095ul;
        Check(wire, "an empty packet", new(start, 0), false);
        Check(wire, "the beginning of the UMEM", new(0, Length), true);
        Check(wire, "before the UMEM", new(ulong.MaxValue - 1, Length), false);
        Check(wire, "longer than a chunk", new(start, (uint)chunk + 1), false);
        Check(wire, "much longer than a chunk", new(start, uint.MaxValue), false);
        Check(wire, "up to the end of the UMEM", new(size - Length, Length), true);
        Check(wire, "behind the UMEM", new(size, Length), false);
        Check(wire, "far behind the UMEM", new(1ul << 40, Length), false);
        Check(wire, "over the end of the UMEM", new(size - (Length / 2), Length), false);
        Check(wire, "in the middle of a chunk", new(start + ((ulong)chunk / 2), Length), true);
        Check(wire, "over the boundary of two chunks", new(start + (ulong)chunk - (Length / 2), Length), isUnaligned);
        Check(wire, "over the boundary of two pages", new(page - (Length / 2), Length), isUnaligned);
        Check(wire, "over the middle of a page", new(page - 2048 - (Length / 2), Length), isUnaligned || chunk > 2048);
        Check(wire, "an unknown option", new(start, Length, (XdpDescriptorOptions)Unknown), false);

        // What stands above the lower 48 bits is an offset where chunks are not aligned, and else too much of an address.
        Check(wire, "an offset", new(start | (100ul << 48), Length), isUnaligned);
        Check(wire, "an offset out of the UMEM", new((size - (ulong)chunk) | ((ulong)chunk << 48), Length), false);
    }

    private static void Check(XskWire wire, string what, XdpDescriptor descriptor, bool isValid)
    {
        byte[] packet = XskWire.Packet(77, Length), before = XskWire.Packet(1), after = XskWire.Packet(2);
        var far = wire.Far;
        ulong first = (ulong)far.Umem.Layout.ChunkSize, last = 2 * first;
        if (isValid)
        {
            packet.CopyTo(far.Umem.Memory.BytesOf(descriptor));
        }

        XdpDescriptor earlier = new(first, Length), later = new(last, Length);
        before.CopyTo(far.Umem.Memory.BytesOf(earlier));
        after.CopyTo(far.Umem.Memory.BytesOf(later));
        wire.Near.TakeReceived();
        var counted = far.Socket.Statistics.TransmitInvalid;
        far.SubmitRaw(earlier, descriptor, later);
        var completed = far.Flush();
        var received = wire.Near.Receive(isValid ? 3 : 2);

        // What is not sent comes back as well. What is sent comes back at an even address.
        Assert.True(completed.SequenceEqual([first & ~1ul, isValid ? descriptor.Address & ~1ul : descriptor.Address, last]), $"{what}: {string.Join(' ', completed)}");
        Assert.True(received.SequenceEqual(isValid ? [before, packet, after] : [before, after], Bytes.Same), what);
        Assert.True(far.Socket.Statistics.TransmitInvalid == counted + (isValid ? 0ul : 1ul), what);
    }

    [KernelTheory]
    [MemberData(nameof(MultiBufferKinds))]
    public void A_part_that_is_invalid_makes_its_packet_so(XdpMode mode, int chunk, bool isUnaligned)
    {
        using var wire = Wire(mode, chunk, isUnaligned, isMultiBuffer: true);
        const uint Large = 1500;
        ulong size = (ulong)(chunk * Chunks), start = (ulong)(chunk * Frame);
        CheckParts(wire, "the second part is empty", new(start, Large, Continued), new(start, 0));
        CheckParts(wire, "the second part lies outside", new(start, Large, Continued), new(size, Large));
        CheckParts(wire, "the second part is too long", new(start, Large, Continued), new(start, (uint)chunk + 1));
        CheckParts(wire, "the second part has an unknown option", new(start, Large, Continued), new(start, Large, (XdpDescriptorOptions)Unknown));
        CheckParts(wire, "the third part lies outside", new(start, Large, Continued), new(start, Large, Continued), new(size, Large));
    }

    [KernelTheory]
    [MemberData(nameof(SendReceiveTests.Modes), MemberType = typeof(SendReceiveTests))]
    public void A_packet_may_go_on_though_the_socket_was_not_bound_for_it(XdpMode mode)
    {
        // The kernel looks at XDP_USE_SG where it receives, and where it does not copy.
        using var wire = Wire(mode, 4096, isUnaligned: false, isMultiBuffer: false);
        var far = wire.Far;
        XdpDescriptor first = new(0, Length, Continued), second = new(4096, Length);
        XskWire.Packet(1, Length).CopyTo(far.Umem.Memory.BytesOf(first));
        XskWire.Packet(2, Length).CopyTo(far.Umem.Memory.BytesOf(second));
        wire.Near.TakeReceived();
        far.SubmitRaw(first, second);
        Assert.Equal([0ul, 4096], far.Flush());
        Assert.Equal([.. XskWire.Packet(1, Length), .. XskWire.Packet(2, Length)], Assert.Single(wire.Near.Receive(1)));
    }

    [KernelTheory]
    [MemberData(nameof(SendReceiveTests.Modes), MemberType = typeof(SendReceiveTests))]
    public void Metadata_where_the_memory_has_no_room_for_it_holds_up_what_follows(XdpMode mode)
    {
        using var wire = Wire(mode, 4096, isUnaligned: false, isMultiBuffer: false);
        wire.Far.SubmitRaw(new XdpDescriptor(4096, Length, XdpDescriptorOptions.HasMetadata), new XdpDescriptor(8192, Length));
        Assert.Equal(TransmitKick.Failed, wire.Far.Socket.WakeTransmit());
        Assert.Equal(TransmitKick.Failed, wire.Far.Socket.WakeTransmit());
        Assert.Equal(2, wire.Far.Socket.Transmit!.Waiting);
        Assert.Equal(0ul, wire.Far.Socket.Statistics.TransmitInvalid);
    }

    /// <summary>Sends a packet whose last part is invalid, between valid ones.</summary>
    private static void CheckParts(XskWire wire, string what, params XdpDescriptor[] parts)
    {
        byte[] before = XskWire.Packet(1), after = XskWire.Packet(2);
        var far = wire.Far;
        XdpDescriptor earlier = new((ulong)far.Umem.Layout.ChunkSize, Length), later = new(2 * (ulong)far.Umem.Layout.ChunkSize, Length);
        before.CopyTo(far.Umem.Memory.BytesOf(earlier));
        after.CopyTo(far.Umem.Memory.BytesOf(later));
        wire.Near.TakeReceived();
        var counted = far.Socket.Statistics.TransmitInvalid;
        far.SubmitRaw([earlier, .. parts, later]);
        var completed = far.Flush();
        Assert.True(wire.Near.Receive(2).SequenceEqual([before, after], Bytes.Same), what);
        Assert.True(completed.SequenceEqual([earlier.Address & ~1ul, .. parts.Select(part => part.Address & ~1ul), later.Address]), $"{what}: {string.Join(' ', completed)}");
        Assert.True(far.Socket.Statistics.TransmitInvalid == counted + (ulong)parts.Length, $"{what}: {far.Socket.Statistics.TransmitInvalid - counted}");
    }

    [KernelTheory]
    [MemberData(nameof(Kinds))]
    public void What_is_no_frame_to_receive_into_is_passed_over(XdpMode mode, int chunk, bool isUnaligned, bool isMultiBuffer)
    {
        using var wire = Wire(mode, chunk, isUnaligned, isMultiBuffer);
        var near = wire.Near;
        ulong size = (ulong)(chunk * Chunks), start = (ulong)(chunk * Frame);
        ulong[] invalid = isUnaligned ? [size, size - 1, 1ul << 47, size - (ulong)chunk + 1] : [size, 1ul << 47, ulong.MaxValue];
        ulong[] entries = [.. invalid, start];
        using (var batch = near.Socket.Fill.ReserveAll(entries.Length))
        {
            for (var i = 0; i < entries.Length; i++)
            {
                batch[i] = new UmemFrame(entries[i]);
            }

            batch.Submit();
        }

        wire.Far.Send(XskWire.Packet(5));
        XskEnd.WaitUntil(() => near.Socket.Receive!.Waiting == 1);
        using (var batch = near.Socket.Receive!.Peek(1))
        {
            Assert.Equal(new UmemFrame(start), near.Umem.Layout.FrameOf(batch[0]));
            Assert.Equal(XskWire.Packet(5), near.Umem.Memory.BytesOf(batch[0]));
            batch.Release();
        }

        // The kernel has a counter for them, which it does not move.
        Assert.Equal(default, near.Socket.Statistics with { TransmitRingEmpty = 0 });
        Assert.Equal(0, near.Socket.Fill.Waiting);
    }

    private static XskWire Wire(XdpMode mode, int chunk, bool isUnaligned, bool isMultiBuffer)
    {
        XskEndOptions Set(XskEndOptions options) => options with
        {
            Umem = options.Umem with { Layout = new UmemLayout { ChunkCount = Chunks, ChunkSize = chunk, IsUnaligned = isUnaligned }, TracksFrames = false },
            Socket = options.Socket with { IsMultiBuffer = isMultiBuffer },
        };
        return new XskWire(mode, Set, Set);
    }
}
