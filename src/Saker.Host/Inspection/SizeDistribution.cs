namespace Saker.Host.Inspection;

/// <summary>Frames of a range of lengths.</summary>
/// <param name="Least">The shortest length of the range, in bytes on the wire.</param>
/// <param name="Most">The longest length of the range; null: none.</param>
/// <param name="Frames">How many.</param>
public readonly record struct SizeBucket(int Least, int? Most, long Frames);

/// <summary>How long frames are, without their check sequence.</summary>
public sealed class SizeDistribution
{
    // 1,514 is a full frame of the usual MTU, 9,014 a full jumbo frame; what is longer was merged by a card or a stack.
    private static readonly int[] Limits = [59, 127, 255, 511, 1023, 1514, 9014];

    private readonly long[] _counts = new long[Limits.Length + 1];
    private long _frames;
    private long _bytes;

    /// <summary>The shortest frame.</summary>
    public int Shortest { get; private set; } = int.MaxValue;

    /// <summary>The longest frame.</summary>
    public int Longest { get; private set; }

    /// <summary>The average; 0 without frames.</summary>
    public double Average => _frames == 0 ? 0 : (double)_bytes / _frames;

    /// <summary>The ranges that have frames, from the shortest on.</summary>
    public IEnumerable<SizeBucket> Buckets
    {
        get
        {
            for (int i = 0; i < _counts.Length; i++)
            {
                if (_counts[i] != 0)
                {
                    yield return new SizeBucket(i == 0 ? 0 : Limits[i - 1] + 1, i < Limits.Length ? Limits[i] : null, _counts[i]);
                }
            }
        }
    }

    internal void Add(int length)
    {
        int bucket = Array.BinarySearch(Limits, length);
        _counts[bucket < 0 ? ~bucket : bucket]++;
        _frames++;
        _bytes += length;
        Shortest = Math.Min(Shortest, length);
        Longest = Math.Max(Longest, length);
    }
}
