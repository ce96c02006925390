using System.Globalization;

namespace Saker.Stack.Nic;

/// <summary>The words of an ethtool command line, taken one after the other.</summary>
internal ref struct CommandWords
{
    private ReadOnlySpan<char> _rest;

    public CommandWords(ReadOnlySpan<char> line) => _rest = line;

    /// <summary>The words that were not taken.</summary>
    public readonly ReadOnlySpan<char> Rest => _rest;

    /// <summary>Takes the next word.</summary>
    public bool TryTake(out ReadOnlySpan<char> word)
    {
        _rest = _rest.TrimStart();
        int end = _rest.IndexOfAny(' ', '\t');
        word = end < 0 ? _rest : _rest[..end];
        _rest = _rest[word.Length..];
        return !word.IsEmpty;
    }

    /// <summary>Takes the next word if it is the given one.</summary>
    public bool TryTake(string expected)
    {
        CommandWords here = this;
        if (TryTake(out ReadOnlySpan<char> word) && word.SequenceEqual(expected))
        {
            return true;
        }

        this = here;
        return false;
    }

    /// <summary>Reads a whole number: decimal, or hexadecimal behind 0x.</summary>
    public static bool TryParseNumber(ReadOnlySpan<char> text, out ulong number) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? ulong.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>Reads a whole number from 0 to the greatest one that an int holds.</summary>
    public static bool TryParseNumber(ReadOnlySpan<char> text, out int number)
    {
        bool isNumber = TryParseNumber(text, out ulong large) && large <= int.MaxValue;
        number = isNumber ? (int)large : 0;
        return isNumber;
    }
}
