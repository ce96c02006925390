namespace Saker.Bpf;

/// <summary>What a map is told of where it is made, beside its definition.</summary>
public sealed record MapEnvironment
{
    /// <summary>How many CPUs there may be: so many values has an entry of a per-CPU map.</summary>
    public int CpuCount { get; init; } = Environment.ProcessorCount;

    /// <summary>For a map of maps: the maps and programs that may be put in, and how they are found.</summary>
    public MapHandles? Handles { get; init; }

    /// <summary>For a map of maps: one like those that it will hold. It is only looked at.</summary>
    public IBpfMap? Inner { get; init; }

    /// <summary>
    /// With what hashes begin. The same seed gives the same order of entries; where keys come from strangers it should be random, or they can choose keys that all lie in one
    /// bucket.
    /// </summary>
    public ulong HashSeed { get; init; } = 0x5a4b_3c2d_1e0f_9687;
}
