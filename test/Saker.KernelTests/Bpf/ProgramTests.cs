using Saker.Kernel.Namespaces;
using Saker.Kernel.Scheduling;
using Saker.Tests.Bpf.Programs;

namespace Saker.KernelTests.Bpf;

/// <summary>Whole programs as clang makes them (<c>test/vectors/bpf/programs</c>), over hundreds of frames each.</summary>
public sealed class ProgramTests
{
    public static TheoryData<string, int> Versions => ProgramCases.Versions;

    [KernelTheory]
    [MemberData(nameof(Versions))]
    public void Every_engine_does_what_the_kernel_does(string name, int version)
    {
        var @case = ProgramCases.Find(name);
        var inKernel = RunInKernel(@case, version);
        foreach (var (engine, checks) in XdpEngines.Engines)
        {
            var spec = @case.Read(version);
            using ProcessMachine machine = new(spec, @case, engine, checks);
            ProgramSession.Run(@case, spec, machine).AssertSame(inKernel, $"{name} for -mcpu=v{version}, {engine}, checks {checks}");
        }
    }

    [KernelFact]
    public void Results_are_those_on_record()
    {
        string[] lines = [.. ProgramCases.All.Select(@case => ProgramResults.LineOf(@case, RunInKernel(@case, @case.LeastVersion)))];
        if (Environment.GetEnvironmentVariable("SAKER_RECORD") == "1")
        {
            ProgramResults.Record(lines);
        }

        Assert.Equal(lines, ProgramCases.All.Select(@case => ProgramResults.Find(@case.Name)));
    }

    /// <summary>On the first processor, whose values of per-CPU maps are compared, and in a network namespace of its own.</summary>
    private static ProgramTranscript RunInKernel(ProgramCase @case, int version)
    {
        var spec = @case.Read(version);
        using var place = NetworkNamespace.Create(Leftovers.NewName("bpf"));
        return place.Enter(() =>
        {
            ThreadAffinity.Bind(0);
            NamespaceCommands.Run(place.Name, @case.Network?.Invoke().Commands ?? []);
            using KernelMachine kernel = new(spec, @case.Name, @case.Device);
            return ProgramSession.Run(@case, spec, kernel);
        });
    }
}
