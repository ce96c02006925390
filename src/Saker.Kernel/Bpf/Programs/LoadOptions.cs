using System.Collections.Immutable;
using Saker.Bpf;

namespace Saker.Kernel.Bpf;

/// <summary>What a program may be loaded with beside its type and code.</summary>
public sealed record LoadOptions
{
    /// <summary>Its name; the kernel keeps 15 bytes of it.</summary>
    public string Name { get; init; } = "";

    /// <summary>The licence; some helpers want one that is compatible with the kernel's.</summary>
    public string License { get; init; } = "GPL";

    /// <summary>Where it will be attached, which some types of programs are verified for; null: nothing is said.</summary>
    public AttachType? AttachType { get; init; }

    /// <summary>How it is verified and run.</summary>
    public LoadFlags Flags { get; init; }

    /// <summary>The kernel's version that it claims to be made for; kernels before 5.0 wanted it of probes.</summary>
    public uint KernelVersion { get; init; }

    /// <summary>The device that it is bound to, with <see cref="LoadFlags.DeviceBound"/>; 0: none.</summary>
    public int Interface { get; init; }

    /// <summary>The types that <see cref="Functions"/> have; null: none are told.</summary>
    public KernelTypes? Types { get; init; }

    /// <summary>Its functions in the order of the code, with types; told to the kernel where each has one.</summary>
    public ImmutableArray<ProgramFunction> Functions { get; init; } = [];

    /// <summary>Its source's lines in the order of the code; told to the kernel where <see cref="Types"/> were loaded with them and each function has its first one.</summary>
    public ImmutableArray<SourceLine> Lines { get; init; } = [];

    /// <summary>Whether the verifier is to tell how much work it was (<see cref="KernelProgram.Work"/>).</summary>
    public bool CountsWork { get; init; }

    /// <summary>The type of the kernel that it is attached to or made for (a traced function, an interface); 0: none.</summary>
    public uint AttachTypeId { get; init; }
}

/// <summary>How a program is verified and run (<c>BPF_F_*</c> of <c>BPF_PROG_LOAD</c>).</summary>
[Flags]
public enum LoadFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>Accesses must be aligned on every machine.</summary>
    StrictAlignment = 1 << 0,

    /// <summary>Accesses need no alignment.</summary>
    AnyAlignment = 1 << 1,

    /// <summary>The verifier forgets the upper halves of 32-bit results: to test it.</summary>
    RandomizeUpperHalves = 1 << 2,

    /// <summary>The verifier keeps a state at every instruction: to test it.</summary>
    FrequentStates = 1 << 3,

    /// <summary>It may sleep.</summary>
    Sleepable = 1 << 4,

    /// <summary>An XDP program that takes frames in several buffers.</summary>
    Fragments = 1 << 5,

    /// <summary>An XDP program that is for one device, and may ask it for metadata.</summary>
    DeviceBound = 1 << 6,

    /// <summary>Registers that the verifier finds out of their known bounds refuse the program: to test it.</summary>
    CheckRegisterInvariants = 1 << 7,
}
