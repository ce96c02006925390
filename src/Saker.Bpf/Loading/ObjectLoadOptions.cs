using Saker.Bpf.Btf;

namespace Saker.Bpf;

/// <summary>How an object is loaded into this process.</summary>
public sealed record ObjectLoadOptions
{
    /// <summary>What runs the programs.</summary>
    public BpfEngine Engine { get; init; }

    /// <summary>What is looked at before those reach memory that are not proven.</summary>
    public MemoryChecks Checks { get; init; }

    /// <summary>
    /// Whether programs that are to be compiled are verified first, so that those that are accepted run without checks; others run all the same, with checks. An interpreted one is verified
    /// if it has what no engine can do, which it may have where no run comes.
    /// </summary>
    public bool Verifies { get; init; } = true;

    /// <summary>How many instructions a run may do, see <see cref="ExecutionOptions.Budget"/>.</summary>
    public long Budget { get; init; } = new ExecutionOptions().Budget;

    /// <summary>The programs that are made ready, and with them those that they can go on in; null: all but optional ones.</summary>
    public IReadOnlyCollection<string>? Programs { get; init; }

    /// <summary>How many CPUs there may be: so many values has an entry of a per-CPU map.</summary>
    public int CpuCount { get; init; } = Environment.ProcessorCount;

    /// <summary>With what hashes begin, see <see cref="MapEnvironment.HashSeed"/>.</summary>
    public ulong HashSeed { get; init; } = new MapEnvironment().HashSeed;

    /// <summary>
    /// The maps that programs can name. Objects that share maps have the same; it grows with every object, and goes with the last. Null: the object's own.
    /// </summary>
    public MapHandles? Handles { get; init; }

    /// <summary>The AF_XDP sockets that its xskmaps may hold, see <see cref="MapEnvironment.Sockets"/>.</summary>
    public XdpSockets? Sockets { get; init; }

    /// <summary>Maps that take the place of the object's of the same name. They remain the caller's.</summary>
    public IReadOnlyDictionary<string, BpfMap> Maps { get; init; } = new Dictionary<string, BpfMap>();

    /// <summary>Where maps that are pinned by name are found and put, as a file system of the kernel's would keep them; null: they are the object's own.</summary>
    public PinnedMaps? Pins { get; init; }

    /// <summary>What the object is told of the kernel's configuration.</summary>
    public ConfigurationValues Configuration { get; init; } = ConfigurationValues.Reference;

    /// <summary>The types that code is relocated against (CO-RE); null: the code stays as it was compiled, which is right for types that are the same everywhere.</summary>
    public BtfSpec? RelocationTypes { get; init; }

    /// <summary>The helpers that a program may call; null: those of its type (<see cref="HelperTable.ForProgram"/>).</summary>
    public Func<ProgramSpec, HelperTable>? Helpers { get; init; }
}
