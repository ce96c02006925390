using System.Numerics;

namespace Saker.Bpf.Verification;

/// <summary>
/// Arithmetic of such numbers. Sum, difference and shifts are as precise as can be ("Sound, Precise, and Fast Abstract Interpretation with Tristate Numbers", CGO 2022); the product
/// is Linux 6.18's.
/// </summary>
public readonly partial record struct TristateNumber
{
    /// <summary>Sum. A bit is unknown where it is in an operand, or where the carries of the least and of the greatest sum differ.</summary>
    public TristateNumber Add(TristateNumber other)
    {
        ulong least = Value + other.Value;
        ulong greatest = least + (Mask + other.Mask);
        return Known(least, (least ^ greatest) | Mask | other.Mask);
    }

    /// <summary>Difference. A bit is unknown where it is in an operand, or where the borrows of the least and of the greatest difference differ.</summary>
    public TristateNumber Subtract(TristateNumber other)
    {
        ulong difference = Value - other.Value;
        ulong greatest = difference + Mask;
        ulong least = difference - other.Mask;
        return Known(difference, (greatest ^ least) | Mask | other.Mask);
    }

    /// <summary>Bitwise and.</summary>
    public TristateNumber And(TristateNumber other)
    {
        ulong ones = Value & other.Value;
        return new(ones, Maximum & other.Maximum & ~ones);
    }

    /// <summary>Bitwise or.</summary>
    public TristateNumber Or(TristateNumber other)
    {
        ulong ones = Value | other.Value;
        return new(ones, (Mask | other.Mask) & ~ones);
    }

    /// <summary>Bitwise exclusive or.</summary>
    public TristateNumber Xor(TristateNumber other) => Known(Value ^ other.Value, Mask | other.Mask);

    /// <summary>Product: for each bit of this number from the right the shifted other is added, not added, or both where the bit is unknown (<c>tnum_mul</c>).</summary>
    public TristateNumber Multiply(TristateNumber other)
    {
        TristateNumber product = Constant(0);
        for (ulong left = Maximum; left != 0; left &= left - 1)
        {
            int bit = BitOperations.TrailingZeroCount(left);
            TristateNumber sum = product.Add(other.ShiftLeft(bit));
            product = (Value & (1UL << bit)) != 0 ? sum : product.Union(sum);
        }

        return product;
    }

    /// <summary>Shifted to the left by a count below 64.</summary>
    public TristateNumber ShiftLeft(int count) => new(Value << count, Mask << count);

    /// <summary>Shifted to the right by a count below 64, with zeros from the left.</summary>
    public TristateNumber ShiftRight(int count) => new(Value >> count, Mask >> count);

    /// <summary>Shifted to the right by a count below 64, with copies of the sign: an unknown one gives unknown bits.</summary>
    public TristateNumber ShiftRightSigned(int count) => new((ulong)((long)Value >> count), (ulong)((long)Mask >> count));

    /// <summary>The low 32 bits shifted to the right by a count below 32, with copies of their sign; the others are 0.</summary>
    public TristateNumber ShiftLowRightSigned(int count) => new((uint)((int)Value >> count), (uint)((int)Mask >> count));

    private static TristateNumber Known(ulong value, ulong unknown) => new(value & ~unknown, unknown);
}
