using System.Globalization;
using System.Text;

namespace Saker.Bpf;

/// <summary>How a listing is written.</summary>
public enum ProgramTextStyle
{
    /// <summary>As LLVM's assembler reads it: <c>r0 = *(u32 *)(r1 + 4)</c>, <c>if r1 s> 7 goto +3</c>.</summary>
    Llvm,

    /// <summary>As the kernel's verifier and <c>bpftool prog dump xlated</c> write it: <c>(61) r0 = *(u32 *)(r1 +4)</c>, <c>(65) if r1 s> 0x7 goto pc+3</c>.</summary>
    Kernel,
}

/// <summary>Writes code as text. What <see cref="ProgramTextStyle.Llvm"/> writes, <see cref="Assembler"/> reads.</summary>
public static class ProgramText
{
    /// <summary>Writes a program, a line an instruction; the kernel's style has the numbers of the slots in front.</summary>
    /// <param name="slots">Its slots; they need not be well-formed: what is no instruction is shown as bytes.</param>
    /// <param name="style">How.</param>
    public static string Of(ReadOnlySpan<BpfInstruction> slots, ProgramTextStyle style)
    {
        StringBuilder text = new();
        for (int i = 0; i < slots.Length; i += IsWhole(slots, i) ? 2 : 1)
        {
            if (style == ProgramTextStyle.Kernel)
            {
                text.Append(CultureInfo.InvariantCulture, $"{i,4}: ");
            }

            Append(text, slots, i, style);
            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Writes one instruction.</summary>
    /// <param name="slots">The slots around it.</param>
    /// <param name="index">Its first slot.</param>
    /// <param name="style">How.</param>
    public static string Of(ReadOnlySpan<BpfInstruction> slots, int index, ProgramTextStyle style)
    {
        StringBuilder text = new();
        Append(text, slots, index, style);
        return text.ToString();
    }

    private static bool IsWhole(ReadOnlySpan<BpfInstruction> slots, int index) => slots[index].IsWide && index + 1 < slots.Length;

    private static void Append(StringBuilder text, ReadOnlySpan<BpfInstruction> slots, int index, ProgramTextStyle style)
    {
        BpfInstruction slot = slots[index];
        if (!InstructionSet.TryDescribe(slot, out InstructionDescription? description))
        {
            text.Append(".bytes ").Append(slot.ToHex());
            return;
        }

        int second = IsWhole(slots, index) ? slots[index + 1].Immediate : 0;
        if (style == ProgramTextStyle.Kernel)
        {
            text.Append(CultureInfo.InvariantCulture, $"({slot.Opcode:x2}) ");
        }

        ReadOnlySpan<char> template = style == ProgramTextStyle.Kernel ? description.KernelText : description.Text;
        while (!template.IsEmpty)
        {
            int brace = template.IndexOf('{');
            if (brace < 0)
            {
                text.Append(template);
                return;
            }

            text.Append(template[..brace]);
            AppendOperand(text, slot, second, template[brace + 1], style);
            template = template[(brace + 3)..];
        }
    }

    private static void AppendOperand(StringBuilder text, BpfInstruction slot, int second, char operand, ProgramTextStyle style)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        _ = operand switch
        {
            OperandText.Destination => text.Append(invariant, $"r{slot.Destination}"),
            OperandText.Destination32 => text.Append(invariant, $"w{slot.Destination}"),
            OperandText.Source => text.Append(invariant, $"r{slot.Source}"),
            OperandText.Source32 => text.Append(invariant, $"w{slot.Source}"),
            OperandText.Immediate => text.Append(slot.Immediate),
            OperandText.HexImmediate => text.Append(invariant, $"0x{slot.Immediate:x}"),
            OperandText.AddedImmediate => text.Append(Added(slot.Immediate, space: true)),
            OperandText.LowerHalf => text.Append(slot.Immediate & 0xffff),
            OperandText.UpperHalf => text.Append(slot.Immediate >>> 16),
            OperandText.Constant => text.Append(invariant, $"0x{((ulong)(uint)second << 32) | (uint)slot.Immediate:x}"),
            OperandText.SecondImmediate => text.Append((uint)second),
            OperandText.Offset => text.Append(Added(slot.Offset, space: true)),
            OperandText.KernelOffset or OperandText.Target => text.Append(Added(slot.Offset, space: false)),
            OperandText.LongTarget => text.Append(Added(slot.Immediate, space: false)),
            OperandText.Helper => style == ProgramTextStyle.Kernel ? text.Append(invariant, $"{(KernelHelpers.TryFind((uint)slot.Immediate, out HelperDescription? helper) ? helper.Name : "unknown")}#{slot.Immediate}") : text.Append((uint)slot.Immediate),
            OperandText.Callee => text.Append(invariant, $"r{InstructionSet.CalleeOf(slot)}"),
            _ => throw new InvalidOperationException($"The table of instructions has an operand '{operand}', which is not known."),
        };
    }

    private static string Added(long number, bool space) => $"{(number < 0 ? '-' : '+')}{(space ? " " : "")}{Math.Abs(number)}";
}
