namespace Saker.Host.AfXdp;

/// <summary>How much a generator sends, how fast, and by which CPUs.</summary>
public sealed record GeneratorOptions
{
    /// <summary>How many frames; null: until the time is over, or it is stopped.</summary>
    public long? Count { get; init; }

    /// <summary>Frames a second, of all CPUs together, in bursts of a millisecond; null: as fast as it goes.</summary>
    public double? Rate { get; init; }

    /// <summary>For how long; null: until all are sent, or it is stopped.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The CPUs that send, a thread bound to each; empty: one thread, wherever it runs.</summary>
    public IReadOnlyList<int> Cpus { get; init; } = [];

    /// <summary>How many frames the kernel makes at a time, from 1 to 256.</summary>
    public int BatchSize { get; init; } = 64;
}
