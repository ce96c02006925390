namespace Saker.Host.Links.Memory;

/// <summary>What a wire does to the frames in one direction. By default nothing: they arrive at once, all and in order.</summary>
public sealed record Impairments
{
    /// <summary>How long a frame is on its way.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Bits a second, the frames' own; 0: no limit. Frames wait for those before them.</summary>
    public long BitsPerSecond { get; init; }

    /// <summary>Frames that may be on the wire, and wait for it, together; more are lost.</summary>
    public int MostFrames { get; init; } = 1000;

    /// <summary>How likely a frame is lost: from 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>How likely a frame arrives twice.</summary>
    public double Duplication { get; init; }

    /// <summary>How likely a frame is held back for <see cref="ReorderingDelay"/>, so that those behind it pass.</summary>
    public double Reordering { get; init; }

    /// <summary>How long such a frame is held back.</summary>
    public TimeSpan ReorderingDelay { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>How likely one bit of a frame is turned.</summary>
    public double Corruption { get; init; }

    /// <summary>Seed of the random source: the same seed and the same frames make the same faults.</summary>
    public ulong Seed { get; init; } = 1;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Delay, TimeSpan.Zero, nameof(Delay));
        ArgumentOutOfRangeException.ThrowIfLessThan(ReorderingDelay, TimeSpan.Zero, nameof(ReorderingDelay));
        ArgumentOutOfRangeException.ThrowIfNegative(BitsPerSecond);
        ArgumentOutOfRangeException.ThrowIfLessThan(MostFrames, 1);
        foreach (double probability in (ReadOnlySpan<double>)[Loss, Duplication, Reordering, Corruption])
        {
            if (probability is not (>= 0 and <= 1))
            {
                throw new ArgumentOutOfRangeException(paramName: null, probability, "A probability is from 0 to 1.");
            }
        }
    }
}
