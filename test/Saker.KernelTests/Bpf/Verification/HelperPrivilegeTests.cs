using System.Globalization;
using Saker.Bpf;
using Saker.Bpf.Verification;
using Saker.Tests.Bpf.Verification;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>Which helper the kernel lets whom call, for every helper.</summary>
[Collection(AloneCollection.Name)]
public sealed class HelperPrivilegeTests(VerifierMachine kernel) : IClassFixture<VerifierMachine>
{
    [KernelTheory]
    [InlineData(ProgramType.SocketFilter)]
    [InlineData(ProgramType.SchedulerClassifier)]
    [InlineData(ProgramType.Xdp)]
    public void Helpers_for_who_has_only_CAP_BPF_are_those_of_the_kernel(ProgramType type) => AssertSame(type, VerifierPrivilege.BpfCapable);

    [KernelFact(LoadsWithoutPrivileges = true)]
    public void Helpers_for_who_has_no_capability_are_those_of_the_kernel()
    {
        using UnprivilegedPrograms programs = new();
        AssertSame(ProgramType.SocketFilter, VerifierPrivilege.Unprivileged);
    }

    private void AssertSame(ProgramType type, VerifierPrivilege privilege)
    {
        List<string> differences = [];
        foreach (var helper in KernelHelpers.All)
        {
            VerifierCase @case = new()
            {
                Rule = VerifierRule.Helper,
                Name = helper.Name,
                IsAccepted = false,
                Type = type,
                Privilege = privilege,
                Text = string.Create(CultureInfo.InvariantCulture, $"call {helper.Number}\nexit"),
            };
            kernel.Accepts(@case, out var log);
            var isForbidden = log.Contains("cannot use helper", StringComparison.Ordinal) || log.Contains("unknown func", StringComparison.Ordinal);
            var mine = @case.Verify().Refusal;
            if (isForbidden != (mine?.Rule == VerifierRule.Helper))
            {
                differences.Add($"{helper.Number} {helper.Name}: the kernel {(isForbidden ? "forbids" : "allows")} it, and here it is said: {mine}");
            }
        }

        Assert.Empty(differences);
    }
}
