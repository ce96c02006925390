using System.Numerics;

namespace Saker.Bpf.Verification;

/// <summary>What is known of a condition before it is asked (<c>is_scalar_branch_taken</c>), and of both numbers behind it (<c>regs_refine_cond_op</c>).</summary>
internal static partial class ScalarComparison
{
    /// <summary>Whether the condition holds, where that is certain.</summary>
    /// <param name="operation">A condition.</param>
    /// <param name="is64">Whether all 64 bits are compared, or the low 32.</param>
    /// <param name="left">The first number.</param>
    /// <param name="right">The second number; a constant of 32 bits is extended with its sign.</param>
    /// <returns>Null: both ways can be taken.</returns>
    public static bool? Decide(BpfOperation operation, bool is64, ScalarValue left, ScalarValue right) => operation switch
    {
        BpfOperation.Equal => AreEqual(is64, left, right),
        BpfOperation.NotEqual => !AreEqual(is64, left, right),
        BpfOperation.BitsSet => HaveCommonBits(is64, left, right),
        BpfOperation.Less or BpfOperation.LessOrEqual or BpfOperation.Greater or BpfOperation.GreaterOrEqual =>
            is64 ? DecideOrder(operation, left.Unsigned, right.Unsigned) : DecideOrder(operation, left.Unsigned32, right.Unsigned32),
        BpfOperation.LessSigned or BpfOperation.LessOrEqualSigned or BpfOperation.GreaterSigned or BpfOperation.GreaterOrEqualSigned =>
            is64 ? DecideOrder(operation, left.Signed, right.Signed) : DecideOrder(operation, left.Signed32, right.Signed32),
        _ => null,
    };

    private static bool? AreEqual(bool is64, in ScalarValue left, in ScalarValue right)
    {
        TristateNumber leftBits = Compared(is64, left);
        TristateNumber rightBits = Compared(is64, right);
        if (leftBits.IsConstant && rightBits.IsConstant)
        {
            return leftBits == rightBits;
        }

        bool areApart = !leftBits.Overlaps(rightBits)
            || left.Unsigned32.IsApartFrom(right.Unsigned32)
            || left.Signed32.IsApartFrom(right.Signed32)
            || (is64 && (left.Unsigned.IsApartFrom(right.Unsigned) || left.Signed.IsApartFrom(right.Signed)));
        return areApart ? false : null;
    }

    /// <summary>Certain only with a constant.</summary>
    private static bool? HaveCommonBits(bool is64, in ScalarValue left, in ScalarValue right)
    {
        if (!TryConstant(is64, right, out ulong asked))
        {
            return TryConstant(is64, left, out _) ? HaveCommonBits(is64, right, left) : null;
        }

        TristateNumber bits = Compared(is64, left);
        return (bits.Value & asked) != 0 ? true : (bits.Maximum & asked) == 0 ? false : null;
    }

    private static bool? DecideOrder<T>(BpfOperation operation, Interval<T> left, Interval<T> right)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => operation switch
        {
            BpfOperation.Less or BpfOperation.LessSigned => IsLess(left, right),
            BpfOperation.Greater or BpfOperation.GreaterSigned => IsLess(right, left),
            BpfOperation.LessOrEqual or BpfOperation.LessOrEqualSigned => IsLessOrEqual(left, right),
            _ => IsLessOrEqual(right, left),
        };

    private static bool? IsLess<T>(Interval<T> left, Interval<T> right)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> =>
        left.Maximum < right.Minimum ? true : left.Minimum >= right.Maximum ? false : null;

    private static bool? IsLessOrEqual<T>(Interval<T> left, Interval<T> right)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> =>
        left.Maximum <= right.Minimum ? true : left.Minimum > right.Maximum ? false : null;

    private static TristateNumber Compared(bool is64, in ScalarValue value) => is64 ? value.Bits : value.Bits.Low;

    private static bool TryConstant(bool is64, in ScalarValue value, out ulong constant)
    {
        TristateNumber bits = Compared(is64, value);
        constant = bits.Value;
        return bits.IsConstant;
    }
}
