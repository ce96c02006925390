using System.Diagnostics.CodeAnalysis;
using Saker.Bpf.Verification.Flow;
using Saker.Bpf.Verification.Proving;
using Saker.Bpf.Verification.Rules;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification;

/// <summary>
/// That a program can do no harm, and what follows of it for each instruction: whether a run can come to it, which way a jump goes, of which map a helper's argument is. With it a
/// program runs without checks (<see cref="ExecutionOptions.Proof"/>). It holds for the very code, type and maps that were verified, and is refused for any other. It does not change.
/// </summary>
public sealed class VerifierProof
{
    private readonly PathFacts _facts;
    private readonly MapTable _maps;
    private readonly Dictionary<int, int> _stackDepths = [];

    internal VerifierProof(BpfProgram program, VerifierOptions options, PathFacts facts, MapTable maps, IEnumerable<FunctionInfo> functions)
    {
        Program = program;
        Type = options.Type;
        ProcessorCount = options.ProcessorCount;
        _facts = facts;
        _maps = maps;
        foreach (FunctionInfo function in functions)
        {
            _stackDepths.Add(function.Start, function.StackDepth);
        }
    }

    /// <summary>The program.</summary>
    public BpfProgram Program { get; }

    /// <summary>What it is run for.</summary>
    public ProgramType Type { get; }

    /// <summary>How many processors there are: on one with a higher number the program runs with checks.</summary>
    public int ProcessorCount { get; }

    /// <summary>Whether a run can come to an instruction.</summary>
    /// <param name="instruction">Its slot.</param>
    public bool IsReached(int instruction) => _facts.IsReached(instruction);

    /// <summary>Which way a conditional jump goes in every run: whether it is taken; null: it depends, or no run comes to it.</summary>
    /// <param name="instruction">Its slot.</param>
    public bool? AlwaysTakes(int instruction) => _facts.AlwaysTakes(instruction);

    /// <summary>The map that a call of a helper always gets; null: there is none, or it depends. Of maps in a map of maps: how they are.</summary>
    /// <param name="instruction">The call's slot.</param>
    public VerifierMap? MapOf(int instruction) => _facts.CallAt(instruction) is { Map: >= 0 and var map } ? _maps[map] : null;

    /// <summary>Whether a call looks up what is surely there, and so never gives null.</summary>
    /// <param name="instruction">The call's slot.</param>
    public bool AlwaysFinds(int instruction) => _facts.CallAt(instruction) is { AlwaysFinds: true };

    /// <summary>The key of a lookup that always finds something, where it is always the same; else null.</summary>
    /// <param name="instruction">The call's slot.</param>
    public ulong? KeyOf(int instruction) => _facts.CallAt(instruction)?.Key;

    /// <summary>Whether a load or store is to the context.</summary>
    /// <param name="instruction">Its slot.</param>
    public bool ReachesContext(int instruction) => _facts.AccessKind(instruction) == RegisterKind.Context;

    /// <summary>Finds out whether it is for a program that is to be run so.</summary>
    /// <param name="program">The program.</param>
    /// <param name="options">With what it is to be run.</param>
    /// <param name="reason">Why it is not: one clause for a person; null where it is.</param>
    public bool Fits(BpfProgram program, ExecutionOptions options, [NotNullWhen(false)] out string? reason)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(options);
        return BoundProof.TryBind(this, program, options, out _, out reason);
    }

    /// <summary>What is known of a call of a helper with a map; null: nothing.</summary>
    internal CallFact? CallAt(int instruction) => _facts.CallAt(instruction);

    /// <summary>Whether an atomic access may be at an address that is not aligned.</summary>
    internal bool MayBeMisaligned(int instruction) => _facts.MayBeMisaligned(instruction);

    /// <summary>The number of the map that a constant names; null: it names none.</summary>
    internal int? NumberOfMap(in BpfInstruction constant) => _maps.NumberOf(constant);

    /// <summary>The map of a number.</summary>
    internal VerifierMap MapOfNumber(int number) => _maps[number];

    /// <summary>Whether a number stands for any map that a map of maps may hold.</summary>
    internal bool IsInner(int number) => _maps.IsInner(number);

    /// <summary>Bytes of stack of the function that begins at a slot.</summary>
    internal int StackDepthOf(int slot) => _stackDepths.GetValueOrDefault(slot, AddressSpace.FrameSize);
}
