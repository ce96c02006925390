using System.Diagnostics.CodeAnalysis;

namespace Saker.Bpf.Verification.Rules;

/// <summary>Whether a text is a format that the kernel takes with so many numbers (<c>bpf_bprintf_prepare</c>).</summary>
internal static class FormatCheck
{
    private const byte Percent = (byte)'%', FirstOfUpperLatin = 0xa0;

    /// <summary>Checks it.</summary>
    /// <param name="format">The text without its end.</param>
    /// <param name="arguments">How many numbers there are.</param>
    /// <param name="reason">Why it is none.</param>
    public static bool IsRight(ReadOnlySpan<byte> format, int arguments, [NotNullWhen(false)] out string? reason)
    {
        reason = null;
        int used = 0;
        for (int i = 0; i < format.Length && reason is null; i++)
        {
            if (format[i] is not ((>= 32 and < 127) or (>= 9 and <= 13) or >= FirstOfUpperLatin))
            {
                reason = $"byte 0x{format[i]:x2} is no character of a text";
            }
            else if (format[i] == Percent && i + 1 < format.Length && format[i + 1] == Percent)
            {
                i++;
            }
            else if (format[i] == Percent && ++used > arguments)
            {
                reason = $"it has more than {arguments} places for numbers";
            }
            else if (format[i] == Percent)
            {
                i = SkipPlace(format, i + 1, ref reason);
            }
        }

        return reason is null;
    }

    /// <summary>Goes to the last character of a place for a number.</summary>
    private static int SkipPlace(ReadOnlySpan<byte> format, int at, ref string? reason)
    {
        while (at < format.Length && format[at] is (byte)'-' or (byte)'+' or (byte)' ' or (byte)'0')
        {
            at++;
        }

        while (at < format.Length && format[at] is >= (byte)'0' and <= (byte)'9')
        {
            at++;
        }

        bool isLong = false;
        for (int i = 0; i < 2 && at < format.Length && format[at] == (byte)'l'; i++, at++)
        {
            isLong = true;
        }

        char kind = at < format.Length ? (char)format[at] : '\0';
        if (!(kind is 'd' or 'i' or 'u' or 'x' or 'X' || (!isLong && kind is 'p' or 's' or 'c' && !isLong)))
        {
            reason = "a place for a number has no kind that there is";
        }

        return at;
    }
}
