namespace Saker.Bpf;

/// <summary>What a map is told of where it is made, beside its definition.</summary>
public sealed record MapEnvironment
{
    /// <summary>How many CPUs there may be: so many values has an entry of a per-CPU map.</summary>
    public int CpuCount { get; init; } = Environment.ProcessorCount;

    /// <summary>The maps that programs can name; those that are put into a map of maps are added.</summary>
    public MapHandles Handles { get; init; } = new();

    /// <summary>Whether there is a device of an index, which a devmap must know; null: of any.</summary>
    public Predicate<uint>? HasDevice { get; init; }

    /// <summary>The AF_XDP sockets that an xskmap may hold; null: any number is one.</summary>
    public XdpSockets? Sockets { get; init; }

    /// <summary>
    /// With what hashes begin. The same seed gives the same order of entries; where keys come from strangers it should be random, or they can choose keys that all lie in one
    /// bucket.
    /// </summary>
    public ulong HashSeed { get; init; } = 0x5a4b_3c2d_1e0f_9687;
}
