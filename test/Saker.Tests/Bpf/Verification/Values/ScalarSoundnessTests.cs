using Saker.Bpf;
using Saker.Bpf.Verification;

namespace Saker.Tests.Bpf.Verification.Values;

/// <summary>Whatever is known of operands, what is known of a result holds for the result of all numbers that they can be.</summary>
public sealed class ScalarSoundnessTests
{
    private const int Seed = 618;

    private static int Rounds => Effort.Inputs(3_000, 30_000);

    [Fact]
    public void Parts_tell_each_other_nothing_wrong() => ForMany(random =>
    {
        var number = KnownNumber.Next(random);
        ScalarDraft draft = new(number.Value);
        AssertHolds(draft.Settle(), number.Members, number);
    });

    [Fact]
    public void Operations() => ForMany(random =>
    {
        var (left, right) = (KnownNumber.Next(random), KnownNumber.Next(random));
        if (random.Next(3) == 0)
        {
            right = new(ScalarValue.Constant(right.Members[0]), [right.Members[0]]);
        }

        foreach (var operation in Concrete.Operations)
        {
            foreach (var is64 in (bool[])[true, false])
            {
                var result = ScalarArithmetic.Apply(operation, is64, left.Value, right.Value);
                var concrete = left.Members.SelectMany(member => right.Members.Select(other => Concrete.Apply(operation, is64, member, other)));
                AssertHolds(result, concrete, (operation, is64, left, right));
            }
        }
    });

    [Fact]
    public void Operations_of_a_register_and_itself() => ForMany(random =>
    {
        var number = KnownNumber.Next(random);
        foreach (var operation in Concrete.Operations)
        {
            foreach (var is64 in (bool[])[true, false])
            {
                var result = ScalarArithmetic.Apply(operation, is64, number.Value, number.Value);
                AssertHolds(result, number.Members.Select(member => Concrete.Apply(operation, is64, member, member)), (operation, is64, number));
            }
        }
    });

    [Fact]
    public void Copies_of_few_bytes_and_bytes_in_another_order() => ForMany(random =>
    {
        var number = KnownNumber.Next(random);
        foreach (var bytes in (int[])[1, 2, 4])
        {
            AssertHolds(number.Value.ZeroExtend(bytes), number.Members.Select(member => member & (ulong.MaxValue >> (64 - (8 * bytes)))), (bytes, number));
            AssertHolds(number.Value.SignExtend(bytes), number.Members.Select(member => Concrete.MoveSigned(true, member, bytes)), (bytes, number));
            AssertHolds(
                ScalarArithmetic.MoveSigned(bytes == 4, number.Value, bytes), number.Members.Select(member => Concrete.MoveSigned(bytes == 4, member, bytes)), (bytes, number));
        }

        foreach (var operation in Concrete.Orders)
        {
            foreach (var bits in (int[])[16, 32, 64])
            {
                var result = ScalarArithmetic.ChangeByteOrder(operation, number.Value, bits);
                AssertHolds(result, number.Members.Select(member => Concrete.ChangeByteOrder(operation, member, bits)), (operation, bits, number));
            }
        }
    });

    [Fact]
    public void Offsets_of_pointers() => ForMany(random =>
    {
        var (offset, number) = (KnownNumber.Next(random), KnownNumber.Next(random));
        AssertHolds(OffsetArithmetic.Add(offset.Value, number.Value), offset.Members.SelectMany(member => number.Members.Select(other => member + other)), (offset, number));
        AssertHolds(OffsetArithmetic.Subtract(offset.Value, number.Value), offset.Members.SelectMany(member => number.Members.Select(other => member - other)), (offset, number));
    });

