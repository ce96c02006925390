namespace Saker.Bpf.Verification;

/// <summary>
/// The variable part of a pointer's offset when a number is added to the pointer or subtracted from it (<c>adjust_ptr_min_max_vals</c>). It is all of 64 bits: pointers have no low half of
/// their own, and an end that wraps around forgets the interval.
/// </summary>
internal static class OffsetArithmetic
{
    /// <summary>Offset plus number.</summary>
    public static ScalarValue Add(in ScalarValue offset, in ScalarValue number)
    {
        bool isWrapped = offset.UnsignedMaximum + number.UnsignedMaximum < offset.UnsignedMaximum || offset.UnsignedMinimum + number.UnsignedMinimum < offset.UnsignedMinimum;
        ScalarDraft sum = new(ScalarValue.Unknown)
        {
            Bits = offset.Bits.Add(number.Bits),
            Signed = offset.Signed.Add(number.Signed),
            Unsigned = isWrapped ? Interval<ulong>.All : offset.Unsigned.Add(number.Unsigned),
        };
        return sum.Settle();
    }

    /// <summary>Offset minus number.</summary>
    public static ScalarValue Subtract(in ScalarValue offset, in ScalarValue number)
    {
        ScalarDraft difference = new(ScalarValue.Unknown)
        {
            Bits = offset.Bits.Subtract(number.Bits),
            Signed = offset.Signed.Subtract(number.Signed),
            Unsigned = offset.UnsignedMinimum < number.UnsignedMaximum ? Interval<ulong>.All : offset.Unsigned.Subtract(number.Unsigned),
        };
        return difference.Settle();
    }
}
