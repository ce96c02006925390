using Saker.Bpf;
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
        if (@case.IsMalformed)
        {
            Assert.False(@case.IsAccepted);
            Assert.False(BpfProgram.TryCreate(@case.Assemble(), out _, out _));
            return;
        }

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

    [Theory]
    [MemberData(nameof(Names))]
    public void Program_is_accepted_or_refused_of_who_has_only_CAP_BPF(string name)
    {
        VerifierCase @case = VerifierCases.Find(name);
        if (@case.IsMalformed || @case.Privilege != VerifierPrivilege.Root || @case.RuleForCapable is VerifierRule.Complexity)
        {
            return;
        }

        VerifierRefusal? refusal = (@case with { Privilege = VerifierPrivilege.BpfCapable }).Verify().Refusal;
        Assert.True((@case.IsAccepted && @case.RuleForCapable is null) == refusal is null, $"{refusal}");
        Assert.True(@case.RuleForCapable is null || @case.RuleForCapable == refusal!.Rule, $"{refusal?.Rule}: {refusal}");
    }

    [Fact]
    public void Each_rule_has_a_program_that_breaks_it_and_one_that_does_not()
    {
        VerifierRule[] rules = Enum.GetValues<VerifierRule>();
        Assert.Empty(rules.Except(VerifierCases.All.Where(@case => !@case.IsAccepted).Select(@case => @case.Rule)));
        Assert.Empty(rules.Except(VerifierCases.All.Where(@case => @case.IsAccepted).Select(@case => @case.Rule)).Except([VerifierRule.NotSupported, VerifierRule.KernelFunction]));
    }

    [Fact]
    public void Each_class_of_hostile_programs_is_described_and_has_one_that_is_refused()
    {
        IGrouping<string?, VerifierCase>[] classes = [.. VerifierCases.All.Where(@case => @case.HostileClass is not null).GroupBy(@case => @case.HostileClass)];
        Assert.NotEmpty(classes);
        Assert.All(classes, @class => Assert.True(@class.First().About.Length > 100 && @class.Any(@case => !@case.IsAccepted), @class.Key));
    }

    [Fact]
    public void No_two_programs_have_one_name() => Assert.Empty(VerifierCases.All.GroupBy(@case => @case.ToString()).Where(group => group.Count() > 1).Select(group => group.Key));
}