    [Fact]
    public void Conditions_are_decided_only_as_all_numbers_decide_them_and_teach_nothing_wrong() => ForMany(random =>
    {
        var (left, right) = (KnownNumber.Next(random), KnownNumber.Next(random));
        if (random.Next(2) == 0)
        {
            var constant = random.Next(2) == 0 ? left.Value.UnsignedMaximum : right.Members[0];
            right = new(ScalarValue.Constant(constant), [constant]);
        }

        foreach (var condition in Concrete.Conditions)
        {
            foreach (var is64 in (bool[])[true, false])
            {
                var decided = ScalarComparison.Decide(condition, is64, left.Value, right.Value);
                foreach (var member in left.Members)
                {
                    foreach (var other in right.Members)
                    {
                        var holds = Concrete.Holds(condition, is64, member, other);
                        if (decided is { } sure && sure != holds)
                        {
                            Assert.Fail($"{(condition, is64, left.Value, right.Value)} is {sure}, but not of {member:x} and {other:x}");
                        }

                        var (learned, otherLearned) = (left.Value, right.Value);
                        ScalarComparison.Assume(condition, is64, holds, ref learned, ref otherLearned);
                        AssertHolds(learned, [member], (condition, is64, holds, left.Value, right.Value));
                        AssertHolds(otherLearned, [other], (condition, is64, holds, left.Value, right.Value));
                    }
                }
            }
        }
    });

    [Fact]
    public void Conditions_of_a_register_and_itself_teach_nothing_wrong() => ForMany(random =>
    {
        var number = KnownNumber.Next(random);
        foreach (var condition in Concrete.Conditions)
        {
            foreach (var is64 in (bool[])[true, false])
            {
                foreach (var member in number.Members)
                {
                    var learned = number.Value;
                    ScalarComparison.AssumeOfSame(condition, is64, Concrete.Holds(condition, is64, member, member), ref learned);
                    AssertHolds(learned, [member], (condition, is64, number.Value));
                }
            }
        }
    });

    [Fact]
    public void Masks_that_are_split_are_one_of_both() => ForMany(random =>
    {
        var shift = random.Next(2) == 0 ? 63 : 31;
        var number = KnownNumber.Next(random);
        var mask = ScalarArithmetic.Apply(BpfOperation.ShiftRightSigned, shift == 63, number.Value, ScalarValue.Constant((ulong)shift));
        if (!ScalarLogic.TrySplit(BpfOperation.And, mask, ScalarValue.Constant(5), out var zeros, out var ones))
        {
            return;
        }

        Assert.All(number.Members, member =>
        {
            var concrete = Concrete.Apply(BpfOperation.ShiftRightSigned, shift == 63, member, (ulong)shift);
            Assert.True(zeros.Bits.Contains(concrete) || ones.Bits.Contains(concrete));
        });
    });

    [Fact]
    public void Programs_by_chance_keep_what_is_known()
    {
        // As a program does it: each result is an operand of the next operations, and jumps go the way of one run.
        const int Registers = 4, Steps = 40;
        Random random = new(Seed);
        for (var round = 0; round < Rounds / 10; round++)
        {
            var concrete = Enumerable.Range(0, Registers).Select(_ => KnownNumber.Number(random)).ToArray();
            var known = concrete.Select(number => random.Next(3) == 0 ? ScalarValue.Constant(number) : ScalarValue.Unknown).ToArray();
            for (var step = 0; step < Steps; step++)
            {
                var (one, other) = (random.Next(Registers), random.Next(Registers));
                var is64 = random.Next(2) == 0;
                var constant = (ulong)(int)KnownNumber.Number(random) >> (random.Next(2) * random.Next(64));
                var (operand, number) = random.Next(2) == 0 || one == other ? (ScalarValue.Constant(constant), constant) : (known[other], concrete[other]);
                if (random.Next(3) == 0)
                {
                    var condition = Concrete.Conditions[random.Next(Concrete.Conditions.Length)];
                    ScalarComparison.Assume(condition, is64, Concrete.Holds(condition, is64, concrete[one], number), ref known[one], ref operand);
                }
                else
                {
                    var operation = Concrete.Operations[random.Next(Concrete.Operations.Length)];
                    known[one] = ScalarArithmetic.Apply(operation, is64, known[one], operand);
                    concrete[one] = Concrete.Apply(operation, is64, concrete[one], number);
                }

                AssertHolds(known[one], [concrete[one]], (round, step));
            }
        }
    }

    private static void ForMany(Action<Random> check)
    {
        Random random = new(Seed);
        for (var i = 0; i < Rounds; i++)
        {
            check(random);
        }
    }

    private static void AssertHolds(ScalarValue value, IEnumerable<ulong> concrete, object what)
    {
        foreach (var number in concrete)
        {
            if (!value.Contains(number))
            {
                Assert.Fail($"{what}: {value} without 0x{number:x}");
            }
        }
    }
}
