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

    /// <summary>The way to the instruction, in lines of the source. Of a long way only the end is told.</summary>
    public ImmutableArray<PathSection> Path { get; init; } = [];

    /// <summary>Whether <see cref="Path"/> begins where the program, or a function that is verified for itself, does.</summary>
    public bool IsPathWhole { get; init; }

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

/// <summary>Parts of a way that are gone through one after the other.</summary>
/// <param name="Parts">The parts.</param>
/// <param name="Times">How often, each time all of them: the turns of a loop.</param>
public sealed record PathSection(ImmutableArray<PathPart> Parts, int Times);

/// <summary>Instructions of a way that follow each other, and that one line of the source was made into.</summary>
/// <param name="First">The first instruction, as slots count.</param>
/// <param name="Last">The last one.</param>
/// <param name="Line">The line; null: unknown.</param>
public readonly record struct PathPart(int First, int Last, SourceLine? Line)
{
    /// <summary>Whether it is of a line, too.</summary>
    internal bool IsOf(SourceLine? line) => (Line?.File, Line?.Line) == (line?.File, line?.Line);
}

/// <summary>What is known of a register.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Text">What it holds, in words.</param>
/// <param name="Origin">The instruction on the way that wrote it; null: it was written before, or that is not known.</param>
public readonly record struct RegisterReport(int Number, string Text, int? Origin);
