using Saker.Bpf.Verification;
using Saker.Tests.Bpf.Programs;
using Saker.Tests.Bpf.Verification;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>The running kernel accepts and refuses the same programs.</summary>
public sealed class VerifierAgreementTests(VerifierMachine kernel) : IClassFixture<VerifierMachine>
{
    /// <summary>Programs that keep to a rule or break it; <see cref="PrivilegeAgreementTests"/> asks of whom most machines let load none.</summary>
    public static TheoryData<string> Names => [.. VerifierCases.All.Where(@case => @case.Privilege != VerifierPrivilege.Unprivileged).Select(@case => @case.ToString())];

    /// <summary>Every C program for every version of the instruction set.</summary>
    public static TheoryData<string, int> Versions => ProgramCases.Versions;

    [KernelTheory]
    [MemberData(nameof(Names))]
    public void Kernel_says_the_same(string name)
    {
        var @case = VerifierCases.Find(name);
        Assert.True((@case.IsAcceptedByKernel ?? @case.IsAccepted) == kernel.Accepts(@case, out var log), log);
    }

    [KernelTheory]
    [MemberData(nameof(Versions))]
    public void Program_that_runs_in_the_kernel_is_accepted(string name, int version)
    {
        var @case = ProgramCases.Find(name);
        var spec = @case.Read(version);
        foreach (var program in spec.Programs)
        {
            var result = spec.Verify(program, null, out var fault);
            Assert.True(result is { IsAccepted: true }, $"{program.Name}: {fault}{result?.Refusal}");
        }
    }
}
