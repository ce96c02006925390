using Saker.Kernel.Namespaces;
using Saker.Kernel.Scheduling;
using Saker.Tests.Bpf.Programs;

namespace Saker.KernelTests.Bpf;

/// <summary>A program of <c>test/vectors/bpf/programs</c> in the kernel and in every engine.</summary>
internal static class ProgramAgreement
{
    /// <summary>Fails where an engine does with some frame, or leaves in some map, something else than the kernel.</summary>
    /// <param name="case">The program, and what it is tried with.</param>
    /// <param name="version">The version of the instruction set that it is compiled for.</param>
    public static void AssertSame(ProgramCase @case, int version)
    {
        var inKernel = RunInKernel(@case, version);
        foreach (var (engine, checks) in XdpEngines.Engines)
        {
            var spec = @case.Read(version);
            using ProcessMachine machine = new(spec, @case, engine, checks);
            ProgramSession.Run(@case, spec, machine).AssertSame(inKernel, $"{@case.Name} for -mcpu=v{version}, {engine}, checks {checks}");
        }
    }

    /// <summary>What the kernel makes of it, on the first processor, whose values of per-CPU maps are compared, and in a network namespace of its own.</summary>
    public static ProgramTranscript RunInKernel(ProgramCase @case, int version)
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
