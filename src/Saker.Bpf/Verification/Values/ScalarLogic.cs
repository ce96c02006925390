namespace Saker.Bpf.Verification;

/// <summary>
/// Bitwise operations. Unsigned intervals come of the result's bits and of the operands' intervals, signed ones are the same as far as no sign changes between the ends. Where the
/// second operand and the result are constants, all is known.
/// </summary>
internal static class ScalarLogic
{
    /// <summary>No bit is added: the result is not greater than either operand.</summary>
    public static ScalarValue And(bool is64, in ScalarValue left, in ScalarValue right)
    {
        TristateNumber bits = left.Bits.And(right.Bits);
        return Result(
            is64,
            right,
            bits,
            new(bits.Minimum, ulong.Min(left.Unsigned.Maximum, right.Unsigned.Maximum)),
            new((uint)bits.Low.Minimum, uint.Min(left.Unsigned32.Maximum, right.Unsigned32.Maximum)));
    }

    /// <summary>No bit is lost: the result is not less than either operand.</summary>
    public static ScalarValue Or(bool is64, in ScalarValue left, in ScalarValue right)
    {
        TristateNumber bits = left.Bits.Or(right.Bits);
        return Result(
            is64,
            right,
            bits,
            new(ulong.Max(left.Unsigned.Minimum, right.Unsigned.Minimum), bits.Maximum),
            new(uint.Max(left.Unsigned32.Minimum, right.Unsigned32.Minimum), (uint)bits.Low.Maximum));
    }

    /// <summary>Only the bits tell something.</summary>
    public static ScalarValue Xor(bool is64, in ScalarValue left, in ScalarValue right)
    {
        TristateNumber bits = left.Bits.Xor(right.Bits);
        return Result(is64, right, bits, new(bits.Minimum, bits.Maximum), new((uint)bits.Low.Minimum, (uint)bits.Low.Maximum));
    }

    /// <summary>
    /// Whether the kernel follows two ways from here, one for each number that the first operand can be (<c>maybe_fork_scalars</c>): 0 and -1 come of shifting the sign over the number,
    /// and with a constant such a mask gives two numbers of which an interval would say little.
    /// </summary>
    /// <param name="operation">Any; it does so for and, or.</param>
    /// <param name="left">The destination before.</param>
    /// <param name="right">The other operand.</param>
    /// <param name="zeros">The destination on the way that is followed later.</param>
    /// <param name="ones">The destination on the way that is followed now.</param>
    public static bool TrySplit(BpfOperation operation, in ScalarValue left, in ScalarValue right, out ScalarValue zeros, out ScalarValue ones)
    {
        (zeros, ones) = (left, left);
        if (operation is not (BpfOperation.And or BpfOperation.Or) || !right.IsConstant)
        {
            return false;
        }

        if (left.Signed == new Interval<long>(-1, 0))
        {
            (zeros, ones) = (ScalarValue.Constant(0), ScalarValue.Constant(ulong.MaxValue));
            return true;
        }

        if (left.Signed32 != new Interval<int>(-1, 0))
        {
            return false;
        }

        (zeros, ones) = (left.WithLow(0), left.WithLow(uint.MaxValue));
        return true;
    }

    private static ScalarValue Result(bool is64, in ScalarValue right, TristateNumber bits, Interval<ulong> unsigned, Interval<uint> unsigned32)
    {
        ScalarDraft result = new() { Bits = bits };
        if (bits.IsConstant && right.IsConstant)
        {
            result.Become(bits.Value);
            return result.Finish(is64);
        }

        bool isLowConstant = bits.Low.IsConstant && right.IsConstant32;
        result.Unsigned = unsigned;
        result.Signed = unsigned.AsOrAll<long>();
        result.Unsigned32 = isLowConstant ? Interval<uint>.Of((uint)bits.Value) : unsigned32;
        result.Signed32 = isLowConstant ? Interval<int>.Of((int)bits.Value) : unsigned32.AsOrAll<int>();
        result.LearnIntervalsFromBits();
        return result.Finish(is64);
    }
}
