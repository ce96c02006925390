using System.Net.Sockets;
using Saker.Kernel;
using Saker.Kernel.Namespaces;
using Saker.Kernel.Packets;
using Saker.Kernel.Tap;
using Saker.Packets;

namespace Saker.KernelTests.Links;

/// <summary>Rings of packet sockets and queues of TAP devices by themselves: what the kernel puts there, and takes.</summary>
public sealed class PacketRingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [KernelFact]
    public void Frames_come_whole_and_in_order_and_own_ones_do_not()
    {
        Within((ring, peer, own) =>
        {
            own.Send(Frame(100, 255));
            for (int i = 0; i < 50; i++)
            {
                peer.Send(Frame(60 + (i * 20), i));
            }

            List<byte[]> frames = Take(ring, 50, out List<long> times);

            Assert.Equal(Enumerable.Range(0, 50).Select(i => Frame(60 + (i * 20), i)), frames);
            Assert.Equal(times.Order(), times);
            Assert.InRange(times[0], DateTimeOffset.UtcNow.AddMinutes(-1).ToUnixTimeMilliseconds() * 1_000_000, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000);
            Assert.Equal((50u, 0u, 0u), ring.TakeStatistics());
        });
    }

    [KernelFact]
    public void A_batch_of_the_longest_frames_has_room_with_a_device_that_sends_slowly()
    {
        // What a frame of 64 KiB is charged with: its pages, and the kernel's notes of them.
        const int Charge = (64 << 10) + 1024;
        Within((ring, _, _) =>
        {
            using Socket socket = new(new SafeSocketHandle(ring.Descriptor.DangerousGetHandle(), ownsHandle: false));
            Assert.InRange(socket.SendBufferSize, PacketBatch.DefaultCapacity * Charge, int.MaxValue);
        });
    }

    [KernelTheory]
    [InlineData("8100", "6064")]
    [InlineData("88a8", "0001")]
    public void A_tag_that_the_kernel_takes_out_is_told(string protocol, string tag)
    {
        Within((ring, peer, _) =>
        {
            byte[] inner = Frame(60, 1);
            peer.Send([.. inner[..12], .. Convert.FromHexString(protocol + tag), .. inner[12..]]);

            Assert.True(SpinWait.SpinUntil(() => ring.HasFrames, Patience));
            Assert.True(ring.TryNext(out RingFrame frame));
            Assert.Equal(inner, frame.Bytes.ToArray());
            Assert.True(frame.HasVlanTag);
            Assert.Equal((protocol, tag), ($"{frame.VlanProtocol:x4}", $"{frame.VlanTag:x4}"));
        });
    }

    [KernelFact]
    public void A_ring_that_nobody_reads_fills_up_and_goes_on_when_it_is_read()
    {
        Within(
            (ring, peer, _) =>
            {
                for (int i = 0; i < 1000; i++)
                {
                    peer.Send(Frame(1400, i));
                }

                (uint frames, uint drops, uint freezes) = ring.TakeStatistics();
                Assert.Equal(1000u, frames);
                Assert.InRange(drops, 700u, 950u);
                Assert.NotEqual(0u, freezes);
                Take(ring, (int)(frames - drops), out List<long> _);
                Assert.False(ring.TryNext(out RingFrame _));
                ring.Release();

                peer.Send(Frame(100, 7));
                Assert.Equal([Frame(100, 7)], Take(ring, 1, out List<long> _));
            },
            new PacketRingOptions { Device = "eth0", BlockCount = 2, BlockSize = 1 << 17 });
    }

    [KernelFact]
    public void A_batch_leaves_together_and_what_the_device_refuses_is_told()
    {
        Within((ring, peer, _) =>
        {
            using FrameRegion region = new(64);
            using PacketPool pool = new(64);
            using PacketBatch batch = ring.MakeBatch(8);
            List<PacketBuffer> packets = [];
            foreach (int length in (int[])[60, 1514, 3000, 100])
            {
                Assert.True(pool.TryAllocate(region, Frame(length, length), out PacketBuffer packet));
                packets.Add(packet);
                Assert.True(batch.TryAdd(default, packet));
            }

            Assert.Equal(4, batch.Count);
            Assert.Equal(1, batch.Send());
            Assert.Equal(0, batch.Count);
            packets.ForEach(packet => packet.Free());

            byte[] buffer = new byte[2000];
            List<byte[]> seen = [];
            while (seen.Count < 3 && peer.Wait(Patience) && peer.TryReceive(buffer, out int length, out PacketDirection direction))
            {
                if (direction != PacketDirection.Outgoing && buffer[12] == 0x88)
                {
                    seen.Add(buffer[..length]);
                }
            }

            Assert.Equal([Frame(60, 60), Frame(1514, 1514), Frame(100, 100)], seen);
        });
    }

    [KernelFact]
    public void A_device_that_is_not_there_and_a_ring_that_cannot_be_are_refused()
    {
        Assert.Contains("saker-none", Assert.Throws<KernelException>(() => PacketRing.Open(new PacketRingOptions { Device = "saker-none" })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => PacketRing.Open(new PacketRingOptions { Device = "lo", BlockSize = 1000 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => PacketRing.Open(new PacketRingOptions { Device = "lo", BlockCount = 1 }));
        Assert.Throws<KernelException>(() => TapDevice.Open(new TapOptions { Name = "a-name-that-is-too-long" }));
    }

    [KernelFact]
    public void A_tap_device_gives_and_takes_frames()
    {
        using NetworkNamespace space = NetworkNamespace.Create(Leftovers.NewName("tap"));
        space.Enter(() =>
        {
            using TapDevice tap = TapDevice.Open(new TapOptions { Name = "tap0" });
            Saker.Kernel.Devices.KernelDevice.SetUp("tap0");
            using PacketSocket kernel = PacketSocket.Open("tap0");
            using FrameRegion region = new(8);
            using PacketPool pool = new(8);
            Assert.True(region.TryTakeChunk(out int first));
            Assert.True(region.TryTakeChunk(out int second));

            // A frame that the kernel sends is read over two pieces; those that it sends by itself are passed over.
            kernel.Send(Frame(900, 3));
            int length;
            do
            {
                Assert.True(SpinWait.SpinUntil(() => tap.Queues[0].HasFrames, Patience));
                length = tap.Queues[0].TryRead([region.AddressOf(first, 0), region.AddressOf(second, 0)], 800, out OffloadHeader _);
            }
            while (length != 900);
            byte[] read = [.. region.BytesOf(first, 0, 800), .. region.BytesOf(second, 0, 100)];
            Assert.Equal(Frame(900, 3), read);
            region.ReturnChunk(first);
            region.ReturnChunk(second);

            byte[] written = Frame(1400, 4);
            Assert.True(pool.TryAllocate(region, written, out PacketBuffer packet));
            Assert.True(tap.Queues[0].TryWrite(default, packet));
            packet.Free();
            byte[] buffer = new byte[4000];
            while (kernel.Wait(Patience) && kernel.TryReceive(buffer, out length, out PacketDirection direction) && (direction == PacketDirection.Outgoing || buffer[12] != 0x88))
            {
            }

            Assert.Equal(written, buffer[..length]);
        });
    }

    private static void Within(Action<PacketRing, PacketSocket, PacketSocket> test, PacketRingOptions? options = null)
    {
        using NetworkNamespace space = NetworkNamespace.Create(Leftovers.NewName("ring"));
        space.Enter(() =>
        {
            NamespaceCommands.Run(space.Name,
            [
                "sysctl -w net.ipv6.conf.default.disable_ipv6=1", "ip link add eth0 type veth peer name eth1", "ip link set eth0 up", "ip link set eth1 up",
            ]);
            using PacketRing ring = PacketRing.Open(options ?? new PacketRingOptions { Device = "eth0" });
            using PacketSocket peer = PacketSocket.Open("eth1");
            using PacketSocket own = PacketSocket.OpenForSending("eth0");
            test(ring, peer, own);
        });
    }

    private static List<byte[]> Take(PacketRing ring, int count, out List<long> times)
    {
        List<byte[]> frames = [];
        times = [];
        while (frames.Count < count)
        {
            if (ring.TryNext(out RingFrame frame))
            {
                Assert.Equal(frame.Bytes.Length, frame.OriginalLength);
                Assert.NotEqual(PacketDirection.Outgoing, frame.Direction);
                Assert.Equal(default, frame.Offload with { IsVerified = false });
                frames.Add(frame.Bytes.ToArray());
                times.Add(frame.Timestamp);
                continue;
            }

            ring.Release();
            Assert.True(SpinWait.SpinUntil(() => ring.HasFrames, Patience), $"{frames.Count} of {count} frames came");
        }

        return frames;
    }

    /// <summary>A frame of a protocol that nobody has.</summary>
    private static byte[] Frame(int length, int number)
    {
        byte[] frame = new byte[length];
        for (int i = 0; i < length; i++)
        {
            frame[i] = (byte)(i + number);
        }

        Convert.FromHexString("ffffffffffff02000000000988b5").CopyTo(frame, 0);
        return frame;
    }
}
