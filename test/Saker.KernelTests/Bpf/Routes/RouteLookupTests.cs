using System.Buffers.Binary;
using Saker.Bpf;
using Saker.Kernel.Namespaces;

namespace Saker.KernelTests.Bpf.Routes;

/// <summary><c>bpf_fib_lookup</c> in networks by chance: what it returns and every byte that it leaves is what the kernel says of the same network.</summary>
public sealed class RouteLookupTests
{
    private const int Questions = 1500;
    private const int ShownDifferences = 8;

    private static readonly string Copy = string.Join("; ", Enumerable.Range(0, 8).Select(word => $"r2 = *(u64 *)(r7 + {RandomNetwork.Parameters + (8 * word)}); *(u64 *)(r10 - {64 - (8 * word)}) = r2"));
    private static readonly string CopyBack = string.Join("; ", Enumerable.Range(0, 8).Select(word => $"r2 = *(u64 *)(r10 - {64 - (8 * word)}); *(u64 *)(r7 + {RandomNetwork.Parameters + (8 * word)}) = r2"));

    [KernelTheory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    [InlineData(6, true)]
    [InlineData(7, false)]
    [InlineData(8, false)]
    [InlineData(9, true)]
    [InlineData(10, true)]
    [InlineData(11, true)]
    [InlineData(12, true)]
    public void Routes_are_those_of_the_kernel(int seed, bool hasRules)
    {
        RandomNetwork random = new(seed, hasRules);
        using var place = NetworkNamespace.Create(Leftovers.NewName("fib"));
        SortedDictionary<long, int> results = [];
        place.Enter(() =>
        {
            NamespaceCommands.Run(place.Name, random.Network.Commands);
            using NetworkEngines xdp = new(ProgramType.Xdp, Program(0, 4), random.Network);
            using NetworkEngines tc = new(ProgramType.SchedulerClassifier, Program(76, 80), random.Network);
            List<string> differences = [];
            for (var i = 0; i < Questions; i++)
            {
                var question = random.Question();
                foreach (var engines in (NetworkEngines[])[xdp, tc])
                {
                    var (packet, difference) = engines.Run(question);
                    var result = BinaryPrimitives.ReadInt64LittleEndian(packet.AsSpan(RandomNetwork.Result));
                    results[result] = results.GetValueOrDefault(result) + 1;
                    if (difference is not null)
                    {
                        differences.Add(difference);
                    }
                }
            }

            Assert.True(differences.Count == 0, $"{differences.Count} differences in\n{string.Join('\n', random.Network.Commands)}\n{string.Join('\n', differences.Take(ShownDifferences))}");
        });

        // Whether anything was asked at all: every result that there is, and no device.
        Assert.Superset(new HashSet<long>([-19, 0, 1, 4, 5, 6, 7, 8]), results.Keys.ToHashSet());
    }

    /// <summary>Takes the question from the packet and leaves the answer there.</summary>
    private static string Program(int data, int end) => $"""
        r6 = r1
        r7 = *(u32 *)(r1 + {data})
        r2 = *(u32 *)(r1 + {end})
        r3 = r7
        r3 += {RandomNetwork.LeastPacket}
        if r3 > r2 goto short
        {Copy}
        r4 = *(u32 *)(r7 + {RandomNetwork.Flags})
        r1 = r6
        r2 = r10
        r2 += -64
        r3 = 64
        call 69
        *(u64 *)(r7 + {RandomNetwork.Result}) = r0
        {CopyBack}
        r0 = 2
        exit
        short:
        r0 = 1
        exit
        """;
}
