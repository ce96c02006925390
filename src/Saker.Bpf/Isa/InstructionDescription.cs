namespace Saker.Bpf;

/// <summary>One instruction of the set: how it is encoded, what it does, how it is written.</summary>
/// <param name="Opcode">Its opcode; several instructions may share one and differ by <see cref="VariantField"/>.</param>
/// <param name="Operation">What it does.</param>
/// <param name="Form">Its operands.</param>
/// <param name="Width">Bits it works on: 32 or 64 of arithmetic and comparisons, 8 to 64 of memory, of a byte swap or a signed move those that count; 0: it has none.</param>
/// <param name="Fields">The fields that mean something to it; all others are zero.</param>
/// <param name="Group">Its conformance group.</param>
/// <param name="MinimumCpu">The least <c>-mcpu=vN</c> with which LLVM makes it.</param>
/// <param name="Text">How LLVM writes it; operands stand in braces (<see cref="OperandText"/>).</param>
/// <param name="KernelText">How the kernel's verifier and <c>bpftool prog dump xlated</c> write it.</param>
public sealed record InstructionDescription(
    byte Opcode,
    BpfOperation Operation,
    InstructionForm Form,
    byte Width,
    InstructionFields Fields,
    ConformanceGroup Group,
    byte MinimumCpu,
    string Text,
    string KernelText)
{
    /// <summary>The field that tells it from others of the same opcode; none: nothing does.</summary>
    public InstructionFields VariantField { get; init; }

    /// <summary>What stands in that field.</summary>
    public int Variant { get; init; }

    /// <summary>Other ways to write it, which an assembler takes.</summary>
    public IReadOnlyList<string> OtherTexts { get; init; } = [];

    /// <summary>Whether the operands and the result of its arithmetic or comparison are of 32 bits.</summary>
    public bool Is32Bit => (InstructionClass)(Opcode & 7) is InstructionClass.Arithmetic32 or InstructionClass.Jump32;

    /// <summary>How many slots it has.</summary>
    public int Slots => Form == InstructionForm.Constant64 ? 2 : 1;

    /// <summary>Whether it jumps, always or sometimes.</summary>
    public bool IsJump => Form is InstructionForm.JumpShort or InstructionForm.JumpLong or InstructionForm.JumpIfConstant or InstructionForm.JumpIfRegister;

    /// <summary>Whether the next slot is never reached from it.</summary>
    public bool IsEnd => Operation is BpfOperation.Goto or BpfOperation.Exit;

    /// <summary>Whether the destination register is written (by some loads it is r0, which is not said here).</summary>
    public bool WritesDestination => Form is InstructionForm.ArithmeticConstant or InstructionForm.ArithmeticRegister or InstructionForm.ArithmeticUnary
        or InstructionForm.Constant64 or InstructionForm.MemoryLoad;

    /// <summary>Whether the source register is written.</summary>
    public bool WritesSource => Form == InstructionForm.AtomicFetch;

    /// <summary>Whether a slot is this instruction, if its opcode is: it bears the variant.</summary>
    internal bool Fits(in BpfInstruction slot) => VariantField == InstructionFields.None || ValueOf(slot, VariantField) == Variant;

    /// <summary>The first field that is not zero and should be; none: all are well.</summary>
    internal InstructionFields SuperfluousField(in BpfInstruction slot)
    {
        InstructionFields used = Fields | VariantField;
        foreach (InstructionFields field in (ReadOnlySpan<InstructionFields>)
            [InstructionFields.Destination, InstructionFields.Source, InstructionFields.Offset, InstructionFields.Immediate])
        {
            if ((used & field) == InstructionFields.None && ValueOf(slot, field) != 0)
            {
                return field;
            }
        }

        return InstructionFields.None;
    }

    /// <summary>A slot's field.</summary>
    internal static int ValueOf(in BpfInstruction slot, InstructionFields field) => field switch
    {
        InstructionFields.Destination => slot.Destination,
        InstructionFields.Source => slot.Source,
        InstructionFields.Offset => slot.Offset,
        _ => slot.Immediate,
    };
}
