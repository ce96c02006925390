namespace Saker.Bpf.Verification;

/// <summary>
/// What is known of the result of an operation on numbers (<c>adjust_scalar_min_max_vals</c>). Operations of 32 bits are worked out over all bits as far as they are the same there, and
/// then lose the high half.
/// </summary>
internal static class ScalarArithmetic
{
    /// <summary>What is known of a result.</summary>
    /// <param name="operation">An arithmetic operation. Quotients and remainders are unknown to Linux 6.18, in all 64 bits.</param>
    /// <param name="is64">Whether it is of 64 bits; those of 32 bits clear the high half.</param>
    /// <param name="left">The destination before.</param>
    /// <param name="right">The other operand; a constant of 32 bits is extended with its sign in both widths. A negation does not look at it.</param>
    public static ScalarValue Apply(BpfOperation operation, bool is64, ScalarValue left, ScalarValue right) => operation switch
    {
        BpfOperation.Move => is64 ? right : ScalarExtension.Low(right),
        BpfOperation.Add => ScalarSums.Add(is64, left, right),
        BpfOperation.Subtract => ScalarSums.Subtract(is64, left, right),
        BpfOperation.Negate => ScalarSums.Subtract(is64, ScalarValue.Constant(0), left),
        BpfOperation.Multiply => ScalarSums.Multiply(is64, left, right),
        BpfOperation.And => ScalarLogic.And(is64, left, right),
        BpfOperation.Or => ScalarLogic.Or(is64, left, right),
        BpfOperation.Xor => ScalarLogic.Xor(is64, left, right),
        BpfOperation.ShiftLeft => ScalarShifts.TryCount(is64, right, out int count) ? ScalarShifts.Left(is64, left, count) : ScalarValue.Unknown,
        BpfOperation.ShiftRight => ScalarShifts.TryCount(is64, right, out int count) ? ScalarShifts.Right(is64, left, count) : ScalarValue.Unknown,
        BpfOperation.ShiftRightSigned => ScalarShifts.TryCount(is64, right, out int count) ? ScalarShifts.RightSigned(is64, left, count) : ScalarValue.Unknown,
        _ => ScalarValue.Unknown,
    };

    /// <summary>What is known of a number in another byte order, on a little-endian machine.</summary>
    /// <param name="operation">One of the three that change it.</param>
    /// <param name="value">The number.</param>
    /// <param name="bits">How many low bits are kept: 16, 32 or 64.</param>
    public static ScalarValue ChangeByteOrder(BpfOperation operation, in ScalarValue value, int bits) => ScalarBytes.ChangeOrder(operation, value, bits);

    /// <summary>What is known of a copy with the sign of its low bits.</summary>
    /// <param name="is64">Whether the sign goes up to bit 63, and not to bit 31 with zeros above.</param>
    /// <param name="value">The number that is copied.</param>
    /// <param name="bytes">1, 2, or with 64 bits 4.</param>
    public static ScalarValue MoveSigned(bool is64, in ScalarValue value, int bytes) =>
        is64 ? ScalarExtension.SignExtend(value, bytes) : ScalarExtension.SignExtendLow(value, bytes);

    /// <summary>Settles a result, and clears the high half before where the operation is of 32 bits.</summary>
    internal static ScalarValue Finish(this ref ScalarDraft result, bool is64)
    {
        if (!is64)
        {
            result.ClearHigh();
        }

        return result.SettleWithDoubt();
    }
}
