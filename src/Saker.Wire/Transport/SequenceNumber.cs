namespace Saker.Wire;

/// <summary>
/// A number that counts modulo 2³², as TCP's sequence and acknowledgment numbers do (RFC 9293 section 3.4).
/// </summary>
/// <param name="Value">The number as it stands in the header.</param>
/// <remarks>
/// "Less" means that the way up from left to right is shorter than 2³¹, so that the order is right for numbers within half of the space of each other,
/// and is not transitive beyond it. Two numbers exactly 2³¹ apart, which RFC 1982 leaves undefined, compare as in Linux (<c>before</c>): each is less than the other.
/// </remarks>
public readonly record struct SequenceNumber(uint Value)
{
    /// <summary>The number <paramref name="count"/> further on.</summary>
    public static SequenceNumber operator +(SequenceNumber number, uint count) => new(number.Value + count);

    /// <summary>The number <paramref name="count"/> further on, or back if it is negative.</summary>
    public static SequenceNumber operator +(SequenceNumber number, int count) => new(number.Value + (uint)count);

    /// <summary>The number <paramref name="count"/> back.</summary>
    public static SequenceNumber operator -(SequenceNumber number, uint count) => new(number.Value - count);

    /// <summary>The number <paramref name="count"/> back, or further on if it is negative.</summary>
    public static SequenceNumber operator -(SequenceNumber number, int count) => new(number.Value - (uint)count);

    /// <summary>The signed way from <paramref name="right"/> to <paramref name="left"/>.</summary>
    public static int operator -(SequenceNumber left, SequenceNumber right) => (int)(left.Value - right.Value);

    /// <summary>The number after.</summary>
    public static SequenceNumber operator ++(SequenceNumber number) => new(number.Value + 1);

    /// <summary>Whether <paramref name="left"/> comes before <paramref name="right"/>.</summary>
    public static bool operator <(SequenceNumber left, SequenceNumber right) => left - right < 0;

    /// <summary>Whether <paramref name="left"/> comes after <paramref name="right"/>.</summary>
    public static bool operator >(SequenceNumber left, SequenceNumber right) => right - left < 0;

    /// <summary>Whether <paramref name="left"/> does not come after <paramref name="right"/>.</summary>
    public static bool operator <=(SequenceNumber left, SequenceNumber right) => !(left > right);

    /// <summary>Whether <paramref name="left"/> does not come before <paramref name="right"/>.</summary>
    public static bool operator >=(SequenceNumber left, SequenceNumber right) => !(left < right);

    /// <summary>The steps up from this number to <paramref name="later"/>, 0 to 2³² − 1.</summary>
    public uint DistanceTo(SequenceNumber later) => later.Value - Value;

    /// <summary>Whether the number lies in the window from <paramref name="first"/> to <paramref name="last"/>, both included; any length of window.</summary>
    public bool IsBetween(SequenceNumber first, SequenceNumber last) => last.Value - first.Value >= Value - first.Value;

    /// <summary>Whether the number is one of the <paramref name="length"/> numbers from <paramref name="first"/> on.</summary>
    public bool IsInWindow(SequenceNumber first, uint length) => Value - first.Value < length;

    /// <summary>The number in decimal.</summary>
    public override string ToString() => Value.ToString();
}
