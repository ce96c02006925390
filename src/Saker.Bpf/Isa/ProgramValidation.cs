namespace Saker.Bpf;

/// <summary>
/// Whether slots are a program by their form: known instructions of which unused fields are zero, registers that there are, jumps and calls that arrive at an
/// instruction of the program, an end that is not passed. Whether it may do what it does is the verifier's question.
/// </summary>
internal static class ProgramValidation
{
    /// <summary>Finds the first fault.</summary>
    /// <returns>What is wrong; null: it is a program.</returns>
    public static InstructionFault? FaultOf(ReadOnlySpan<BpfInstruction> slots)
    {
        if (slots.Length is 0 or > BpfProgram.MaximumLength)
        {
            return new InstructionFault(null, $"a program has 1 to {BpfProgram.MaximumLength:N0} instructions, and not {slots.Length:N0}");
        }

        InstructionDescription? last = null;
        for (int i = 0; i < slots.Length; i += last.Slots)
        {
            if (!InstructionSet.TryDescribe(slots[i], out last))
            {
                return Fault(slots, i, UnknownReason(slots[i]));
            }

            string? reason = ReasonOfFields(slots[i], last) ?? ReasonOfRegisters(slots[i], last) ?? ReasonOfSecondSlot(slots, i, last) ?? ReasonOfTarget(slots, i, last);
            if (reason is not null)
            {
                return Fault(slots, i, reason);
            }
        }

        return last!.IsEnd
            ? null
            : Fault(slots, slots.Length - last.Slots, "the program would go on behind its last instruction: it ends with 'exit' or 'goto'");
    }

    /// <summary>The slot to which a jump goes, or a call or the address of a function refers; null: the instruction has none.</summary>
    internal static long? TargetOf(in BpfInstruction slot, int index, InstructionDescription description) => description.Form switch
    {
        InstructionForm.JumpShort or InstructionForm.JumpIfConstant or InstructionForm.JumpIfRegister => index + 1L + slot.Offset,
        InstructionForm.JumpLong or InstructionForm.CallFunction => index + 1L + slot.Immediate,
        InstructionForm.Constant64 when slot.Source == (byte)ConstantKind.Function => index + 1L + slot.Immediate,
        _ => null,
    };

    private static string UnknownReason(in BpfInstruction slot)
    {
        ReadOnlySpan<InstructionDescription> variants = InstructionSet.WithOpcode(slot.Opcode);
        if (variants.IsEmpty)
        {
            return $"there is no opcode 0x{slot.Opcode:x2}";
        }

        InstructionFields field = variants[0].VariantField;
        return $"opcode 0x{slot.Opcode:x2} does not exist with {NameOf(field)} {InstructionDescription.ValueOf(slot, field)}";
    }

    private static string? ReasonOfFields(in BpfInstruction slot, InstructionDescription description)
    {
        InstructionFields field = description.SuperfluousField(slot);
        return field == InstructionFields.None
            ? null
            : $"its {NameOf(field)} is {InstructionDescription.ValueOf(slot, field)}, and must be 0 since the instruction does not use it";
    }

    private static string? ReasonOfRegisters(in BpfInstruction slot, InstructionDescription description)
    {
        if (description.Form == InstructionForm.CallRegister)
        {
            return (slot.Destination != 0 && slot.Immediate != 0) || InstructionSet.CalleeOf(slot) is < 0 or >= BpfInstruction.RegisterCount
                ? "the register that it calls is one of r0 to r10, in the destination or in the immediate"
                : null;
        }

        if (slot.Destination >= BpfInstruction.RegisterCount)
        {
            return $"there is no destination register r{slot.Destination}: registers are r0 to r10";
        }

        if ((description.Fields & InstructionFields.Source) != InstructionFields.None && slot.Source >= BpfInstruction.RegisterCount)
        {
            return $"there is no source register r{slot.Source}: registers are r0 to r10";
        }

        return (description.WritesDestination && slot.Destination == BpfInstruction.FramePointer) || (description.WritesSource && slot.Source == BpfInstruction.FramePointer)
            ? "r10 is the frame pointer and cannot be written"
            : null;
    }

    private static string? ReasonOfSecondSlot(ReadOnlySpan<BpfInstruction> slots, int index, InstructionDescription description)
    {
        if (description.Slots == 1)
        {
            return null;
        }

        if (index + 1 == slots.Length)
        {
            return "its second slot is missing: a 64-bit constant takes two";
        }

        BpfInstruction second = slots[index + 1];
        if (second.Opcode != 0 || second.Destination != 0 || second.Source != 0 || second.Offset != 0)
        {
            return "its second slot bears nothing but the upper half of the constant; all other fields are 0";
        }

        bool hasUpperHalf = (ConstantKind)slots[index].Source is ConstantKind.Number or ConstantKind.MapValue or ConstantKind.Variable or ConstantKind.MapIndexValue;
        return hasUpperHalf || second.Immediate == 0 ? null : "the immediate of its second slot must be 0";
    }

    private static string? ReasonOfTarget(ReadOnlySpan<BpfInstruction> slots, int index, InstructionDescription description)
    {
        if (TargetOf(slots[index], index, description) is not { } target)
        {
            return null;
        }

        if (target < 0 || target >= slots.Length)
        {
            return $"it goes to instruction {target}, and the program has {slots.Length}";
        }

        // A slot with opcode 0 is the second of a wide instruction, and nothing else.
        return slots[(int)target].Opcode == 0 ? $"it goes into the middle of the wide instruction {target - 1}" : null;
    }

    private static InstructionFault Fault(ReadOnlySpan<BpfInstruction> slots, int index, string reason) =>
        new(index, $"'{ProgramText.Of(slots, index, ProgramTextStyle.Llvm)}': {reason}");

    private static string NameOf(InstructionFields field) => field switch
    {
        InstructionFields.Destination => "destination register",
        InstructionFields.Source => "source register",
        InstructionFields.Offset => "offset",
        _ => "immediate",
    };
}
