namespace Saker.Bpf.Helpers;

/// <summary>Numbers and comparisons of text (<c>bpf_strtol</c> and its like).</summary>
internal static unsafe class TextHelpers
{
    private const ulong BaseMask = 0x1f;
    private const int LongestNumber = 63;
    private const int Decimal = 10;
    private const int Octal = 8;
    private const int Hexadecimal = 16;

    /// <summary><c>bpf_strtol</c>.</summary>
    public static ulong SignedNumber(BpfCpu cpu, ulong text, ulong length, ulong flags, ulong result, ulong r5) => Number(cpu, text, length, flags, result, isSigned: true);

    /// <summary><c>bpf_strtoul</c>.</summary>
    public static ulong UnsignedNumber(BpfCpu cpu, ulong text, ulong length, ulong flags, ulong result, ulong r5) => Number(cpu, text, length, flags, result, isSigned: false);

    /// <summary><c>bpf_strncmp</c>: -1, 0 or 1.</summary>
    public static ulong Compare(BpfCpu cpu, ulong left, ulong length, ulong right, ulong r4, ulong r5)
    {
        if (!cpu.TryReach(left, (uint)length, writes: false, out byte* bytes) || !cpu.TryReachText(right, out ReadOnlySpan<byte> other))
        {
            return 0;
        }

        ReadOnlySpan<byte> text = new(bytes, (int)Math.Min((uint)length, int.MaxValue));
        for (int i = 0; i < text.Length; i++)
        {
            if (i == other.Length)
            {
                cpu.Fail();
                return 0;
            }

            if (text[i] != other[i])
            {
                return text[i] < other[i] ? ulong.MaxValue : 1;
            }

            if (text[i] == 0)
            {
                break;
            }
        }

        return 0;
    }

    private static ulong Number(BpfCpu cpu, ulong text, ulong length, ulong flags, ulong result, bool isSigned)
    {
        if (!cpu.TryReach(text, (uint)length, writes: false, out byte* bytes) || !cpu.TryReach(result, sizeof(ulong), writes: true, out byte* number))
        {
            return 0;
        }

        *(ulong*)number = 0;
        long consumed = Read(new ReadOnlySpan<byte>(bytes, (int)Math.Min((uint)length, int.MaxValue)), flags, out ulong value, out bool isNegative);
        if (consumed < 0)
        {
            return (ulong)consumed;
        }

        if (isNegative && !isSigned)
        {
            return BpfError.InvalidArgument.Negated();
        }

        value = isNegative ? 0 - value : value;
        if (isSigned && (isNegative ? (long)value > 0 : (long)value < 0))
        {
            return BpfError.OutOfRange.Negated();
        }

        *(ulong*)number = value;
        return (ulong)consumed;
    }

    /// <summary>Reads a number that white space and a minus may precede.</summary>
    /// <returns>Bytes read; or negated an error.</returns>
    private static long Read(ReadOnlySpan<byte> text, ulong flags, out ulong value, out bool isNegative)
    {
        value = 0;
        isNegative = false;
        int numberBase = (int)(flags & BaseMask), at = 0;
        if (numberBase is not (0 or Octal or Decimal or Hexadecimal) || (flags & ~BaseMask) != 0)
        {
            return -(long)BpfError.InvalidArgument;
        }

        while (at < text.Length && IsSpace(text[at]))
        {
            at++;
        }

        if (at < text.Length && text[at] == (byte)'-')
        {
            isNegative = true;
            at++;
        }

        ReadOnlySpan<byte> digits = text[at..Math.Min(text.Length, at + LongestNumber)];
        int begin = Radix(digits, ref numberBase), end = begin;
        bool overflows = false;
        for (; end < digits.Length && Digit(digits[end]) is var digit && digit < numberBase; end++)
        {
            overflows |= value > (ulong.MaxValue - (uint)digit) / (uint)numberBase;
            value = (value * (uint)numberBase) + (uint)digit;
        }

        return overflows ? -(long)BpfError.OutOfRange : end == begin ? -(long)BpfError.InvalidArgument : at + end;
    }

    /// <summary>Finds the base that a number's beginning says, and where its digits begin.</summary>
    private static int Radix(ReadOnlySpan<byte> digits, ref int numberBase)
    {
        bool isHexadecimal = digits.Length > 1 && digits[0] == (byte)'0' && (digits[1] | 0x20) == 'x';
        if (numberBase == 0)
        {
            numberBase = digits.Length == 0 || digits[0] != (byte)'0' ? Decimal
                : isHexadecimal && digits.Length > 2 && Digit(digits[2]) < Hexadecimal ? Hexadecimal : Octal;
        }

        return numberBase == Hexadecimal && isHexadecimal ? 2 : 0;
    }

    private static int Digit(byte character) => character switch
    {
        >= (byte)'0' and <= (byte)'9' => character - '0',
        >= (byte)'a' and <= (byte)'f' => character - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => character - 'A' + 10,
        _ => int.MaxValue,
    };

    /// <summary>White space as the kernel's <c>isspace</c> has it, with the no-break space of Latin-1.</summary>
    private static bool IsSpace(byte character) => character is (>= 9 and <= 13) or 32 or 160;
}
