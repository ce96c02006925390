using Saker.Kernel.Namespaces;
using Saker.Kernel.Scheduling;

namespace Saker.KernelTests.Bpf;

/// <summary>Programs by chance, over numbers by chance: every engine leaves what the kernel leaves.</summary>
public sealed class RandomProgramTests
{
    private const int Seed = 618;
    private const int InputsOfProgram = 8;

    [KernelFact]
    public void Engines_compute_what_the_kernel_computes()
    {
        Random random = new(Seed);
        RandomBodies bodies = new(random);
        for (var i = 0; i < Effort.Inputs(500, 100_000); i++)
        {
            var body = bodies.Next();
            using var engines = XdpEngines.Of(body);
            for (var j = 0; j < InputsOfProgram; j++)
            {
                engines.Compare(Number(random), Number(random), $"Seed {Seed}, input {i}: {body}");
            }
        }
    }

    [KernelFact]
    public void Engines_leave_in_packets_and_maps_what_the_kernel_leaves()
    {
        // On the first processor, since the values of per-CPU maps are compared that are there.
        using var place = NetworkNamespace.Create(Leftovers.NewName("bpf"));
        place.Enter(() =>
        {
            ThreadAffinity.Bind(0);
            Random random = new(Seed);
            RandomBodies bodies = new(random);
            using DifferentialMaps maps = new();
            var own = new byte[XdpEngines.PacketLength - XdpEngines.OwnBytes];
            var count = Effort.Inputs(500, 100_000);
            var refused = 0;
            for (var i = 0; i < count; i++)
            {
                var body = bodies.Next(DifferentialMaps.Count);
                var what = $"Seed {Seed}, input {i}:\n{body}\n{bodies.Functions}";
                using var engines = XdpEngines.TryOf(body, bodies.Functions, maps);
                if (engines is null)
                {
                    refused++;
                    continue;
                }

                maps.Clear();
                for (var j = 0; j < InputsOfProgram; j++)
                {
                    random.NextBytes(own);
                    engines.Compare(Number(random), Number(random), what, own);
                }

                maps.Compare(what);
            }

            Assert.InRange(refused, 0, count / 100);
        });
    }

    private static ulong Number(Random random) => (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
}
