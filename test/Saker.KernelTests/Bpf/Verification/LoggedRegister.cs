using System.Globalization;
using System.Text.RegularExpressions;
using Saker.Bpf.Verification;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>A register as the kernel's log writes it.</summary>
/// <param name="Text">Without its id and without the mark of precision.</param>
/// <param name="Identity">The id that it shares with registers whose values are linked with its own; 0: none.</param>
/// <param name="Difference">How much more it is than those that bear the id alone.</param>
/// <param name="Value">What is known of it; null: it is no number.</param>
internal sealed partial record LoggedRegister(string Text, int Identity, int Difference, ScalarValue? Value)
{
    /// <summary>Reads what stands behind the equals sign.</summary>
    public static LoggedRegister Read(string text)
    {
        var identity = Id().Match(text);
        var plain = Id().Replace(text, "", 1);
        var number = identity.Success ? int.Parse(identity.Groups["id"].ValueSpan, CultureInfo.InvariantCulture) : 0;
        var difference = identity.Groups["difference"] is { Success: true } group ? int.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 0;
        return new(plain, number, difference, plain.StartsWith("scalar(", StringComparison.Ordinal) ? ReadKnown(plain) : Constant(plain) is { } constant ? ScalarValue.Constant(constant) : null);
    }

    private static ScalarValue ReadKnown(string text)
    {
        ScalarDraft draft = new(ScalarValue.Unknown);
        foreach (Match match in Known().Matches(text))
        {
            foreach (Capture name in match.Groups["name"].Captures)
            {
                Set(ref draft, name.Value, Constant(match.Groups["number"].Value) ?? throw new FormatException(text));
            }
        }

        if (Bits().Match(text) is { Success: true } bits)
        {
            draft.Bits = new(Convert.ToUInt64(bits.Groups["value"].Value, 16), Convert.ToUInt64(bits.Groups["mask"].Value, 16));
        }

        return draft.ToValue();
    }

    private static void Set(ref ScalarDraft draft, string name, ulong number)
    {
        switch (name)
        {
            case "smin":
                draft.Signed = draft.Signed with { Minimum = (long)number };
                break;
            case "smax":
                draft.Signed = draft.Signed with { Maximum = (long)number };
                break;
            case "umin":
                draft.Unsigned = draft.Unsigned with { Minimum = number };
                break;
            case "umax":
                draft.Unsigned = draft.Unsigned with { Maximum = number };
                break;
            case "smin32":
                draft.Signed32 = draft.Signed32 with { Minimum = (int)number };
                break;
            case "smax32":
                draft.Signed32 = draft.Signed32 with { Maximum = (int)number };
                break;
            case "umin32":
                draft.Unsigned32 = draft.Unsigned32 with { Minimum = (uint)number };
                break;
            default:
                draft.Unsigned32 = draft.Unsigned32 with { Maximum = (uint)number };
                break;
        }
    }

    private static ulong? Constant(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal)
            ? Convert.ToUInt64(text, 16)
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? (ulong)number : null;

    [GeneratedRegex(@"(?<=\()id=(?<id>\d+)(?<difference>[+-]\d+)?,?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Id();

    [GeneratedRegex(@"((?<name>[su](min|max)(32)?)=)+(?<number>-?\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Known();

    [GeneratedRegex(@"var_off=\((?<value>\w+); (?<mask>\w+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Bits();
}
