using Saker.Bpf;

namespace Saker.Tests.Bpf.Isa;

/// <summary>Instructions with operands by chance.</summary>
internal static class Samples
{
    private static readonly int[] Edges = [0, 1, -1, 2, 7, 31, 32, 63, 64, int.MinValue, int.MaxValue, short.MinValue, short.MaxValue, 0x12345678, -559038737];

    /// <summary>The slots of an instruction, with operands that its form allows.</summary>
    public static BpfInstruction[] Of(InstructionDescription description, Random random)
    {
        byte destination = (byte)(Uses(description, InstructionFields.Destination) ? random.Next(10) : 0);
        byte source = (byte)(Uses(description, InstructionFields.Source) ? random.Next(10) : 0);
        short offset = (short)(Uses(description, InstructionFields.Offset) ? Edge(random) : 0);
        int immediate = Uses(description, InstructionFields.Immediate) ? Edge(random) : 0;
        if (description.Form == InstructionForm.CallRegister)
        {
            immediate = 0;
        }

        BpfInstruction slot = new(description.Opcode, destination, source, offset, immediate);
        slot = description.VariantField switch
        {
            InstructionFields.Source => slot.WithSource((byte)description.Variant),
            InstructionFields.Offset => slot.WithOffset((short)description.Variant),
            InstructionFields.Immediate => slot.WithImmediate(description.Variant),
            _ => slot,
        };
        if (description.Slots == 1)
        {
            return [slot];
        }

        bool hasUpperHalf = description.Text.Contains("{Q}", StringComparison.Ordinal) || description.Text.Contains("{V}", StringComparison.Ordinal);
        return [slot, new BpfInstruction(0, immediate: hasUpperHalf ? Edge(random) : 0)];
    }

    /// <summary>A number that is likely to be at an edge.</summary>
    public static int Edge(Random random) => random.Next(3) == 0 ? random.Next(int.MinValue, int.MaxValue) : Edges[random.Next(Edges.Length)];

    private static bool Uses(InstructionDescription description, InstructionFields field) => (description.Fields & field) != InstructionFields.None;
}
