namespace Saker.Bpf.Verification.Explanation;

/// <summary>Ends a verification: a rule is broken. It does not leave <see cref="BpfVerifier"/>.</summary>
internal sealed class ProgramRefused(VerifierRule rule, int instruction, string reason, string? hint = null) : Exception(reason)
{
    /// <summary>The rule.</summary>
    public VerifierRule Rule { get; } = rule;

    /// <summary>The instruction; -1: the program as a whole.</summary>
    public int Instruction { get; } = instruction;

    /// <summary>What to change.</summary>
    public string? Hint { get; } = hint;
}
