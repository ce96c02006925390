namespace Saker.Bpf;

/// <summary>A word, number or sign of assembly text.</summary>
/// <param name="Start">Where it begins in its line.</param>
/// <param name="Length">How many characters it has.</param>
/// <param name="Kind">What it is.</param>
internal readonly record struct SourceToken(int Start, int Length, SourceTokenKind Kind)
{
    private static readonly string[] Signs = ["s>>=", "s<=", "s>=", "<<=", ">>=", "s/=", "s%=", "s<", "s>", "+=", "-=", "*=", "/=", "|=", "&=", "^=", "%=", "==", "!=", "<=", ">="];

    /// <summary>The characters of the token.</summary>
    public ReadOnlySpan<char> In(ReadOnlySpan<char> line) => line.Slice(Start, Length);

    /// <summary>Cuts a line into tokens; a comment (<c>#</c>, <c>//</c>) ends it.</summary>
    public static void Split(ReadOnlySpan<char> line, List<SourceToken> tokens)
    {
        tokens.Clear();
        int at = 0;
        while (at < line.Length)
        {
            ReadOnlySpan<char> rest = line[at..];
            if (char.IsWhiteSpace(rest[0]))
            {
                at++;
                continue;
            }

            if (rest[0] == '#' || rest.StartsWith("//", StringComparison.Ordinal))
            {
                return;
            }

            SourceToken token = Next(rest) with { Start = at };
            tokens.Add(token);
            at += token.Length;
        }
    }

    private static SourceToken Next(ReadOnlySpan<char> rest)
    {
        foreach (string sign in Signs)
        {
            if (rest.StartsWith(sign, StringComparison.Ordinal))
            {
                return new SourceToken(0, sign.Length, SourceTokenKind.Sign);
            }
        }

        int length = 0;
        while (length < rest.Length && (char.IsAsciiLetterOrDigit(rest[length]) || rest[length] is '_' or '.' or '$'))
        {
            length++;
        }

        return length == 0
            ? new SourceToken(0, 1, SourceTokenKind.Sign)
            : new SourceToken(0, length, char.IsAsciiDigit(rest[0]) ? SourceTokenKind.Number : SourceTokenKind.Word);
    }
}

/// <summary>What a token is.</summary>
internal enum SourceTokenKind : byte
{
    /// <summary>A register, a label, or a word of the language.</summary>
    Word,

    /// <summary>A number.</summary>
    Number,

    /// <summary>An operator or a bracket.</summary>
    Sign,
}
