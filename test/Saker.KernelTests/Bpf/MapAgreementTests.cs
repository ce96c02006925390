using System.Globalization;
using Saker.Bpf;
using Saker.Kernel;
using Saker.Kernel.Bpf;
using Saker.Tests.Bpf.Maps;

namespace Saker.KernelTests.Bpf;

/// <summary>
/// Maps in this process and in the kernel are asked for the same, and say the same: what each operation gives, with every flag, and why a bad definition is none.
/// The order of a hash's entries is its own affair, which entries an LRU hash gives up, and where a bloom filter errs. <c>SAKER_SEED</c> takes other operations.
/// </summary>
public class MapAgreementTests
{
    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("SAKER_SEED") ?? "20260101", CultureInfo.InvariantCulture);

    public static TheoryData<string> Cases => [.. MapCase.All.Keys];

    public static TheoryData<string> Holding => [.. MapCase.Holding.Keys];

    public static TheoryData<string> Bad => [.. BadDefinitions.All.Keys];

    [KernelTheory]
    [MemberData(nameof(Cases))]
    public void A_map_does_what_the_kernels_does(string name)
    {
        MapCase tested = MapCase.All[name];
        using KernelTypes? types = tested.Spec.SpinLockOffset is null ? null : LockedValue.Load();
        MapSpec ofKernel = types is null ? tested.Spec : tested.Spec with { KeyTypeId = LockedValue.KeyType, ValueTypeId = LockedValue.ValueType };
        for (int round = 0; round < Effort.Inputs(5, 500); round++)
        {
            using var expected = KernelMap.Create(ofKernel, types);
            using BpfMap actual = Create(tested.Spec);
            Assert.Equal((expected.MaximumEntries, expected.Flags, expected.EntrySize), (actual.MaximumEntries, actual.Flags, actual.EntrySize));
            MapScript first = new(tested, Seed + round);
            MapScript second = new(tested, Seed + round);
            for (int i = 0; i < 300; i++)
            {
                string says = first.Next(expected);
                string said = second.Next(actual);
                Assert.True(says == said, $"{name}, seed {Seed + round}, operation {i}:\n{says}\nsays the kernel, and here it was\n{said}");
            }

            Assert.Equal((expected.Freeze(), expected.Freeze()), (actual.Freeze(), actual.Freeze()));
            Assert.Equal(second.Next(expected), first.Next(actual));
        }
    }

    [KernelTheory]
    [MemberData(nameof(Holding))]
    public void A_map_holds_what_the_kernels_does(string name)
    {
        MapCase tested = MapCase.Holding[name];
        for (int round = 0; round < Effort.Inputs(5, 100); round++)
        {
            using HeldByTwo held = new(tested.Spec.Type);
            using var expected = KernelMap.Create(tested.Spec);
            using BpfMap actual = Create(tested.Spec, held.Environment);
            MapScript first = new(tested, Seed + round, held.InKernel);
            MapScript second = new(tested, Seed + round, held.Here);
            for (int i = 0; i < 300; i++)
            {
                if (i % 50 == 0)
                {
                    held.PutPrograms(expected, actual);
                }

                string says = first.Next(expected);
                string said = second.Next(actual);
                Assert.True(says == said, $"{name}, seed {Seed + round}, operation {i}:\n{says}\nsays the kernel, and here it was\n{said}");
            }
        }
    }

    [KernelTheory]
    [MemberData(nameof(Bad))]
    public void The_kernel_refuses_what_is_refused_here(string name)
    {
        (MapSpec spec, BpfError error) = BadDefinitions.All[name];
        Assert.False(KernelMap.TryCreate(spec, out KernelMap? map, out KernelRefusal? refusal));
        map?.Dispose();
        Assert.Equal((int)error, refusal.ErrorNumber);
    }

    private static BpfMap Create(MapSpec spec, MapEnvironment? environment = null)
    {
        Assert.True(BpfMap.TryCreate(spec, environment ?? new MapEnvironment { CpuCount = PossibleCpus.Count }, out BpfMap? map, out MapFault? fault), fault?.ToString());
        return map;
    }
}
