using System.Numerics;

namespace Saker.Bpf.Verification;

/// <summary>
/// What the parts of a number tell each other: the bits tell the intervals, signed and unsigned ones and those of 64 and of the low 32 bits tell each other, and all tell the bits.
/// The steps, their order and how often they run are those of <c>reg_bounds_sync</c> in Linux 6.18, since more rounds would sometimes find more than the kernel knows.
/// </summary>
internal static class ScalarDeduction
{
    private const int Rounds = 3;

    /// <summary>Lets all parts tell each other what they know.</summary>
    public static ScalarValue Settle(this ref ScalarDraft draft)
    {
        draft.LearnIntervalsFromBits();
        for (int i = 0; i < Rounds; i++)
        {
            LearnLowFromWhole(ref draft);
            LearnFromEachOther(ref draft.Unsigned32, ref draft.Signed32);
            LearnFromEachOther(ref draft.Unsigned, ref draft.Signed);
            LearnWholeFromLow(ref draft);
            LearnFromExtendedSign(ref draft);
        }

        LearnBitsFromIntervals(ref draft);
        draft.LearnIntervalsFromBits();
        return draft.ToValue();
    }

    /// <summary>Settles what an operation or a jump has told. Parts that contradict each other belong to a way that no run takes; the kernel then forgets the intervals
    /// (<c>reg_bounds_sanity_check</c>).</summary>
    public static ScalarValue SettleWithDoubt(this ref ScalarDraft draft)
    {
        ScalarValue settled = draft.Settle();
        if (settled.IsConsistent)
        {
            return settled;
        }

        draft.ForgetIntervals();
        return draft.ToValue();
    }

    /// <summary>No value is below that in which all unknown bits are 0, none above that in which all are 1; it is the other way round with the sign.</summary>
    public static void LearnIntervalsFromBits(this ref ScalarDraft draft)
    {
        draft.LearnLowIntervalsFromBits();
        TristateNumber bits = draft.Bits;
        draft.Unsigned = draft.Unsigned.Intersect(new(bits.Minimum, bits.Maximum));
        draft.Signed = draft.Signed.Intersect(new((long)(bits.Value | (bits.Mask & (1UL << 63))), (long)(bits.Value | (bits.Mask & long.MaxValue))));
        LearnOnlyValue(ref draft);
    }

    public static void LearnLowIntervalsFromBits(this ref ScalarDraft draft)
    {
        (uint value, uint mask) = ((uint)draft.Bits.Value, (uint)draft.Bits.Mask);
        draft.Unsigned32 = draft.Unsigned32.Intersect(new(value, value | mask));
        draft.Signed32 = draft.Signed32.Intersect(new((int)(value | (mask & (1U << 31))), (int)(value | (mask & int.MaxValue))));
    }

    /// <summary>Where the unsigned interval holds one value only that the bits can be, that is the number (since Linux 7.0, and later 6.18.y).</summary>
    private static void LearnOnlyValue(ref ScalarDraft draft)
    {
        ulong least = draft.Unsigned.Minimum;
        ulong next = draft.Bits.NextAbove(least);
        if (draft.Bits.Contains(least))
        {
            if (next > draft.Unsigned.Maximum)
            {
                draft.Become(least);
            }
        }
        else if (next == draft.Bits.Maximum || (next <= draft.Unsigned.Maximum && draft.Bits.NextAbove(next) > draft.Unsigned.Maximum))
        {
            draft.Become(next);
        }
    }

    private static void LearnLowFromWhole(ref ScalarDraft draft)
    {
        // Where the high half is the same in the whole interval, the low one goes from end to end. As a signed one it does so too where it leads over zero and the high half grows by one.
        Interval<ulong> ends = draft.Unsigned;
        if (ends.Minimum >> 32 == ends.Maximum >> 32)
        {
            draft.Unsigned32 = draft.Unsigned32.Intersect(ends.As<uint>());
        }

        Interval<ulong> signedEnds = draft.Signed.As<ulong>();
        if (signedEnds.Minimum >> 32 == signedEnds.Maximum >> 32 && signedEnds.As<uint>() is { IsEmpty: false } low)
        {
            draft.Unsigned32 = draft.Unsigned32.Intersect(low);
        }

        draft.Signed32 = SignedLowFrom(ends, draft.Signed32);
        draft.Signed32 = SignedLowFrom(signedEnds, draft.Signed32);
    }

