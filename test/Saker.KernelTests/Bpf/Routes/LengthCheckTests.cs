using System.Buffers.Binary;
using System.Globalization;
using Saker.Bpf;
using Saker.Kernel.Namespaces;
using Saker.Tests.Bpf.Programs;

namespace Saker.KernelTests.Bpf.Routes;

/// <summary><c>bpf_check_mtu</c> with lengths around the MTUs of several devices: what it returns and tells is what the kernel does.</summary>
public sealed class LengthCheckTests
{
    private const int Device = 16, Length = 20, Difference = 24, Flags = 28, Result = 32, LeastPacket = 40;
    private const int Questions = 3000;
    private const uint Loopback = 1, Missing = 77;

    [KernelTheory]
    [InlineData(ProgramType.Xdp, 0, 4)]
    [InlineData(ProgramType.SchedulerClassifier, 76, 80)]
    public void Lengths_are_compared_as_in_the_kernel(ProgramType type, int data, int end)
    {
        var network = new ProgramNetwork().AddDevice(2).AddDevice(3, 1400).AddDevice(4, 9000).AddDevice(5, 100).AddDevice(6, isUp: false);
        using var place = NetworkNamespace.Create(Leftovers.NewName("mtu"));
        HashSet<long> results = [];
        place.Enter(() =>
        {
            NamespaceCommands.Run(place.Name, network.Commands);
            using NetworkEngines engines = new(type, Program(data, end), network);
            Random random = new(7);
            for (var i = 0; i < Questions; i++)
            {
                // The kernel's test runs take XDP packets at a device only where that has a queue with a program's memory, which lo has.
                var at = type == ProgramType.Xdp ? Loopback : Of<uint>(random, Loopback, 2, 3, 4, 5, 6);
                var segmentSize = (ushort)(type == ProgramType.Xdp || random.Next(3) != 0 ? 0 : Of<ushort>(random, 1, 40, 1400, 9000));
                var (packet, difference) = engines.Run(Question(random), at, segmentSize);
                Assert.True(difference is null, string.Create(CultureInfo.InvariantCulture, $"at device {at}, segments of {segmentSize}: {difference}"));
                results.Add(BinaryPrimitives.ReadInt64LittleEndian(packet.AsSpan(Result)));
            }
        });
        Assert.Superset(new HashSet<long>([-22, -19, 0, 1]), results);
    }

    private static T Of<T>(Random random, params T[] choice) => choice[random.Next(choice.Length)];

    private static byte[] Question(Random random)
    {
        int[] interesting = [0, 0, 0, 1, 86, 87, 100, 101, 114, 115, 1385, 1386, 1387, 1399, 1400, 1401, 1414, 1415, 1486, 1499, 1500, 1501, 1514, 1515, 9000, 9001, 65522, 65535, 65536, 65537];
        int[] differences = [0, 0, 0, 1, -1, 4, -14, 20, 1400, -1500, int.MaxValue, int.MinValue];
        var packet = new byte[Of(random, LeastPacket, 60, 99, 100, 113, 114, 115, 118, 119, 1399, 1400, 1413, 1414, 1415, 1418, 1514, 1515, 1519, 3000)];
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(12), 0x88b5);
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(Device), Of<uint>(random, 0, Loopback, 2, 3, 4, 5, 6, Missing));
        BinaryPrimitives.WriteInt32LittleEndian(packet.AsSpan(Length), random.Next(20) == 0 ? random.Next() * 2 : Of(random, interesting));
        BinaryPrimitives.WriteInt32LittleEndian(packet.AsSpan(Difference), Of(random, differences));
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(Flags), random.Next(8) == 0 ? (uint)random.Next(4) : (uint)random.Next(2));
        return packet;
    }

    private static string Program(int data, int end) => $"""
        r6 = r1
        r7 = *(u32 *)(r1 + {data})
        r2 = *(u32 *)(r1 + {end})
        r3 = r7
        r3 += {LeastPacket}
        if r3 > r2 goto short
        r2 = *(u32 *)(r7 + {Length})
        *(u32 *)(r10 - 4) = r2
        r2 = *(u32 *)(r7 + {Device})
        r3 = r10
        r3 += -4
        r4 = *(u32 *)(r7 + {Difference})
        r4 <<= 32
        r4 s>>= 32
        r5 = *(u32 *)(r7 + {Flags})
        call 163
        *(u64 *)(r7 + {Result}) = r0
        r2 = *(u32 *)(r10 - 4)
        *(u32 *)(r7 + {Length}) = r2
        r0 = 2
        exit
        short:
        r0 = 1
        exit
        """;
}
