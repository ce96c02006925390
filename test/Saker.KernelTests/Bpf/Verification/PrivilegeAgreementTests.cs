using System.Text;
using Saker.Bpf;
using Saker.Bpf.Verification;
using Saker.Tests.Bpf.Verification;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>The running kernel says the same of every program also to those who have fewer capabilities than root.</summary>
[Collection(AloneCollection.Name)]
public sealed class PrivilegeAgreementTests
{
    /// <summary>A million instructions take the kernel seconds, and there are some thirty programs of so many.</summary>
    [KernelFact]
    public void Kernel_says_the_same_of_who_has_only_CAP_BPF() =>
        AssertSame(VerifierCases.All.Where(@case => Effort.IsLong || @case.RuleForCapable != VerifierRule.Complexity), VerifierPrivilege.BpfCapable);

    /// <summary>Only filters can be loaded then: what a socket's filter has as well is asked of that.</summary>
    [KernelFact(LoadsWithoutPrivileges = true)]
    public void Kernel_says_the_same_of_who_has_no_capability()
    {
        using UnprivilegedPrograms programs = new();
        AssertSame(VerifierCases.All, VerifierPrivilege.Unprivileged);
        AssertSame(VerifierCases.All.Where(@case => @case.Type == ProgramType.Xdp).Select(@case => @case with { Type = ProgramType.SocketFilter }), VerifierPrivilege.Unprivileged);
    }

    private static void AssertSame(IEnumerable<VerifierCase> cases, VerifierPrivilege privilege)
    {
        // Maps of its own: a table of programs belongs to the type of the first one that names it.
        using VerifierMachine kernel = new();
        StringBuilder differences = new();
        foreach (var @case in cases.Where(@case => !@case.IsMalformed).Select(@case => @case with { Privilege = privilege }))
        {
            var refusal = @case.Verify().Refusal;
            var isAcceptedByKernel = kernel.Accepts(@case, out var log);
            if (isAcceptedByKernel != refusal is null && refusal?.Rule != VerifierRule.NotSupported)
            {
                differences.AppendLine($"{@case}, which the kernel {(isAcceptedByKernel ? "accepts" : "refuses")}: {refusal?.Rule} {refusal}\n{log}");
            }
        }

        Assert.True(differences.Length == 0, differences.ToString());
    }
}
