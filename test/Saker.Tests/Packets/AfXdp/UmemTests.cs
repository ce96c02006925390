using System.Runtime.InteropServices;
using Saker.Packets.AfXdp;

namespace Saker.Tests.Packets.AfXdp;

public sealed unsafe class UmemTests : IDisposable
{
    private static readonly UmemLayout Layout = new() { ChunkSize = 2048, ChunkCount = 8, TransmitMetadataLength = 24 };
    private readonly byte* _start = (byte*)NativeMemory.AlignedAlloc((nuint)Layout.Size, 4096);

    public void Dispose() => NativeMemory.AlignedFree(_start);

    [Theory]
    [InlineData(2048, 0, false, 0, true)]
    [InlineData(4096, 3392, false, 0, true)]
    [InlineData(4096, 3393, false, 0, false)]
    [InlineData(4096, -1, false, 0, false)]
    [InlineData(1024, 0, false, 0, false)]
    [InlineData(8192, 0, false, 0, false)]
    [InlineData(3000, 0, false, 0, false)]
    [InlineData(3000, 0, true, 0, true)]
    [InlineData(4096, 0, false, 24, true)]
    [InlineData(4096, 0, false, 20, false)]
    [InlineData(4096, 0, false, 256, false)]
    public void Layouts_are_checked_as_Linux_checks_them(int chunk, int headroom, bool isUnaligned, int metadata, bool isValid)
    {
        UmemLayout layout = new() { ChunkSize = chunk, Headroom = headroom, IsUnaligned = isUnaligned, TransmitMetadataLength = metadata };
        Assert.Equal(isValid, layout.TryValidate(out string? fault));
        Assert.Equal(isValid, fault is null);
    }

    [Fact]
    public void Aligned_addresses_are_offsets()
    {
        Assert.Equal(2048UL + 300, Layout.AddressIn(Layout.FrameAt(1), 300));
        Assert.Equal(Layout.FrameAt(1), Layout.FrameOf(new XdpDescriptor(2048 + 300, 5)));
        Assert.Equal(Layout.FrameAt(1), Layout.FrameOf(new UmemFrame(4095)));
    }

    [Fact]
    public void Unaligned_addresses_bear_the_offset_in_their_upper_bits()
    {
        UmemLayout layout = Layout with { IsUnaligned = true };
        ulong address = layout.AddressIn(new UmemFrame(2500), 300);
        Assert.Equal((300UL << 48) | 2500, address);
        Assert.Equal(2800UL, UmemLayout.OffsetOf(address));
        Assert.Equal(new UmemFrame(2500), layout.FrameOf(new XdpDescriptor(address, 5)));
    }

    [Fact]
    public void Frames_at_odd_addresses_are_found_though_they_come_back_at_even_ones()
    {
        UmemLayout layout = new() { ChunkSize = 4001, ChunkCount = 8, IsUnaligned = true };
        for (int i = 0; i < layout.ChunkCount; i++)
        {
            UmemFrame frame = layout.FrameAt(i);
            Assert.Equal(frame, layout.FrameOf(frame));
            Assert.Equal(frame, layout.FrameOf(new UmemFrame(frame.Address & ~1UL)));
            Assert.Equal(frame, layout.FrameOf(new UmemFrame(layout.AddressIn(frame, 77) & ~1UL)));
            Assert.Equal((ulong)i, layout.ChunkOf(frame.Address & ~1UL));
        }
    }

    [Theory]
    [InlineData(2048, false)]
    [InlineData(3000, true)]
    [InlineData(3001, true)]
    public void Frames_of_many_packets_are_those_of_each(int chunkSize, bool isUnaligned)
    {
        UmemLayout layout = new() { ChunkSize = chunkSize, ChunkCount = 8, IsUnaligned = isUnaligned };
        XdpDescriptor[] packets =
        [
            new(layout.AddressIn(layout.FrameAt(3), 300), 60),
            new(layout.AddressIn(layout.FrameAt(5), 256), 1700, XdpDescriptorOptions.Continued),
            new(layout.AddressIn(layout.FrameAt(7), 256), 100, XdpDescriptorOptions.HasMetadata),
        ];
        var frames = new UmemFrame[4];
        Assert.Equal((2, 1860), layout.FramesOf(packets, frames));
        Assert.Equal([.. packets.Select(packet => layout.FrameOf(packet)), default], frames);
        Assert.Throws<ArgumentOutOfRangeException>(() => layout.FramesOf(packets, new UmemFrame[2]));
    }

