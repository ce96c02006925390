using Saker.Bpf;
using Saker.Bpf.Verification;

namespace Saker.Tests.Bpf.Verification.Values;

/// <summary>The places at which verifiers have been wrong before, by hand; the values are those of the kernel's log.</summary>
public sealed class ScalarCasesTests
{
    private static readonly ScalarValue Byte = ScalarValue.Unknown.ZeroExtend(1);
    private static readonly ScalarValue Word = ScalarValue.Unknown.ZeroExtend(4);

    [Fact]
    public void Sign_is_extended_from_what_was_cut_and_not_from_what_was_there()
    {
        // 0x80 to 0x8f: as a signed byte all are negative.
        var high = ScalarArithmetic.Apply(BpfOperation.Or, true, ScalarArithmetic.Apply(BpfOperation.And, true, Byte, Constant(15)), Constant(0x80));
        Assert.Equal("scalar(smin=smin32=-128,smax=smax32=-113,umin=0xffffffffffffff80,umax=0xffffffffffffff8f,umin32=0xffffff80,umax32=0xffffff8f,var_off=(0xffffffffffffff80; 0xf))", high.SignExtend(1).ToString());
        Assert.Equal("scalar(smin=umin=umin32=0xffffff80,smax=umax=umax32=0xffffff8f,smin32=-128,smax32=-113,var_off=(0xffffff80; 0xf))", ScalarArithmetic.MoveSigned(false, high, 1).ToString());

        // 0x7f to 0x80 change the sign on the way.
        var over = ScalarArithmetic.Apply(BpfOperation.Add, true, ScalarArithmetic.Apply(BpfOperation.And, true, Byte, Constant(1)), Constant(0x7f));
        Assert.Equal("scalar(smin=smin32=-128,smax=smax32=127)", over.SignExtend(1).ToString());
        Assert.Equal("-1", Constant(0xff).SignExtend(1).ToString());
        Assert.Equal("0xffffffff", ScalarArithmetic.MoveSigned(false, Constant(0xff), 1).ToString());
    }

    [Fact]
    public void Shift_to_the_left_and_back_extends_the_sign_of_the_low_half()
    {
        var shifted = ScalarArithmetic.Apply(BpfOperation.ShiftLeft, true, Word, Constant(32));
        var back = ScalarArithmetic.Apply(BpfOperation.ShiftRightSigned, true, shifted, Constant(32));
        Assert.Equal("scalar(smin=0xffffffff80000000,smax=0x7fffffff)", back.ToString());
        Assert.False(back.Contains(0x8000_0000));
    }

    [Theory]
    [InlineData(BpfOperation.ShiftLeft)]
    [InlineData(BpfOperation.ShiftRight)]
    [InlineData(BpfOperation.ShiftRightSigned)]
    public void Shift_by_a_width_or_more_tells_nothing(BpfOperation operation)
    {
        Assert.Equal(ScalarValue.Unknown, ScalarArithmetic.Apply(operation, true, Byte, Constant(64)));
        Assert.Equal(ScalarValue.Unknown, ScalarArithmetic.Apply(operation, false, Byte, Constant(32)));
        Assert.Equal(ScalarValue.Unknown, ScalarArithmetic.Apply(operation, true, Byte, Byte));
        Assert.Equal(ScalarValue.Unknown, ScalarArithmetic.Apply(operation, false, Byte, Constant(0x1_0000_0001)));
        Assert.NotEqual(ScalarValue.Unknown, ScalarArithmetic.Apply(operation, true, Byte, Constant(63)));
        Assert.NotEqual(ScalarValue.Unknown, ScalarArithmetic.Apply(operation, false, Byte, Constant(31)));
    }

