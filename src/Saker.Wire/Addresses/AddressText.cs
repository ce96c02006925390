using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Saker.Wire;

/// <summary>A value whose text is ASCII of a bounded length: what the address types share so that each form of formatting is written once.</summary>
internal interface IAddressText
{
    /// <summary>The longest text in characters.</summary>
    static abstract int MaximumTextLength { get; }

    /// <summary>Writes the text to the start of <paramref name="destination"/>, which holds the longest text, and says how long it is.</summary>
    int WriteText(Span<byte> destination);
}

/// <summary>Formatting and small parsing steps common to the address types.</summary>
internal static class AddressText
{
    internal static string Format<T>(T value)
        where T : struct, IAddressText
    {
        Span<byte> text = stackalloc byte[T.MaximumTextLength];
        return Encoding.ASCII.GetString(text[..value.WriteText(text)]);
    }

    internal static bool TryFormat<T>(T value, Span<char> destination, out int written)
        where T : struct, IAddressText
    {
        Span<byte> text = stackalloc byte[T.MaximumTextLength];
        text = text[..value.WriteText(text)];
        return Encoding.ASCII.TryGetChars(text, destination, out written);
    }

    internal static bool TryFormat<T>(T value, Span<byte> destination, out int written)
        where T : struct, IAddressText
    {
        Span<byte> text = stackalloc byte[T.MaximumTextLength];
        text = text[..value.WriteText(text)];
        bool fits = text.TryCopyTo(destination);
        written = fits ? text.Length : 0;
        return fits;
    }

    /// <summary>Writes a decimal number without leading zeros.</summary>
    internal static int WriteDecimal(Span<byte> destination, int value)
    {
        Utf8Formatter.TryFormat(value, destination, out int written);
        return written;
    }

    /// <summary>The lower-case hexadecimal digit of the low four bits.</summary>
    internal static byte HexDigit(uint value) => "0123456789abcdef"u8[(int)(value & 0xf)];

    /// <summary>The value of a hexadecimal digit, or −1.</summary>
    internal static int HexValue(char digit) => char.IsAsciiHexDigit(digit) ? digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10 : -1;

    /// <summary>Splits <c>address/length</c>; without a slash the length is <paramref name="maximum"/>.</summary>
    internal static bool TrySplitPrefix(ReadOnlySpan<char> text, int maximum, out ReadOnlySpan<char> address, out int length)
    {
        int slash = text.IndexOf('/');
        address = slash < 0 ? text : text[..slash];
        length = maximum;
        return slash < 0 || TryParseDecimal(text[(slash + 1)..], maximum, out length);
    }

    /// <summary>Reads one to three digits without a leading zero.</summary>
    internal static bool TryParseDecimal(ReadOnlySpan<char> text, int maximum, out int value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > 3 || (text.Length > 1 && text[0] == '0'))
        {
            return false;
        }

        foreach (char digit in text)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return value <= maximum;
    }

    [DoesNotReturn]
    internal static T ThrowNotAn<T>(string kind, ReadOnlySpan<char> text) => throw new FormatException($"'{text}' is not {kind}.");
}
