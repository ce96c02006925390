using Saker.Bpf.Verification.Rules;

namespace Saker.Bpf.Verification.Flow;

/// <summary>Finds for each instruction the registers that are read from there on before they are written.</summary>
internal static class RegisterLiveness
{
    private const ushort CallerSaved = 0b111111;
    private const int All = (1 << BpfInstruction.FramePointer) - 1;

    /// <summary>Marks it.</summary>
    public static void Mark(CodeGraph code)
    {
        Stack<int> waiting = new(Enumerable.Range(0, code.Length).Where(code.IsInstruction));
        Span<int> edges = stackalloc int[2];
        while (waiting.TryPop(out int slot))
        {
            int after = 0;
            foreach (int successor in edges[..code.Successors(slot, edges)])
            {
                after |= code.Facts(successor).LiveRegisters;
            }

            (int reads, int writes) = UseOf(code, slot);
            ushort before = (ushort)((after & ~writes) | reads);
            ref InstructionFacts facts = ref code.Facts(slot);
            if (before != facts.LiveRegisters)
            {
                facts.LiveRegisters = before;
                foreach (int source in code.Predecessors(slot))
                {
                    waiting.Push(source);
                }
            }
        }
    }

    /// <summary>The registers that an instruction reads and writes, a bit each.</summary>
    public static (int Reads, int Writes) UseOf(CodeGraph code, int slot)
    {
        BpfInstruction instruction = code[slot];
        InstructionDescription description = code.Describe(slot);
        int destination = 1 << instruction.Destination, source = 1 << (instruction.Source & 0xf);
        bool isMove = description.Operation is BpfOperation.Move or BpfOperation.MoveSigned or BpfOperation.CastAddressSpace;
        return description.Form switch
        {
            InstructionForm.ArithmeticConstant => (isMove ? 0 : destination, destination),
            InstructionForm.ArithmeticRegister => (isMove ? source : source | destination, destination),
            InstructionForm.ArithmeticUnary => (destination, destination),
            InstructionForm.Constant64 => (0, destination),

            // The kernel knows nothing of them, and takes all registers for read.
            InstructionForm.PacketAbsolute or InstructionForm.PacketIndirect => (All, CallerSaved),
            InstructionForm.MemoryLoad => (source, destination),
            InstructionForm.MemoryStoreConstant => (destination, 0),
            InstructionForm.MemoryStoreRegister or InstructionForm.Atomic => (destination | source, 0),
            InstructionForm.AtomicFetch => (destination | source, source),
            InstructionForm.AtomicCompare => (destination | source | 1, 1),
            InstructionForm.JumpIfConstant => (destination, 0),
            InstructionForm.JumpIfRegister => (destination | source, 0),
            InstructionForm.CallHelper => (HelperFacts.ArgumentRegisters(instruction.Immediate, code.ProgramType), CallerSaved),
            InstructionForm.CallFunction or InstructionForm.CallKernel or InstructionForm.CallRegister => (HelperFacts.Arguments, CallerSaved),
            InstructionForm.Exit => (1, 0),
            _ => (0, 0),
        };
    }
}
