using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Saker.Kernel.Bpf;

/// <summary>How much work a program was for the kernel's verifier, as its log ends (<c>print_verification_stats</c>).</summary>
public sealed partial record VerifierWork
{
    /// <summary>How long it took; null: it does not tell, as it does only where statistics are asked for.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>How many instructions it went through, on all paths.</summary>
    public int ProcessedInstructions { get; init; }

    /// <summary>How many states it kept for an instruction at a time.</summary>
    public int StatesOfAnInstruction { get; init; }

    /// <summary>How many states it kept.</summary>
    public int States { get; init; }

    /// <summary>How many states it kept at a time.</summary>
    public int PeakStates { get; init; }

    /// <summary>Reads it from a log.</summary>
    /// <param name="log">The verifier's log.</param>
    /// <param name="work">How much work it was; null: the log does not tell.</param>
    public static bool TryParse(string log, [NotNullWhen(true)] out VerifierWork? work)
    {
        ArgumentNullException.ThrowIfNull(log);
        work = null;
        if (Processed().Match(log) is not { Success: true } processed)
        {
            return false;
        }

        work = new VerifierWork
        {
            Time = Took().Match(log) is { Success: true } time ? TimeSpan.FromMicroseconds(Number(time, "microseconds")) : null,
            ProcessedInstructions = Number(processed, "instructions"),
            StatesOfAnInstruction = Number(processed, "most"),
            States = Number(processed, "total"),
            PeakStates = Number(processed, "peak"),
        };
        return true;
    }

    private static int Number(Match match, string name) => int.TryParse(match.Groups[name].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : int.MaxValue;

    [GeneratedRegex(@"^verification time (?<microseconds>\d+) usec$", RegexOptions.Multiline)]
    private static partial Regex Took();

    [GeneratedRegex(@"^processed (?<instructions>\d+) insns \(limit \d+\) max_states_per_insn (?<most>\d+) total_states (?<total>\d+) peak_states (?<peak>\d+)", RegexOptions.Multiline)]
    private static partial Regex Processed();
}
