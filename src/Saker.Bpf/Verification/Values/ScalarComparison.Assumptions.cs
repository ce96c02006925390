using System.Numerics;

namespace Saker.Bpf.Verification;

internal static partial class ScalarComparison
{
    /// <summary>Takes over into both numbers what is known where the condition holds, or where it does not.</summary>
    /// <param name="operation">A condition.</param>
    /// <param name="is64">Whether all 64 bits are compared, or the low 32.</param>
    /// <param name="isTaken">Whether the condition holds.</param>
    /// <param name="left">The first number.</param>
    /// <param name="right">The second number; a constant of 32 bits is extended with its sign.</param>
    public static void Assume(BpfOperation operation, bool is64, bool isTaken, ref ScalarValue left, ref ScalarValue right)
    {
        ScalarDraft first = new(left);
        ScalarDraft second = new(right);
        Learn(isTaken ? operation : Opposite(operation), is64, isTaken, ref first, ref second);
        left = first.SettleWithDoubt();
        right = second.SettleWithDoubt();
    }

    /// <summary>
    /// The same of a register that is compared with itself. Linux 6.18 learns from both sides of that too, one after the other, and nothing decides it before: a register may be found
    /// to be less than itself, and then contradicts itself.
    /// </summary>
    public static void AssumeOfSame(BpfOperation operation, bool is64, bool isTaken, ref ScalarValue value)
    {
        ScalarDraft draft = new(value);
        Learn(isTaken ? operation : Opposite(operation), is64, isTaken, ref draft, ref draft);
        draft = new(draft.Settle());
        value = draft.SettleWithDoubt();
    }

    /// <summary>The condition that holds where this one does not; that no asked bit is set has none, and is told by the way.</summary>
    private static BpfOperation Opposite(BpfOperation operation) => operation switch
    {
        BpfOperation.Equal => BpfOperation.NotEqual,
        BpfOperation.NotEqual => BpfOperation.Equal,
        BpfOperation.Less => BpfOperation.GreaterOrEqual,
        BpfOperation.LessOrEqual => BpfOperation.Greater,
        BpfOperation.Greater => BpfOperation.LessOrEqual,
        BpfOperation.GreaterOrEqual => BpfOperation.Less,
        BpfOperation.LessSigned => BpfOperation.GreaterOrEqualSigned,
        BpfOperation.LessOrEqualSigned => BpfOperation.GreaterSigned,
        BpfOperation.GreaterSigned => BpfOperation.LessOrEqualSigned,
        BpfOperation.GreaterOrEqualSigned => BpfOperation.LessSigned,
        _ => operation,
    };

    private static void Learn(BpfOperation operation, bool is64, bool isTaken, ref ScalarDraft left, ref ScalarDraft right)
    {
        switch (operation)
        {
            case BpfOperation.Equal:
                LearnEqual(is64, ref left, ref right);
                break;
            case BpfOperation.NotEqual:
                LearnWithConstant(is64, ref left, ref right, static (is64, ref value, constant) => LearnNotEqual(is64, ref value, constant));
                break;
            case BpfOperation.BitsSet when isTaken:
                LearnWithConstant(is64, ref left, ref right, static (is64, ref value, constant) => LearnBitSet(is64, ref value, constant));
                break;
            case BpfOperation.BitsSet:
                LearnWithConstant(is64, ref left, ref right, static (is64, ref value, constant) => LearnBitsClear(is64, ref value, constant));
                break;
            case BpfOperation.Less:
                LearnLess(is64, ref left, ref right);
                break;
            case BpfOperation.Greater:
                LearnLess(is64, ref right, ref left);
                break;
            case BpfOperation.LessOrEqual:
                LearnLessOrEqual(is64, ref left, ref right);
                break;
            case BpfOperation.GreaterOrEqual:
                LearnLessOrEqual(is64, ref right, ref left);
                break;
            case BpfOperation.LessSigned:
                LearnLessSigned(is64, ref left, ref right);
                break;
            case BpfOperation.GreaterSigned:
                LearnLessSigned(is64, ref right, ref left);
                break;
            case BpfOperation.LessOrEqualSigned:
                LearnLessOrEqualSigned(is64, ref left, ref right);
                break;
            case BpfOperation.GreaterOrEqualSigned:
                LearnLessOrEqualSigned(is64, ref right, ref left);
                break;
        }
    }

    private delegate void LearnFromConstant(bool is64, ref ScalarDraft value, ulong constant);

