using System.Collections.Immutable;
using Saker.Bpf;

namespace Saker.Kernel.Bpf;

/// <summary>What the kernel tells of a program (<c>struct bpf_prog_info</c>).</summary>
public sealed record KernelProgramInfo
{
    /// <summary>Its id.</summary>
    public uint Id { get; init; }

    /// <summary>What it is run for.</summary>
    public ProgramType Type { get; init; }

    /// <summary>Its name, of which the kernel keeps 15 bytes; where its functions' types are told, the entry function's, all of it.</summary>
    public string Name { get; init; } = "";

    /// <summary>A hash of its code, 16 hexadecimal digits.</summary>
    public string Tag { get; init; } = "";

    /// <summary>The maps that it uses.</summary>
    public ImmutableArray<uint> MapIds { get; init; } = [];

    /// <summary>Bytes of machine code; 0: it is interpreted, or that is not told to who asks.</summary>
    public uint MachineCodeLength { get; init; }

    /// <summary>Slots of its code as the verifier left it (<see cref="KernelProgram.ReadTranslatedCode"/>).</summary>
    public uint TranslatedLength { get; init; }

    /// <summary>How many instructions the verifier went through (Linux 5.16).</summary>
    public uint VerifiedInstructions { get; init; }

    /// <summary>When it was loaded, since the machine was started.</summary>
    public TimeSpan LoadTime { get; init; }

    /// <summary>The user who loaded it.</summary>
    public uint UserId { get; init; }

    /// <summary>Whether its licence is compatible with the kernel's.</summary>
    public bool IsGplCompatible { get; init; }

    /// <summary>The device whose card runs it; 0: none (one that it is only bound to is not told).</summary>
    public int Interface { get; init; }

    /// <summary>The id of its types; 0: it has none.</summary>
    public uint TypesId { get; init; }

    /// <summary>Its functions in the order of its code; empty: their types were not told when it was loaded.</summary>
    public ImmutableArray<ProgramFunction> Functions { get; init; } = [];

    /// <summary>Its source's lines, by slots of the translated code; empty: they were not told when it was loaded.</summary>
    public ImmutableArray<SourceLine> Lines { get; init; } = [];

    /// <summary>How long it has run, as long as <see cref="RunStatistics"/> were kept.</summary>
    public TimeSpan RunTime { get; init; }

    /// <summary>How often it has run, as long as <see cref="RunStatistics"/> were kept.</summary>
    public ulong RunCount { get; init; }

    /// <summary>How often it was not run since it was running already on that CPU (Linux 5.12).</summary>
    public ulong RecursionMisses { get; init; }
}
