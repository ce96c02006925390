using System.Globalization;
using Saker.Bpf;

namespace Saker.Cli.Output;

/// <summary>The code of programs as text: a line an instruction with its slot in front, functions with a label, lines of the source behind semicolons.</summary>
internal static class ListingReport
{
    /// <summary>Prints it.</summary>
    public static void Print(TextWriter output, ReadOnlySpan<ProgramSpec> programs, ProgramTextStyle style, bool withSource)
    {
        for (int i = 0; i < programs.Length; i++)
        {
            ProgramSpec program = programs[i];
            output.WriteLine(Printable.Of($"{(i == 0 ? "" : Environment.NewLine)}{program.Section}: program {program.Name}, {Quantity.Of(program.Instructions.Length, "slot")}", keepsLines: true));
            SourceLine last = default;
            foreach (ListedInstruction instruction in ProgramListing.Of(program, style))
            {
                if (instruction.Function is { } function)
                {
                    output.WriteLine(Printable.Of($"{function.Name}:"));
                    last = default;
                }

                if (withSource && instruction.Source is { } source && (source.Line, source.File) != (last.Line, last.File))
                {
                    last = source;
                    output.WriteLine(Printable.Of(string.Create(CultureInfo.InvariantCulture, $"; {source.Text.Trim()} @ {source.File}:{source.Line}")));
                }

                output.WriteLine(Printable.Of(string.Create(CultureInfo.InvariantCulture, $"{instruction.Slot,6}: {instruction.Text}")));
            }
        }
    }
}
