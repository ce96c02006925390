using Microsoft.Win32.SafeHandles;
using Saker.Host.Links.Kernel;
using Saker.Packets;
using Saker.Packets.AfXdp;
using Saker.Stack.Driver.Links;
using Saker.Tests.Host.AfXdp;

namespace Saker.Tests.Host.Links;

/// <summary>A queue of a link over rings in memory, at whose other ends the test plays the kernel.</summary>
public sealed class XdpLinkQueueTests : IDisposable
{
    private const int Chunks = 64;

    private readonly MemoryXdpSocket _socket = new(new UmemLayout { ChunkSize = 2048, ChunkCount = Chunks }, entries: 16);
    private readonly SafeFileHandle _descriptor = new();
    private readonly PacketPool _packets = new(64);
    private readonly List<bool> _calls = [];
    private readonly XdpLinkQueue _queue;
    private readonly FrameRegion _memory;

    public XdpLinkQueueTests()
    {
        _queue = new XdpLinkQueue(_socket, _descriptor, isMultiBuffer: false, _calls.Add, 0, Chunks);
        _memory = _queue.Open(new LinkOpening(0, 1, new NoInterrupt()));
    }

    [Fact]
    public void Frames_come_to_the_socket_while_it_is_open_only()
    {
        Assert.Equal([true], _calls);
        _queue.Close();
        Assert.Equal([true, false], _calls);
        Assert.Equal(Chunks, _memory.AvailableCount);
    }

    [Fact]
    public void What_the_kernel_takes_at_once_is_sent_and_nothing_is_left()
    {
        _socket.Sends = int.MaxValue;
        Post(5);
        Assert.Equal(0, _queue.Flush());
        Assert.False(_queue.HasUnsent);
        Assert.Equal(1, _socket.Kicks);
    }

    [Theory]
    [InlineData(TransmitKick.Again)]
    [InlineData(TransmitKick.Taken)]
    public void The_kernel_is_told_as_long_as_that_moves_something(TransmitKick answer)
    {
        _socket.Answer = answer;
        _socket.Sends = 3;
        Post(10);

        _queue.Flush();

        Assert.False(_queue.HasUnsent);
        Assert.Equal(4, _socket.Kicks);
    }

    [Theory]
    [InlineData(TransmitKick.Again, true)]
    [InlineData(TransmitKick.Taken, true)]
    [InlineData(TransmitKick.Down, true)]
    [InlineData(TransmitKick.Failed, false)]
    [InlineData(TransmitKick.NotNeeded, false)]
    public void What_the_kernel_does_not_take_waits_and_wants_to_be_offered_again(TransmitKick answer, bool wantsAgain)
    {
        _socket.Answer = answer;
        Post(7);

        Assert.Equal(0, _queue.Flush());
        Assert.Equal(wantsAgain, _queue.HasUnsent);
        Assert.Equal(1, _socket.Kicks);
        Assert.Equal(7, _socket.Transmit.Waiting);

        _socket.Complete();
        Assert.Equal(0, _queue.Flush());
        Assert.False(_queue.HasUnsent);
    }

    [Fact]
    public void Where_TX_is_full_and_nothing_moves_a_frame_has_no_room_after_one_call()
    {
        _socket.Answer = TransmitKick.Again;
        Post(16);
        PacketBuffer frame = Frame();

        Assert.False(_queue.HasRoomFor(frame));
        Assert.Equal(1, _socket.Kicks);
        Assert.True(_queue.HasUnsent);

        _socket.Complete();
        Assert.True(_queue.HasRoomFor(frame));
        frame.Free();
    }

    public void Dispose()
    {
        _queue.Close();
        Assert.Equal(Chunks, _memory.AvailableCount);
        Assert.Equal(_packets.Capacity, _packets.AvailableCount);
        _memory.Dispose();
        _packets.Dispose();
        _descriptor.Dispose();
    }

    private void Post(int count)
    {
        for (int i = 0; i < count; i++)
        {
            PacketBuffer frame = Frame();
            Assert.True(_queue.HasRoomFor(frame));
            _queue.Post(frame);
        }
    }

    private PacketBuffer Frame()
    {
        Assert.True(_packets.TryAllocate(_memory, new byte[60], out PacketBuffer frame));
        return frame;
    }

    private sealed class NoInterrupt : ILinkInterrupt
    {
        public void Raise()
        {
        }
    }
}
