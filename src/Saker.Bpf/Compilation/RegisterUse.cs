namespace Saker.Bpf.Compilation;

/// <summary>Which registers instructions read and write, a bit each; and which are read later on.</summary>
internal static class RegisterUse
{
    /// <summary>r1 to r5.</summary>
    public const uint Arguments = 0b11_1110;

    private const uint Result = 1;

    /// <summary>What an instruction reads.</summary>
    public static uint Reads(CodeInstruction instruction)
    {
        uint destination = 1u << instruction.Destination, source = 1u << instruction.Source;
        return instruction.Form switch
        {
            InstructionForm.ArithmeticConstant => instruction.Operation == BpfOperation.Move ? 0 : destination,
            InstructionForm.ArithmeticRegister => instruction.Operation is BpfOperation.Move or BpfOperation.MoveSigned ? source : destination | source,
            InstructionForm.ArithmeticUnary or InstructionForm.JumpIfConstant or InstructionForm.MemoryStoreConstant => destination,
            InstructionForm.MemoryLoad or InstructionForm.PacketIndirect => source,
            InstructionForm.MemoryStoreRegister or InstructionForm.Atomic or InstructionForm.AtomicFetch or InstructionForm.JumpIfRegister => destination | source,
            InstructionForm.AtomicCompare => destination | source | Result,
            InstructionForm.CallHelper => (1u << (instruction.Arguments + 1)) - 2,
            InstructionForm.CallFunction or InstructionForm.CallKernel => Arguments,
            InstructionForm.CallRegister => Arguments | destination,
            InstructionForm.Exit => Result,
            _ => 0,
        };
    }

    /// <summary>What an instruction writes.</summary>
    public static uint Writes(CodeInstruction instruction) => instruction.Form switch
    {
        InstructionForm.AtomicFetch => 1u << instruction.Source,
        InstructionForm.AtomicCompare or InstructionForm.PacketAbsolute or InstructionForm.PacketIndirect => Result,
        InstructionForm.CallHelper when instruction.IsTailCall => Arguments,
        InstructionForm.CallHelper or InstructionForm.CallFunction or InstructionForm.CallKernel or InstructionForm.CallRegister => Arguments | Result,
        _ => instruction.Description.WritesDestination ? 1u << instruction.Destination : 0,
    };

    /// <summary>The registers that are read after the beginning of each block, before they are written.</summary>
    public static Dictionary<CodeBlock, uint> LiveAtEntry(CodeFunction function)
    {
        Dictionary<CodeBlock, uint> live = [];
        Dictionary<CodeBlock, List<CodeBlock>> predecessors = [];
        foreach (CodeBlock block in function.Blocks)
        {
            foreach (CodeBlock next in block.Successors)
            {
                if (!predecessors.TryGetValue(next, out List<CodeBlock>? known))
                {
                    predecessors.Add(next, known = []);
                }

                known.Add(block);
            }
        }

        // The last blocks come first: what they read is handed on to those before them.
        Stack<CodeBlock> ahead = new(function.Blocks);
        while (ahead.TryPop(out CodeBlock? block))
        {
            uint known = LiveBefore(block, live);
            if (live.TryGetValue(block, out uint before) && known == before)
            {
                continue;
            }

            live[block] = known;
            foreach (CodeBlock previous in predecessors.GetValueOrDefault(block, []))
            {
                ahead.Push(previous);
            }
        }

        return live;
    }

    private static uint LiveBefore(CodeBlock block, Dictionary<CodeBlock, uint> live)
    {
        uint known = 0;
        foreach (CodeBlock next in block.Successors)
        {
            known |= live.GetValueOrDefault(next);
        }

        for (int i = block.Instructions.Count - 1; i >= 0; i--)
        {
            known = (known & ~Writes(block.Instructions[i])) | Reads(block.Instructions[i]);
        }

        return known;
    }
}