    /// <summary>The second is looked at first where both are constants.</summary>
    private static void LearnWithConstant(bool is64, ref ScalarDraft left, ref ScalarDraft right, LearnFromConstant learn)
    {
        TristateNumber leftBits = is64 ? left.Bits : left.Bits.Low;
        TristateNumber rightBits = is64 ? right.Bits : right.Bits.Low;
        if (rightBits.IsConstant)
        {
            learn(is64, ref left, rightBits.Value);
        }
        else if (leftBits.IsConstant)
        {
            learn(is64, ref right, leftBits.Value);
        }
    }

    private static void LearnEqual(bool is64, ref ScalarDraft left, ref ScalarDraft right)
    {
        if (is64)
        {
            left.Unsigned = right.Unsigned = left.Unsigned.Intersect(right.Unsigned);
            left.Signed = right.Signed = left.Signed.Intersect(right.Signed);
            left.Bits = right.Bits = left.Bits.Intersect(right.Bits);
            return;
        }

        left.Unsigned32 = right.Unsigned32 = left.Unsigned32.Intersect(right.Unsigned32);
        left.Signed32 = right.Signed32 = left.Signed32.Intersect(right.Signed32);
        TristateNumber low = left.Bits.Low.Intersect(right.Bits.Low);
        left.Bits = left.Bits.WithLow(low);
        right.Bits = right.Bits.WithLow(low);
    }

    /// <summary>An end that is the other number is none.</summary>
    private static void LearnNotEqual(bool is64, ref ScalarDraft value, ulong constant)
    {
        if (is64)
        {
            value.Unsigned = Without(value.Unsigned, constant);
            value.Signed = Without(value.Signed, (long)constant);
        }
        else
        {
            value.Unsigned32 = Without(value.Unsigned32, (uint)constant);
            value.Signed32 = Without(value.Signed32, (int)constant);
        }
    }

    private static Interval<T> Without<T>(Interval<T> interval, T end)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> =>
        new(interval.Minimum == end ? end + T.One : interval.Minimum, interval.Maximum == end ? end - T.One : interval.Maximum);

    /// <summary>Of several asked bits nobody knows which is set.</summary>
    private static void LearnBitSet(bool is64, ref ScalarDraft value, ulong asked)
    {
        if (BitOperations.IsPow2(asked))
        {
            value.Bits = is64 ? value.Bits.Or(TristateNumber.Constant(asked)) : value.Bits.WithLow(value.Bits.Low.Or(TristateNumber.Constant(asked)));
        }
    }

    /// <summary>None of the asked bits is set. The kernel forgets the intervals, of which it may be that they contradict that.</summary>
    private static void LearnBitsClear(bool is64, ref ScalarDraft value, ulong asked)
    {
        value.ForgetIntervals();
        TristateNumber rest = TristateNumber.Constant(~asked);
        value.Bits = is64 ? value.Bits.And(rest) : value.Bits.WithLow(value.Bits.Low.And(rest));
    }

    private static void LearnLess(bool is64, ref ScalarDraft less, ref ScalarDraft greater)
    {
        if (is64)
        {
            Less(ref less.Unsigned, ref greater.Unsigned);
        }
        else
        {
            Less(ref less.Unsigned32, ref greater.Unsigned32);
        }
    }

    private static void LearnLessOrEqual(bool is64, ref ScalarDraft less, ref ScalarDraft greater)
    {
        if (is64)
        {
            LessOrEqual(ref less.Unsigned, ref greater.Unsigned);
        }
        else
        {
            LessOrEqual(ref less.Unsigned32, ref greater.Unsigned32);
        }
    }

    private static void LearnLessSigned(bool is64, ref ScalarDraft less, ref ScalarDraft greater)
    {
        if (is64)
        {
            Less(ref less.Signed, ref greater.Signed);
        }
        else
        {
            Less(ref less.Signed32, ref greater.Signed32);
        }
    }

    private static void LearnLessOrEqualSigned(bool is64, ref ScalarDraft less, ref ScalarDraft greater)
    {
        if (is64)
        {
            LessOrEqual(ref less.Signed, ref greater.Signed);
        }
        else
        {
            LessOrEqual(ref less.Signed32, ref greater.Signed32);
        }
    }

    private static void Less<T>(ref Interval<T> less, ref Interval<T> greater)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        less = less with { Maximum = T.Min(less.Maximum, greater.Maximum - T.One) };
        greater = greater with { Minimum = T.Max(less.Minimum + T.One, greater.Minimum) };
    }

    private static void LessOrEqual<T>(ref Interval<T> less, ref Interval<T> greater)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        less = less with { Maximum = T.Min(less.Maximum, greater.Maximum) };
        greater = greater with { Minimum = T.Max(less.Minimum, greater.Minimum) };
    }
}
