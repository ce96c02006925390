using System.Buffers.Binary;
using Saker.Packets;
using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Driver;
using Saker.Stack.Ip.V4;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Sockets;
using Saker.Stack.Softirq;
using Saker.Stack.Transport.Udp;
using Saker.Wire;

namespace Saker.Tests.Stack.Transport;

/// <summary>UDP sockets that an application reads, on threads of its own.</summary>
public sealed class UdpReadingTests : IDisposable
{
    private const ushort Port = 9999;

    private readonly NetworkStack _stack;
    private readonly IFrameReceiver _link;
    private readonly VirtualClock _clock = new();

    public UdpReadingTests()
    {
        NetworkDevice device = new(2, "eth0", MacAddress.Parse("02:00:00:00:00:01"))
        {
            IPv4 = new IPv4Interface(
                [new IPv4InterfaceAddress(new IPv4Address(10, 0, 0, 1), 24) { Broadcast = new IPv4Address(10, 0, 0, 255) }], [], new IPv4InterfaceSettings()),
        };
        _clock.AdvanceTo(1_700_000_000_000_000_000);
        _stack = new NetworkStack(new NetworkOptions { Devices = [device], Routes = [.. AddressRoutes.Of(device)], Clock = _clock });
        _link = _stack.ReceiverOf(device);
    }

    /// <summary>Throws if a buffer has not come back.</summary>
    public void Dispose() => _stack.Dispose();

    [Fact]
    public void A_datagram_that_waits_is_read_with_its_sender()
    {
        UdpSocket socket = Open();
        Receive(Datagram("hello"u8));

        byte[] memory = new byte[64];
        Assert.True(socket.TryReceive(memory, out ReceivedDatagram datagram));
        Assert.Equal(new ReceivedDatagram(5, new IPv4Address(10, 0, 0, 2), 4000, false, _clock.Now), datagram);
        Assert.Equal("hello"u8, memory.AsSpan(0, 5));
        Assert.False(socket.TryReceive(memory, out _));
    }

    [Fact]
    public void A_datagram_longer_than_the_memory_is_cut_and_says_so()
    {
        UdpSocket socket = Open();
        Receive(Datagram("hello"u8));

        byte[] memory = new byte[3];
        Assert.True(socket.TryReceive(memory, out ReceivedDatagram datagram));
        Assert.True(datagram is { Length: 3, IsTruncated: true });
        Assert.Equal("hel"u8, memory);
    }

    [Fact]
    public async Task A_reader_that_waits_gets_the_datagram_that_comes()
    {
        UdpSocket socket = Open();
        byte[] memory = new byte[64];
        Task<ReceivedDatagram> reading = socket.ReceiveAsync(memory).AsTask();
        Assert.False(reading.IsCompleted);

        Receive(Datagram("hello"u8));

        ReceivedDatagram datagram = await reading.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(5, datagram.Length);
        Assert.Equal("hello"u8, memory.AsSpan(0, 5));
    }

