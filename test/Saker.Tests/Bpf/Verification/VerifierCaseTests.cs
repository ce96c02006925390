using Saker.Bpf.Verification;

namespace Saker.Tests.Bpf.Verification;

/// <summary>Every program of <c>test/vectors/verifier</c> is accepted, or refused for the rule that it breaks. What the kernel says is the business of <c>VerifierAgreementTests</c>.</summary>
public sealed class VerifierCaseTests
{
    /// <summary>Programs that keep to a rule or break it.</summary>
    public static TheoryData<string> Names => VerifierCases.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Program_is_accepted_or_refused_for_its_rule(string name)
    {
        VerifierCase @case = VerifierCases.Find(name);
        VerifierResult result = @case.Verify();
        if (@case.IsAccepted)
        {
            Assert.True(result.IsAccepted, $"{result.Refusal}");
        }
        else
        {
            Assert.NotNull(result.Refusal);
            Assert.True(@case.Rule == result.Refusal.Rule, $"{result.Refusal.Rule}: {result.Refusal}");
            Assert.True(result.Refusal.Reason.Length > 0 && !result.Refusal.Reason.EndsWith('.'));
        }
    }

    [Fact]
    public void Each_rule_has_a_program_that_breaks_it_and_one_that_does_not()
    {
        VerifierRule[] rules = Enum.GetValues<VerifierRule>();
        Assert.Empty(rules.Except(VerifierCases.All.Where(@case => !@case.IsAccepted).Select(@case => @case.Rule)));
        Assert.Empty(rules.Except(VerifierCases.All.Where(@case => @case.IsAccepted).Select(@case => @case.Rule)).Except([VerifierRule.NotSupported, VerifierRule.KernelFunction]));
    }
}
