using System.Numerics;

namespace Saker.Bpf.Verification;

/// <summary>Numbers from one to another, ends included. Where the least is above the greatest there are none: what is known contradicts itself, as on a way that no run takes.</summary>
/// <typeparam name="T">How the bits are read: signed or not, all 64 or the low 32.</typeparam>
/// <param name="Minimum">The least.</param>
/// <param name="Maximum">The greatest.</param>
public readonly record struct Interval<T>(T Minimum, T Maximum)
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    /// <summary>All numbers of the type.</summary>
    public static Interval<T> All => new(T.MinValue, T.MaxValue);

    /// <summary>Whether there are no such numbers.</summary>
    public bool IsEmpty => Minimum > Maximum;

    /// <summary>Whether it is one number.</summary>
    public bool IsConstant => Minimum == Maximum;

    private static bool IsSigned => T.IsNegative(T.MinValue);

    /// <summary>The interval of one number.</summary>
    public static Interval<T> Of(T number) => new(number, number);

    /// <summary>Whether the number is within.</summary>
    public bool Contains(T number) => Minimum <= number && number <= Maximum;

    /// <summary>Whether all numbers of the other are within.</summary>
    public bool Includes(Interval<T> other) => Minimum <= other.Minimum && other.Maximum <= Maximum;

    /// <summary>The numbers that are in both.</summary>
    public Interval<T> Intersect(Interval<T> other) => new(T.Max(Minimum, other.Minimum), T.Min(Maximum, other.Maximum));

    /// <summary>Whether the two have no number in common.</summary>
    public bool IsApartFrom(Interval<T> other) => Minimum > other.Maximum || Maximum < other.Minimum;

    /// <summary>The same bits read as another type, cut to it; they may be in no order there.</summary>
    internal Interval<TOther> As<TOther>()
        where TOther : unmanaged, IBinaryInteger<TOther>, IMinMaxValue<TOther> =>
        new(TOther.CreateTruncating(Minimum), TOther.CreateTruncating(Maximum));

    /// <summary>The same bits read as another type where they are in order there, else all of that type.</summary>
    internal Interval<TOther> AsOrAll<TOther>()
        where TOther : unmanaged, IBinaryInteger<TOther>, IMinMaxValue<TOther> =>
        As<TOther>() is { IsEmpty: false } other ? other : Interval<TOther>.All;

    /// <summary>
    /// Sums. Unsigned ends may both wrap around, since then all between them do. Of signed ends the kernel lets none overflow (<c>scalar_min_max_add</c>).
    /// </summary>
    internal Interval<T> Add(Interval<T> other)
    {
        T least = Minimum + other.Minimum;
        T greatest = Maximum + other.Maximum;
        if (IsSigned)
        {
            return T.IsNegative((Minimum ^ least) & (other.Minimum ^ least)) || T.IsNegative((Maximum ^ greatest) & (other.Maximum ^ greatest)) ? All : new(least, greatest);
        }

        bool isLeastWrapped = least < Minimum;
        bool isGreatestWrapped = greatest < Maximum;
        return !isLeastWrapped && isGreatestWrapped ? All : new(least, greatest);
    }

    /// <summary>Differences, by the same rule as sums (<c>scalar_min_max_sub</c>).</summary>
    internal Interval<T> Subtract(Interval<T> other)
    {
        T least = Minimum - other.Maximum;
        T greatest = Maximum - other.Minimum;
        if (IsSigned)
        {
            return T.IsNegative((Minimum ^ other.Maximum) & (Minimum ^ least)) || T.IsNegative((Maximum ^ other.Minimum) & (Maximum ^ greatest)) ? All : new(least, greatest);
        }

        bool isLeastWrapped = Minimum < other.Maximum;
        bool isGreatestWrapped = Maximum < other.Minimum;
        return isLeastWrapped && !isGreatestWrapped ? All : new(least, greatest);
    }

    /// <summary>Products, all numbers where one of the ends' overflows (<c>scalar_min_max_mul</c>).</summary>
    internal Interval<T> Multiply(Interval<T> other)
    {
        if (!IsSigned)
        {
            return TryMultiply(Minimum, other.Minimum, out T low) && TryMultiply(Maximum, other.Maximum, out T high) ? new(low, high) : All;
        }

        return TryMultiply(Minimum, other.Minimum, out T first)
            && TryMultiply(Minimum, other.Maximum, out T second)
            && TryMultiply(Maximum, other.Minimum, out T third)
            && TryMultiply(Maximum, other.Maximum, out T fourth)
            ? new(T.Min(T.Min(first, second), T.Min(third, fourth)), T.Max(T.Max(first, second), T.Max(third, fourth)))
            : All;
    }

    /// <summary>Shifted to the left, all numbers where a bit could be lost or come to the top (<c>__scalar64_min_max_lsh</c>). For unsigned numbers.</summary>
    /// <param name="count">Less than the type's bits.</param>
    internal Interval<T> ShiftLeft(int count)
    {
        int bits = int.CreateTruncating(T.PopCount(T.MaxValue));
        return Maximum > T.One << (bits - 1 - count) ? All : new(Minimum << count, Maximum << count);
    }

    /// <summary>Shifted to the right, with copies of the sign where there is one.</summary>
    internal Interval<T> ShiftRight(int count) => new(Minimum >> count, Maximum >> count);

    private static bool TryMultiply(T left, T right, out T product)
    {
        product = left * right;
        return IsSigned
            ? Int128.CreateTruncating(left) * Int128.CreateTruncating(right) == Int128.CreateTruncating(product)
            : UInt128.CreateTruncating(left) * UInt128.CreateTruncating(right) == UInt128.CreateTruncating(product);
    }
}
