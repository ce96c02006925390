namespace Saker.Bpf.Interpretation;

/// <summary>Makes a program's slots ready to be interpreted, once.</summary>
internal sealed unsafe class InterpreterDecoder(BpfProgram program, ExecutionOptions options)
{
    /// <summary>The instructions, in memory that does not move.</summary>
    public DecodedInstruction[] Code { get; } = GC.AllocateArray<DecodedInstruction>(program.Slots.Length, pinned: true);

    /// <summary>The slots of the functions of which the program takes the address: only they can be called by address.</summary>
    public HashSet<int> Functions { get; } = [];

    /// <summary>The slots of instructions that cannot be done, and that no run comes to.</summary>
    public HashSet<int> Impossible { get; } = [];

    /// <summary>Decodes all.</summary>
    /// <returns>What the program wants that there is not; null: all is well.</returns>
    public InstructionFault? Decode()
    {
        ReadOnlySpan<BpfInstruction> slots = program.Slots;
        int width;
        for (int i = 0; i < slots.Length; i += width)
        {
            BpfInstruction slot = slots[i];
            InstructionSet.TryDescribe(slot, out InstructionDescription? description);
            width = description!.Slots;
            ref DecodedInstruction decoded = ref Code[i];
            decoded.Handler = HandlerTable.For(description);
            decoded.Destination = description.Form == InstructionForm.CallRegister ? (byte)InstructionSet.CalleeOf(slot) : slot.Destination;
            decoded.Source = slot.Source;
            decoded.Offset = slot.Offset;
            decoded.Immediate = slot.Immediate;
            if (ProgramValidation.TargetOf(slot, i, description) is { } target)
            {
                decoded.Jump = (int)(target - i);
                if (description.Form == InstructionForm.Constant64)
                {
                    Functions.Add((int)target);
                }
            }

            string? reason = decoded.Handler is null ? "there are no arenas here, so there is no other address space" : null;
            if (description.Form == InstructionForm.CallHelper && !options.Helpers.TryGet((uint)slot.Immediate, out _))
            {
                reason = options.Helpers.ReasonFor((uint)slot.Immediate);
            }
            else if (description.Form == InstructionForm.CallKernel && !options.KernelFunctions.TryGet(slot.Offset == 0 ? slot.Immediate : 0, out _))
            {
                reason = options.KernelFunctions.ReasonFor(slot.Immediate);
            }
            else if (description.Form == InstructionForm.Constant64)
            {
                Code[i + 1].Handler = &CallHandlers.Never;
                reason = ReasonOfConstant(slot, slots[i + 1].Immediate, ref decoded);
            }

            if (reason is not null && options.Proof is { } proof && !proof.IsReached(i))
            {
                decoded.Handler = &CallHandlers.Never;
                Impossible.Add(i);
            }
            else if (reason is not null)
            {
                return new InstructionFault(i, $"'{ProgramText.Of(slots, i, ProgramTextStyle.Llvm)}': {reason}");
            }
        }

        return null;
    }

    /// <summary>The slot of the function whose address a program has; -1: there is none.</summary>
    public int FunctionAt(ulong address)
    {
        ulong offset = address - AddressSpace.Code;
        int slot = offset % BpfInstruction.Size == 0 && offset / BpfInstruction.Size < (ulong)Code.Length ? (int)(offset / BpfInstruction.Size) : -1;
        return Functions.Contains(slot) ? slot : -1;
    }

    private string? ReasonOfConstant(in BpfInstruction slot, int second, ref DecodedInstruction decoded)
    {
        ConstantKind kind = (ConstantKind)slot.Source;
        switch (kind)
        {
            case ConstantKind.Number:
                decoded.Immediate = (long)(((ulong)(uint)second << 32) | (uint)slot.Immediate);
                return null;
            case ConstantKind.Function:
                decoded.Immediate = (long)(AddressSpace.Code + ((ulong)(uint)(SlotOf(ref decoded) + decoded.Jump) * BpfInstruction.Size));
                return null;
            default:
                if (options.Constants is null || !options.Constants.TryResolve(kind, slot.Immediate, second, out ulong value))
                {
                    return "what it refers to is not there";
                }

                decoded.Immediate = (long)value;
                return null;
        }
    }

    private int SlotOf(ref DecodedInstruction decoded) =>
        (int)(System.Runtime.CompilerServices.Unsafe.ByteOffset(ref Code[0], ref decoded) / sizeof(DecodedInstruction));
}
