using System.Diagnostics.CodeAnalysis;

namespace Saker.Bpf.Verification.Proving;

/// <summary>A proof together with what the program that it is for is run with: the maps that it names, the helpers that it calls.</summary>
internal sealed class BoundProof
{
    private readonly Dictionary<int, BpfMap?> _maps = [];

    private BoundProof(VerifierProof proof)
    {
        Proof = proof;
        Processors = proof.ProcessorCount;
    }

    /// <summary>The proof.</summary>
    public VerifierProof Proof { get; }

    /// <summary>The proof holds on CPUs whose number is below this.</summary>
    public int Processors { get; private set; }

    /// <summary>Joins them.</summary>
    /// <param name="proof">The proof.</param>
    /// <param name="program">The program that is to be run.</param>
    /// <param name="options">With what it is to be run.</param>
    /// <param name="bound">Both; null: they do not fit.</param>
    /// <param name="reason">Why they do not: one clause for a person; null where they do.</param>
    public static bool TryBind(
        VerifierProof proof, BpfProgram program, ExecutionOptions options, [NotNullWhen(true)] out BoundProof? bound, [NotNullWhen(false)] out string? reason)
    {
        bound = null;
        if (!IsFor(proof, program, options.Type, out reason))
        {
            return false;
        }

        BoundProof made = new(proof);
        ReadOnlySpan<BpfInstruction> slots = program.Slots;
        int width;
        for (int i = 0; i < slots.Length; i += width)
        {
            InstructionSet.TryDescribe(slots[i], out InstructionDescription? description);
            width = description!.Slots;
            if (proof.IsReached(i) && made.FaultOf(slots, i, description, options) is { } fault)
            {
                reason = $"instruction {i}: {fault}";
                return false;
            }
        }

        bound = made;
        reason = null;
        return true;
    }

    /// <summary>Whether it was found for the same code and type.</summary>
    public static bool IsFor(VerifierProof proof, BpfProgram program, ProgramType type, [NotNullWhen(false)] out string? reason)
    {
        reason = proof.Type != type ? $"the proof is for programs of type {proof.Type.KernelName()}"
            : !proof.Program.Slots.SequenceEqual(program.Slots) ? "the proof is for other code"
            : null;
        return reason is null;
    }

    /// <summary>The map that a call of a helper always gets; null: it is not known.</summary>
    public BpfMap? MapOf(int instruction) => Proof.CallAt(instruction) is { } call ? _maps.GetValueOrDefault(call.Map) : null;

    private string? FaultOf(ReadOnlySpan<BpfInstruction> slots, int at, InstructionDescription description, ExecutionOptions options)
    {
        BpfInstruction slot = slots[at];
        switch (description.Form)
        {
            case InstructionForm.CallHelper when options.Helpers.TryGet((uint)slot.Immediate, out BpfHelper? helper):
                return HelperTable.ForProgram(Proof.Type).TryGet((uint)slot.Immediate, out BpfHelper? known) && helper == known ? null : "the helper was replaced by another one";
            case InstructionForm.CallKernel when options.KernelFunctions.TryGet(slot.Immediate, out BpfHelper? function):
                return KernelFunctionTable.Known[slot.Immediate - 1].Implementation == function ? null : "the function of the kernel is another one";
            case InstructionForm.Constant64 when Proof.NumberOfMap(slot) is { } number && (ConstantKind)slot.Source is var kind and not (ConstantKind.Number or ConstantKind.Function):
                return Resolve(kind, slot.Immediate, slots[at + 1].Immediate, options) is { } map ? Bind(number, map) : "the map is not there";
            default:
                return null;
        }
    }

    /// <summary>The map of a constant, if it stands for what the verifier takes it for.</summary>
    private static unsafe BpfMap? Resolve(ConstantKind kind, int first, int second, ExecutionOptions options)
    {
        if (options.Maps is not { } maps || options.Constants is not { } constants || !constants.TryResolve(kind, first, second, out ulong value))
        {
            return null;
        }

        if (kind is ConstantKind.Map or ConstantKind.MapIndex)
        {
            return maps.TryFind(value, out BpfMap? named) ? named : null;
        }

        uint index = 0;
        return maps.TryFindHolder(value, out BpfMap? map, out _) && (ulong)map.Find((byte*)&index, 0) + (uint)second == value ? map : null;
    }

    private string? Bind(int number, BpfMap map)
    {
        VerifierMap verified = Proof.MapOfNumber(number);
        if (!verified.Covers(VerifierMap.Of(map)))
        {
            return verified.IsConstant ? $"the map '{map.Name}' is another one than was verified, or its values may change" : $"the map '{map.Name}' is another one than was verified";
        }

        if (map.IsPerCpu)
        {
            Processors = Math.Min(Processors, map.CpuCount);
        }

        bool isOne = !Proof.IsInner(number) && (!_maps.TryGetValue(number, out BpfMap? known) || known == map);
        _maps[number] = isOne ? map : null;
        return null;
    }
}
