using System.Collections.Immutable;
using System.Globalization;

namespace Saker.Bpf;

/// <summary>A line of the source.</summary>
/// <param name="Instruction">The first slot that was made of it.</param>
/// <param name="File">The file's name.</param>
/// <param name="Text">The line; empty: unknown.</param>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Column">The column, from 1.</param>
public readonly record struct SourceLine(int Instruction, string File, string Text, int Line, int Column)
{
    /// <summary>Where it is, as compilers write it: the file without its folder, and the number.</summary>
    public string Place => string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(File)}:{Line}");

    /// <summary>The line that a slot was made of.</summary>
    /// <param name="lines">The lines of a program, in the order of the code.</param>
    /// <param name="slot">The slot.</param>
    /// <returns>The line; null: unknown.</returns>
    public static SourceLine? At(ImmutableArray<SourceLine> lines, int slot)
    {
        SourceLine? found = null;
        foreach (SourceLine line in lines)
        {
            if (line.Instruction > slot)
            {
                break;
            }

            found = line;
        }

        return found;
    }
}
