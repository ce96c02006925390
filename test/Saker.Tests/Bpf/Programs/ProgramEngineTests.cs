using Saker.Bpf;

namespace Saker.Tests.Bpf.Programs;

/// <summary>Whole programs as clang makes them (<c>test/vectors/bpf/programs</c>): every engine does what the kernel did when the results were recorded.</summary>
public sealed class ProgramEngineTests
{
    public static TheoryData<string, int> Versions => ProgramCases.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public void Every_engine_does_what_the_kernel_did(string name, int version)
    {
        ProgramCase @case = ProgramCases.Find(name);
        ProgramTranscript interpreted = Run(@case, version, BpfEngine.Interpreter, MemoryChecks.All);
        Run(@case, version, BpfEngine.Compiled, MemoryChecks.All).AssertSame(interpreted, $"{name} compiled, checked, for -mcpu=v{version}");
        Run(@case, version, BpfEngine.Compiled, MemoryChecks.None).AssertSame(interpreted, $"{name} compiled, unchecked, for -mcpu=v{version}");
        RunProven(@case, version).AssertSame(interpreted, $"{name} compiled, proven, for -mcpu=v{version}");
        Assert.Equal(ProgramResults.Find(name), ProgramResults.LineOf(@case, interpreted));
    }

    /// <summary>As who loads an object gets it: without checks where the verifier accepts the program.</summary>
    private static ProgramTranscript RunProven(ProgramCase @case, int version)
    {
        ObjectSpec spec = @case.Read(version);
        using ProcessMachine machine = new(spec, @case, BpfEngine.Compiled, MemoryChecks.All, verifies: true);
        Assert.Equal(machine.Verification!.IsAccepted, machine.Executable.Proof is not null);
        return ProgramSession.Run(@case, spec, machine);
    }

    private static ProgramTranscript Run(ProgramCase @case, int version, BpfEngine engine, MemoryChecks checks)
    {
        ObjectSpec spec = @case.Read(version);
        using ProcessMachine machine = new(spec, @case, engine, checks);
        Assert.Equal((engine, checks), (machine.Executable.Engine, machine.Executable.Checks));
        return ProgramSession.Run(@case, spec, machine);
    }
}
