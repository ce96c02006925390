using Saker.Bpf.Verification.Walking;

namespace Saker.Bpf.Verification.States;

/// <summary>
/// Where a path stands and what is known there. A copy (<see cref="Fork"/>) is cheap: frames and pages of stacks are shared, and copied when one of both states writes.
/// References to registers and slots that were got for writing must not be used any more after the state was forked.
/// </summary>
internal sealed class VerifierState
{
    /// <summary>How many functions may be running (<c>MAX_CALL_FRAMES</c>).</summary>
    public const int MaximumFrames = 8;

    /// <summary>Bytes of a state without its frames, about, with those of a checkpoint.</summary>
    private const int EmptyBytes = 400;

    private readonly FrameState[] _frames = new FrameState[MaximumFrames];
    private StateOwner _owner = new();

    /// <summary>A state at the beginning of a function.</summary>
    public VerifierState(int function) => _frames[0] = new FrameState(_owner, 0, function, -1);

    private VerifierState(VerifierState other)
    {
        Depth = other.Depth;
        Array.Copy(other._frames, _frames, Depth + 1);
        References = other.References;
        LockCount = other.LockCount;
        Parent = other.Parent;
        History = other.History;
        FirstInstruction = other.FirstInstruction;
        PreviousInstruction = other.PreviousInstruction;
        Instruction = other.Instruction;
        CallbackUnrollDepth = other.CallbackUnrollDepth;
        MayGotoDepth = other.MayGotoDepth;
        CheckpointDepth = other.CheckpointDepth;
        IsSpeculative = other.IsSpeculative;
    }

    /// <summary>Bytes that are kept for the sake of this copy alone, about.</summary>
    public long OwnBytes { get; private init; }

    /// <summary>How many functions have called: the number of the frame that runs.</summary>
    public int Depth { get; private set; }

    /// <summary>The frame that runs, to be read.</summary>
    public FrameState Current => _frames[Depth];

    /// <summary>What is held, in the order of acquisition.</summary>
    public HeldReferences References { get; private set; } = HeldReferences.None;

    /// <summary>How many locks are held.</summary>
    public int LockCount { get; private set; }

    /// <summary>The checkpoint that the path comes from; null: the beginning.</summary>
    public Checkpoint? Parent { get; set; }

    /// <summary>The path since then.</summary>
    public HistoryEntry? History { get; set; }

    /// <summary>The instruction of that checkpoint.</summary>
    public int FirstInstruction { get; set; }

    /// <summary>The instruction before the one that it stands at; -1: there was none.</summary>
    public int PreviousInstruction { get; set; } = -1;

    /// <summary>The instruction that it stands at.</summary>
    public int Instruction { get; set; }

    /// <summary>How often callbacks were entered on the path.</summary>
    public int CallbackUnrollDepth { get; set; }

    /// <summary>How often <c>may_goto</c> has gone on.</summary>
    public int MayGotoDepth { get; set; }

    /// <summary>How many checkpoints are on the path.</summary>
    public int CheckpointDepth { get; set; }

    /// <summary>Whether no run takes the path, but a processor that guesses may.</summary>
    public bool IsSpeculative { get; set; }

    /// <summary>A frame, to be read.</summary>
    public FrameState Frame(int number) => _frames[number];

    /// <summary>A frame, to be written to.</summary>
    public FrameState OwnFrame(int number)
    {
        FrameState frame = _frames[number];
        if (frame.Owner != _owner)
        {
            _frames[number] = frame = frame.CopyFor(_owner);
        }

        return frame;
    }

    /// <summary>A register of the function that runs, to be read.</summary>
    public ref readonly RegisterState Register(int number) => ref _frames[Depth].Registers[number];

    /// <summary>A register of the function that runs, to be written to.</summary>
    public ref RegisterState OwnRegister(int number) => ref OwnFrame(Depth).Registers[number];

    /// <summary>The instruction at which a frame stands: the next one, or its call.</summary>
    public int InstructionOf(int frame) => frame == Depth ? Instruction : _frames[frame + 1].CallSite;

    /// <summary>Enters a function.</summary>
    public FrameState Enter(int function, int callSite)
    {
        FrameState frame = new(_owner, Depth + 1, function, callSite);
        _frames[++Depth] = frame;
        return frame;
    }

    /// <summary>Leaves the function that runs.</summary>
    public void Leave() => _frames[Depth--] = null!;

    /// <summary>A copy.</summary>
    public VerifierState Fork()
    {
        // What both have now belongs to neither.
        VerifierState copy = new(this) { OwnBytes = EmptyBytes + _owner.Bytes };
        _owner = new StateOwner();
        return copy;
    }

    /// <summary>Holds something more.</summary>
    public void Acquire(HeldReference reference)
    {
        References = References.With(reference);
        LockCount += reference.IsLock ? 1 : 0;
    }

    /// <summary>Holds something less.</summary>
    /// <returns>Whether it was held.</returns>
    public bool Release(uint id, bool isLock)
    {
        int index = References.IndexOf(id, isLock);
        if (index < 0)
        {
            return false;
        }

        References = References.Without(index);
        LockCount -= isLock ? 1 : 0;
        return true;
    }

    /// <summary>Changes all registers, and all that were spilled, for which something holds.</summary>
    /// <param name="applies">For which.</param>
    /// <param name="change">How.</param>
    public void ChangeAll(RegisterCondition applies, RegisterChange change)
    {
        for (int number = 0; number <= Depth; number++)
        {
            for (int i = 0; i < BpfInstruction.FramePointer; i++)
            {
                if (applies(_frames[number].Registers[i]))
                {
                    change(ref OwnFrame(number).Registers[i]);
                }
            }

            for (int i = 0; i < _frames[number].UsedSlots; i++)
            {
                ref readonly StackSlot slot = ref _frames[number].Slot(i);
                if (slot.IsSpilled && applies(slot.Register))
                {
                    change(ref OwnFrame(number).OwnSlot(i).Register);
                }
            }
        }
    }
}

/// <summary>Whether something holds for a register.</summary>
internal delegate bool RegisterCondition(in RegisterState register);

/// <summary>Changes a register.</summary>
internal delegate void RegisterChange(ref RegisterState register);
