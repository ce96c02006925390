using System.Globalization;
using System.Text;

namespace Saker.Bpf.Verification;

/// <summary>
/// Numbers as the kernel's log writes them (<c>print_scalar_ranges</c>): ends of intervals that say nothing are left out, those that are the same stand before one number, and a
/// constant is that number. Small ones are decimal, others hexadecimal.
/// </summary>
public readonly partial record struct ScalarValue
{
    /// <summary>As in <c>scalar(umin=1,umax=255,var_off=(0x0; 0xff))</c>, or <c>5</c> for a constant.</summary>
    public override string ToString() => IsConstant ? Number((long)Bits.Value) : $"scalar({Known})";

    /// <summary>The part in the brackets.</summary>
    internal string Known
    {
        get
        {
            StringBuilder text = new();
            Span<End> ends =
            [
                new("smin", Signed.Minimum, Signed.Minimum == long.MinValue, true),
                new("smax", Signed.Maximum, Signed.Maximum == long.MaxValue, true),
                new("umin", (long)Unsigned.Minimum, Unsigned.Minimum == ulong.MinValue, false),
                new("umax", (long)Unsigned.Maximum, Unsigned.Maximum == ulong.MaxValue, false),
                new("smin32", Low(Signed32.Minimum), Signed32.Minimum == int.MinValue, true),
                new("smax32", Low(Signed32.Maximum), Signed32.Maximum == int.MaxValue, true),
                new("umin32", Unsigned32.Minimum, Unsigned32.Minimum == uint.MinValue, false),
                new("umax32", Unsigned32.Maximum, Unsigned32.Maximum == uint.MaxValue, false),
            ];
            for (int i = 0; i < ends.Length; i++)
            {
                if (!ends[i].IsOmitted)
                {
                    Append(text, ends, i);
                }
            }

            return Bits.IsUnknown ? text.ToString() : text.Append(text.Length == 0 ? "" : ",").Append("var_off=").Append(Bits).ToString();
        }
    }

    /// <summary>Writes an end, and with it all later ones of the same kind, least or greatest, that are the same number.</summary>
    private static void Append(StringBuilder text, Span<End> ends, int index)
    {
        End end = ends[index];
        text.Append(text.Length == 0 ? "" : ",").Append(end.Name).Append('=');
        for (int i = index + 2; i < ends.Length; i += 2)
        {
            if (!ends[i].IsOmitted && ends[i].Number == end.Number && ends[i].IsNegative == end.IsNegative)
            {
                text.Append(ends[i].Name).Append('=');
                ends[i] = ends[i] with { IsOmitted = true };
            }
        }

        text.Append(end.IsSigned ? Number(end.Number) : Number((ulong)end.Number));
    }

    private static bool IsSmall(long number) => number is >= short.MinValue and <= short.MaxValue;

    /// <summary>What is written in hexadecimal is written with 32 bits, and is the same as other ends that are so.</summary>
    private static long Low(int number) => IsSmall(number) ? number : (uint)number;

    private static string Number(long number) =>
        IsSmall(number) ? number.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"0x{number:x}");

    private static string Number(ulong number) =>
        number <= ushort.MaxValue ? number.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"0x{number:x}");

    private readonly record struct End(string Name, long Number, bool IsOmitted, bool IsSigned)
    {
        public bool IsNegative => IsSigned && Number < 0;
    }
}
