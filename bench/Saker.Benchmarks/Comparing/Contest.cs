namespace Saker.Benchmarks.Comparing;

/// <summary>Something that a peer and Saker both do.</summary>
/// <param name="What">What they do.</param>
/// <param name="Peer">Who the peer is.</param>
/// <param name="RunPeer">Does it so many times, and returns something that depends on every time.</param>
/// <param name="RunSaker">The same by Saker.</param>
internal sealed record Contest(string What, string Peer, Func<int, long> RunPeer, Func<int, long> RunSaker)
{
    /// <summary>Where the peer measures itself: runs it for some time, and gives the nanoseconds of an operation. <see cref="RunPeer"/> is not called then.</summary>
    public Func<double>? PeerTime { get; init; }

    /// <summary>What Saker does without the work: its time is taken off in every round. Null: nothing is.</summary>
    public Func<int, long>? SakerIdle { get; init; }

    /// <summary>The unit of a time; one operation of the run lasts so many.</summary>
    public (string Name, double Nanoseconds) Unit { get; init; } = ("ns", 1);

    /// <summary>How many operations one count of the runs stands for.</summary>
    public int OperationsPerCount { get; init; } = 1;

    /// <summary>How long one measured run lasts at least.</summary>
    public TimeSpan RunTime { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How often both are measured.</summary>
    public int Rounds { get; init; } = 25;

    /// <summary>Whether the bytes that Saker allocates are counted.</summary>
    public bool CountsAllocation { get; init; } = true;
}
