namespace Saker.Bpf.Compilation;

/// <summary>
/// Finds rotations, which the instruction set does not have: compilers write them as two shifts of copies and a disjunction. It follows one block at a time.
/// </summary>
internal sealed class RotationFinder
{
    /// <summary>How often each register was written.</summary>
    private readonly int[] _versions = new int[BpfInstruction.RegisterCount];

    /// <summary>Of registers that hold a shifted copy of another one, of which and how.</summary>
    private readonly Copy?[] _copies = new Copy?[BpfInstruction.RegisterCount];

    /// <summary>Whether an instruction makes a rotated copy of a register that still holds what it held.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <returns>The register, and by how many bits its low 32 or its 64 bits are rotated to the left; null: it does not.</returns>
    public (byte Source, int Bits)? RotationOf(CodeInstruction instruction)
    {
        if (instruction is not { Form: InstructionForm.ArithmeticRegister, Operation: BpfOperation.Or }
            || _copies[instruction.Destination] is not { } one || _copies[instruction.Source] is not { } other)
        {
            return null;
        }

        bool is32Bit = instruction.Description.Is32Bit;
        (Copy left, Copy right) = one.Left > 0 ? (one, other) : (other, one);
        return left.Source == right.Source && left.Version == right.Version && left.Version == _versions[left.Source] && left.Is32Bit == is32Bit && right.Is32Bit == is32Bit
            && left.Left > 0 && right.Left < 0 && left.Left - right.Left == (is32Bit ? 32 : 64)
            ? (left.Source, left.Left)
            : null;
    }

    /// <summary>Goes on behind an instruction.</summary>
    public void Pass(CodeInstruction instruction)
    {
        byte destination = instruction.Destination;
        Copy? copy = null;
        bool is32Bit = instruction.Description.Is32Bit;
        switch (instruction)
        {
            case { Form: InstructionForm.ArithmeticRegister, Operation: BpfOperation.Move } when instruction.Source != destination:
                copy = new Copy(instruction.Source, _versions[instruction.Source], 0, is32Bit);
                break;
            case { Form: InstructionForm.ArithmeticConstant, Operation: BpfOperation.ShiftLeft } when _copies[destination] is { Left: 0 } known && known.Is32Bit == is32Bit:
                copy = known with { Left = (int)instruction.Immediate & (is32Bit ? 31 : 63) };
                break;
            case { Form: InstructionForm.ArithmeticConstant, Operation: BpfOperation.ShiftRight } when _copies[destination] is { Left: 0 } known && known.Is32Bit == is32Bit:
                copy = known with { Left = -((int)instruction.Immediate & (is32Bit ? 31 : 63)) };
                break;
        }

        uint written = RegisterUse.Writes(instruction);
        for (int register = 0; register < _copies.Length; register++)
        {
            if ((written & (1u << register)) != 0)
            {
                _versions[register]++;
                _copies[register] = null;
            }
        }

        if (copy is not null)
        {
            _copies[destination] = copy;
        }
    }

    /// <summary>A copy of a register.</summary>
    /// <param name="Source">The register.</param>
    /// <param name="Version">How often that had been written.</param>
    /// <param name="Left">By how many bits it is shifted to the left; below 0: to the right.</param>
    /// <param name="Is32Bit">Whether the copy and the shift are of 32 bits.</param>
    private sealed record Copy(byte Source, int Version, int Left, bool Is32Bit);
}
