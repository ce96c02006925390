namespace Saker.Bpf.Verification;

/// <summary>Shifts by a count that is known; of others the kernel knows nothing.</summary>
internal static class ScalarShifts
{
    /// <summary>The count where it is one number below the width. The kernel looks at all 64 bits of it also in operations of 32 bits.</summary>
    public static bool TryCount(bool is64, in ScalarValue count, out int number)
    {
        number = (int)count.ConstantValue;
        bool isConstant = is64
            ? count.IsConstant && count.Unsigned.IsConstant && count.Signed.IsConstant
            : count.IsConstant32 && count.Unsigned32.IsConstant && count.Signed32.IsConstant;
        return isConstant && count.UnsignedMaximum < (is64 ? 64UL : 32UL);
    }

    public static ScalarValue Left(bool is64, in ScalarValue value, int count)
    {
        ScalarDraft result = new(value)
        {
            Unsigned = value.Unsigned.ShiftLeft(count),
            // Compilers extend a sign by a shift of 32 to the left and back: the low half's sign becomes the number's.
            Signed = is64 && count == 32 ? new((long)value.Signed32.Minimum << 32, (long)value.Signed32.Maximum << 32) : Interval<long>.All,
            Unsigned32 = count < 32 ? value.Unsigned32.ShiftLeft(count) : Interval<uint>.All,
            Signed32 = Interval<int>.All,
            Bits = value.Bits.ShiftLeft(count),
        };
        return Result(is64, ref result);
    }

    public static ScalarValue Right(bool is64, in ScalarValue value, int count)
    {
        ScalarDraft result = new(value);
        result.ForgetIntervals();
        if (is64)
        {
            result.Bits = value.Bits.ShiftRight(count);
            result.Unsigned = value.Unsigned.ShiftRight(count);
        }
        else
        {
            result.Bits = value.Bits.Low.ShiftRight(count);
            result.Unsigned32 = value.Unsigned32.ShiftRight(count);
        }

        return Result(is64, ref result);
    }

    public static ScalarValue RightSigned(bool is64, in ScalarValue value, int count)
    {
        ScalarDraft result = new(value);
        result.ForgetIntervals();
        if (is64)
        {
            result.Bits = value.Bits.ShiftRightSigned(count);
            result.Signed = value.Signed.ShiftRight(count);
        }
        else
        {
            result.Bits = value.Bits.ShiftLowRightSigned(count);
            result.Signed32 = value.Signed32.ShiftRight(count);
        }

        return Result(is64, ref result);
    }

    private static ScalarValue Result(bool is64, ref ScalarDraft result)
    {
        if (is64)
        {
            result.LearnIntervalsFromBits();
        }
        else
        {
            result.LearnLowIntervalsFromBits();
        }

        return result.Finish(is64);
    }
}
