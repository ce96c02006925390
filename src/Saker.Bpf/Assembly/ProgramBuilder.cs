namespace Saker.Bpf;

/// <summary>A register of eBPF.</summary>
public enum BpfRegister : byte
{
    /// <summary>What functions and helpers return.</summary>
    R0,

    /// <summary>The first argument.</summary>
    R1,

    /// <summary>The second argument.</summary>
    R2,

    /// <summary>The third argument.</summary>
    R3,

    /// <summary>The fourth argument.</summary>
    R4,

    /// <summary>The fifth argument.</summary>
    R5,

    /// <summary>Kept over calls.</summary>
    R6,

    /// <summary>Kept over calls.</summary>
    R7,

    /// <summary>Kept over calls.</summary>
    R8,

    /// <summary>Kept over calls.</summary>
    R9,

    /// <summary>The end of the stack frame; only read.</summary>
    R10,
}

/// <summary>A place in a program that is built, to which jumps and calls go.</summary>
/// <param name="Number">Its number within its builder.</param>
public readonly record struct BpfLabel(int Number);

/// <summary>
/// Builds a program in C#. Widths are in bits; what the instruction set does not have (a 16-bit sum, say) throws at once. Methods return the builder.
/// </summary>
public sealed class ProgramBuilder
{
    private readonly List<BpfInstruction> _slots = [];
    private readonly List<int> _labels = [];
    private readonly List<(int Slot, BpfLabel Label, InstructionDescription Description)> _uses = [];

    /// <summary>How many slots there are so far: the number of the next one.</summary>
    public int Count => _slots.Count;

    /// <summary>Makes a label, which stands nowhere yet.</summary>
    public BpfLabel NewLabel()
    {
        _labels.Add(-1);
        return new BpfLabel(_labels.Count - 1);
    }

    /// <summary>Lets a label stand here.</summary>
    public ProgramBuilder Mark(BpfLabel label)
    {
        _labels[label.Number] = _slots.Count;
        return this;
    }

    /// <summary>Destination = destination operation constant; <see cref="BpfOperation.Move"/> sets it.</summary>
    public ProgramBuilder Compute(BpfOperation operation, BpfRegister destination, int constant, int width = 64) =>
        Add(InstructionForm.ArithmeticConstant, operation, width, destination, immediate: constant, is32Bit: width == 32);

    /// <summary>Destination = destination operation source; <see cref="BpfOperation.Move"/> copies it.</summary>
    public ProgramBuilder Compute(BpfOperation operation, BpfRegister destination, BpfRegister source, int width = 64) =>
        Add(InstructionForm.ArithmeticRegister, operation, width, destination, source, is32Bit: width == 32);

    /// <summary>Destination = operation of destination: negation, byte order.</summary>
    public ProgramBuilder Apply(BpfOperation operation, BpfRegister destination, int width = 64) =>
        Add(InstructionForm.ArithmeticUnary, operation, width, destination, is32Bit: operation == BpfOperation.Negate ? width == 32 : null);

    /// <summary>Sets a register to a number of 64 bits, in two slots.</summary>
    public ProgramBuilder Constant(BpfRegister destination, ulong value)
    {
        Add(InstructionForm.Constant64, BpfOperation.LoadConstant, 64, destination, immediate: (int)(uint)value);
        _slots.Add(new BpfInstruction(0, immediate: (int)(uint)(value >> 32)));
        return this;
    }

    /// <summary>Loads a number from memory.</summary>
    public ProgramBuilder Load(BpfRegister destination, BpfRegister address, short offset, int width = 64, bool isSigned = false) =>
        Add(InstructionForm.MemoryLoad, isSigned ? BpfOperation.LoadSigned : BpfOperation.Load, width, destination, address, offset);

    /// <summary>Stores a register.</summary>
    public ProgramBuilder Store(BpfRegister address, short offset, BpfRegister source, int width = 64) =>
        Add(InstructionForm.MemoryStoreRegister, BpfOperation.Store, width, address, source, offset);

    /// <summary>Stores a constant.</summary>
    public ProgramBuilder Store(BpfRegister address, short offset, int constant, int width = 64) =>
        Add(InstructionForm.MemoryStoreConstant, BpfOperation.Store, width, address, offset: offset, immediate: constant);