    [Fact]
    public void Comparison_of_low_halves_says_nothing_of_high_ones()
    {
        // CVE-2017-16995 and its kin: 32-bit knowledge taken for 64-bit.
        var (value, other) = (ScalarValue.Unknown, Constant(ulong.MaxValue));
        Assert.Null(ScalarComparison.Decide(BpfOperation.Equal, false, value, other));
        ScalarComparison.Assume(BpfOperation.Equal, false, true, ref value, ref other);
        Assert.True(value.Contains(0xffff_ffff) && value.Contains(ulong.MaxValue) && value.Contains(0x1234_ffff_ffff));
        Assert.True(value.IsConstant32 && !value.IsConstant);
        Assert.Null(ScalarComparison.Decide(BpfOperation.Equal, true, value, Constant(0xffff_ffff)));

        value = ScalarValue.Unknown;
        other = Constant(8);
        ScalarComparison.Assume(BpfOperation.Less, false, true, ref value, ref other);
        Assert.True(value.Contains(0xff_0000_0007) && !value.Contains(8));
    }

    [Fact]
    public void Operation_of_32_bits_clears_what_it_does_not_compute()
    {
        // CVE-2020-8835: the bounds of a low half that wraps around.
        var sum = ScalarArithmetic.Apply(BpfOperation.Add, false, Word, Constant(1));
        Assert.Equal("scalar(smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff))", sum.ToString());
        Assert.True(sum.Contains(0) && !sum.Contains(0x1_0000_0000));
        Assert.Equal(Word, ScalarArithmetic.Apply(BpfOperation.Move, false, default, ScalarValue.Unknown));
    }

    [Fact]
    public void Known_low_halves_do_not_make_known_numbers()
    {
        // CVE-2021-3490: and, or, xor of low halves that are constant, where the whole is not.
        var (value, other) = (ScalarValue.Unknown, Constant(5));
        ScalarComparison.Assume(BpfOperation.Equal, false, true, ref value, ref other);
        foreach (var (operation, low) in new[] { (BpfOperation.And, 1U), (BpfOperation.Or, 7U), (BpfOperation.Xor, 6U) })
        {
            var result = ScalarArithmetic.Apply(operation, true, value, Constant(3));
            Assert.True(result.IsConstant32 && result.Contains(low), $"{operation}: {result}");
            Assert.Equal(operation == BpfOperation.And, result.IsConstant);
        }
    }

    [Theory]
    [InlineData(0, "scalar(smin=umin=smin32=umin32=1,smax=umax=smax32=umax32=255,var_off=(0x0; 0xff))")]
    [InlineData(255, "scalar(smin=smin32=0,smax=umax=smax32=umax32=254,var_off=(0x0; 0xff))")]
    [InlineData(7, "scalar(smin=smin32=0,smax=umax=smax32=umax32=255,var_off=(0x0; 0xff))")]
    public void What_differs_from_an_end_ends_one_earlier(ulong constant, string learned)
    {
        foreach (var is64 in (bool[])[true, false])
        {
            var (value, other) = (Byte, Constant(constant));
            ScalarComparison.Assume(BpfOperation.NotEqual, is64, true, ref value, ref other);
            Assert.Equal(learned, value.ToString());
            (value, other) = (Byte, Constant(constant));
            ScalarComparison.Assume(BpfOperation.Equal, is64, false, ref other, ref value);
            Assert.Equal(learned, value.ToString());
        }
    }

    [Fact]
    public void Equal_numbers_know_what_either_knew()
    {
        var (even, small) = (ScalarArithmetic.Apply(BpfOperation.ShiftLeft, true, ScalarValue.Unknown.ZeroExtend(2), Constant(1)), Byte);
        ScalarComparison.Assume(BpfOperation.Equal, true, true, ref even, ref small);
        Assert.Equal(even, small);
        Assert.Equal("scalar(smin=smin32=0,smax=umax=smax32=umax32=254,var_off=(0x0; 0xfe))", even.ToString());
        Assert.False(ScalarComparison.Decide(BpfOperation.Equal, true, even, Constant(7)));
        Assert.True(ScalarComparison.Decide(BpfOperation.NotEqual, true, even, Constant(7)));
    }

