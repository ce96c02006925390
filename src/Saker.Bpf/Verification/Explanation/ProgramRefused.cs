namespace Saker.Bpf.Verification.Explanation;

/// <summary>Ends a verification: a rule is broken. It does not leave <see cref="BpfVerifier"/>.</summary>
internal sealed class ProgramRefused(VerifierRule rule, int instruction, string reason, string? hint = null) : Exception(reason)
{
    /// <summary>The rule.</summary>
    public VerifierRule Rule { get; } = rule;

    /// <summary>The instruction; -1: the program as a whole.</summary>
    public int Instruction { get; } = instruction;

    /// <summary>
    /// Whether a barrier helps where only a processor comes that guesses wrong: else it is not the instruction that is at fault, but how much there is to be followed, or what this verifier knows.
    /// </summary>
    public bool IsCuredByBarrier => Rule is not (VerifierRule.Complexity or VerifierRule.InfiniteLoop or VerifierRule.CallDepth or VerifierRule.NotSupported);

    /// <summary>What to change.</summary>
    public string? Hint { get; } = hint;
}
