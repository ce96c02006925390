using Saker.Bpf.Verification;

namespace Saker.Tests.Bpf.Verification.Values;

/// <summary>Tristate numbers of few bits, all of them, against their members.</summary>
public sealed class TristateNumberTests
{
    private const int Bits = 4;

    private static readonly TristateNumber[] Small = [.. All(Bits)];

    public static TheoryData<string> Operations => ["add", "subtract", "multiply", "and", "or", "xor"];

    [Theory]
    [MemberData(nameof(Operations))]
    public void Result_can_be_what_every_pair_of_members_gives(string operation)
    {
        foreach (var left in Small)
        {
            foreach (var right in Small)
            {
                var result = Apply(operation, left, right);
                Assert.Equal(0UL, result.Value & result.Mask);
                foreach (var member in Members(left))
                {
                    foreach (var other in Members(right))
                    {
                        if (!result.Contains(Apply(operation, member, other)))
                        {
                            Assert.Fail($"{left} {operation} {right} is {result}, without {member} {operation} {other}");
                        }
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData("add")]
    [InlineData("subtract")]
    [InlineData("and")]
    [InlineData("or")]
    [InlineData("xor")]
    public void Result_knows_all_that_can_be_known(string operation)
    {
        foreach (var left in Small)
        {
            foreach (var right in Small)
            {
                var best = Members(left).SelectMany(member => Members(right).Select(other => TristateNumber.Constant(Apply(operation, member, other)))).Aggregate((one, other) => one.Union(other));
                Assert.Equal(best, Apply(operation, left, right));
            }
        }
    }

    [Fact]
    public void Unary_operations_take_every_member_along()
    {
        foreach (var number in Small.Concat(Small.Select(number => number.ShiftLeft(60).Or(number))).Concat(Small.Select(number => number.ShiftLeft(29))))
        {
            foreach (var member in MembersOfAny(number))
            {
                Assert.True(TristateNumber.Constant(0).Subtract(number).Contains(0 - member));
                Assert.True(number.Low.Contains((uint)member));
                Assert.True(number.Cut(1).Contains((byte)member));
                for (var count = 0; count < 64; count++)
                {
                    Assert.True(number.ShiftLeft(count).Contains(member << count));
                    Assert.True(number.ShiftRight(count).Contains(member >> count));
                    Assert.True(number.ShiftRightSigned(count).Contains((ulong)((long)member >> count)));
                    Assert.True(count >= 32 || number.ShiftLowRightSigned(count).Contains((uint)((int)member >> count)));
                }
            }
        }
    }

    [Fact]
    public void Sets_are_told_as_sets()
    {
        foreach (var left in Small)
        {
            var members = Members(left).ToHashSet();
            Assert.Equal(members, Enumerable.Range(0, 1 << Bits).Select(number => (ulong)number).Where(left.Contains).ToHashSet());
            Assert.Equal((members.Min(), members.Max()), (left.Minimum, left.Maximum));
            foreach (var right in Small)
            {
                var others = Members(right).ToHashSet();
                Assert.Equal(members.IsSupersetOf(others), left.Includes(right));
                Assert.Equal(members.Overlaps(others), left.Overlaps(right));
                Assert.True(others.Concat(members).All(left.Union(right).Contains));
                if (left.Overlaps(right))
                {
                    Assert.Equal(members.Intersect(others).Order(), Members(left.Intersect(right)).Order());
                }
            }
        }
    }

    [Fact]
    public void Next_above_is_the_least_member_above()
    {
        const int WideBits = 6;
        foreach (var number in All(WideBits))
        {
            var members = Members(number).ToArray();
            for (ulong limit = 0; limit < 2 << WideBits; limit++)
            {
                Assert.Equal(members.Where(member => member > limit).DefaultIfEmpty(number.Maximum).Min(), number.NextAbove(limit));
            }
        }
    }

    [Fact]
    public void Within_an_interval_the_ends_agree_on_what_is_known()
    {
        for (ulong least = 0; least < 32; least++)
        {
            for (var greatest = least; greatest < 32; greatest++)
            {
                var best = Enumerable.Range((int)least, (int)(greatest - least) + 1).Select(number => TristateNumber.Constant((ulong)number)).Aggregate((one, other) => one.Union(other));
                Assert.True(TristateNumber.Within(new(least, greatest)).Includes(best));
                Assert.Equal(least == greatest, TristateNumber.Within(new(least, greatest)).IsConstant);
            }
        }

        Assert.Equal(TristateNumber.Unknown, TristateNumber.Within(new(long.MaxValue, 1UL << 63)));
    }

    [Fact]
    public void Product_of_a_known_factor_keeps_the_gaps_of_the_other()
    {
        // 3 * x1x0 over four bits: additions of whole unknown masks, as kernels before 6.18 did them, would know less.
        Assert.Equal("(0x0; 0xf)", new TristateNumber(0, 5).Multiply(TristateNumber.Constant(3)).ToString());
        Assert.Equal("(0x0; 0x8000000000000000)", new TristateNumber(0, 1UL << 63).Multiply(TristateNumber.Constant(3)).ToString());
    }

    private static IEnumerable<TristateNumber> All(int bits)
    {
        var end = 1UL << bits;
        for (ulong mask = 0; mask < end; mask++)
        {
            for (ulong value = 0; value < end; value++)
            {
                if ((value & mask) == 0)
                {
                    yield return new(value, mask);
                }
            }
        }
    }

    private static IEnumerable<ulong> Members(TristateNumber number)
    {
        for (var part = number.Mask; ; part = (part - 1) & number.Mask)
        {
            yield return number.Value | part;
            if (part == 0)
            {
                yield break;
            }
        }
    }

    private static IEnumerable<ulong> MembersOfAny(TristateNumber number) => Members(number).Take(256);

    private static TristateNumber Apply(string operation, TristateNumber left, TristateNumber right) => operation switch
    {
        "add" => left.Add(right),
        "subtract" => left.Subtract(right),
        "multiply" => left.Multiply(right),
        "and" => left.And(right),
        "or" => left.Or(right),
        _ => left.Xor(right),
    };

    private static ulong Apply(string operation, ulong left, ulong right) => operation switch
    {
        "add" => left + right,
        "subtract" => left - right,
        "multiply" => left * right,
        "and" => left & right,
        "or" => left | right,
        _ => left ^ right,
    };
}
