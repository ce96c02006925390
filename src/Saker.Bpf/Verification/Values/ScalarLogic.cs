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
