using Saker.Bpf;
using Saker.Tests.Bpf.Isa;

namespace Saker.KernelTests.Bpf;

/// <summary>Bodies for <see cref="XdpTwice"/> of instructions by chance, all of which the verifier takes: scalars in registers, initialised slots of the stack, jumps ahead.</summary>
internal sealed class RandomBodies(Random random)
{
    private const int MaximumLength = 40;
    private const int Slots = 4;

    /// <summary>
    /// Behind the other slots of the stack, one for atomic operations that give what was there. Linux 6.18 is at times wrong about them among branches
    /// (<see cref="VerifierFaultTests"/>), so that it is no oracle where the verifier believes to know what they give: of this slot it knows nothing, since it is written in two
    /// halves, and by nothing but such operations afterwards.
    /// </summary>
    private const int FetchedSlot = Slots + 1;

    /// <summary>Without the compare and exchange of 32 bits, whose upper half the kernel forgets where it joins ways; <see cref="InstructionTests"/> compares that by itself.</summary>
    private static readonly InstructionDescription[] Choice = [.. InstructionSet.All.Where(description =>
        description.Operation is not (BpfOperation.CastAddressSpace or BpfOperation.MayGoto)
        && (description.Form is InstructionForm.ArithmeticConstant or InstructionForm.ArithmeticRegister or InstructionForm.ArithmeticUnary or InstructionForm.MemoryLoad
            or InstructionForm.MemoryStoreConstant or InstructionForm.MemoryStoreRegister or InstructionForm.Atomic or InstructionForm.AtomicFetch
            or InstructionForm.JumpIfConstant or InstructionForm.JumpIfRegister || description is { Form: InstructionForm.AtomicCompare, Width: 64 }))];

    /// <summary>r6 is the packet; all others are numbers.</summary>
    private static readonly byte[] Registers = [0, 1, 2, 3, 4, 5, 7, 8, 9];

    /// <summary>The next body, as text.</summary>
    public string Next()
    {
        List<string> lines = ["r0 = r1", "r3 = r2", "r4 = 1", "r5 = r1", "r7 = r2", "r8 = -1", "r9 = r1"];
        for (var slot = 1; slot <= Slots; slot++)
        {
            lines.Add($"*(u64 *)(r10 - {8 * slot}) = r{slot}");
        }

        lines.Add($"*(u32 *)(r10 - {8 * FetchedSlot}) = r1");
        lines.Add($"*(u32 *)(r10 - {(8 * FetchedSlot) - 4}) = r2");
        var length = random.Next(1, MaximumLength);
        for (var i = 0; i < length; i++)
        {
            lines.Add(NextLine(length - i - 1));
        }

        return string.Join("; ", lines);
    }

    private string NextLine(int left)
    {
        var description = Choice[random.Next(Choice.Length)];
        var slot = Samples.Of(description, random);
        var isJump = description.IsJump;
        var usesSource = (description.Fields & InstructionFields.Source) != InstructionFields.None;
        var usesOffset = (description.Fields & InstructionFields.Offset) != InstructionFields.None;
        var size = description.Width / 8;
        var destination = Register();
        var source = usesSource ? Register() : slot[0].Source;
        var offset = slot[0].Offset;
        if (usesOffset && !isJump)
        {
            var at = description.Form is InstructionForm.AtomicFetch or InstructionForm.AtomicCompare ? FetchedSlot : random.Next(1, Slots + 1);
            offset = (short)((-8 * at) + (size * random.Next(8 / size)));
            (destination, source) = description.Form == InstructionForm.MemoryLoad ? (destination, BpfInstruction.FramePointer) : (BpfInstruction.FramePointer, source);
        }
        else if (isJump)
        {
            offset = (short)random.Next(left + 1);
        }

        var constant = (description.Operation, description.Form) switch
        {
            (BpfOperation.ShiftLeft or BpfOperation.ShiftRight or BpfOperation.ShiftRightSigned, InstructionForm.ArithmeticConstant) => random.Next(description.Width),
            (BpfOperation.Divide or BpfOperation.DivideSigned or BpfOperation.Modulo or BpfOperation.ModuloSigned, InstructionForm.ArithmeticConstant)
                when slot[0].Immediate == 0 => 3,
            _ => slot[0].Immediate,
        };
        return ProgramText.Of([new BpfInstruction(slot[0].Opcode, destination, source, offset, constant)], 0, ProgramTextStyle.Llvm);
    }

    private byte Register() => Registers[random.Next(Registers.Length)];
}
