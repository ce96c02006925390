namespace Saker.Bpf;

/// <summary>The text of an instruction as a pattern that lines are compared with.</summary>
internal sealed class InstructionPattern
{
    private readonly Part[] _parts;

    public InstructionPattern(InstructionDescription description, string text)
    {
        Description = description;
        List<Part> parts = [];
        List<SourceToken> tokens = [];
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            int brace = rest.IndexOf('{');
            ReadOnlySpan<char> words = brace < 0 ? rest : rest[..brace];
            SourceToken.Split(words, tokens);
            foreach (SourceToken token in tokens)
            {
                parts.Add(new Part(token.In(words).ToString(), '\0'));
            }

            if (brace >= 0)
            {
                parts.Add(new Part("", rest[brace + 1]));
            }

            rest = brace < 0 ? [] : rest[(brace + 3)..];
        }

        _parts = [.. parts];
    }

    /// <summary>All ways to write all instructions.</summary>
    public static InstructionPattern[] All { get; } =
        [.. InstructionSet.All.SelectMany(description => description.OtherTexts.Prepend(description.Text).Select(text => new InstructionPattern(description, text)))];

    /// <summary>The instruction that it writes.</summary>
    public InstructionDescription Description { get; }

    /// <summary>Compares it with a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="operands">What stands for the operands, where all fits.</param>
    /// <param name="reached">How many tokens fitted.</param>
    /// <param name="wanted">What should stand behind those.</param>
    public bool Fits(ReadOnlySpan<char> line, ReadOnlySpan<SourceToken> tokens, out ParsedOperands operands, out int reached, out string wanted)
    {
        operands = default;
        reached = 0;
        wanted = "";
        foreach (Part part in _parts)
        {
            ReadOnlySpan<SourceToken> rest = tokens[reached..];
            int taken = part.Operand == '\0'
                ? (!rest.IsEmpty && rest[0].In(line).SequenceEqual(part.Word) ? 1 : 0)
                : operands.TryTake(part.Operand, line, rest);
            if (taken == 0)
            {
                wanted = part.Operand == '\0' ? $"'{part.Word}'" : ParsedOperands.NameOf(part.Operand);
                return false;
            }

            reached += taken;
        }

        wanted = "the end of the line";
        return reached == tokens.Length;
    }

    /// <summary>A part of a pattern: a word that stands there, or an operand.</summary>
    private readonly record struct Part(string Word, char Operand);
}