    private static Interval<int> SignedLowFrom(Interval<ulong> ends, Interval<int> known)
    {
        Interval<int> low = ends.As<int>();
        uint growth = (uint)(ends.Maximum >> 32) - (uint)(ends.Minimum >> 32);
        bool isWhole = (growth == 0 && !low.IsEmpty) || (growth == 1 && low.Minimum < 0 && low.Maximum >= 0);
        return isWhole ? known.Intersect(low) : known;
    }

    /// <summary>
    /// An interval is the same signed and unsigned where it does not lead from numbers with one sign to numbers with the other. A signed one that leads over zero is two unsigned ones,
    /// of which one is out where the unsigned interval does not touch it.
    /// </summary>
    private static void LearnFromEachOther<TUnsigned, TSigned>(ref Interval<TUnsigned> unsigned, ref Interval<TSigned> signed)
        where TUnsigned : unmanaged, IBinaryInteger<TUnsigned>, IMinMaxValue<TUnsigned>
        where TSigned : unmanaged, IBinaryInteger<TSigned>, IMinMaxValue<TSigned>
    {
        if (unsigned.As<TSigned>() is { IsEmpty: false } same)
        {
            signed = signed.Intersect(same);
        }

        Interval<TUnsigned> ends = signed.As<TUnsigned>();
        if (!ends.IsEmpty)
        {
            unsigned = unsigned.Intersect(ends);
        }
        else if (unsigned.Maximum < ends.Minimum)
        {
            signed = signed with { Minimum = TSigned.CreateTruncating(unsigned.Minimum) };
            unsigned = unsigned with { Maximum = TUnsigned.Min(unsigned.Maximum, ends.Maximum) };
        }
        else if (ends.Maximum < unsigned.Minimum)
        {
            signed = signed with { Maximum = TSigned.CreateTruncating(unsigned.Maximum) };
            unsigned = unsigned with { Minimum = TUnsigned.Max(unsigned.Minimum, ends.Minimum) };
        }
    }

    /// <summary>With the high half of an end the low half is within its own interval.</summary>
    private static void LearnWholeFromLow(ref ScalarDraft draft)
    {
        draft.Unsigned = draft.Unsigned.Intersect(WithLow(draft.Unsigned, draft.Unsigned32));
        draft.Signed = draft.Signed.Intersect(WithLow(draft.Signed.As<ulong>(), draft.Unsigned32).As<long>());
    }

    private static Interval<ulong> WithLow(Interval<ulong> ends, Interval<uint> low) => new((ends.Minimum >> 32 << 32) | low.Minimum, (ends.Maximum >> 32 << 32) | low.Maximum);

    /// <summary>A number that fits into 32 signed bits, and whose low half is not negative, is its low half.</summary>
    private static void LearnFromExtendedSign(ref ScalarDraft draft)
    {
        if (draft.Signed32.Minimum < 0 || draft.Signed.Minimum < int.MinValue || draft.Signed.Maximum > int.MaxValue)
        {
            return;
        }

        draft.Signed = new(draft.Signed32.Minimum, draft.Signed32.Maximum);
        draft.Unsigned = draft.Signed.As<ulong>();
        draft.Bits = draft.Bits.Intersect(TristateNumber.Within(draft.Unsigned));
    }

    private static void LearnBitsFromIntervals(ref ScalarDraft draft)
    {
        TristateNumber whole = draft.Bits.Intersect(TristateNumber.Within(draft.Unsigned));
        TristateNumber low = whole.Low.Intersect(TristateNumber.Within(new(draft.Unsigned32.Minimum, draft.Unsigned32.Maximum)));
        draft.Bits = whole.High.Or(low);
    }
}