    /// <summary>Changes memory atomically.</summary>
    /// <param name="operation">Add, Or, And, Xor or Exchange.</param>
    /// <param name="address">The register with the address.</param>
    /// <param name="offset">What is added to it.</param>
    /// <param name="source">The operand; it gets what memory held, if that is fetched.</param>
    /// <param name="width">32 or 64.</param>
    /// <param name="fetches">Whether what memory held is fetched; an exchange always does.</param>
    public ProgramBuilder Atomic(BpfOperation operation, BpfRegister address, short offset, BpfRegister source, int width = 64, bool fetches = false) =>
        Add(fetches || operation == BpfOperation.Exchange ? InstructionForm.AtomicFetch : InstructionForm.Atomic, operation, width, address, source, offset);

    /// <summary>Jumps where a comparison with a constant holds.</summary>
    public ProgramBuilder JumpIf(BpfOperation comparison, BpfRegister left, int constant, BpfLabel target, int width = 64) =>
        Add(InstructionForm.JumpIfConstant, comparison, width, left, immediate: constant, target: target);

    /// <summary>Jumps where a comparison of registers holds.</summary>
    public ProgramBuilder JumpIf(BpfOperation comparison, BpfRegister left, BpfRegister right, BpfLabel target, int width = 64) =>
        Add(InstructionForm.JumpIfRegister, comparison, width, left, right, target: target);

    /// <summary>Jumps.</summary>
    public ProgramBuilder Goto(BpfLabel target) => Add(InstructionForm.JumpShort, BpfOperation.Goto, 0, target: target);

    /// <summary>Calls a helper.</summary>
    public ProgramBuilder Call(int helper) => Add(InstructionForm.CallHelper, BpfOperation.Call, 0, immediate: helper);

    /// <summary>Calls a function of the program.</summary>
    public ProgramBuilder Call(BpfLabel function) => Add(InstructionForm.CallFunction, BpfOperation.Call, 0, target: function);

    /// <summary>Ends the function.</summary>
    public ProgramBuilder Exit() => Add(InstructionForm.Exit, BpfOperation.Exit, 0);

    /// <summary>Makes the program.</summary>
    /// <exception cref="InvalidOperationException">A label stands nowhere or too far away, or the form is wrong; the message says which instruction.</exception>
    public BpfProgram Build()
    {
        List<BpfInstruction> slots = [.. _slots];
        foreach ((int at, BpfLabel label, InstructionDescription description) in _uses)
        {
            if (_labels[label.Number] < 0 || !JumpTarget.TrySet(slots, at, _labels[label.Number] - at - 1, description))
            {
                throw new InvalidOperationException($"Instruction {at} goes to a label that stands {(_labels[label.Number] < 0 ? "nowhere" : "too far away")}.");
            }
        }

        return BpfProgram.TryCreate([.. slots], out BpfProgram? program, out InstructionFault? fault) ? program : throw new InvalidOperationException(fault.ToString());
    }

    private ProgramBuilder Add(
        InstructionForm form,
        BpfOperation operation,
        int width,
        BpfRegister destination = default,
        BpfRegister source = default,
        short offset = 0,
        int immediate = 0,
        BpfLabel? target = null,
        bool? is32Bit = null)
    {
        foreach (InstructionDescription description in InstructionSet.All)
        {
            // The width of a signed move is that of what is moved; it fills all 64 bits.
            bool is32BitWanted = is32Bit == true && operation != BpfOperation.MoveSigned;
            if (description.Form == form && description.Operation == operation && description.Width == width && (is32Bit is null || description.Is32Bit == is32BitWanted))
            {
                BpfInstruction slot = new(description.Opcode, (byte)destination, (byte)source, offset, immediate);
                if (target is { } label)
                {
                    _uses.Add((_slots.Count, label, description));
                }

                _slots.Add(description.VariantField switch
                {
                    InstructionFields.Source => slot.WithSource((byte)description.Variant),
                    InstructionFields.Offset => slot.WithOffset((short)description.Variant),
                    InstructionFields.Immediate => slot.WithImmediate(description.Variant),
                    _ => slot,
                });
                return this;
            }
        }

        throw new ArgumentException($"There is no {operation} of {width} bits in the form {form}.", nameof(operation));
    }
}
