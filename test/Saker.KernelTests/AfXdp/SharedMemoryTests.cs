using System.Buffers.Binary;
using Saker.Kernel.AfXdp;
using Saker.Kernel.Bpf;
using Saker.KernelTests.Bpf;
using Saker.Packets.AfXdp;

namespace Saker.KernelTests.AfXdp;

/// <summary>Several sockets over one memory: on one queue, on two, on two devices.</summary>
[Collection(AloneCollection.Name)]
public sealed class SharedMemoryTests
{
    private const int Sent = 60;
    private const int Share = 128;

    private static readonly UmemOptions Memory = new() { Layout = new UmemLayout { ChunkCount = 1024 }, Pages = UmemPages.Usual, TracksFrames = true };
    private static readonly XdpSocketOptions Usual = new() { Device = "eth0", ReceiveRingSize = 256, TransmitRingSize = 256, FillRingSize = 256, CompletionRingSize = 256, Copy = XdpCopyMode.Copy };

    public static TheoryData<XdpMode> Modes => SendReceiveTests.Modes;

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void Two_sockets_of_a_queue_take_turns_and_the_second_goes_on_when_the_first_is_closed(XdpMode mode)
    {
        using VethPair wire = new();
        using Umem umem = Umem.Create(Memory);
        var frames = umem.AllocateFrames();
        using XskEnd far = new(wire.Far, wire.FarDevice, new XskEndOptions { Program = mode });
        using var first = wire.Near.Enter(() => XdpSocket.Open(umem, Usual));
        using var second = wire.Near.Enter(() => XdpSocket.Open(umem, Usual));
        Assert.Same(first.Fill, second.Fill);
        Assert.Same(first.Completion, second.Completion);
        using var program = wire.Near.Enter(() => XdpSocketProgram.Attach(wire.NearDevice, new() { Mode = mode, SocketsPerQueue = 2 }));
        program.Add(0, first.Descriptor, turn: 0);
        program.Add(0, second.Descriptor, turn: 1);
        frames.Supply(first.Fill, Share);

        // Turns are taken on each CPU by itself, so that this thread stays on one.
        OnOneProcessor(() => far.Send(XskWire.Packets(Sent)));
        var all = (First: Take(first, frames, Sent / 2), Second: Take(second, frames, Sent / 2));
        Assert.Equal(Enumerable.Range(0, Sent), all.First.Concat(all.Second).Order());
        Assert.Equal(Sent / 2, all.First.Count);
        Assert.True(all.First.SequenceEqual(all.First.Order()) && all.Second.SequenceEqual(all.Second.Order()));

        // Both send; what they sent comes back by the ring that they have in common.
        far.TakeReceived();
        Send(first, frames, 10);
        Send(second, frames, 20);
        Assert.Equal([XskWire.Packet(10), XskWire.Packet(20)], far.Receive(2));
        XskEnd.WaitUntil(() => second.Completion.Waiting == 2);
        Assert.Equal(2, frames.Collect(second.Completion));

        first.Dispose();
        program.Remove(0, turn: 0);
        frames.Supply(second.Fill, Share);
        program.Add(0, second.Descriptor, turn: 0);
        far.Send(XskWire.Packets(Sent));
        Assert.Equal(Enumerable.Range(0, Sent), Take(second, frames, Sent));
        Send(second, frames, 30);
        Assert.Equal(XskWire.Packet(30), Assert.Single(far.Receive(1)));
        XskEnd.WaitUntil(() => frames.Collect(second.Completion) == 1);

        // Another may join, also when the one that made the rings has gone.
        using var third = wire.Near.Enter(() => XdpSocket.Open(umem, Usual));
        Assert.Same(second.Fill, third.Fill);
        program.Add(0, third.Descriptor, turn: 0);
        program.Add(0, third.Descriptor, turn: 1);
        second.Dispose();
        frames.Supply(third.Fill, Share);
        far.Send(XskWire.Packets(Sent));
        Assert.Equal(Enumerable.Range(0, Sent), Take(third, frames, Sent));
        Assert.Equal(0, umem.Ledger!.Count(FrameState.InTransmit));
        Assert.Equal(umem.Layout.ChunkCount, frames.Available + umem.Ledger.Count(FrameState.InFill));
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void Sockets_of_two_devices_share_memory_and_one_goes_on_without_the_other(XdpMode mode)
    {
        using VethPair one = new(), other = new();
        using Umem umem = Umem.Create(Memory);
        var frames = umem.AllocateFrames();
        using XskEnd farOne = new(one.Far, one.FarDevice, new XskEndOptions { Program = mode });
        using XskEnd farOther = new(other.Far, other.FarDevice, new XskEndOptions { Program = mode });
        using var first = one.Near.Enter(() => XdpSocket.Open(umem, Usual));
        using var second = other.Near.Enter(() => XdpSocket.Open(umem, Usual));
        Assert.NotSame(first.Fill, second.Fill);
        using var programOne = Attach(one, mode, first);
        using var programOther = Attach(other, mode, second);
        frames.Supply(first.Fill, Share);
        frames.Supply(second.Fill, Share);

        // What came by one device goes out by the other, from where it lies.
        farOther.TakeReceived();
        farOne.Send(XskWire.Packets(Sent));
        XskEnd.WaitUntil(() => first.Receive!.Waiting == Sent);
        using (var received = first.Receive!.Peek(Sent))
        using (var transmit = second.Transmit!.ReserveAll(Sent))
        {
            for (var i = 0; i < Sent; i++)
            {
                transmit[i] = received[i];
            }

            transmit.Submit();
            received.Release();
        }

        XskEnd.WaitUntil(() =>
        {
            second.WakeTransmit();
            return second.Transmit!.Waiting == 0;
        });
        Assert.Equal(XskWire.Packets(Sent), farOther.Receive(Sent));
        var back = 0;
        XskEnd.WaitUntil(() => (back += frames.Collect(second.Completion)) == Sent);

        // The first one registered the memory, and may be closed all the same.
        first.Dispose();
        farOther.Send(XskWire.Packets(Sent));
        Assert.Equal(Enumerable.Range(0, Sent), Take(second, frames, Sent));
        using var again = one.Near.Enter(() => XdpSocket.Open(umem, Usual));
        programOne.Add(0, again.Descriptor);
        frames.Supply(again.Fill, Share);
        farOne.Send(XskWire.Packets(Sent));
        Assert.Equal(Enumerable.Range(0, Sent), Take(again, frames, Sent));
    }

    private static XdpSocketProgram Attach(VethPair wire, XdpMode mode, XdpSocket socket)
    {
        var program = wire.Near.Enter(() => XdpSocketProgram.Attach(wire.NearDevice, new() { Mode = mode }));
        program.Add(0, socket.Descriptor);
        return program;
    }

    private static void Send(XdpSocket socket, FrameAllocator frames, int number)
    {
        Assert.True(frames.TryTake(out var frame));
        XdpDescriptor descriptor = new(frame.Address, 64);
        XskWire.Packet(number).CopyTo(socket.Memory.BytesOf(descriptor));
        using var batch = socket.Transmit!.ReserveAll(1);
        batch[0] = descriptor;
        batch.Submit();
        socket.WakeTransmit();
    }

    /// <summary>Takes so many packets, and says their numbers.</summary>
    private static List<int> Take(XdpSocket socket, FrameAllocator frames, int count)
    {
        List<int> numbers = [];
        XskEnd.WaitUntil(() => socket.Receive!.Waiting == count);
        using var batch = socket.Receive!.Peek(count);
        for (var i = 0; i < batch.Length; i++)
        {
            var number = BinaryPrimitives.ReadInt32BigEndian(socket.Memory.BytesOf(batch[i])[14..]);
            Assert.Equal(XskWire.Packet(number), socket.Memory.BytesOf(batch[i]));
            numbers.Add(number);
            frames.Return(socket.Memory.Layout.FrameOf(batch[i]));
        }

        batch.Release();
        return numbers;
    }

    private static void OnOneProcessor(Action action)
    {
        Exception? fault = null;
        Thread thread = new(() =>
        {
            Saker.Kernel.Scheduling.ThreadAffinity.Bind(0);
            fault = Record.Exception(action);
        });
        thread.Start();
        thread.Join();
        Assert.Null(fault);
    }
}
