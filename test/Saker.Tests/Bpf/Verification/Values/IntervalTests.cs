using System.Numerics;
using Saker.Bpf.Verification;

namespace Saker.Tests.Bpf.Verification.Values;

/// <summary>Intervals of bytes, signed and unsigned, against their members.</summary>
public sealed class IntervalTests
{
    private const int Seed = 618;

    [Fact]
    public void Unsigned_results_hold_what_members_give() => Check<byte>();

    [Fact]
    public void Signed_results_hold_what_members_give() => Check<sbyte>();

    [Fact]
    public void Ends_that_both_wrap_around_keep_an_unsigned_interval_and_one_that_does_forgets_it()
    {
        Assert.Equal(new Interval<byte>(4, 14), new Interval<byte>(250, 255).Add(new(10, 15)));
        Assert.Equal(Interval<byte>.All, new Interval<byte>(240, 255).Add(new(10, 15)));
        Assert.Equal(new Interval<byte>(246, 255), new Interval<byte>(0, 4).Subtract(new(5, 10)));
        Assert.Equal(Interval<byte>.All, new Interval<byte>(0, 5).Subtract(new(5, 10)));
        Assert.Equal(Interval<sbyte>.All, new Interval<sbyte>(127, 127).Add(new(1, 1)));
    }

    [Fact]
    public void Another_type_reads_the_same_bits()
    {
        Assert.Equal(new Interval<sbyte>(-6, -1), new Interval<byte>(250, 255).As<sbyte>());
        Assert.True(new Interval<byte>(127, 128).As<sbyte>().IsEmpty);
        Assert.Equal(Interval<sbyte>.All, new Interval<byte>(127, 128).AsOrAll<sbyte>());
    }

    private static void Check<T>()
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        Random random = new(Seed);
        for (var i = 0; i < Effort.Inputs(200, 3_000); i++)
        {
            var (left, right) = (Next<T>(random), Next<T>(random));
            var (sum, difference, product) = (left.Add(right), left.Subtract(right), left.Multiply(right));
            var count = random.Next(7);
            var (shifted, back) = (left.ShiftLeft(count), left.ShiftRight(count));
            foreach (var member in Members(left))
            {
                foreach (var other in Members(right))
                {
                    if (!sum.Contains(member + other) || !difference.Contains(member - other) || !product.Contains(member * other))
                    {
                        Assert.Fail($"{left}, {right}: {member}, {other}");
                    }
                }

                Assert.True((T.IsNegative(left.Minimum) || shifted.Contains(member << count)) && back.Contains(member >> count), $"{left}, {count}: {member}");
            }
        }
    }

    private static Interval<T> Next<T>(Random random)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var (one, other) = (T.CreateTruncating(random.Next(256)), T.CreateTruncating(random.Next(256) >> random.Next(8)));
        return new(T.Min(one, other), T.Max(one, other));
    }

    private static IEnumerable<T> Members<T>(Interval<T> interval)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        for (var member = interval.Minimum; member < interval.Maximum; member++)
        {
            yield return member;
        }

        yield return interval.Maximum;
    }
}
