namespace Saker.Bpf.Verification;

/// <summary>Numbers cut to fewer bytes and extended again, with zeros or with their sign.</summary>
internal static class ScalarExtension
{
    /// <summary>The low half with zeros from the left, as a 32-bit copy leaves it.</summary>
    public static ScalarValue Low(in ScalarValue value)
    {
        ScalarDraft draft = new(value);
        return draft.Finish(is64: false);
    }

    /// <summary>The low bytes with zeros from the left, as a load leaves them (<c>coerce_reg_to_size</c>).</summary>
    public static ScalarValue ZeroExtend(in ScalarValue value, int bytes)
    {
        if (bytes == 8)
        {
            return value;
        }

        ulong kept = ulong.MaxValue >> (64 - (8 * bytes));
        Interval<ulong> whole = value.Unsigned;
        ScalarDraft draft = new(value)
        {
            Bits = value.Bits.Cut(bytes),
            Unsigned = (whole.Minimum & ~kept) == (whole.Maximum & ~kept) ? new(whole.Minimum & kept, whole.Maximum & kept) : new(0, kept),
        };
        draft.Signed = draft.Unsigned.As<long>();
        if (bytes < 4)
        {
            draft.ForgetIntervals32();
        }

        return draft.Settle();
    }

    /// <summary>The low bytes with their sign from the left (<c>coerce_reg_to_size_sx</c>). The parts are not settled where it is no constant, which the kernel does not do either.</summary>
    public static ScalarValue SignExtend(in ScalarValue value, int bytes)
    {
        if (value.IsConstant)
        {
            return ScalarValue.Constant((ulong)SignOf((long)value.ConstantValue, bytes));
        }

        if (bytes == 8)
        {
            return value;
        }

        // Within a block of numbers that differ in the low bytes only, those with the same sign stay in order.
        int bits = 8 * bytes;
        Interval<long> ends = new(SignOf(value.Signed.Minimum, bytes), SignOf(value.Signed.Maximum, bytes));
        bool isOneBlock = value.Signed.Minimum >> bits == value.Signed.Maximum >> bits;
        if (isOneBlock && ends.Minimum >= 0 == ends.Maximum >= 0)
        {
            Interval<long> ordered = new(long.Min(ends.Minimum, ends.Maximum), long.Max(ends.Minimum, ends.Maximum));
            return new(TristateNumber.Within(ordered.As<ulong>()), ordered.As<ulong>(), ordered, ordered.As<uint>(), ordered.As<int>());
        }

        long least = long.MinValue >> (64 - bits);
        return new(TristateNumber.Unknown, Interval<ulong>.All, new(least, ~least), Interval<uint>.All, new((int)least, (int)~least));
    }

    /// <summary>The low bytes with their sign up to bit 31 and zeros above (<c>coerce_subreg_to_size_sx</c>).</summary>
    /// <param name="value">The number.</param>
    /// <param name="bytes">1 or 2.</param>
    public static ScalarValue SignExtendLow(in ScalarValue value, int bytes)
    {
        ScalarDraft draft = new(value);
        if (value.IsConstant)
        {
            draft.Become((ulong)SignOf((long)value.ConstantValue, bytes));
        }
        else
        {
            int bits = 8 * bytes;
            Interval<int> ends = new((int)SignOf(value.Signed32.Minimum, bytes), (int)SignOf(value.Signed32.Maximum, bytes));
            bool isOneBlock = value.Signed32.Minimum >> bits == value.Signed32.Maximum >> bits;
            if (isOneBlock && ends.Minimum >= 0 == ends.Maximum >= 0)
            {
                draft.Signed32 = new(int.Min(ends.Minimum, ends.Maximum), int.Max(ends.Minimum, ends.Maximum));
                draft.Unsigned32 = draft.Signed32.As<uint>();
                draft.Bits = TristateNumber.Within(draft.Signed32.As<ulong>());
            }
            else
            {
                int least = int.MinValue >> (32 - bits);
                draft.Signed32 = new(least, ~least);
                draft.Unsigned32 = Interval<uint>.All;
                draft.Bits = TristateNumber.Unknown;
            }
        }

        return draft.Finish(is64: false);
    }

    private static long SignOf(long number, int bytes)
    {
        int unused = 64 - (8 * bytes);
        return number << unused >> unused;
    }
}
