using System.Collections.Immutable;

namespace Saker.Bpf;

/// <summary>
/// A program as an object holds it: an entry function and behind it every function that it may call, joined. Where it names maps and what the kernel has, its
/// constants are still empty: <see cref="References"/> says where, <see cref="Bind"/> fills them in. It does not change.
/// </summary>
public sealed record ProgramSpec
{
    /// <summary>The entry function's name.</summary>
    public required string Name { get; init; }

    /// <summary>The section that it stands in, which says what it is for.</summary>
    public required string Section { get; init; }

    /// <summary>What it is for.</summary>
    public ProgramType Type { get; init; }

    /// <summary>Where it is attached; null: the section did not say.</summary>
    public AttachType? AttachType { get; init; }

    /// <summary>To what: what stands in the section's name behind the last part that says for what; empty: nothing.</summary>
    public string AttachTarget { get; init; } = "";

    /// <summary>Whether it is loaded only if it is asked for (a question mark before the section's name).</summary>
    public bool IsOptional => Section.StartsWith('?');

    /// <summary>Whether it may sleep.</summary>
    public bool IsSleepable { get; init; }

    /// <summary>Whether it takes frames in several buffers (<c>xdp.frags</c>).</summary>
    public bool TakesFragments { get; init; }

    /// <summary>The slots of code; calls between functions are relative as the kernel wants them.</summary>
    public ImmutableArray<BpfInstruction> Instructions { get; init; } = [];

    /// <summary>The functions, in the order of their code; the first one is where the program begins.</summary>
    public ImmutableArray<ProgramFunction> Functions { get; init; } = [];

    /// <summary>Where the code names something that only a loader knows, in the order of the code.</summary>
    public ImmutableArray<InstructionReference> References { get; init; } = [];

    /// <summary>The source's lines, in the order of the code; empty: the object does not tell.</summary>
    public ImmutableArray<SourceLine> Lines { get; init; } = [];

    /// <summary>What depends on the layout of the kernel's types, in the order of the code; empty after it was relocated.</summary>
    public ImmutableArray<CoreRelocation> CoreRelocations { get; init; } = [];

    /// <summary>The code with a number in the place of every reference.</summary>
    /// <param name="number">The number of a map, variable or function: for the kernel a descriptor or BTF id, for an interpreter what it likes.</param>
    public BpfInstruction[] Bind(Func<InstructionReference, int> number)
    {
        BpfInstruction[] bound = [.. Instructions];
        foreach (InstructionReference reference in References)
        {
            int at = reference.Instruction;
            bound[at] = bound[at].WithSource(reference.Source).WithImmediate(number(reference));
            if (reference.Kind == ReferenceKind.MapValue)
            {
                bound[at + 1] = bound[at + 1].WithImmediate((int)reference.Offset);
            }
        }

        return bound;
    }
}

/// <summary>A function of a program.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Start">Its first slot.</param>
/// <param name="Count">How many slots it has.</param>
/// <param name="TypeId">Its type in the object's BTF; 0: unknown.</param>
/// <param name="IsGlobal">Whether it is visible outside of its file: the kernel then verifies it for itself.</param>
public readonly record struct ProgramFunction(string Name, int Start, int Count, uint TypeId, bool IsGlobal);

/// <summary>What a reference names.</summary>
public enum ReferenceKind
{
    /// <summary>A map.</summary>
    Map,

    /// <summary>A place in the only value of a section's map: a global variable.</summary>
    MapValue,

    /// <summary>A variable of the kernel.</summary>
    KernelVariable,

    /// <summary>A function of the kernel.</summary>
    KernelFunction,
}

/// <summary>A place in code that names something that only a loader knows.</summary>
/// <param name="Instruction">The slot.</param>
/// <param name="Kind">What it names.</param>
/// <param name="Name">Its name.</param>
/// <param name="Offset">For a variable: its place in the map's value, in bytes.</param>
/// <param name="IsWeak">Whether the program also runs where the kernel has no such thing.</param>
public readonly record struct InstructionReference(int Instruction, ReferenceKind Kind, string Name, uint Offset, bool IsWeak)
{
    /// <summary>What the slot's source field says of it.</summary>
    internal byte Source => Kind switch
    {
        ReferenceKind.Map => (byte)ConstantKind.Map,
        ReferenceKind.MapValue => (byte)ConstantKind.MapValue,
        ReferenceKind.KernelVariable => (byte)ConstantKind.Variable,
        _ => (byte)CallKind.KernelFunction,
    };
}
