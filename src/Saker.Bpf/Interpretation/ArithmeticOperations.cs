namespace Saker.Bpf.Interpretation;

/// <summary>An operation of two operands at both widths, with the results that RFC 9669, section 4.1, gives to every pair of them.</summary>
internal interface IArithmetic
{
    static abstract ulong Of64(ulong left, ulong right);

    static abstract uint Of32(uint left, uint right);
}

internal readonly struct Sum : IArithmetic
{
    public static ulong Of64(ulong left, ulong right) => left + right;

    public static uint Of32(uint left, uint right) => left + right;
}

internal readonly struct Difference : IArithmetic
{
    public static ulong Of64(ulong left, ulong right) => left - right;

    public static uint Of32(uint left, uint right) => left - right;
}

internal readonly struct Product : IArithmetic
{
    public static ulong Of64(ulong left, ulong right) => left * right;

    public static uint Of32(uint left, uint right) => left * right;
}

internal readonly struct Quotient : IArithmetic
{
    public static ulong Of64(ulong left, ulong right) => right == 0 ? 0 : left / right;

    public static uint Of32(uint left, uint right) => right == 0 ? 0 : left / right;
}

/// <summary>The processor traps where the quotient overflows, so dividing by -1 is negating.</summary>
internal readonly struct SignedQuotient : IArithmetic
{
    public static ulong Of64(ulong left, ulong right) => right switch
    {
        0 => 0,
        ulong.MaxValue => 0 - left,
        _ => (ulong)((long)left / (long)right),
    };

    public static uint Of32(uint left, uint right) => right switch
    {
        0 => 0,
        uint.MaxValue => 0 - left,
        _ => (uint)((int)left / (int)right),
    };
}

internal readonly struct Remainder : IArithmetic
{
    public static ulong Of64(ulong left, ulong right) => right == 0 ? left : left % right;

    public static uint Of32(uint left, uint right) => right == 0 ? left : left % right;
}

internal readonly struct SignedRemainder : IArithmetic
{
    public static ulong Of64(ulong left, ulong right) => right switch
    {
        0 => left,
        ulong.MaxValue => 0,
        _ => (ulong)((long)left % (long)right),
    };

    public static uint Of32(uint left, uint right) => right switch
    {
        0 => left,
        uint.MaxValue => 0,
        _ => (uint)((int)left % (int)right),
    };
}

internal readonly struct Disjunction : IArithmetic
{
    public static ulong Of64(ulong left, ulong right) => left | right;

    public static uint Of32(uint left, uint right) => left | right;
}

internal readonly struct Conjunction : IArithmetic
{
    public static ulong Of64(ulong left, ulong right) => left & right;

    public static uint Of32(uint left, uint right) => left & right;
}

internal readonly struct ExclusiveOr : IArithmetic
{
    public static ulong Of64(ulong left, ulong right) => left ^ right;

    public static uint Of32(uint left, uint right) => left ^ right;
}

/// <summary>As of all shifts, the low six bits of a 64-bit operand count, the low five of a 32-bit one: C#'s shifts do the same.</summary>
internal readonly struct LeftShift : IArithmetic
{
    public static ulong Of64(ulong left, ulong right) => left << (int)right;

    public static uint Of32(uint left, uint right) => left << (int)right;
}

internal readonly struct RightShift : IArithmetic
{
    public static ulong Of64(ulong left, ulong right) => left >> (int)right;

    public static uint Of32(uint left, uint right) => left >> (int)right;
}

internal readonly struct SignedRightShift : IArithmetic
{
    public static ulong Of64(ulong left, ulong right) => (ulong)((long)left >> (int)right);

    public static uint Of32(uint left, uint right) => (uint)((int)left >> (int)right);
}

internal readonly struct Copy : IArithmetic
{
    public static ulong Of64(ulong left, ulong right) => right;

    public static uint Of32(uint left, uint right) => right;
}

/// <summary>A copy of the low bits with their sign, at either width.</summary>
internal readonly struct SignedByteCopy : IArithmetic
{
    public static ulong Of64(ulong left, ulong right) => (ulong)(sbyte)right;

    public static uint Of32(uint left, uint right) => (uint)(sbyte)right;
}

internal readonly struct SignedHalfCopy : IArithmetic
{
    public static ulong Of64(ulong left, ulong right) => (ulong)(short)right;

    public static uint Of32(uint left, uint right) => (uint)(short)right;
}

internal readonly struct SignedWordCopy : IArithmetic
{
    public static ulong Of64(ulong left, ulong right) => (ulong)(int)right;

    public static uint Of32(uint left, uint right) => right;
}
