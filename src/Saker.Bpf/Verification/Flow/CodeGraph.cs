using Saker.Bpf.Verification.Explanation;

namespace Saker.Bpf.Verification.Flow;

/// <summary>What is to be known of an instruction before any path comes to it.</summary>
internal struct InstructionFacts
{
    /// <summary>Whether paths meet or part here, so that it is worth to look for a state that was kept.</summary>
    public bool IsPrunePoint;

    /// <summary>Whether it may be come to from elsewhere than the instruction before it.</summary>
    public bool IsJumpPoint;

    /// <summary>Whether a state is kept here each time.</summary>
    public bool IsForcedCheckpoint;

    /// <summary>Whether it calls a helper that calls back.</summary>
    public bool CallsBack;

    /// <summary>The loop that it is part of; 0: none.</summary>
    public int Loop;

    /// <summary>Registers that are read behind it before they are written.</summary>
    public ushort LiveRegisters;
}

/// <summary>The code as a graph: its functions, where instructions go on, and what follows of that alone.</summary>
internal sealed class CodeGraph
{
    private readonly BpfInstruction[] _slots;
    private readonly InstructionDescription?[] _descriptions;
    private readonly InstructionFacts[] _facts;
    private Predecessors? _predecessors;

    /// <summary>Reads a program.</summary>
    /// <exception cref="ProgramRefused">Its shape alone breaks a rule.</exception>
    public CodeGraph(BpfProgram program, VerifierOptions options)
    {
        ProgramType = options.Type;
        _slots = program.Slots.ToArray();
        _descriptions = new InstructionDescription?[_slots.Length];
        _facts = new InstructionFacts[_slots.Length];
        for (int i = 0; i < _slots.Length; i += _descriptions[i]!.Slots)
        {
            InstructionSet.TryDescribe(_slots[i], out _descriptions[i]);
        }

        Functions = FunctionFinder.Find(this, options);
    }

    /// <summary>The type of the program.</summary>
    public ProgramType ProgramType { get; }

    /// <summary>How many slots there are.</summary>
    public int Length => _slots.Length;

    /// <summary>The slots.</summary>
    public ReadOnlySpan<BpfInstruction> Slots => _slots;

    /// <summary>The functions, in the order of the code.</summary>
    public FunctionInfo[] Functions { get; }

    /// <summary>A slot.</summary>
    public BpfInstruction this[int slot] => _slots[slot];

    /// <summary>Whether an instruction begins at a slot.</summary>
    public bool IsInstruction(int slot) => _descriptions[slot] is not null;

    /// <summary>Which instruction begins at a slot.</summary>
    public InstructionDescription Describe(int slot) => _descriptions[slot]!;

    /// <summary>What is known of an instruction.</summary>
    public ref InstructionFacts Facts(int slot) => ref _facts[slot];

    /// <summary>The slot behind an instruction.</summary>
    public int Next(int slot) => slot + Describe(slot).Slots;

    /// <summary>Where an instruction jumps, or which function it names; null: neither.</summary>
    public int? TargetOf(int slot) => (int?)ProgramValidation.TargetOf(_slots[slot], slot, Describe(slot));

    /// <summary>Whether it calls a function of the program.</summary>
    public bool CallsFunction(int slot) => Describe(slot).Form == InstructionForm.CallFunction;

    /// <summary>Whether it loads the address of a function of the program.</summary>
    public bool NamesFunction(int slot) =>
        Describe(slot).Form == InstructionForm.Constant64 && (ConstantKind)_slots[slot].Source == ConstantKind.Function;

    /// <summary>Whether it calls a helper, and which.</summary>
    public bool CallsHelper(int slot, out int number)
    {
        number = _slots[slot].Immediate;
        return Describe(slot).Form == InstructionForm.CallHelper;
    }

    /// <summary>Whether it reads the packet in the legacy way.</summary>
    public bool LoadsPacket(int slot) => Describe(slot).Operation == BpfOperation.LoadPacket;

    /// <summary>Where control goes on in the same function.</summary>
    /// <param name="slot">The instruction.</param>
    /// <param name="successors">Room for two.</param>
    /// <returns>How many there are.</returns>
    public int Successors(int slot, Span<int> successors)
    {
        InstructionDescription description = Describe(slot);
        int count = 0;
        if (!description.IsEnd)
        {
            successors[count++] = slot + description.Slots;
        }

        if (description.IsJump)
        {
            successors[count++] = TargetOf(slot)!.Value;
        }

        return count;
    }

    /// <summary>The instructions that go on at a slot, in the same function.</summary>
    public ReadOnlySpan<int> Predecessors(int slot) => (_predecessors ??= new Predecessors(this)).Of(slot);

    /// <summary>The function that begins at a slot; null: none does.</summary>
    public FunctionInfo? FunctionStartingAt(int slot)
    {
        FunctionInfo function = FunctionAt(slot);
        return function.Start == slot ? function : null;
    }

    /// <summary>The function that a slot is in.</summary>
    public FunctionInfo FunctionAt(int slot)
    {
        int low = 0, high = Functions.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (Functions[middle].Start <= slot)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return Functions[low];
    }
}
