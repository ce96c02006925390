using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Saker.Bpf.Verification;

/// <summary>Why a program is refused. <see cref="ToString"/> is one line for a person.</summary>
/// <param name="Rule">The rule that it breaks.</param>
/// <param name="Instruction">The instruction at which it does, as slots count; -1: the program as a whole does.</param>
/// <param name="Reason">What is wrong there: one sentence with the values that matter.</param>
public sealed record VerifierRefusal(VerifierRule Rule, int Instruction, string Reason)
{
    /// <summary>What to change; null: nothing typical.</summary>
    public string? Hint { get; init; }

    /// <summary>The instruction as text; empty where there is none.</summary>
    public string Code { get; init; } = "";

    /// <summary>Where it comes from in the source; null: unknown.</summary>
    public SourceLine? Line { get; init; }

    /// <summary>The way to the instruction: every jump, call and return on it, the first one first. Of a long way only the end is told.</summary>
    public ImmutableArray<PathStep> Path { get; init; } = [];

    /// <summary>What the registers held at the instruction: those that held anything, in the order of their numbers.</summary>
    public ImmutableArray<RegisterReport> Registers { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString()
    {
        StringBuilder text = new();
        if (Instruction >= 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"instruction {Instruction}");
            if (Line is { } line)
            {
                text.Append(CultureInfo.InvariantCulture, $" ({line.Place})");
            }

            text.Append(": ");
        }

        text.Append(Reason);
        if (Hint is not null)
        {
            text.Append("; ").Append(Hint);
        }

        return text.ToString();
    }
}

/// <summary>A step of a path that is not to the next instruction.</summary>
/// <param name="From">The instruction that was left.</param>
/// <param name="To">The instruction that was come to.</param>
public readonly record struct PathStep(int From, int To);

/// <summary>What is known of a register.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Text">What it holds, in words.</param>
public readonly record struct RegisterReport(int Number, string Text);
