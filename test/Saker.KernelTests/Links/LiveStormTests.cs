using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Saker.Host.Live;
using Saker.Kernel.Packets;
using Saker.Wire;

namespace Saker.KernelTests.Links;

/// <summary>
/// A host of ours on a link to the running kernel for a while, with traffic both ways, while frames are lost, doubled, cut and changed, and foreign ones come. Every buffer and chunk
/// is back in its place in the end: the stack's disposal asserts it.
/// </summary>
public sealed class LiveStormTests
{
    private const int MostAtOnce = 64;

    private static readonly IPEndPoint Echo = new(new IPAddress([10, 0, 0, 2]), 7);
    private static readonly IPEndPoint Discard = new(new IPAddress([10, 0, 0, 2]), 9);

    [KernelTheory]
    [InlineData("packet", 1500, 1, 1)]
    [InlineData("packet", 9000, 2, 2)]
    [InlineData("tap", 1500, 2, 3)]
    [InlineData("tap", 9000, 1, 4)]
    [InlineData("xdp", 1500, 1, 5)]
    [InlineData("xdp", 9000, 1, 6)]
    public void A_host_lives_through_bad_frames_and_leaks_nothing(string kind, int mtu, int queues, int seed)
    {
        using LinkSetup setup = LinkSetup.Of(kind, mtu, queues);
        using MangledLink link = new(setup.Link, 0.05, seed);
        long echoed = 0, sent = 0, pings = 0;
        using (LiveHost host = new(link, LinkSetup.HostOptions(queues)))
        {
            Random random = new(seed);
            using KernelPeer peer = new(setup);
            peer.Udp.ReceiveTimeout = 20;
            using PacketSocket injector = setup.Kernel.Enter(() => PacketSocket.OpenForSending(setup.Device));
            Stopwatch time = Stopwatch.StartNew();
            for (int round = 0; time.Elapsed < Duration; round++)
            {
                sent += SendBurst(peer.Udp, random, mtu, round);
                Inject(injector, random);
                echoed += TakeEchoes(peer, round);
                if (round % 16 == 0)
                {
                    pings += peer.Ping((ushort)round, random.Next(mtu)) ? 1 : 0;
                }
            }

            Assert.Null(host.Fault);
            LiveCounts counts = host.Count();
            Assert.Contains(counts.Counters, counter => counter.Name == (kind == "xdp" ? "Ip.InHdrErrors" : "Udp.InCsumErrors"));
            Assert.NotEmpty(counts.Drops);
            Assert.All(counts.QueueReceived, received => Assert.True(received > 0, "a queue got nothing"));
        }

        Assert.True(link.Mangled > 10, $"only {link.Mangled} frames were mangled");
        Assert.True(pings > 0, "no ping was answered");

        // Of long datagrams, which lie in many frames, most are lost.
        Assert.True(echoed > sent / 4, $"of {sent} datagrams {echoed} came back");
    }

    private static TimeSpan Duration => TimeSpan.FromSeconds(Effort.IsLong ? 150 : 2.5);

    /// <summary>Sends datagrams whose payload tells of itself, to be echoed, and some to be discarded.</summary>
    private static int SendBurst(Socket socket, Random random, int mtu, int round)
    {
        byte[] data = new byte[3 * mtu];
        for (int i = 0; i < MostAtOnce; i++)
        {
            // Mostly within a frame.
            int length = random.Next(16) == 0 ? random.Next(16, data.Length) : random.Next(16, mtu - 28);
            BinaryPrimitives.WriteInt32LittleEndian(data, round);
            BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(4), length);
            Fill(data.AsSpan(8, length - 8), round + length);
            socket.SendTo(data.AsSpan(0, length), Echo);
            if (i % 8 == 0)
            {
                socket.SendTo(data.AsSpan(0, length), Discard);
            }
        }

        return MostAtOnce;
    }

    /// <summary>Takes what comes back within a moment: what comes is what was sent.</summary>
    private static int TakeEchoes(KernelPeer peer, int round)
    {
        int count = 0;
        while (count < MostAtOnce && peer.ReceiveDatagram() is { } data)
        {
            Assert.InRange(BinaryPrimitives.ReadInt32LittleEndian(data), 0, round);
            Assert.Equal(data.Length, BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(4)));
            byte[] expected = new byte[data.Length - 8];
            Fill(expected, BinaryPrimitives.ReadInt32LittleEndian(data) + data.Length);
            int[] changed = [.. Enumerable.Range(0, expected.Length).Where(place => data[place + 8] != expected[place])];

            // Two changes on the way, in two fragments, may make up for each other: that the checksum cannot see.
            Assert.True(
                InternetChecksum.Compute(data.AsSpan(8)) == InternetChecksum.Compute(expected),
                $"of {data.Length} bytes that came back in round {round}, {changed.Length} are not what was sent, from {changed.FirstOrDefault() + 8} to {changed.LastOrDefault() + 8}");
            count++;
        }

        return count;
    }

    /// <summary>Bytes of which no two pieces can change places without the checksum noticing.</summary>
    private static void Fill(Span<byte> bytes, int seed) => new Random(seed).NextBytes(bytes);

    /// <summary>Frames that no host would send: of all lengths and types, with headers that begin like real ones.</summary>
    private static void Inject(PacketSocket socket, Random random)
    {
        for (int i = 0; i < 8; i++)
        {
            byte[] frame = new byte[random.Next(14, 1400)];
            random.NextBytes(frame);
            Convert.FromHexString("020000000002").CopyTo(frame, 0);
            ushort[] types = [0x0800, 0x0806, 0x86dd, 0x8100, 0x88a8, (ushort)random.Next(1 << 16)];
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), types[random.Next(types.Length)]);
            if (frame.Length > 34 && random.Next(2) == 0)
            {
                frame[14] = 0x45;
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(16), (ushort)(frame.Length - 14));
                frame[23] = (byte)(random.Next(2) == 0 ? 17 : 6);
                Convert.FromHexString("0a0000010a000002").CopyTo(frame, 26);
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(24), 0);
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(24), InternetChecksum.Compute(frame.AsSpan(14, 20)));
            }

            socket.Send(frame);
        }
    }
}
