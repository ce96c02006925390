namespace Saker.Bpf.Verification;

/// <summary>
/// What is known of a number in a register, in five ways at once: by bits, and by intervals of it and of its low 32 bits, read without and with a sign. It is what Linux 6.18's verifier
/// knows, no more and no less, after each operation (<see cref="ScalarArithmetic"/>) and on both ways of each jump (<see cref="ScalarComparison"/>). The default is the constant 0.
/// </summary>
public readonly partial record struct ScalarValue
{
    internal ScalarValue(TristateNumber bits, Interval<ulong> unsigned, Interval<long> signed, Interval<uint> unsigned32, Interval<int> signed32)
    {
        Bits = bits;
        Unsigned = unsigned;
        Signed = signed;
        Unsigned32 = unsigned32;
        Signed32 = signed32;
    }

    /// <summary>Nothing is known.</summary>
    public static ScalarValue Unknown { get; } = new(TristateNumber.Unknown, Interval<ulong>.All, Interval<long>.All, Interval<uint>.All, Interval<int>.All);

    /// <summary>Which bits are known.</summary>
    public TristateNumber Bits { get; }

    /// <summary>The unsigned number's interval.</summary>
    public Interval<ulong> Unsigned { get; }

    /// <summary>The signed number's interval.</summary>
    public Interval<long> Signed { get; }

    /// <summary>The interval of the low 32 bits as an unsigned number.</summary>
    public Interval<uint> Unsigned32 { get; }

    /// <summary>The interval of the low 32 bits as a signed number.</summary>
    public Interval<int> Signed32 { get; }

    /// <summary>The least value, unsigned.</summary>
    public ulong UnsignedMinimum => Unsigned.Minimum;

    /// <summary>The greatest value, unsigned.</summary>
    public ulong UnsignedMaximum => Unsigned.Maximum;

    /// <summary>The least value, signed.</summary>
    public long SignedMinimum => Signed.Minimum;

    /// <summary>The greatest value, signed.</summary>
    public long SignedMaximum => Signed.Maximum;

    /// <summary>The least value of the low 32 bits, unsigned.</summary>
    public uint UnsignedMinimum32 => Unsigned32.Minimum;

    /// <summary>The greatest value of the low 32 bits, unsigned.</summary>
    public uint UnsignedMaximum32 => Unsigned32.Maximum;

    /// <summary>The least value of the low 32 bits, signed.</summary>
    public int SignedMinimum32 => Signed32.Minimum;

    /// <summary>The greatest value of the low 32 bits, signed.</summary>
    public int SignedMaximum32 => Signed32.Maximum;

    /// <summary>Whether it is one number, <see cref="ConstantValue"/>.</summary>
    public bool IsConstant => Bits.IsConstant;

    /// <summary>Whether its low 32 bits are one number.</summary>
    public bool IsConstant32 => Bits.Low.IsConstant;

    /// <summary>The number where it is one; else the bits that are known to be 1.</summary>
    public ulong ConstantValue => Bits.Value;

    /// <summary>Whether nothing is known.</summary>
    public bool IsUnknown => this == Unknown;

    /// <summary>Whether no part contradicts itself, and the intervals of what is constant by its bits are that constant.</summary>
    internal bool IsConsistent =>
        !Unsigned.IsEmpty && !Signed.IsEmpty && !Unsigned32.IsEmpty && !Signed32.IsEmpty
        && (!IsConstant || (Unsigned == Interval<ulong>.Of(Bits.Value) && Signed == Interval<long>.Of((long)Bits.Value)))
        && (!IsConstant32 || (Unsigned32 == Interval<uint>.Of((uint)Bits.Value) && Signed32 == Interval<int>.Of((int)Bits.Value)));

    /// <summary>A number that is known.</summary>
    public static ScalarValue Constant(ulong value) =>
        new(TristateNumber.Constant(value), Interval<ulong>.Of(value), Interval<long>.Of((long)value), Interval<uint>.Of((uint)value), Interval<int>.Of((int)value));

    /// <summary>Whether it can be that number.</summary>
    public bool Contains(ulong concrete) =>
        Bits.Contains(concrete) && Unsigned.Contains(concrete) && Signed.Contains((long)concrete) && Unsigned32.Contains((uint)concrete) && Signed32.Contains((int)concrete);

    /// <summary>Whether it can be every number that the other can be, as far as each part says.</summary>
    public bool Includes(ScalarValue other) =>
        Bits.Includes(other.Bits) && Unsigned.Includes(other.Unsigned) && Signed.Includes(other.Signed)
        && Unsigned32.Includes(other.Unsigned32) && Signed32.Includes(other.Signed32);

    /// <summary>The low bytes with zeros from the left: what a load of so many bytes, or a copy of 32 bits, leaves of it.</summary>
    /// <param name="bytes">1, 2, 4 or 8.</param>
    public ScalarValue ZeroExtend(int bytes) => ScalarExtension.ZeroExtend(this, bytes);

    /// <summary>The low bytes with their sign from the left.</summary>
    /// <param name="bytes">1, 2, 4 or 8.</param>
    public ScalarValue SignExtend(int bytes) => ScalarExtension.SignExtend(this, bytes);

    /// <summary>The same with 32 low bits that are known. What is known of all 64 is not made to fit (<c>__mark_reg32_known</c>).</summary>
    internal ScalarValue WithLow(uint low) =>
        new(Bits.WithLow(TristateNumber.Constant(low)), Unsigned, Signed, Interval<uint>.Of(low), Interval<int>.Of((int)low));

    /// <summary>The same where it is known besides that it is a number of 32 bits with a sign within that interval: what helpers and callbacks are known to return.</summary>
    internal ScalarValue Within(Interval<int> interval)
    {
        ScalarDraft draft = new(this)
        {
            Signed32 = Signed32.Intersect(interval),
            Signed = Signed.Intersect(new(interval.Minimum, interval.Maximum)),
        };
        return draft.SettleWithDoubt();
    }
}
