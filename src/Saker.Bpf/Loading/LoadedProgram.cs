using Saker.Bpf.Verification;

namespace Saker.Bpf;

/// <summary>A program of a loaded object, ready to run in this process. Any number of CPUs may run it at the same time.</summary>
public sealed class LoadedProgram
{
    internal LoadedProgram(ProgramSpec spec, BpfExecutable executable, VerifierResult? verification)
    {
        Spec = spec;
        Verification = verification;
        Executable = executable;
    }

    /// <summary>Its name.</summary>
    public string Name => Spec.Name;

    /// <summary>What it was made of.</summary>
    public ProgramSpec Spec { get; }

    /// <summary>What the verifier said of it; null: it was not asked (<see cref="ObjectLoadOptions.Verifies"/>).</summary>
    public VerifierResult? Verification { get; }

    /// <summary>What can be run; it says in which engine, and whether it is proven, so that it runs without checks.</summary>
    public BpfExecutable Executable { get; }

    /// <summary>Runs it over a packet.</summary>
    /// <param name="cpu">What it runs on.</param>
    /// <param name="context">The packet and what is known of it.</param>
    public RunResult Run(BpfCpu cpu, BpfContext context) => Executable.Run(cpu, context);
}
