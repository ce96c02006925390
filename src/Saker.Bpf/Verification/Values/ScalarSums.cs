namespace Saker.Bpf.Verification;

/// <summary>Sums, differences and products.</summary>
internal static class ScalarSums
{
    public static ScalarValue Add(bool is64, in ScalarValue left, in ScalarValue right)
    {
        ScalarDraft sum = new()
        {
            Bits = left.Bits.Add(right.Bits),
            Unsigned = left.Unsigned.Add(right.Unsigned),
            Signed = left.Signed.Add(right.Signed),
            Unsigned32 = left.Unsigned32.Add(right.Unsigned32),
            Signed32 = left.Signed32.Add(right.Signed32),
        };
        return sum.Finish(is64);
    }

    public static ScalarValue Subtract(bool is64, in ScalarValue left, in ScalarValue right)
    {
        ScalarDraft difference = new()
        {
            Bits = left.Bits.Subtract(right.Bits),
            Unsigned = left.Unsigned.Subtract(right.Unsigned),
            Signed = left.Signed.Subtract(right.Signed),
            Unsigned32 = left.Unsigned32.Subtract(right.Unsigned32),
            Signed32 = left.Signed32.Subtract(right.Signed32),
        };
        return difference.Finish(is64);
    }

    public static ScalarValue Multiply(bool is64, in ScalarValue left, in ScalarValue right)
    {
        ScalarDraft product = new()
        {
            Bits = left.Bits.Multiply(right.Bits),
            Unsigned = left.Unsigned.Multiply(right.Unsigned),
            Signed = left.Signed.Multiply(right.Signed),
            Unsigned32 = left.Unsigned32.Multiply(right.Unsigned32),
            Signed32 = left.Signed32.Multiply(right.Signed32),
        };
        return product.Finish(is64);
    }
}