    [Theory]
    [InlineData(0, 2048, true)]
    [InlineData(8 * 2048 - 60, 60, true)]
    [InlineData(8 * 2048 - 60, 61, false)]
    [InlineData(8 * 2048, 0, true)]
    [InlineData(8 * 2048, 1, false)]
    [InlineData(0, 2049, false)]
    [InlineData(0xffff_ffff_ffff_ffff, 1, false)]
    [InlineData(0x0000_ffff_ffff_ffff, 60, false)]
    [InlineData(0, uint.MaxValue, false)]
    public void Bytes_lie_in_the_memory_or_are_refused(ulong address, uint length, bool isInside)
    {
        UmemMemory memory = new(_start, Layout);
        if (isInside)
        {
            Assert.Equal((int)length, memory.BytesOf(new XdpDescriptor(address, length)).Length);
        }
        else
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => memory.BytesOf(new XdpDescriptor(address, length)).Length);
        }
    }

    [Fact]
    public void Frames_have_bytes_to_the_end_of_their_chunk()
    {
        UmemMemory memory = new(_start, Layout);
        Assert.Equal(2048, memory.BytesOf(Layout.FrameAt(7)).Length);
        Assert.Equal(96, memory.BytesOf(new UmemFrame(4000 + 2048)).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.BytesOf(Layout.FrameAt(8)).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.BytesOf(new UmemFrame(ulong.MaxValue)).Length);
    }

    [Fact]
    public void Metadata_stands_in_front_of_a_packet()
    {
        UmemMemory memory = new(_start, Layout);
        memory.TransmitMetadataOf(2048 + 24).ChecksumStart = 0x1234;
        Assert.Equal(0x1234, MemoryMarshal.Read<ushort>(memory.BytesOf(Layout.FrameAt(1))[8..]));
        MemoryMarshal.Write(memory.BytesOf(Layout.FrameAt(2))[248..], 0x1122334455667788);
        Assert.Equal(0x1122334455667788, memory.ReceiveMetadataOf<long>(new XdpDescriptor(4096 + 256, 60)));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.TransmitMetadataOf(23).Requests);
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.ReceiveMetadataOf<long>(new XdpDescriptor(7, 60)));
        Assert.Throws<InvalidOperationException>(() => new UmemMemory(_start, Layout with { TransmitMetadataLength = 0 }).TransmitMetadataOf(2048).Requests);
    }

    [Fact]
    public void Frames_go_round_and_none_is_lost()
    {
        FrameLedger ledger = new(Layout);
        FrameAllocator frames = new(Layout, 0, 8, ledger);
        using RingBlock fill = new(4, 8), rx = new(8, 16), tx = new(8, 16), completion = new(8, 8);
        FillRing ours = new(fill.Memory, ledger);
        Assert.Equal(4, frames.Supply(ours));
        Assert.Equal((4, 0, 4, 0), Census(ledger));

        RingConsumer<UmemFrame> theirs = new(fill.Memory);
        RingProducer<XdpDescriptor> coming = new(rx.Memory);
        using (ConsumerBatch<UmemFrame> given = theirs.Peek(2))
        using (ProducerBatch<XdpDescriptor> received = coming.Reserve(2))
        {
            received[0] = new XdpDescriptor(given[0].Address + 256, 60);
            received[1] = new XdpDescriptor(given[1].Address + 256, 70);
            received.Submit();
            given.Release();
        }

        ReceiveRing receive = new(rx.Memory, ledger);
        TransmitRing transmit = new(tx.Memory, ledger);
        using (ConsumerBatch<XdpDescriptor> packets = receive.Peek(8))
        using (ProducerBatch<XdpDescriptor> sent = transmit.Reserve(packets.Length))
        {
            Assert.Equal((4, 2, 2, 0), Census(ledger));
            sent[0] = packets[0];
            sent[1] = packets[1];
            sent.Submit();
            packets.Release();
        }

        Assert.Equal((4, 0, 2, 2), Census(ledger));
        RingConsumer<XdpDescriptor> going = new(tx.Memory);
        RingProducer<UmemFrame> done = new(completion.Memory);
        using (ConsumerBatch<XdpDescriptor> packets = going.Peek(8))
        using (ProducerBatch<UmemFrame> completed = done.Reserve(2))
        {
            completed[0] = new UmemFrame(packets[0].Address);
            completed[1] = new UmemFrame(packets[1].Address);
            completed.Submit();
            packets.Release();
        }

        Assert.Equal(2, frames.Collect(new CompletionRing(completion.Memory, ledger)));
        Assert.Equal((6, 0, 2, 0), Census(ledger));
        Assert.Equal(6, frames.Available);
    }

    [Fact]
    public void Frames_that_are_given_away_twice_are_told()
    {
        FrameLedger ledger = new(Layout);
        FrameAllocator frames = new(Layout, 0, 8, ledger);
        using RingBlock fill = new(4, 8), tx = new(4, 16);
        FillRing ring = new(fill.Memory, ledger);
        TransmitRing transmit = new(tx.Memory, ledger);
        Assert.True(frames.TryTake(out UmemFrame frame));
        Give();
        Assert.Throws<InvalidOperationException>(Give);
        Assert.Throws<InvalidOperationException>(() => frames.Return(frame));
        Assert.Throws<InvalidOperationException>(() =>
        {
            using ProducerBatch<XdpDescriptor> batch = transmit.Reserve(1);
            batch[0] = new XdpDescriptor(frame.Address, 60);
            batch.Submit();
        });
        Assert.Throws<InvalidOperationException>(() => frames.Return(new UmemFrame(1UL << 40)));

        void Give()
        {
            using ProducerBatch<UmemFrame> batch = ring.Reserve(1);
            batch[0] = frame;
            batch.Submit();
        }
    }

    [Fact]
    public void Without_a_ledger_too_many_frames_are_told()
    {
        FrameAllocator frames = new(Layout, 0, 8);
        Assert.Throws<InvalidOperationException>(() => frames.Return(new UmemFrame(0)));
        for (int i = 0; i < 8; i++)
        {
            Assert.True(frames.TryTake(out UmemFrame frame));
            Assert.Equal(Layout.FrameAt(i), frame);
        }

        Assert.False(frames.TryTake(out _));
    }

    [Fact]
    public void Packets_of_several_descriptors_are_one_and_those_cut_off_wait()
    {
        using RingBlock rx = new(8, 16);
        RingProducer<XdpDescriptor> coming = new(rx.Memory);
        using (ProducerBatch<XdpDescriptor> batch = coming.Reserve(6))
        {
            for (uint i = 0; i < 6; i++)
            {
                batch[(int)i] = new XdpDescriptor(i * 2048, i + 1, i is 1 or 2 or 4 ? XdpDescriptorOptions.Continued : XdpDescriptorOptions.None);
            }

            batch.Submit();
        }

        ReceiveRing ring = new(rx.Memory);
        using (ConsumerBatch<XdpDescriptor> batch = ring.Peek(5))
        {
            ReceivedPackets packets = new(batch);
            List<(int Count, long Length)> seen = [];
            while (packets.MoveNext())
            {
                seen.Add((packets.Current.Count, packets.Current.Length));
            }

            Assert.Equal([(1, 1), (3, 9)], seen);
            Assert.Equal(4, packets.Descriptors);
            batch.Release(packets.Descriptors);
        }

        using ConsumerBatch<XdpDescriptor> rest = ring.Peek(8);
        foreach (ReceivedPacket packet in new ReceivedPackets(rest))
        {
            Assert.Equal(11, packet.Length);
            Assert.Equal(4UL * 2048, packet[0].Address);
        }
    }

    private static (int Free, int Held, int InFill, int InTransmit) Census(FrameLedger ledger) =>
        (ledger.Count(FrameState.Free), ledger.Count(FrameState.Held), ledger.Count(FrameState.InFill), ledger.Count(FrameState.InTransmit));
}