    [Fact]
    public void Bits_that_are_set_are_known_if_one_is_asked_and_those_that_are_not_always()
    {
        Assert.Equal("(0x4; 0xfb)", Assumed(Byte, 4, true).Bits.ToString());
        Assert.Equal("(0x0; 0xff)", Assumed(Byte, 6, true).Bits.ToString());
        Assert.Equal("(0x0; 0xf9)", Assumed(Byte, 6, false).Bits.ToString());
        Assert.True(ScalarComparison.Decide(BpfOperation.BitsSet, true, Assumed(Byte, 4, true), Constant(6)));
        Assert.False(ScalarComparison.Decide(BpfOperation.BitsSet, true, Constant(6), Assumed(Byte, 6, false)));
        Assert.Null(ScalarComparison.Decide(BpfOperation.BitsSet, true, Byte, Byte));

        static ScalarValue Assumed(ScalarValue value, ulong asked, bool isTaken)
        {
            var other = Constant(asked);
            ScalarComparison.Assume(BpfOperation.BitsSet, true, isTaken, ref value, ref other);
            return value;
        }
    }

    [Fact]
    public void Product_that_may_overflow_tells_nothing_of_its_size()
    {
        Assert.Equal("scalar(smin=smin32=0,smax=umax=smax32=umax32=0xfe01,var_off=(0x0; 0xffff))", ScalarArithmetic.Apply(BpfOperation.Multiply, true, Byte, Byte).ToString());
        Assert.Equal("scalar(smin=smin32=-32640,smax=smax32=32385)", ScalarArithmetic.Apply(BpfOperation.Multiply, true, ScalarValue.Unknown.SignExtend(1), Byte).ToString());
        var wide = ScalarArithmetic.Apply(BpfOperation.Multiply, true, ScalarValue.Unknown, Constant(8));
        Assert.Equal((0UL, 0xffff_ffff_ffff_fff8), (wide.UnsignedMinimum, wide.UnsignedMaximum));
    }

    [Fact]
    public void Register_that_is_less_than_itself_is_on_no_way_and_forgets_its_intervals()
    {
        var value = Byte;
        Assert.Null(ScalarComparison.Decide(BpfOperation.Less, true, value, value));
        ScalarComparison.AssumeOfSame(BpfOperation.Less, true, true, ref value);
        Assert.True(value.IsConsistent);
    }

    [Fact]
    public void One_value_that_bits_and_interval_leave_is_the_number()
    {
        var (value, other) = (ScalarArithmetic.Apply(BpfOperation.And, true, Byte, Constant(16)), Constant(2));
        ScalarComparison.Assume(BpfOperation.Greater, true, true, ref value, ref other);
        Assert.Equal("16", value.ToString());
    }

    [Fact]
    public void Quotients_remainders_and_negations()
    {
        foreach (var operation in (BpfOperation[])[BpfOperation.Divide, BpfOperation.DivideSigned, BpfOperation.Modulo, BpfOperation.ModuloSigned])
        {
            Assert.Equal(ScalarValue.Unknown, ScalarArithmetic.Apply(operation, true, Byte, Constant(3)));
            Assert.Equal(ScalarValue.Unknown, ScalarArithmetic.Apply(operation, false, Byte, Constant(3)));
        }

        Assert.Equal("scalar(smin=smin32=-255,smax=smax32=0)", ScalarArithmetic.Apply(BpfOperation.Negate, true, Byte, default).ToString());
        Assert.Equal("0x8000000000000000", ScalarArithmetic.Apply(BpfOperation.Negate, true, Constant(1UL << 63), default).ToString());
    }

    [Theory]
    [InlineData(5, "5")]
    [InlineData(32767, "32767")]
    [InlineData(32768, "0x8000")]
    [InlineData(ulong.MaxValue, "-1")]
    [InlineData(0xffff_ffff_ffff_7fff, "0xffffffffffff7fff")]
    public void Small_constants_are_written_in_decimal(ulong constant, string text) => Assert.Equal(text, Constant(constant).ToString());

    private static ScalarValue Constant(ulong value) => ScalarValue.Constant(value);
}
