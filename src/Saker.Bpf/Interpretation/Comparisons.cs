namespace Saker.Bpf.Interpretation;

/// <summary>A comparison of two operands, 64-bit or 32-bit ones.</summary>
internal interface IComparison
{
    static abstract bool Of64(ulong left, ulong right);

    static abstract bool Of32(uint left, uint right);
}

internal readonly struct IsEqual : IComparison
{
    public static bool Of64(ulong left, ulong right) => left == right;

    public static bool Of32(uint left, uint right) => left == right;
}

internal readonly struct IsNotEqual : IComparison
{
    public static bool Of64(ulong left, ulong right) => left != right;

    public static bool Of32(uint left, uint right) => left != right;
}

internal readonly struct HasBitsSet : IComparison
{
    public static bool Of64(ulong left, ulong right) => (left & right) != 0;

    public static bool Of32(uint left, uint right) => (left & right) != 0;
}

internal readonly struct IsGreater : IComparison
{
    public static bool Of64(ulong left, ulong right) => left > right;

    public static bool Of32(uint left, uint right) => left > right;
}

internal readonly struct IsGreaterOrEqual : IComparison
{
    public static bool Of64(ulong left, ulong right) => left >= right;

    public static bool Of32(uint left, uint right) => left >= right;
}

internal readonly struct IsLess : IComparison
{
    public static bool Of64(ulong left, ulong right) => left < right;

    public static bool Of32(uint left, uint right) => left < right;
}

internal readonly struct IsLessOrEqual : IComparison
{
    public static bool Of64(ulong left, ulong right) => left <= right;

    public static bool Of32(uint left, uint right) => left <= right;
}

internal readonly struct IsGreaterSigned : IComparison
{
    public static bool Of64(ulong left, ulong right) => (long)left > (long)right;

    public static bool Of32(uint left, uint right) => (int)left > (int)right;
}

internal readonly struct IsGreaterOrEqualSigned : IComparison
{
    public static bool Of64(ulong left, ulong right) => (long)left >= (long)right;

    public static bool Of32(uint left, uint right) => (int)left >= (int)right;
}

internal readonly struct IsLessSigned : IComparison
{
    public static bool Of64(ulong left, ulong right) => (long)left < (long)right;

    public static bool Of32(uint left, uint right) => (int)left < (int)right;
}

internal readonly struct IsLessOrEqualSigned : IComparison
{
    public static bool Of64(ulong left, ulong right) => (long)left <= (long)right;

    public static bool Of32(uint left, uint right) => (int)left <= (int)right;
}
