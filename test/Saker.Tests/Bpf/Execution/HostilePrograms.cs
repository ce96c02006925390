using Saker.Bpf;
using Saker.Tests.Bpf.Isa;

namespace Saker.Tests.Bpf.Execution;

/// <summary>Programs of instructions by chance whose form is right more often than not: their jumps stay within, their accesses are near what is theirs.</summary>
internal static class HostilePrograms
{
    private static readonly InstructionDescription[] Choice = [.. InstructionSet.All.Where(IsRun)];

    /// <summary>Makes one.</summary>
    public static BpfInstruction[] Next(Random random)
    {
        List<(BpfInstruction Slot, InstructionDescription? Description)> slots = [];
        var length = random.Next(1, 40);
        while (slots.Count < length)
        {
            var description = Choice[random.Next(Choice.Length)];
            var made = Samples.Of(description, random);
            slots.Add((Tamed(made[0], description, random), description));
            if (made.Length == 2)
            {
                slots.Add((made[1], null));
            }
        }

        slots.Add((new BpfInstruction(0x95), null));
        return [.. slots.Select((slot, index) => WithTarget(slot.Slot, slot.Description, index, slots, random))];
    }

    private static bool IsRun(InstructionDescription description) =>
        description.Form != InstructionForm.CallKernel && description.Operation != BpfOperation.CastAddressSpace
        && (description.Form != InstructionForm.Constant64 || description.Variant is (int)ConstantKind.Number or (int)ConstantKind.Function);

    /// <summary>Accesses go to the stack, to the argument or a little beside; helpers are those that there are.</summary>
    private static BpfInstruction Tamed(BpfInstruction slot, InstructionDescription description, Random random)
    {
        if (description.Form == InstructionForm.CallHelper)
        {
            return slot.WithImmediate(random.Next(1, 3));
        }

        if ((description.Fields & InstructionFields.Offset) == InstructionFields.None || description.IsJump || random.Next(8) == 0)
        {
            return slot;
        }

        var usesStack = random.Next(2) == 0;
        var pointer = usesStack ? BpfInstruction.FramePointer : (byte)1;
        var offset = (short)(usesStack ? random.Next(-520, 8) : random.Next(-4, 52));
        offset = random.Next(4) == 0 ? offset : (short)(offset & -8);
        return description.Form == InstructionForm.MemoryLoad
            ? new BpfInstruction(slot.Opcode, slot.Destination, pointer, offset, slot.Immediate)
            : new BpfInstruction(slot.Opcode, pointer, slot.Source, offset, slot.Immediate);
    }

    private static BpfInstruction WithTarget(
        BpfInstruction slot, InstructionDescription? description, int index, List<(BpfInstruction Slot, InstructionDescription? Description)> slots, Random random)
    {
        var isFunction = description?.Form == InstructionForm.CallFunction || (description?.Form == InstructionForm.Constant64 && slot.Source == (byte)ConstantKind.Function);
        if (description is null || (!description.IsJump && !isFunction))
        {
            return slot;
        }

        int target;
        do
        {
            target = random.Next(slots.Count);
        }
        while (slots[target].Slot.Opcode == 0);

        var distance = target - index - 1;
        return isFunction || description.Form == InstructionForm.JumpLong ? slot.WithImmediate(distance) : slot.WithOffset((short)distance);
    }
}
