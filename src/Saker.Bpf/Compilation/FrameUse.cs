namespace Saker.Bpf.Compilation;

/// <summary>How a function uses its frame.</summary>
internal static class FrameUse
{
    /// <summary>Whether an access at a place in the frame lies within it.</summary>
    public static bool Holds(Knowledge place, long offset, int size) =>
        place.Kind == KnownAs.Frame && place.Number + offset is >= -AddressSpace.FrameSize and < 0 && place.Number + offset + size <= 0;

    /// <summary>Whether an instruction lets an address in the frame go where it is not followed.</summary>
    /// <param name="state">What is known before it.</param>
    /// <param name="instruction">The instruction.</param>
    /// <param name="bound">Of a call, what it does.</param>
    public static bool Escapes(KnownState state, CodeInstruction instruction, BoundCall bound)
    {
        uint read = RegisterUse.Reads(instruction);
        foreach ((int register, int size) in bound.Reads())
        {
            // It is read in place: nobody keeps the address.
            if (Holds(state[register], 0, size))
            {
                read &= ~(1u << register);
            }
        }

        if (bound.Kind != BoundCallKind.None)
        {
            // What else is in registers nobody looks at.
            read &= bound.Reads().Aggregate(0u, static (mask, address) => mask | (1u << address.Register));
        }

        for (int register = 0; read >> register != 0; register++)
        {
            if ((read & (1u << register)) != 0 && state[register].Kind == KnownAs.Frame && Escapes(state, instruction, register))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Escapes(KnownState state, CodeInstruction instruction, int register) => instruction.Form switch
    {
        InstructionForm.JumpIfConstant or InstructionForm.JumpIfRegister or InstructionForm.Exit or InstructionForm.MemoryLoad or InstructionForm.MemoryStoreConstant => false,
        InstructionForm.MemoryStoreRegister or InstructionForm.Atomic or InstructionForm.AtomicFetch => instruction.Source == register,
        InstructionForm.AtomicCompare => instruction.Source == register || register == 0,
        InstructionForm.ArithmeticConstant => instruction.Description.Is32Bit || instruction.Operation is not (BpfOperation.Add or BpfOperation.Subtract),
        InstructionForm.ArithmeticRegister => !KeepsTrack(state, instruction, register),
        _ => true,
    };

    private static bool KeepsTrack(KnownState state, CodeInstruction instruction, int register)
    {
        if (instruction.Description.Is32Bit)
        {
            return false;
        }

        Knowledge left = state[instruction.Destination], right = state[instruction.Source];
        return instruction.Operation switch
        {
            BpfOperation.Move => true,
            BpfOperation.Add => (register == instruction.Source ? left : right).Kind == KnownAs.Number && instruction.Destination != instruction.Source,
            BpfOperation.Subtract => register == instruction.Destination && right.Kind == KnownAs.Number,
            _ => false,
        };
    }
}
