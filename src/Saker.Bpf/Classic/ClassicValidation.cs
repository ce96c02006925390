namespace Saker.Bpf.Classic;

/// <summary>What Linux checks before it takes a program (<c>bpf_check_classic</c>, <c>check_load_and_stores</c>).</summary>
internal static class ClassicValidation
{
    private const int WordBits = 32;

    /// <summary>Why a program is refused; null: it is taken.</summary>
    public static ClassicFault? FaultOf(ReadOnlySpan<ClassicInstruction> program)
    {
        if (program.IsEmpty || program.Length > ClassicProgram.MaximumLength)
        {
            return new ClassicFault(null, $"a program has 1 to {ClassicProgram.MaximumLength} instructions, this one {program.Length}");
        }

        for (int i = 0; i < program.Length; i++)
        {
            if (ProblemOf(program[i], i, program.Length) is { } problem)
            {
                return new ClassicFault(i, problem);
            }
        }

        return program[^1].Opcode.IsReturn() ? FaultOfMemory(program) : new ClassicFault(program.Length - 1, "the last one of a program must be a return (ret)");
    }

    private static string? ProblemOf(ClassicInstruction instruction, int index, int length)
    {
        ClassicOpcode opcode = instruction.Opcode;
        uint k = instruction.K;
        if (!Enum.IsDefined(opcode))
        {
            return $"code {(ushort)opcode} (0x{(ushort)opcode:x2}) is none of classic BPF";
        }

        if (opcode.IsBranch())
        {
            int farthest = Math.Max(instruction.JumpTrue, instruction.JumpFalse);
            return index + 1 + farthest >= length ? BeyondTheEnd((uint)(index + 1 + farthest), length) : null;
        }

        return opcode switch
        {
            ClassicOpcode.Jump when k > int.MaxValue => "jumps back, as programs for protochain do, and Linux takes only what jumps forward",
            ClassicOpcode.Jump when k >= (uint)(length - index - 1) => BeyondTheEnd((ulong)index + 1 + k, length),
            ClassicOpcode.Divide or ClassicOpcode.Modulo when k == 0 => "divides by the constant 0",
            ClassicOpcode.ShiftLeft or ClassicOpcode.ShiftRight when k >= WordBits => $"shifts by {k}, and a word has {WordBits} bits",
            ClassicOpcode.LoadMemory or ClassicOpcode.LoadXMemory or ClassicOpcode.Store or ClassicOpcode.StoreX when k >= ClassicProgram.MemoryWords
                => $"M[{k}] is not there: the memory has {ClassicProgram.MemoryWords} words",
            ClassicOpcode.LoadWord or ClassicOpcode.LoadHalf or ClassicOpcode.LoadByte when k >= AncillaryLoads.Offset && instruction.Ancillary is null
                => $"nothing that is known stands beside a packet at {k - AncillaryLoads.Offset} (constant {k})",
            _ => null,
        };
    }

    private static string BeyondTheEnd(ulong target, int length) => $"jumps to {target}, and the last instruction is {length - 1}";

    /// <summary>
    /// No word of memory is read that was not written on every way to the reading. Behind a return the kernel goes on with what was written before it, which
    /// refuses a little more than it must.
    /// </summary>
    private static ClassicFault? FaultOfMemory(ReadOnlySpan<ClassicInstruction> program)
    {
        const ushort All = ushort.MaxValue;
        ushort[] writtenBefore = new ushort[program.Length];
        Array.Fill(writtenBefore, All);
        ushort written = 0;
        for (int i = 0; i < program.Length; i++)
        {
            ClassicInstruction instruction = program[i];
            written &= writtenBefore[i];
            if (instruction.Opcode is ClassicOpcode.Store or ClassicOpcode.StoreX)
            {
                written |= (ushort)(1 << (int)instruction.K);
            }
            else if (instruction.Opcode is ClassicOpcode.LoadMemory or ClassicOpcode.LoadXMemory && (written & (1 << (int)instruction.K)) == 0)
            {
                return new ClassicFault(i, $"reads M[{instruction.K}], which not every way to it has written");
            }
            else if (instruction.Opcode == ClassicOpcode.Jump)
            {
                writtenBefore[i + 1 + (int)instruction.K] &= written;
                written = All;
            }
            else if (instruction.Opcode.IsBranch())
            {
                writtenBefore[i + 1 + instruction.JumpTrue] &= written;
                writtenBefore[i + 1 + instruction.JumpFalse] &= written;
                written = All;
            }
        }

        return null;
    }
}
