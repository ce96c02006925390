using Saker.Bpf.Verification.Checking;
using Saker.Bpf.Verification.Flow;
using Saker.Bpf.Verification.Rules;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Walking;

/// <summary>One instruction backwards: what the numbers that are wanted behind it were made of before it (<c>backtrack_insn</c>).</summary>
internal readonly ref struct BackwardStep(VerifierEnvironment environment, FrameWants[] wants, ref int frame)
{
    private readonly ref int _frame = ref frame;

    /// <summary>Takes the step.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <param name="following">The one that came behind it on the path; -1: none.</param>
    /// <param name="record">What the path recorded of it.</param>
    /// <returns>Whether it could be found out.</returns>
    public bool TryStep(int instruction, int following, HistoryEntry? record)
    {
        CodeGraph code = environment.Code;
        if (!code.IsInstruction(instruction))
        {
            return true;
        }

        BpfInstruction slot = code[instruction];
        InstructionDescription description = code.Describe(instruction);
        SpreadOver(record);
        switch (description.Form)
        {
            case InstructionForm.ArithmeticConstant:
                if (description.Operation == BpfOperation.Move)
                {
                    Drop(slot.Destination);
                }

                return true;
            case InstructionForm.ArithmeticRegister:
                StepArithmetic(slot, description);
                return true;
            case InstructionForm.MemoryLoad:
                StepLoad(slot.Destination, record);
                return true;
            case InstructionForm.AtomicFetch or InstructionForm.AtomicCompare:
                // It gives what memory held, and memory gets something that nothing is known of.
                StepLoad(description.Form == InstructionForm.AtomicCompare ? 0 : slot.Source, record);
                return !IsWanted(slot.Destination);
            case InstructionForm.Atomic or InstructionForm.MemoryStoreConstant or InstructionForm.MemoryStoreRegister:
                return TryStore(slot, description, record);
            case InstructionForm.Constant64:
                Drop(slot.Destination);
                return true;
            case InstructionForm.PacketAbsolute or InstructionForm.PacketIndirect:
                Drop(0);
                return !IsLeft(instruction, following) || TryEnter();
            case InstructionForm.CallFunction:
                return TryCall(instruction, following);
            case InstructionForm.CallHelper or InstructionForm.CallKernel:
                return TryHelper(instruction, following);
            case InstructionForm.Exit:
                return TryExit(following);
            case InstructionForm.JumpIfRegister:
                StepComparison(slot, record);
                break;
        }

        SpreadOver(record);
        return true;
    }

    private bool IsWanted(int register) => (wants[_frame].Registers & (1 << register)) != 0;

    private void Want(int register)
    {
        if (register != BpfInstruction.FramePointer)
        {
            wants[_frame].Registers |= 1 << register;
        }
    }

    private void Drop(int register) => wants[_frame].Registers &= ~(1 << register);

    private void StepArithmetic(in BpfInstruction slot, InstructionDescription description)
    {
        if (!IsWanted(slot.Destination))
        {
            return;
        }

        if (description.Operation is BpfOperation.Move or BpfOperation.MoveSigned or BpfOperation.CastAddressSpace)
        {
            Drop(slot.Destination);
        }

        Want(slot.Source);
    }

    private void StepLoad(int destination, HistoryEntry? record)
    {
        if (IsWanted(destination))
        {
            Drop(destination);
            WantSlotOf(record);
        }
    }

    private bool TryStore(in BpfInstruction slot, InstructionDescription description, HistoryEntry? record)
    {
        if (IsWanted(slot.Destination))
        {
            // A pointer is no number: here one was made of it.
            return false;
        }

        if (record is { SlotFrame: >= 0 } && (wants[record.SlotFrame].Slots & (1ul << record.Slot)) != 0)
        {
            wants[record.SlotFrame].Slots &= ~(1ul << record.Slot);
            if (description.Form != InstructionForm.MemoryStoreConstant)
            {
                Want(slot.Source);
            }
        }

        return true;
    }

    private void WantSlotOf(HistoryEntry? record)
    {
        if (record is { SlotFrame: >= 0 })
        {
            wants[record.SlotFrame].Slots |= 1ul << record.Slot;
        }
    }

    private void StepComparison(in BpfInstruction slot, HistoryEntry? record)
    {
        if (!IsWanted(slot.Destination) && !IsWanted(slot.Source))
        {
            return;
        }

        if (record is not { ComparesStackSource: true })
        {
            Want(slot.Source);
        }

        if (record is not { ComparesStackDestination: true })
        {
            Want(slot.Destination);
        }
    }

    private bool TryCall(int instruction, int following)
    {
        FunctionInfo callee = environment.Code.FunctionAt(environment.Code.TargetOf(instruction)!.Value);
        if (callee.IsGlobal)
        {
            Drop(0);
            return (wants[_frame].Registers & HelperFacts.Arguments) == 0;
        }

        // From the function's beginning to its call: what is wanted of its arguments is wanted of the caller's registers.
        if (following != callee.Start || _frame == 0)
        {
            return false;
        }

        int arguments = wants[_frame].Registers;
        if ((arguments & ~HelperFacts.Arguments) != 0 || wants[_frame].Slots != 0)
        {
            return false;
        }

        wants[_frame] = default;
        _frame--;
        wants[_frame].Registers |= arguments;
        return true;
    }

    private bool TryHelper(int instruction, int following)
    {
        if (environment.Code.Facts(instruction).CallsBack && following != instruction + 1)
        {
            // From a callback's beginning to the helper that calls it, which makes the arguments itself.
            if (_frame == 0 || (wants[_frame].Registers & ~HelperFacts.Arguments) != 0 || wants[_frame].Slots != 0)
            {
                return false;
            }

            wants[_frame] = default;
            _frame--;
            return true;
        }

        Drop(0);
        if ((wants[_frame].Registers & HelperFacts.Arguments) != 0)
        {
            return false;
        }

        bool isTailCall = environment.Code.CallsHelper(instruction, out int helper) && helper == HelperNumbers.TailCall;
        return !isTailCall || !IsLeft(instruction, following) || TryEnter();
    }

    /// <summary>Whether the step is from behind the call of a function to an instruction that ended it: it went on in another program, or found nothing in the packet.</summary>
    private static bool IsLeft(int instruction, int following) => following >= 0 && following != instruction + 1;

    private bool TryEnter()
    {
        if (_frame == VerifierState.MaximumFrames - 1)
        {
            return false;
        }

        _frame++;
        return true;
    }

    /// <summary>From behind a call to the end of the function that was called.</summary>
    private bool TryExit(int following)
    {
        if (following >= 0 && environment.Code.Facts(following).CallsBack)
        {
            wants[_frame].Registers &= ~HelperFacts.Arguments;
        }

        if ((wants[_frame].Registers & HelperFacts.Arguments) != 0)
        {
            return false;
        }

        bool isResultWanted = following > 0 && environment.Code.IsInstruction(following - 1) && environment.Code.CallsFunction(following - 1) && IsWanted(0);
        Drop(0);
        if (!TryEnter())
        {
            return false;
        }

        if (isResultWanted)
        {
            Want(0);
        }

        return true;
    }

    /// <summary>What learnt from a comparison together is wanted together.</summary>
    private void SpreadOver(HistoryEntry? record)
    {
        if (record is null || record.Linked.Length == 0)
        {
            return;
        }

        foreach (LinkedRegister linked in record.Linked)
        {
            bool isWanted = linked.IsRegister
                ? (wants[linked.Frame].Registers & (1 << linked.Number)) != 0
                : (wants[linked.Frame].Slots & (1ul << linked.Number)) != 0;
            if (!isWanted)
            {
                continue;
            }

            foreach (LinkedRegister other in record.Linked)
            {
                if (other.IsRegister)
                {
                    wants[other.Frame].Registers |= 1 << other.Number;
                }
                else
                {
                    wants[other.Frame].Slots |= 1ul << other.Number;
                }
            }

            return;
        }
    }
}