    [Fact]
    public async Task A_wait_that_is_called_off_ends_and_the_next_goes_on()
    {
        UdpSocket socket = Open();
        byte[] memory = new byte[64];
        using CancellationTokenSource patience = new();
        Task<ReceivedDatagram> reading = socket.ReceiveAsync(memory, patience.Token).AsTask();

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(30)));
        Receive(Datagram("hello"u8));
        Assert.Equal(5, (await socket.ReceiveAsync(memory).AsTask().WaitAsync(TimeSpan.FromSeconds(30))).Length);
    }

    [Fact]
    public async Task A_closed_socket_ends_the_wait()
    {
        UdpSocket socket = Open();
        Task<ReceivedDatagram> reading = socket.ReceiveAsync(new byte[64]).AsTask();

        _stack.UdpSockets.Remove(socket);
        socket.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void A_full_buffer_drops_and_has_room_again_once_it_is_read()
    {
        byte[] frame = Datagram(new byte[100]);
        UdpSocket socket = Open(limit: 3 * FrameMemoryCost.Of(FrameMemory.Allocated, frame.Length));

        for (int i = 0; i < 5; i++)
        {
            Receive(frame);
        }

        Assert.Equal(2, _stack.Counters[DropReason.SocketReceiveBuffer]);
        Assert.Equal(2, _stack.Counters[Counter.UdpRcvbufErrors]);
        Assert.Equal(2, _stack.Counters[Counter.UdpInErrors]);
        Assert.Equal(0, _stack.Counters[Counter.UdpInDatagrams]);
        while (socket.TryReceive(new byte[100], out _))
        {
        }

        Receive(frame);
        Assert.Equal(2, _stack.Counters[DropReason.SocketReceiveBuffer]);
        Assert.Equal(3, _stack.Counters[Counter.UdpInDatagrams]);
    }

    [Fact]
    public void A_datagram_larger_than_the_whole_buffer_is_taken_when_it_is_alone()
    {
        Open(limit: 1);

        Receive(Datagram("one"u8));
        Receive(Datagram("two"u8));

        Assert.Equal(1, _stack.Counters[DropReason.SocketReceiveBuffer]);
    }

    [Fact]
    public async Task Between_two_threads_every_datagram_is_read_in_order_or_counted_as_dropped()
    {
        int count = Effort.Inputs(20_000, 2_000_000);
        UdpSocket socket = Open();
        Task<(int Read, bool InOrder)> reader = Task.Run(() => ReadUntil(socket, count));

        byte[] payload = new byte[8];
        for (int i = 1; i <= count; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(payload, i);
            Receive(Datagram(payload));
        }

        // The last one says the end; it is repeated until the reader has had room for it.
        BinaryPrimitives.WriteInt32BigEndian(payload, int.MaxValue);
        while (!reader.IsCompleted)
        {
            Receive(Datagram(payload));
            Thread.Yield();
        }

        (int read, bool inOrder) = await reader;
        Assert.True(inOrder);
        Assert.True(read > 0);
        _stack.UdpSockets.Remove(socket);
        socket.Dispose();
    }

    private static async Task<(int Read, bool InOrder)> ReadUntil(UdpSocket socket, int count)
    {
        byte[] memory = new byte[64];
        int last = 0;
        int read = 0;
        while (true)
        {
            await socket.ReceiveAsync(memory);
            int number = BinaryPrimitives.ReadInt32BigEndian(memory);
            if (number == int.MaxValue)
            {
                return (read, true);
            }

            if (number <= last || number > count)
            {
                return (read, false);
            }

            last = number;
            read++;
        }
    }

    private UdpSocket Open(int limit = ReceiveQueue.DefaultLimit)
    {
        UdpSocket socket = new(new ReceiveQueue(_stack.Cpus, limit)) { LocalPort = Port };
        _stack.UdpSockets.Add(socket);
        return socket;
    }

    private void Receive(byte[] frame)
    {
        Assert.True(_link.TryArrive(frame, _clock.Now, 1));
        _link.Interrupt();
        _stack.Cpus[0].Softirq.RunUntilIdle();
    }

    private static byte[] Datagram(ReadOnlySpan<byte> payload)
    {
        IPv4Address source = new(10, 0, 0, 2);
        IPv4Address destination = new(10, 0, 0, 1);
        byte[] frame = new byte[14 + 20 + 8 + payload.Length];
        new EthernetHeader { Destination = MacAddress.Parse("02:00:00:00:00:01"), Source = MacAddress.Parse("02:00:00:00:00:02"), Type = EtherType.IPv4 }.Emit(frame);
        IPv4Header ip = new() { TotalLength = (ushort)(28 + payload.Length), TimeToLive = 64, Protocol = IPProtocol.Udp, Source = source, Destination = destination };
        ip.Emit(frame.AsSpan(14));
        (ip with { HeaderChecksum = InternetChecksum.Compute(frame.AsSpan(14, 20)) }).Emit(frame.AsSpan(14));
        new UdpHeader { SourcePort = 4000, DestinationPort = Port, DatagramLength = (ushort)(8 + payload.Length) }.Emit(frame.AsSpan(34));
        payload.CopyTo(frame.AsSpan(42));
        return frame;
    }
}
