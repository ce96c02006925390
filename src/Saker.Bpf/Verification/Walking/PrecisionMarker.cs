using Saker.Bpf.Verification.Checking;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Walking;

/// <summary>
/// Marks in the checkpoints behind a path the numbers that something rests on: that a jump is never taken, that an access lies within bounds. It goes back over the path and
/// follows what each number was made of (<c>mark_chain_precision</c>). Numbers without a mark are not told apart when states are compared.
/// </summary>
internal sealed class PrecisionMarker(VerifierEnvironment environment)
{
    private readonly FrameWants[] _wants = new FrameWants[VerifierState.MaximumFrames];
    private int _frame;

    /// <summary>What a register of the function that runs holds matters.</summary>
    public void MarkRegister(int register)
    {
        if (environment.IsCapable)
        {
            WantRegister(environment.State.Depth, register);
            MarkWanted(environment.State, environment.Instruction);
        }
    }

    /// <summary>What was spilled to a slot matters.</summary>
    public void MarkSlot(int frame, int slot)
    {
        if (environment.IsCapable)
        {
            WantSlot(frame, slot);
            MarkWanted(environment.State, environment.Instruction);
        }
    }

    /// <summary>What matters in a checkpoint matters in a state that is equal to it.</summary>
    /// <returns>Whether there was anything new.</returns>
    public bool Propagate(Checkpoint from, VerifierState to)
    {
        if (!environment.IsCapable)
        {
            return false;
        }

        for (int frame = 0; frame <= from.State.Depth; frame++)
        {
            WantMarked(from, frame);
        }

        return MarkWanted(to, to.Instruction);
    }

    /// <summary>All numbers matter, in every checkpoint behind a state.</summary>
    public static void MarkAll(VerifierState from)
    {
        for (Checkpoint? checkpoint = from.Parent; checkpoint is not null; checkpoint = checkpoint.State.Parent)
        {
            for (int frame = 0; frame <= checkpoint.State.Depth; frame++)
            {
                ref FrameMarks marks = ref checkpoint.Marks(frame);
                marks.PreciseRegisters = ushort.MaxValue;
                marks.PreciseSlots = ulong.MaxValue;
            }
        }
    }

    private void WantMarked(Checkpoint checkpoint, int number)
    {
        ref FrameMarks marks = ref checkpoint.Marks(number);
        FrameState frame = checkpoint.State.Frame(number);
        int registers = marks.PreciseRegisters & ~marks.DeadRegisters;
        for (int i = 0; i < BpfInstruction.FramePointer; i++)
        {
            if ((registers & (1 << i)) != 0 && frame.Registers[i].IsScalar)
            {
                WantRegister(number, i);
            }
        }

        ulong slots = marks.PreciseSlots & ~marks.DeadSlots;
        for (int i = 0; i < frame.UsedSlots; i++)
        {
            if ((slots & (1ul << i)) != 0 && frame.Slot(i).IsSpilledScalar)
            {
                WantSlot(number, i);
            }
        }
    }

    private void WantRegister(int frame, int register) => _wants[frame].Registers |= 1 << register;

    private void WantSlot(int frame, int slot) => _wants[frame].Slots |= 1ul << slot;

    private bool MarkWanted(VerifierState from, int instruction)
    {
        _frame = from.Depth;
        VerifierState state = from;
        int last = instruction, first = state.FirstInstruction, following = -1;
        bool isFirst = true, isChanged = false;
        while (!IsDone())
        {
            if (last < 0)
            {
                // The beginning of a global function: what it gets is in r1 to r5.
                Clear();
                break;
            }

            if (!TryGoBack(state, ref last, ref following, ref isFirst))
            {
                MarkAll(from);
                Clear();
                return true;
            }

            if (IsDone() || state.Parent is not { } parent)
            {
                break;
            }

            isChanged |= MarkIn(parent);
            following = first;
            state = parent.State;
            last = state.PreviousInstruction;
            first = state.FirstInstruction;
        }

        if (!IsDone())
        {
            MarkAll(from);
            Clear();
            isChanged = true;
        }

        return isChanged;
    }

    /// <summary>Goes back over the instructions of a state, to its checkpoint.</summary>
    /// <returns>Whether that could be done.</returns>
    private bool TryGoBack(VerifierState state, ref int last, ref int following, ref bool isFirst)
    {
        HistoryEntry? history = state.History;
        int at = last;
        while (true)
        {
            // The instruction that asks was looked at, and what it wrote does not matter to what it read.
            if (!isFirst && !new BackwardStep(environment, _wants, ref _frame).TryStep(at, following, history is { } entry && entry.Instruction == at ? entry : null))
            {
                return false;
            }

            isFirst = false;
            if (IsDone())
            {
                return true;
            }

            following = at;
            if (at == state.FirstInstruction && (history is null || (history.Count == 1 && history.Instruction == at)))
            {
                return true;
            }

            if (history is not null && history.Instruction == at)
            {
                at = history.Previous;
                history = history.Older;
            }
            else
            {
                at--;
            }

            if (at < 0)
            {
                return false;
            }
        }
    }

    /// <summary>Marks what is wanted in a checkpoint; what was marked there already is not followed further.</summary>
    private bool MarkIn(Checkpoint checkpoint)
    {
        bool isChanged = false;
        for (int number = Math.Min(_frame, checkpoint.State.Depth); number >= 0; number--)
        {
            ref FrameWants wants = ref _wants[number];
            ref FrameMarks marks = ref checkpoint.Marks(number);
            FrameState frame = checkpoint.State.Frame(number);
            for (int i = 0; i < BpfInstruction.RegisterCount; i++)
            {
                int bit = 1 << i;
                if ((wants.Registers & bit) == 0)
                {
                    continue;
                }

                if (!frame.Registers[i].IsScalar || (marks.PreciseRegisters & bit) != 0 || (marks.DeadRegisters & bit) != 0)
                {
                    wants.Registers &= ~bit;
                    continue;
                }

                marks.PreciseRegisters |= (ushort)bit;
                isChanged = true;
            }

            for (int i = 0; wants.Slots != 0 && i < FrameState.SlotCount; i++)
            {
                ulong bit = 1ul << i;
                if ((wants.Slots & bit) == 0)
                {
                    continue;
                }

                if (!frame.Slot(i).IsSpilledScalar || (marks.PreciseSlots & bit) != 0 || (marks.DeadSlots & bit) != 0)
                {
                    wants.Slots &= ~bit;
                    continue;
                }

                marks.PreciseSlots |= bit;
                isChanged = true;
            }
        }

        return isChanged;
    }

    private bool IsDone()
    {
        for (int i = 0; i <= _frame; i++)
        {
            if (_wants[i].Registers != 0 || _wants[i].Slots != 0)
            {
                return false;
            }
        }

        return true;
    }

    private void Clear() => Array.Clear(_wants);
}

/// <summary>The numbers of a frame that are looked for, a bit each.</summary>
internal struct FrameWants
{
    /// <summary>Registers.</summary>
    public int Registers;

    /// <summary>Slots.</summary>
    public ulong Slots;
}
