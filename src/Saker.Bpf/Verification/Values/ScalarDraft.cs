namespace Saker.Bpf.Verification;

/// <summary>A number of which one part after the other is worked out: until it is settled the parts need not yet tell what each knows of the others.</summary>
internal struct ScalarDraft(in ScalarValue value)
{
    public TristateNumber Bits = value.Bits;
    public Interval<ulong> Unsigned = value.Unsigned;
    public Interval<long> Signed = value.Signed;
    public Interval<uint> Unsigned32 = value.Unsigned32;
    public Interval<int> Signed32 = value.Signed32;

    /// <summary>As it stands.</summary>
    public readonly ScalarValue ToValue() => new(Bits, Unsigned, Signed, Unsigned32, Signed32);

    /// <summary>Forgets the intervals and keeps the bits.</summary>
    public void ForgetIntervals()
    {
        ForgetIntervals64();
        ForgetIntervals32();
    }

    public void ForgetIntervals64()
    {
        Unsigned = Interval<ulong>.All;
        Signed = Interval<long>.All;
    }

    public void ForgetIntervals32()
    {
        Unsigned32 = Interval<uint>.All;
        Signed32 = Interval<int>.All;
    }

    /// <summary>Makes it one number.</summary>
    public void Become(ulong constant) => this = new(ScalarValue.Constant(constant));

    /// <summary>Clears the high half, as each 32-bit operation does (<c>zext_32_to_64</c>). The signed interval is at first that of all numbers of 32 bits where the low half may be negative.</summary>
    public void ClearHigh()
    {
        Bits = Bits.Low;
        Unsigned = new(Unsigned32.Minimum, Unsigned32.Maximum);
        Signed = Signed32.Minimum >= 0 && Signed32.Maximum >= 0 ? new(Signed32.Minimum, Signed32.Maximum) : new(0, uint.MaxValue);
    }
}
