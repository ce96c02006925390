using Saker.Bpf;
using Saker.Tests.Bpf.Isa;

namespace Saker.KernelTests.Bpf;

/// <summary>Bodies for <see cref="XdpTwice"/> of instructions by chance, all of which the verifier takes: scalars in registers, initialised slots of the stack, jumps ahead.</summary>
internal sealed class RandomBodies(Random random)
{
    private const int MaximumLength = 40;
    private const int Slots = 4;

    /// <summary>
    /// Without atomic operations that give what was there, which <see cref="InstructionTests"/> compares one by one: among branches Linux 6.18 is at times wrong about
    /// them, so that it is no oracle there. The verifier takes what they fetch from a stack slot for known, does not keep the slot when it joins ways, and turns the
    /// next comparison into a jump that is always or never taken; and behind a 32-bit compare and exchange that succeeds it may leave the upper half of r0.
    /// </summary>
    private static readonly InstructionDescription[] Choice = [.. InstructionSet.All.Where(description =>
        description.Operation is not (BpfOperation.CastAddressSpace or BpfOperation.MayGoto)
        && description.Form is InstructionForm.ArithmeticConstant or InstructionForm.ArithmeticRegister or InstructionForm.ArithmeticUnary or InstructionForm.MemoryLoad
            or InstructionForm.MemoryStoreConstant or InstructionForm.MemoryStoreRegister or InstructionForm.Atomic
            or InstructionForm.JumpIfConstant or InstructionForm.JumpIfRegister)];

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
            offset = (short)((-8 * random.Next(1, Slots + 1)) + (size * random.Next(8 / size)));
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
