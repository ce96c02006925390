using System.Globalization;

namespace Saker.Bpf;

/// <summary>What a line has in the places of an instruction's operands. A register that stands twice must be the same.</summary>
internal struct ParsedOperands
{
    private bool _hasDestination;
    private bool _hasSource;

    public byte Destination { get; private set; }

    public byte Source { get; private set; }

    public long Immediate { get; private set; }

    public long Offset { get; private set; }

    /// <summary>The second slot's immediate.</summary>
    public uint Second { get; private set; }

    /// <summary>The token with the label that a jump or call goes to.</summary>
    public SourceToken? Label { get; private set; }

    /// <summary>What stands for an operand, for a person.</summary>
    public static string NameOf(char operand) => operand switch
    {
        OperandText.Destination or OperandText.Source or OperandText.Callee => "a register r0 to r10",
        OperandText.Destination32 or OperandText.Source32 => "a register w0 to w10",
        OperandText.Offset => "an offset from -32768 to 32767, such as '+ 4'",
        OperandText.Target => "a target such as '+3', at most 32767 away, or a label",
        OperandText.LongTarget => "a target such as '+3' or a label",
        OperandText.Constant => "a number of 64 bits",
        OperandText.Helper => "the number of a helper",
        OperandText.LowerHalf or OperandText.UpperHalf => "a number from 0 to 65535",
        _ => "a number of 32 bits",
    };

    /// <summary>Takes an operand.</summary>
    /// <param name="operand">Which one.</param>
    /// <param name="line">The line.</param>
    /// <param name="tokens">The tokens from there on.</param>
    /// <returns>How many tokens it is; 0: none is there.</returns>
    public int TryTake(char operand, ReadOnlySpan<char> line, ReadOnlySpan<SourceToken> tokens)
    {
        if (tokens.IsEmpty)
        {
            return 0;
        }

        ReadOnlySpan<char> text = tokens[0].In(line);
        switch (operand)
        {
            case OperandText.Destination or OperandText.Destination32 or OperandText.Callee:
                return TryRegister(text, operand == OperandText.Destination32 ? 'w' : 'r', out byte destination) && Agree(ref _hasDestination, destination, Destination)
                    ? Take(Destination = destination)
                    : 0;
            case OperandText.Source or OperandText.Source32:
                return TryRegister(text, operand == OperandText.Source32 ? 'w' : 'r', out byte source) && Agree(ref _hasSource, source, Source) ? Take(Source = source) : 0;
            case OperandText.Target or OperandText.LongTarget when tokens[0].Kind == SourceTokenKind.Word:
                Label = tokens[0];
                return 1;
            case OperandText.Helper when tokens[0].Kind != SourceTokenKind.Number:
                return 0;
        }

        bool isSigned = operand is OperandText.Offset or OperandText.AddedImmediate or OperandText.Target or OperandText.LongTarget;
        int taken = TryNumber(line, tokens, isSigned, out Int128 number, out bool isHex);
        return taken != 0 && TryKeep(operand, number, isHex) ? taken : 0;
    }

    private static int Take(byte _) => 1;

    private static bool Agree(ref bool has, byte register, byte known)
    {
        bool agrees = !has || register == known;
        has = true;
        return agrees;
    }

    private static bool TryRegister(ReadOnlySpan<char> text, char letter, out byte register)
    {
        register = 0;
        return text.Length is 2 or 3 && text[0] == letter && byte.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out register)
            && register < BpfInstruction.RegisterCount && (text.Length == 2 || text[1] != '0');
    }

    /// <summary>A number with one sign, or two where the first is that of an addition (<c>+ -4</c>).</summary>
    private static int TryNumber(ReadOnlySpan<char> line, ReadOnlySpan<SourceToken> tokens, bool isSigned, out Int128 number, out bool isHex)
    {
        number = 0;
        isHex = false;
        int at = 0;
        bool isNegative = false;
        if (isSigned)
        {
            if (tokens[0].In(line) is not ("+" or "-"))
            {
                return 0;
            }

            isNegative = tokens[at++].In(line) is "-";
        }

        if (at < tokens.Length && tokens[at].In(line) is "-")
        {
            isNegative = !isNegative;
            at++;
        }

        if (at == tokens.Length || tokens[at].Kind != SourceTokenKind.Number)
        {
            return 0;
        }

        ReadOnlySpan<char> digits = tokens[at].In(line);
        isHex = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (!ulong.TryParse(isHex ? digits[2..] : digits, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out ulong magnitude))
        {
            return 0;
        }

        number = isNegative ? -(Int128)magnitude : magnitude;
        return at + 1;
    }

    /// <summary>Hexadecimal numbers may use all bits, decimal ones have a sign.</summary>
    private bool TryKeep(char operand, Int128 number, bool isHex)
    {
        switch (operand)
        {
            case OperandText.Offset or OperandText.Target:
                Offset = (short)number;
                return number == Offset;
            case OperandText.Constant:
                Immediate = (int)(uint)number;
                Second = (uint)((ulong)number >> 32);
                return number >= long.MinValue && number <= ulong.MaxValue;
            case OperandText.SecondImmediate:
                Second = (uint)number;
                return number >= 0 && number <= uint.MaxValue;
            case OperandText.LowerHalf:
                Immediate += (long)number;
                return number >= 0 && number <= ushort.MaxValue;
            case OperandText.UpperHalf:
                Immediate += (long)number << 16;
                return number >= 0 && number <= ushort.MaxValue;
            default:
                Immediate = (int)(uint)(number & uint.MaxValue);
                return number >= int.MinValue && number <= (isHex || operand == OperandText.Helper ? uint.MaxValue : int.MaxValue);
        }
    }
}
