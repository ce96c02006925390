using Saker.Packets;
using Saker.Stack.Nic;
using Saker.Wire;

namespace Saker.Tests.Stack.Nic;

/// <summary>The ring between card and driver: who owns which descriptor, and what is written back when.</summary>
public sealed class DescriptorRingTests : IDisposable
{
    private const int Length = 64;
    private const int BufferLength = 100;

    private static readonly DescriptorStatus End = DescriptorStatus.End(RssFlowType.IPv4Udp, DescriptorFilter.Hash, isTransportHash: true);

    private readonly FrameRegion _memory = new(Length * 2, chunkSize: 256, headroom: 0);
    private readonly DescriptorRing _ring;

    public DescriptorRingTests() => _ring = new DescriptorRing(Length, _memory, BufferLength);

    public void Dispose() => _memory.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(32)]
    [InlineData(65)]
    [InlineData(100)]
    [InlineData(8224)]
    public void A_length_that_no_card_takes_is_refused(int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DescriptorRing(length, _memory, BufferLength));

    [Fact]
    public void A_ring_without_buffers_takes_nothing()
    {
        Assert.Equal(0, _ring.FreeCount);
        Assert.False(Place([1, 2, 3]));
    }

    [Fact]
    public void A_full_ring_leaves_one_descriptor_out_and_takes_the_next_when_the_tail_moves()
    {
        Post(0, Length - 1);
        for (int i = 0; i < Length - 1; i++)
        {
            Assert.True(Place([(byte)i]));
        }

        Assert.Equal((Length - 1, Length - 1, 0), (_ring.Head, _ring.Tail, _ring.FreeCount));
        Assert.False(Place([0]));
        Post(Length - 1, 1);
        Assert.True(Place([0]));
        Assert.Equal(0, _ring.Head);
    }

    [Fact]
    public void Frames_go_round_and_round_in_order()
    {
        int tail = 0;
        int next = 0;
        for (int i = 0; i < 1000; i++)
        {
            tail = Post(tail, 1);
            Assert.True(Place([(byte)i, (byte)(i >> 8)]));
            _ring.WriteBack();
            DescriptorStatus status = _ring[next].ReadStatus();
            Assert.True(status is { IsDone: true, IsEndOfPacket: true, Length: 2 });
            Assert.Equal([(byte)i, (byte)(i >> 8)], _memory.BytesOf(next, 0, 2).ToArray());
            next = _ring.Next(next);
        }
    }

    [Fact]
    public void A_descriptor_says_what_the_card_knows()
    {
        Post(0, 2);
        Assert.True(_ring.TryPlace([1, 2, 3], End.WithChecksums(networkWrong: false, transportWrong: true).WithTimestamp(2), 0xdeadbeef, 1234, 56));
        _ring.WriteBack();
        ReceiveDescriptor descriptor = _ring.Descriptors[0];
        DescriptorStatus status = descriptor.ReadStatus();
        Assert.Equal((0xdeadbeefu, 1234L, 56u), (descriptor.FilterValue, descriptor.Timestamp, descriptor.Origin));
        Assert.Equal((RssFlowType.IPv4Udp, DescriptorFilter.Hash, 2, 3), (status.PacketType, status.Filter, status.TimestampIndex, status.Length));
        Assert.True(status is
        {
            HasCheckedSums: true, IsTransportChecksumWrong: true, IsNetworkChecksumWrong: false, IsTransportHash: true,
            HasVlanTag: false, IsBadFrame: false, IsProgrammingStatus: false,
        });
    }

    [Fact]
    public void A_tag_is_taken_out_on_the_way()
    {
        byte[] frame = [.. Enumerable.Range(0, 12).Select(value => (byte)value), 0x81, 0, 0x60, 5, 8, 0, 99];
        Post(0, 2);
        Assert.True(_ring.TryPlace(frame, End.WithVlanTag(), 0, 0, 0));
        _ring.WriteBack();
        Assert.Equal((0x6005, 15), (_ring.Descriptors[0].VlanTag, _ring.Descriptors[0].ReadStatus().Length));
        Assert.Equal([.. frame[..12], .. frame[16..]], _memory.BytesOf(0, 0, 15).ToArray());
    }

    [Fact]
    public void Four_descriptors_are_written_back_together()
    {
        Post(0, 10);
        for (int i = 0; i < 3; i++)
        {
            Place([1]);
        }

        Assert.Equal(0, CountDone());
        Place([1]);
        Assert.Equal(4, CountDone());
        Place([1]);
        Assert.Equal(4, CountDone());
        _ring.WriteBack();
        Assert.Equal(5, CountDone());
    }

    [Fact]
    public void A_frame_of_several_buffers_is_taken_whole_or_not_at_all()
    {
        Post(0, 3);
        Assert.False(Place(new byte[301]));
        Assert.Equal((0, 3), (_ring.Head, _ring.FreeCount));
        Assert.True(Place(new byte[300]));
        _ring.WriteBack();
        Assert.Equal([(false, 100), (false, 100), (true, 100)],
            _ring.Descriptors[..3].ToArray().Select(descriptor => (descriptor.ReadStatus().IsEndOfPacket, descriptor.ReadStatus().Length)));
    }

    [Fact]
    public void Two_threads_see_every_frame_once_and_whole()
    {
        const int frames = 200_000;
        Thread card = new(() =>
        {
            Span<byte> frame = stackalloc byte[16];
            for (int i = 0; i < frames;)
            {
                frame.Fill((byte)i);
                if (_ring.TryPlace(frame, End, (uint)i, i, (uint)i))
                {
                    i++;
                    _ring.WriteBack();
                }
                else
                {
                    Thread.Yield();
                }
            }
        });
        int tail = Post(0, Length - 1);
        card.Start();
        int next = 0;
        for (int i = 0; i < frames; i++)
        {
            SpinWait.SpinUntil(() => _ring[next].ReadStatus().IsDone);
            ReceiveDescriptor descriptor = _ring[next];
            Assert.Equal(((uint)i, (long)i), (descriptor.FilterValue, descriptor.Timestamp));
            Assert.False(_memory.BytesOf(next, 0, 16).ContainsAnyExcept((byte)i));
            _ring[next].ClearStatus();
            next = _ring.Next(next);
            tail = Post(tail, 1);
        }

        card.Join();
    }

    private bool Place(ReadOnlySpan<byte> frame) => _ring.TryPlace(frame, End, 0, 0, 0);

    private int CountDone() => _ring.Descriptors.ToArray().Count(descriptor => descriptor.ReadStatus().IsDone);

    /// <summary>Gives the card buffers, each the chunk of the descriptor's number.</summary>
    private int Post(int tail, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _ring[tail].Post(_memory.Addresses.Of(tail, 0));
            tail = _ring.Next(tail);
        }

        _ring.MoveTail(tail);
        return tail;
    }
}
