using System.Globalization;
using System.Numerics;

namespace Saker.Bpf.Verification;

/// <summary>
/// A number of 64 bits of which each is known to be 0, known to be 1, or unknown (<c>struct tnum</c> of Linux). What is computed of such numbers has every value that the
/// operation can give on values that the operands can have.
/// </summary>
/// <param name="Value">The bits that are known to be 1.</param>
/// <param name="Mask">The bits that are unknown; they are 0 in <paramref name="Value"/>.</param>
public readonly partial record struct TristateNumber(ulong Value, ulong Mask)
{
    /// <summary>Nothing is known.</summary>
    public static TristateNumber Unknown => new(0, ulong.MaxValue);

    /// <summary>Whether all bits are known.</summary>
    public bool IsConstant => Mask == 0;

    /// <summary>Whether no bit is known.</summary>
    public bool IsUnknown => Mask == ulong.MaxValue;

    /// <summary>The least of its values, unsigned.</summary>
    public ulong Minimum => Value;

    /// <summary>The greatest of its values, unsigned.</summary>
    public ulong Maximum => Value | Mask;

    /// <summary>The low 32 bits; the others are 0.</summary>
    public TristateNumber Low => new((uint)Value, (uint)Mask);

    /// <summary>The high 32 bits at their place; the others are 0.</summary>
    public TristateNumber High => new(Value >> 32 << 32, Mask >> 32 << 32);

    /// <summary>A number that is known.</summary>
    public static TristateNumber Constant(ulong value) => new(value, 0);

    /// <summary>What is known of the bits of numbers within an interval: those on which its ends agree from the left on.</summary>
    public static TristateNumber Within(Interval<ulong> interval)
    {
        ulong differing = interval.Minimum ^ interval.Maximum;
        ulong unknown = differing == 0 ? 0 : ulong.MaxValue >> BitOperations.LeadingZeroCount(differing);
        return new(interval.Minimum & ~unknown, unknown);
    }

    /// <summary>Whether it can have that value.</summary>
    public bool Contains(ulong concrete) => (concrete & ~Mask) == Value;

    /// <summary>Whether it can have every value that the other can have.</summary>
    public bool Includes(TristateNumber other) => (other.Mask & ~Mask) == 0 && (other.Value & ~Mask) == Value;

    /// <summary>Whether both can have the same value.</summary>
    public bool Overlaps(TristateNumber other) => ((Value ^ other.Value) & ~Mask & ~other.Mask) == 0;

    /// <summary>What is known where both are right; a bit of which they say different things becomes 1.</summary>
    public TristateNumber Intersect(TristateNumber other)
    {
        ulong unknown = Mask & other.Mask;
        return new((Value | other.Value) & ~unknown, unknown);
    }

    /// <summary>What is known where one of them is right.</summary>
    public TristateNumber Union(TristateNumber other)
    {
        ulong unknown = Mask | other.Mask | (Value ^ other.Value);
        return new(Value & ~unknown, unknown);
    }

    /// <summary>The least value that it can have above a limit; the least of all where the limit is below that, the greatest of all where none is above.</summary>
    public ulong NextAbove(ulong limit)
    {
        if (limit >= Maximum)
        {
            return Maximum;
        }

        if (limit < Minimum)
        {
            return Minimum;
        }

        // The first known bit from the left in which the limit differs decides. Where it is 1 in the limit, or none differs, the unknown bits above it count on by one; else they are the
        // limit's. Those below it are 0.
        ulong differing = (limit ^ Value) & ~Mask;
        ulong below = differing == 0 ? 0 : ulong.MaxValue >> BitOperations.LeadingZeroCount(differing);
        bool isGreater = (limit & (below ^ (below >> 1))) != 0;
        ulong unknown = differing != 0 && !isGreater ? limit & ~below : (limit | below | ~Mask) + 1;
        return Value | (unknown & Mask);
    }

    /// <summary>The same with other low 32 bits.</summary>
    public TristateNumber WithLow(TristateNumber low) => High.Or(low.Low);

    /// <summary>The low bytes; the others are 0.</summary>
    /// <param name="bytes">1, 2, 4 or 8.</param>
    public TristateNumber Cut(int bytes)
    {
        ulong kept = ulong.MaxValue >> (64 - (8 * bytes));
        return new(Value & kept, Mask & kept);
    }

    /// <summary>As <c>(0x10; 0xff)</c>: value and mask.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"(0x{Value:x}; 0x{Mask:x})");
}
