using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Saker.Bpf;

/// <summary>
/// Every instruction of eBPF: RFC 9669, and what Linux has beyond it. The table is the one place that says how instructions are encoded and written: decoder,
/// validation, assembler, disassembler, interpreter and compiler read it.
/// </summary>
public static class InstructionSet
{
    /// <summary>The opcode of the load of a 64-bit constant, the only one with two slots.</summary>
    public const byte WideOpcode = 0x18;

    private static readonly InstructionDescription[][] ByOpcode = Index(InstructionTable.Build());

    /// <summary>All instructions, in the order of their opcodes.</summary>
    public static ImmutableArray<InstructionDescription> All { get; } = [.. ByOpcode.SelectMany(descriptions => descriptions)];

    /// <summary>Finds which instruction a slot is. Fields that it does not use are not looked at.</summary>
    /// <param name="slot">The slot; of a wide instruction the first.</param>
    /// <param name="description">The instruction; null: there is none such.</param>
    public static bool TryDescribe(in BpfInstruction slot, [NotNullWhen(true)] out InstructionDescription? description)
    {
        foreach (InstructionDescription candidate in ByOpcode[slot.Opcode])
        {
            if (candidate.Fits(slot))
            {
                description = candidate;
                return true;
            }
        }

        description = null;
        return false;
    }

    /// <summary>The instructions of an opcode; several differ by another field, and of most opcodes there is none or one.</summary>
    public static ReadOnlySpan<InstructionDescription> WithOpcode(byte opcode) => ByOpcode[opcode];

    /// <summary>The register that <c>callx</c> calls: compilers before LLVM 19 keep its number in the immediate, later ones in the destination.</summary>
    public static int CalleeOf(in BpfInstruction slot) => slot.Immediate != 0 ? slot.Immediate : slot.Destination;

    private static InstructionDescription[][] Index(List<InstructionDescription> table)
    {
        InstructionDescription[][] index = new InstructionDescription[byte.MaxValue + 1][];
        Array.Fill(index, []);
        foreach (InstructionDescription description in table)
        {
            index[description.Opcode] = [.. index[description.Opcode], description];
        }

        return index;
    }
}
