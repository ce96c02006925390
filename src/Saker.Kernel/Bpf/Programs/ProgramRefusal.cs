namespace Saker.Kernel.Bpf;

/// <summary>Why the kernel does not take a program.</summary>
/// <param name="Operation">What was asked of it.</param>
/// <param name="ErrorNumber">The <c>errno</c>: EACCES and EINVAL mostly come from the verifier.</param>
/// <param name="Log">What the verifier said, all of it; empty: it was not asked, or the program did not come to it.</param>
/// <param name="Advice">What is missing; empty: nothing more is known.</param>
public sealed record ProgramRefusal(string Operation, int ErrorNumber, string Log, string Advice = "") : KernelRefusal(Operation, ErrorNumber, Advice)
{
    /// <summary>How much work it was for the verifier; null: the log does not tell.</summary>
    public VerifierWork? Work { get; init; } = VerifierWork.TryParse(Log, out VerifierWork? work) ? work : null;

    /// <summary>The last of the verifier's lines that tells of the fault; empty: it said nothing.</summary>
    public string LastLine => Log.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault(IsMeant) ?? "";

    private protected override string Details => Advice.Length > 0 ? Advice : LastLine;

    /// <summary>Behind the fault come statistics.</summary>
    private static bool IsMeant(string line) =>
        !line.StartsWith("processed ", StringComparison.Ordinal) && !line.StartsWith("verification time ", StringComparison.Ordinal) && !line.StartsWith("stack depth ", StringComparison.Ordinal);
}
