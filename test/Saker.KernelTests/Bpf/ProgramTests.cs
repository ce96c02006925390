using Saker.Kernel.Namespaces;
using Saker.Kernel.Scheduling;
using Saker.Tests.Bpf.Programs;

namespace Saker.KernelTests.Bpf;

/// <summary>Whole programs as clang makes them (<c>test/vectors/bpf/programs</c>), over hundreds of frames each.</summary>
public sealed class ProgramTests
{
    public static TheoryData<string> Programs => [.. ProgramCases.All.Select(program => program.Name)];

    [KernelTheory]
    [MemberData(nameof(Programs))]
    public void Program_does_the_same_in_every_version_of_the_instruction_set(string name)
    {
        var @case = ProgramCases.Find(name);
        var first = RunInKernel(@case, @case.LeastVersion);
        for (var version = @case.LeastVersion + 1; version <= 4; version++)
        {
            RunInKernel(@case, version).AssertSame(first, $"{name} for -mcpu=v{version}");
        }
    }

    /// <summary>On the first processor, whose values of per-CPU maps are compared, and in a network namespace of its own.</summary>
    private static ProgramTranscript RunInKernel(ProgramCase @case, int version)
    {
        var spec = @case.Read(version);
        using var place = NetworkNamespace.Create(Leftovers.NewName("bpf"));
        return place.Enter(() =>
        {
            ThreadAffinity.Bind(0);
            using KernelMachine kernel = new(spec, @case.Name);
            return ProgramSession.Run(@case, spec, kernel);
        });
    }
}
