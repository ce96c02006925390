using Saker.Bpf;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>
/// Programs by chance that only compute: unknown numbers of all widths, loaded from a map's value, are combined by every arithmetic instruction, with each other and with constants,
/// among jumps ahead.
/// </summary>
internal sealed class RandomArithmetic(Random random)
{
    /// <summary>Bytes of the value that numbers are loaded from.</summary>
    public const int ValueSize = 64;

    private const int MostItems = 24;
    private const byte Pointer = 9;

    private static readonly InstructionDescription[] Arithmetic = [.. InstructionSet.All.Where(description =>
        description.Operation is not BpfOperation.CastAddressSpace
        && description.Form is InstructionForm.ArithmeticConstant or InstructionForm.ArithmeticRegister or InstructionForm.ArithmeticUnary)];

    private static readonly InstructionDescription[] Jumps = [.. InstructionSet.All.Where(description =>
        description.Form is InstructionForm.JumpIfConstant or InstructionForm.JumpIfRegister)];

    private static readonly InstructionDescription[] Loads = [.. InstructionSet.All.Where(description =>
        description.Form == InstructionForm.MemoryLoad && description.Operation is BpfOperation.Load or BpfOperation.LoadSigned)];

    private static readonly int[] Edges =
    [
        0, 1, 2, 3, 5, 7, 8, 15, 16, 31, 32, 33, 63, 64, 127, 128, 255, 256, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fff_ffff, int.MinValue, int.MinValue + 1, -1, -2, -3, -8, -16, -128, -256,
        -0x8000, -0x10000, 0x0f0f_0f0f, 0x5555_5555, unchecked((int)0xaaaa_aaaa), 0x7f00, 100,
    ];

    /// <summary>The next program.</summary>
    /// <param name="map">The descriptor of an array of one value.</param>
    public BpfInstruction[] Next(int map)
    {
        List<BpfInstruction> slots = [new(InstructionSet.WideOpcode, Pointer, (byte)ConstantKind.MapValue, immediate: map), default];
        for (byte register = 0; register < Pointer; register++)
        {
            slots.AddRange(Beginning(register));
        }

        var count = random.Next(4, MostItems);
        for (var i = 0; i < count; i++)
        {
            slots.Add(Item(count - i - 1));
        }

        slots.AddRange(Assembler.Assemble("r0 = 0; exit").Slots);
        return [.. slots];
    }

    /// <summary>An unknown number, at times one of which something is known.</summary>
    private BpfInstruction[] Beginning(byte register)
    {
        var description = Loads[random.Next(Loads.Length)];
        BpfInstruction load = new(description.Opcode, register, Pointer, (short)(8 * random.Next(ValueSize / 8)));
        return random.Next(4) switch
        {
            0 => [load],
            1 => [new(InstructionSet.WideOpcode, register, 0, 0, Number()), new(0, immediate: Number())],
            _ => [load, Narrowed(register)],
        };
    }

    private BpfInstruction Narrowed(byte register)
    {
        const byte And = 0x57, Or = 0x47, And32 = 0x54, ShiftRight = 0x77, ShiftRightSigned = 0xc7;
        return random.Next(5) switch
        {
            0 => new(And, register, immediate: Number()),
            1 => new(Or, register, immediate: Number()),
            2 => new(And32, register, immediate: Number()),
            3 => new(ShiftRight, register, immediate: random.Next(64)),
            _ => new(ShiftRightSigned, register, immediate: random.Next(64)),
        };
    }

    private BpfInstruction Item(int left)
    {
        if (left > 0 && random.Next(5) < 2)
        {
            var jump = Jumps[random.Next(Jumps.Length)];
            return Slot(jump).WithOffset((short)random.Next(Math.Min(left, 4)));
        }

        var description = Arithmetic[random.Next(Arithmetic.Length)];
        var slot = Slot(description);
        return (description.Operation, description.Form) switch
        {
            (BpfOperation.ShiftLeft or BpfOperation.ShiftRight or BpfOperation.ShiftRightSigned, InstructionForm.ArithmeticConstant) => slot.WithImmediate(random.Next(description.Width)),
            (BpfOperation.Divide or BpfOperation.DivideSigned or BpfOperation.Modulo or BpfOperation.ModuloSigned, InstructionForm.ArithmeticConstant) when slot.Immediate == 0 =>
                slot.WithImmediate(3),
            _ => slot,
        };
    }

    private BpfInstruction Slot(InstructionDescription description)
    {
        var source = Uses(description, InstructionFields.Source) ? (byte)random.Next(Pointer) : (byte)0;
        var constant = Uses(description, InstructionFields.Immediate) ? Number() : 0;
        BpfInstruction slot = new(description.Opcode, (byte)random.Next(Pointer), source, 0, constant);
        return description.VariantField switch
        {
            InstructionFields.Offset => slot.WithOffset((short)description.Variant),
            InstructionFields.Immediate => slot.WithImmediate(description.Variant),
            _ => slot,
        };
    }

    private int Number() => random.Next(4) switch
    {
        0 => random.Next(int.MinValue, int.MaxValue) >> random.Next(32),
        1 => 1 << random.Next(32),
        _ => Edges[random.Next(Edges.Length)],
    };

    private static bool Uses(InstructionDescription description, InstructionFields field) => (description.Fields & field) != InstructionFields.None;
}
