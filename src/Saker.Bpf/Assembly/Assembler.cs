using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Saker.Bpf;

/// <summary>
/// Reads programs in the syntax of LLVM: an instruction a line (or several, between semicolons), labels with a colon, comments from <c>#</c> or <c>//</c>. Jumps and
/// calls name a label or count slots from the next one (<c>goto +3</c>, <c>call +2</c>); <c>call 5</c> calls a helper.
/// </summary>
public static class Assembler
{
    /// <summary>Reads a program.</summary>
    /// <param name="text">The text.</param>
    /// <param name="slots">The slots; null where there is a fault. Their form is right apart from where numbers of slots lead.</param>
    /// <param name="fault">What is wrong and where; null where there are slots.</param>
    public static bool TryAssemble(ReadOnlySpan<char> text, [NotNullWhen(true)] out BpfInstruction[]? slots, [NotNullWhen(false)] out AssemblyFault? fault)
    {
        AssemblyPass pass = new();
        int number = 0;
        slots = null;
        foreach (ReadOnlySpan<char> line in text.EnumerateLines())
        {
            number++;
            if (!pass.TryAddLine(line, number, out fault))
            {
                return false;
            }
        }

        if (!pass.TryFinish(out fault))
        {
            return false;
        }

        slots = [.. pass.Slots];
        return true;
    }

    /// <summary>Reads a program that is known to be right.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">It is not; the message says why.</exception>
    public static BpfProgram Assemble(ReadOnlySpan<char> text)
    {
        if (!TryAssemble(text, out BpfInstruction[]? slots, out AssemblyFault? fault))
        {
            throw new FormatException(fault.ToString());
        }

        return BpfProgram.TryCreate(slots, out BpfProgram? program, out InstructionFault? wrong) ? program : throw new FormatException(wrong.ToString());
    }
}

/// <summary>What is wrong with assembly text. <see cref="ToString"/> is one line for a person.</summary>
/// <param name="Line">The number of the line, from 1.</param>
/// <param name="Message">What is wrong, and what is wanted there.</param>
public sealed record AssemblyFault(int Line, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"line {Line}: {Message}");
}
