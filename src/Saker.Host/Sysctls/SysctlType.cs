using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Saker.Host.Sysctls;

/// <summary>Which values a sysctl takes.</summary>
/// <param name="Name">What its numbers are.</param>
/// <param name="Least">The least number.</param>
/// <param name="Most">The greatest number.</param>
/// <param name="Count">How many numbers it has.</param>
public sealed record SysctlType(string Name, long Least, long Most, int Count = 1)
{
    private const string FlagName = "flag";

    /// <summary>Off or on; the kernel keeps any number, and takes all but 0 for on.</summary>
    public static SysctlType Flag { get; } = AnyInteger(FlagName);

    /// <summary>Off or on, kept in a byte.</summary>
    public static SysctlType ByteFlag { get; } = new(FlagName, 0, byte.MaxValue);

    /// <summary>Off or on, and nothing else.</summary>
    public static SysctlType StrictFlag { get; } = new(FlagName, 0, 1);

    /// <summary>A bit each.</summary>
    public static SysctlType BitMask { get; } = AnyInteger("bit mask");

    /// <summary>One of several levels. The kernel keeps any number.</summary>
    /// <param name="highest">The highest that has a meaning of its own.</param>
    public static SysctlType Level(int highest) => AnyInteger("level") with { HighestLevel = highest };

    /// <summary>One of several levels, kept in a byte.</summary>
    /// <param name="highest">The highest that has a meaning of its own.</param>
    public static SysctlType ByteLevel(int highest) => new("level", 0, byte.MaxValue) { HighestLevel = highest };

    /// <summary>Any number of 32 bits.</summary>
    public static SysctlType AnyInteger(string name) => new(name, int.MinValue, int.MaxValue);

    /// <summary>A number from a least one on.</summary>
    public static SysctlType From(long least, string name) => new(name, least, int.MaxValue);

    /// <summary>Of levels, the highest that has a meaning of its own; greater numbers are kept, too.</summary>
    public int? HighestLevel { get; init; }

    /// <summary>What a value must be, as a message ends.</summary>
    public string Expectation => Count == 1 ? $"whole number from {Least} to {Most}" : $"list of at most {Count} whole numbers from {Least} to {Most}";

    /// <summary>
    /// The same as a snapshot is read: other kernels than 6.18 keep other numbers in their flags.
    /// </summary>
    internal SysctlType ForReading => Name == FlagName ? Flag : this;

    /// <summary>Reads a value as the kernel does: decimal, with 0x hexadecimal, with a zero in front octal.</summary>
    /// <returns>False: it is none, or a number is out of range.</returns>
    public bool TryParse(string text, [NotNullWhen(true)] out SysctlValue? value)
    {
        ArgumentNullException.ThrowIfNull(text);
        value = null;
        string[] words = text.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words.Length > Count)
        {
            return false;
        }

        long[] numbers = new long[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            if (!TryParseNumber(words[i], out numbers[i]) || numbers[i] < Least || numbers[i] > Most)
            {
                return false;
            }
        }

        value = new SysctlValue(numbers);
        return true;
    }

    /// <summary>What it is, for lists.</summary>
    public override string ToString() => (Count == 1 ? Name : $"{Count} × {Name}") + (Least, Most) switch
    {
        _ when HighestLevel is { } highest => $" 0..{highest}",
        (int.MinValue, int.MaxValue) => string.Empty,
        (_, int.MaxValue or long.MaxValue) => $" from {Least}",
        _ => $" {Least}..{Most}",
    };

    private static bool TryParseNumber(ReadOnlySpan<char> word, out long number)
    {
        bool isNegative = word[0] == '-';
        ReadOnlySpan<char> digits = isNegative ? word[1..] : word;
        bool isRead = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? long.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number) && number >= 0
            : digits.Length > 1 && digits[0] == '0'
                ? TryParseOctal(digits, out number)
                : long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        number = isNegative ? -number : number;
        return isRead;
    }

    private static bool TryParseOctal(ReadOnlySpan<char> digits, out long number)
    {
        number = 0;
        foreach (char digit in digits)
        {
            if (digit is < '0' or > '7' || number > long.MaxValue >> 3)
            {
                return false;
            }

            number = (number << 3) + (digit - '0');
        }

        return true;
    }
}
