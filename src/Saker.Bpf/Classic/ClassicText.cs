using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Saker.Bpf.Classic;

/// <summary>
/// Programs as text: what <c>tcpdump -ddd</c> prints (the number of instructions, then a line <c>code jt jf k</c> for each, all decimal), and the same in one line
/// with commas, as <c>iptables -m bpf --bytecode</c> and <c>tc … bytecode</c> take it.
/// </summary>
public static class ClassicText
{
    private const int Fields = 4;
    private const string Advice = "give what 'tcpdump -ddd EXPRESSION' prints";

    /// <summary>Reads a program of either form.</summary>
    /// <param name="text">The text.</param>
    /// <param name="program">The program; null where there is a fault.</param>
    /// <param name="fault">What is wrong with the text, or with the program; null where there is a program.</param>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out ClassicProgram? program, [NotNullWhen(false)] out ClassicFault? fault)
    {
        program = null;
        List<ClassicInstruction> instructions = [];
        int? announced = null;
        foreach (Range range in text.SplitAny(',', '\n'))
        {
            ReadOnlySpan<char> part = text[range].Trim();
            if (part.IsEmpty)
            {
                continue;
            }

            if (announced is null)
            {
                if (!TryParseCount(part, out int count))
                {
                    fault = FaultOfBeginning(part);
                    return false;
                }

                announced = count;
            }
            else if (instructions.Count == announced)
            {
                fault = new ClassicFault(null, $"the program announces {announced} instructions and goes on with '{Shown(part)}'");
                return false;
            }
            else if (!TryParseInstruction(part, out ClassicInstruction instruction))
            {
                fault = new ClassicFault(instructions.Count, $"'{Shown(part)}' is not four numbers (code, jt, jf, k); {Advice}");
                return false;
            }
            else
            {
                instructions.Add(instruction);
            }
        }

        if (announced != instructions.Count)
        {
            fault = new ClassicFault(
                null, announced is null ? $"there is nothing in it; {Advice}" : $"the program announces {announced} instructions and ends after {instructions.Count}");
            return false;
        }

        return ClassicProgram.TryCreate([.. instructions], out program, out fault);
    }

    /// <summary>Writes a program as <c>tcpdump -ddd</c> does.</summary>
    public static string ToLines(ClassicProgram program) => Join(program, '\n') + "\n";

    /// <summary>Writes a program in one line.</summary>
    public static string ToLine(ClassicProgram program) => Join(program, ',');

    private static string Join(ClassicProgram program, char separator)
    {
        ArgumentNullException.ThrowIfNull(program);
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{program.Instructions.Length}");
        foreach (ClassicInstruction instruction in program.Instructions)
        {
            text.Append(separator)
                .Append(CultureInfo.InvariantCulture, $"{(ushort)instruction.Opcode} {instruction.JumpTrue} {instruction.JumpFalse} {instruction.K}");
        }

        return text.ToString();
    }

    private static bool TryParseCount(ReadOnlySpan<char> text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is > 0 and <= ClassicProgram.MaximumLength;

    private static bool TryParseInstruction(ReadOnlySpan<char> text, out ClassicInstruction instruction)
    {
        Span<Range> fields = stackalloc Range[Fields + 1];
        instruction = default;
        if (text.SplitAny(fields, " \t", StringSplitOptions.RemoveEmptyEntries) != Fields
            || !ushort.TryParse(text[fields[0]], NumberStyles.None, CultureInfo.InvariantCulture, out ushort code)
            || !byte.TryParse(text[fields[1]], NumberStyles.None, CultureInfo.InvariantCulture, out byte jumpTrue)
            || !byte.TryParse(text[fields[2]], NumberStyles.None, CultureInfo.InvariantCulture, out byte jumpFalse)
            || !uint.TryParse(text[fields[3]], NumberStyles.None, CultureInfo.InvariantCulture, out uint k))
        {
            return false;
        }

        instruction = new ClassicInstruction((ClassicOpcode)code, jumpTrue, jumpFalse, k);
        return true;
    }

    /// <summary>Other things than <c>-ddd</c>'s output begin otherwise: tcpdump's other listings, and expressions, which nobody compiles here.</summary>
    private static ClassicFault FaultOfBeginning(ReadOnlySpan<char> part) => new(
        null,
        part[0] is '(' or '{'
            ? $"'{Shown(part)}' is of tcpdump's listing with one or two d; {Advice}"
            : $"a program begins with the number of its instructions, 1 to {ClassicProgram.MaximumLength}, and not with '{Shown(part)}'; {Advice}");

    private static string Shown(ReadOnlySpan<char> text)
    {
        const int Most = 40;
        return text.Length <= Most ? text.ToString() : $"{text[..Most]}…";
    }
}
