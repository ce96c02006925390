using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Saker.Bpf.Btf;

namespace Saker.Bpf;

/// <summary>Changes a program for a kernel's types (CO-RE), as libbpf does it: see "BPF CO-RE" in Documentation/bpf/llvm_reloc.rst of Linux 6.18.</summary>
internal static class CoreRelocator
{
    private const byte CallOpcode = 0x85;
    private const byte SourceIsRegister = 0x08;
    private const byte SizeMask = 0x18;

    /// <param name="program">The program.</param>
    /// <param name="local">Its object's types; null: it has none.</param>
    /// <param name="resolver">Who answers for all programs of the object; null where it has no types.</param>
    /// <param name="changed">The program for the kernel.</param>
    /// <param name="fault">What is wrong with a relocation.</param>
    public static bool TryApply(ProgramSpec program, BtfSpec? local, CoreResolver? resolver, [NotNullWhen(true)] out ProgramSpec? changed, [NotNullWhen(false)] out ObjectFault? fault)
    {
        fault = null;
        changed = program;
        if (program.CoreRelocations.IsEmpty)
        {
            return true;
        }

        changed = null;
        BpfInstruction[] code = [.. program.Instructions];
        if (local is null || resolver is null)
        {
            throw new ArgumentException("The program has relocations against types, and the object no types.", nameof(local));
        }

        foreach (CoreRelocation relocation in program.CoreRelocations)
        {
            if (relocation.Instruction < 0 || relocation.Instruction >= code.Length)
            {
                throw new ArgumentException($"The relocation of slot {relocation.Instruction} is outside of the program '{program.Name}'.", nameof(program));
            }

            CoreResult result = resolver.Resolve(relocation);
            string? problem = result.Problem ?? Patch(code, relocation, result);
            if (problem is not null)
            {
                fault = new ObjectFault(program.Section, (long)relocation.Instruction * BpfInstruction.Size, $"{relocation.Kind} of '{local[relocation.TypeId].Name}' ({relocation.Access}) in '{program.Name}': {problem}");
                return false;
            }
        }

        changed = program with { Instructions = ImmutableCollectionsMarshal.AsImmutableArray(code), CoreRelocations = [] };
        return true;
    }

    private static string? Patch(BpfInstruction[] code, CoreRelocation relocation, CoreResult result)
    {
        int at = relocation.Instruction;
        BpfInstruction instruction = code[at];
        bool isWide = instruction.IsWide;
        if (isWide && at + 1 >= code.Length)
        {
            return "the constant has no second slot";
        }

        if (result.Value is not { } value)
        {
            Poison(code, at, isWide);
            return null;
        }

        switch (instruction.Class)
        {
            case InstructionClass.Arithmetic32 or InstructionClass.Arithmetic64 when (instruction.Opcode & SourceIsRegister) == 0:
                code[at] = instruction.WithImmediate((int)value);
                return null;
            case InstructionClass.LoadMemory or InstructionClass.StoreConstant or InstructionClass.StoreRegister:
                return PatchAccess(code, at, value, result);
            case InstructionClass.Load when isWide:
                code[at] = instruction.WithImmediate((int)value);
                code[at + 1] = code[at + 1].WithImmediate((int)(value >> 32));
                return null;
            default:
                return $"the instruction (opcode 0x{instruction.Opcode:x2}) has no place for it";
        }
    }

    private static string? PatchAccess(BpfInstruction[] code, int at, ulong value, CoreResult result)
    {
        if (value > (ulong)short.MaxValue)
        {
            return $"the offset {value} is too far for an access";
        }

        BpfInstruction instruction = code[at].WithOffset((short)value);
        if (result.LocalSize != result.TargetSize)
        {
            // Only what is extended with zeros, or a pointer, can be read with another width and mean the same.
            if (!result.MayChangeSize || SizeBits(result.LocalSize) != (instruction.Opcode & SizeMask) || SizeBits(result.TargetSize) is not { } bits)
            {
                Poison(code, at, isWide: false);
                return null;
            }

            instruction = new BpfInstruction((byte)((instruction.Opcode & ~SizeMask) | bits), instruction.Destination, instruction.Source, instruction.Offset, instruction.Immediate);
        }

        code[at] = instruction;
        return null;
    }

    private static int? SizeBits(uint size) => size switch
    {
        1 => 0x10,
        2 => 0x08,
        4 => 0x00,
        8 => 0x18,
        _ => null,
    };

    private static void Poison(BpfInstruction[] code, int at, bool isWide)
    {
        code[at] = new BpfInstruction(CallOpcode, 0, 0, 0, CoreRelocation.PoisonedCall);
        if (isWide)
        {
            code[at + 1] = new BpfInstruction(CallOpcode, 0, 0, 0, CoreRelocation.PoisonedCall);
        }
    }
}
