using Saker.Tests.Bpf.Programs;

namespace Saker.KernelTests.Bpf;

/// <summary>Whole programs as clang makes them (<c>test/vectors/bpf/programs</c>), over hundreds of frames each.</summary>
public sealed class ProgramTests
{
    public static TheoryData<string, int> Versions => ProgramCases.Versions;

    [KernelTheory]
    [MemberData(nameof(Versions))]
    public void Every_engine_does_what_the_kernel_does(string name, int version) => ProgramAgreement.AssertSame(ProgramCases.Find(name), version);

    [KernelFact]
    public void Results_are_those_on_record()
    {
        string[] lines = [.. ProgramCases.All.Select(@case => ProgramResults.LineOf(@case, ProgramAgreement.RunInKernel(@case, @case.LeastVersion)))];
        if (Environment.GetEnvironmentVariable("SAKER_RECORD") == "1")
        {
            ProgramResults.Record(lines);
        }

        Assert.Equal(lines, ProgramCases.All.Select(@case => ProgramResults.Find(@case.Name)));
    }
}
