using System.Buffers.Binary;
using Saker.Bpf;
using Saker.Kernel.Namespaces;
using Saker.Kernel.Packets;
using Saker.Tests.Bpf.Programs;

namespace Saker.KernelTests.Bpf.Routes;

/// <summary><c>bpf_clone_redirect</c>: what it returns, and the copies that leave a device or enter it, are those that the host is given here.</summary>
public sealed class CloneTests
{
    private const int Device = 16, Flags = 24, Result = 32, LeastPacket = 40;
    private const uint Watcher = 4, Small = 5, Down = 6, Missing = 77;

    private const string Program = """
        r6 = r1
        r7 = *(u32 *)(r1 + 76)
        r2 = *(u32 *)(r1 + 80)
        r3 = r7
        r3 += 40
        if r3 > r2 goto short
        r2 = *(u32 *)(r7 + 16)
        r3 = *(u64 *)(r7 + 24)
        call 13
        r8 = r0
        r7 = *(u32 *)(r6 + 76)
        r2 = *(u32 *)(r6 + 80)
        r3 = r7
        r3 += 40
        if r3 > r2 goto short
        *(u64 *)(r7 + 32) = r8
        r0 = 2
        exit
        short:
        r0 = 1
        exit
        """;

    [KernelFact]
    public void Copies_are_those_of_the_kernel()
    {
        var network = new ProgramNetwork().AddDevice(2).AddDevice(Watcher).AddDevice(Small, 600).AddDevice(Down, isUp: false);
        using var place = NetworkNamespace.Create(Leftovers.NewName("clone"));
        HashSet<long> results = [];
        place.Enter(() =>
        {
            NamespaceCommands.Run(place.Name, network.Commands);
            using PacketSocket leaving = PacketSocket.Open($"p{Watcher}"), entering = PacketSocket.Open($"d{Watcher}");
            entering.IgnoreOutgoing();
            using NetworkEngines engines = new(ProgramType.SchedulerClassifier, Program, network);
            foreach (var device in (uint[])[Watcher, 2, Small, Down, Missing, 0])
            {
                foreach (var flags in (ulong[])[0, 1, 2, 3, 8, 1UL << 32, ulong.MaxValue])
                {
                    foreach (var length in (int[])[LeastPacket, 60, 614, 618, 619, 1514, 1518, 1519, 3000])
                    {
                        var packet = Packet(device, flags, length);
                        var before = network.Host.Sent.Count;
                        var (left, difference) = engines.Run(packet, 2);
                        Assert.True(difference is null, difference);
                        var result = BinaryPrimitives.ReadInt64LittleEndian(left.AsSpan(Result));
                        results.Add(result);
                        foreach (var sent in network.Host.Sent.Skip(before))
                        {
                            Assert.Equal((device, (flags & 1) != 0), (sent.Device, sent.IsIngress));
                            Assert.Equal(packet, sent.Bytes.ToArray());
                        }

                        // Each engine has sent a copy where the kernel has sent one.
                        var isSent = result == 0 && device == Watcher;
                        Assert.Equal(isSent, Sees(flags == 0 ? leaving : entering, packet, isSent));
                        Assert.Equal(result == 0 ? XdpEngines.Count : 0, network.Host.Sent.Count - before);
                    }
                }
            }
        });
        Assert.Superset(new HashSet<long>([-22, 0, 1, 2]), results);
    }

    private static byte[] Packet(uint device, ulong flags, int length)
    {
        var packet = new byte[length];
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(12), 0x88b5);
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(Device), device);
        BinaryPrimitives.WriteUInt64LittleEndian(packet.AsSpan(Flags), flags);
        return packet;
    }

    /// <summary>Whether a socket has got a packet: patiently where one is awaited.</summary>
    private static bool Sees(PacketSocket socket, byte[] packet, bool isAwaited)
    {
        var buffer = new byte[4096];
        for (var deadline = Environment.TickCount64 + (isAwaited ? 2000 : 0); ;)
        {
            while (socket.TryReceive(buffer, out var length, out _))
            {
                if (buffer.AsSpan(0, length).SequenceEqual(packet))
                {
                    return true;
                }
            }

            if (Environment.TickCount64 >= deadline)
            {
                return false;
            }

            socket.Wait(TimeSpan.FromMilliseconds(10));
        }
    }
}
