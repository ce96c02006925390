using Saker.Bpf.Verification;

namespace Saker.Bpf;

/// <summary>What constants that are no numbers stand for: maps, their values, variables of the kernel.</summary>
public interface IConstantSource
{
    /// <summary>Finds what a program gets for such a constant: for a map <see cref="BpfMap.Handle"/>, for a value where it is.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="first">The first slot's immediate.</param>
    /// <param name="second">The second slot's immediate.</param>
    /// <param name="value">The number that the register gets.</param>
    bool TryResolve(ConstantKind kind, int first, int second, out ulong value);
}

/// <summary>With what a program is made ready to run.</summary>
public sealed record ExecutionOptions
{
    /// <summary>What runs it.</summary>
    public BpfEngine Engine { get; init; }

    /// <summary>What is looked at before it reaches memory.</summary>
    public MemoryChecks Checks { get; init; }

    /// <summary>
    /// That the program can do no harm, as <see cref="BpfVerifier"/> found; null: nobody knows. With it, compiled code runs without checks, and what no run comes to may be anything. A
    /// proof for another program, or for other maps, is a fault.
    /// </summary>
    public VerifierProof? Proof { get; init; }

    /// <summary>What it is run for, which says what its context is; <see cref="ProgramType.Unspecified"/>: bytes and their number.</summary>
    public ProgramType Type { get; init; }

    /// <summary>The helpers that it may call.</summary>
    public HelperTable Helpers { get; init; } = new();

    /// <summary>The functions of the kernel that it may call. Calls name them by their numbers in this table.</summary>
    public KernelFunctionTable KernelFunctions { get; init; } = KernelFunctionTable.Empty;

    /// <summary>What its references to maps stand for; null: nothing, and a program that has some is refused.</summary>
    public IConstantSource? Constants { get; init; }

    /// <summary>The maps that it may reach; null: none.</summary>
    public MapHandles? Maps { get; init; }

    /// <summary>Memory that it may use beside its stack, its argument and values of its maps; null: none.</summary>
    public IMemoryRegions? Regions { get; init; }

    /// <summary>How many instructions a run may do. Compiled code counts where it jumps back and where functions begin, so it may do somewhat fewer or more. Of a proven program it counts callbacks, and functions with <c>may_goto</c>, alone, and of one that somebody vouches for nothing.</summary>
    public long Budget { get; init; } = 100_000_000;

    /// <summary>From which weight on functions are compiled to several methods.</summary>
    internal int HeaviestMethod { get; init; } = Compilation.Splitting.HeaviestMethod;
}
