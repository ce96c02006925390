using System.Collections.Immutable;

namespace Saker.Bpf.Verification;

/// <summary>What the verifier is to know of a program beside its code. It does not change; <c>with</c> makes another one.</summary>
public sealed record VerifierOptions
{
    /// <summary>What the program is run for: says what its context is, what it may call, what it may return.</summary>
    public required ProgramType Type { get; init; }

    /// <summary>Where it is attached; null: not told.</summary>
    public AttachType? AttachType { get; init; }

    /// <summary>Its licence: some helpers want one that is compatible with the GPL.</summary>
    public string License { get; init; } = "GPL";

    /// <summary>Who asks.</summary>
    public VerifierPrivilege Privilege { get; init; }

    /// <summary>Whether it is bound to a device, and may ask it for metadata.</summary>
    public bool IsDeviceBound { get; init; }

    /// <summary>Whether all accesses must be aligned (<c>BPF_F_STRICT_ALIGNMENT</c>).</summary>
    public bool HasStrictAlignment { get; init; }

    /// <summary>Whether states are kept wherever they can be (<c>BPF_F_TEST_STATE_FREQ</c>): takes longer, and shows faults of the verifier.</summary>
    public bool KeepsStatesOften { get; init; }

    /// <summary>The maps that its constants name; null: none.</summary>
    public IVerifierMaps? Maps { get; init; }

    /// <summary>Its functions in the order of their code, the entry first; empty: nothing is told of them, and all are static.</summary>
    public ImmutableArray<VerifierFunction> Functions { get; init; } = [];

    /// <summary>The source's lines in the order of the code, for explanations.</summary>
    public ImmutableArray<SourceLine> Lines { get; init; } = [];

    /// <summary>How many processors there are, which bounds what a helper returns.</summary>
    public int ProcessorCount { get; init; } = Environment.ProcessorCount;

    /// <summary>How many instructions are gone through at most (<c>BPF_COMPLEXITY_LIMIT_INSNS</c>).</summary>
    public int MaximumInstructions { get; init; } = 1_000_000;

    /// <summary>
    /// How many bytes states may take that are kept or wait, about. The kernel has no such limit, but for the memory that it has; programs that were made for it take some 600 MB in a million
    /// instructions, and real ones less than 10.
    /// </summary>
    public long MaximumStateBytes { get; init; } = 1L << 30;

    /// <summary>Whether the result tells what every register held before every instruction, on every path: costs time and memory.</summary>
    public bool RecordsStates { get; init; }

    /// <summary>Names of functions of the kernel that no table has; the code names them by -1, -2 and so on.</summary>
    internal ImmutableArray<string> UnknownFunctions { get; init; } = [];

    /// <summary>
    /// Whether paths are taken for others only where all numbers are within theirs, also those that do not matter: then what is recorded of an instruction holds whenever the program
    /// comes to it, and not only what matters of it. Takes more states.
    /// </summary>
    internal bool ComparesAllNumbers { get; init; }
}

/// <summary>Who asks for a program to be verified.</summary>
public enum VerifierPrivilege
{
    /// <summary>Root, or who has <c>CAP_BPF</c> and <c>CAP_PERFMON</c>: addresses may leave the program, the stack may be read before it was written.</summary>
    Root,

    /// <summary>Who has <c>CAP_BPF</c> alone: addresses may not leave the program, the stack is written before it is read, and what a processor may do that guesses wrong is followed too.</summary>
    BpfCapable,

    /// <summary>Anybody: short filters of sockets and control groups, without loops and functions.</summary>
    Unprivileged,
}
