using System.Globalization;

namespace Saker.Bpf;

/// <summary>An instruction of a listed program.</summary>
/// <param name="Slot">Its first slot.</param>
/// <param name="Count">How many slots it has.</param>
/// <param name="Text">The instruction; maps, variables and functions by their names.</param>
/// <param name="Function">The function that begins here; null: none does.</param>
/// <param name="Source">The line of the source that begins here; null: none does.</param>
public readonly record struct ListedInstruction(int Slot, int Count, string Text, ProgramFunction? Function, SourceLine? Source);

/// <summary>
/// Lists a program as an object holds it: what is only a number in the code, or not even that before the object is loaded, is named: <c>map[flows]</c>,
/// <c>map[.rodata][0]+4</c>, and functions.
/// </summary>
public static class ProgramListing
{
    /// <summary>Lists the instructions, one after the other.</summary>
    /// <param name="program">The program.</param>
    /// <param name="style">How instructions are written.</param>
    public static IEnumerable<ListedInstruction> Of(ProgramSpec program, ProgramTextStyle style)
    {
        int function = 0;
        int reference = 0;
        int line = 0;
        int slot = 0;
        while (slot < program.Instructions.Length)
        {
            InstructionReference? named = FirstFrom(program.References, ref reference, slot, known => known.Instruction) is { Instruction: var at } found && at == slot ? found : null;
            ProgramFunction? begun = FirstFrom(program.Functions, ref function, slot, known => known.Start) is { Count: > 0 } first && first.Start == slot ? first : null;
            SourceLine? source = FirstFrom(program.Lines, ref line, slot, known => known.Instruction) is { File: not null } from && from.Instruction == slot ? from : null;
            int count = program.Instructions[slot].IsWide && slot + 1 < program.Instructions.Length ? 2 : 1;
            yield return new ListedInstruction(slot, count, TextOf(program, slot, named, style), begun, source);
            slot += count;
        }
    }

    /// <summary>The first of what stands at a slot or behind it; what stands before is passed over.</summary>
    private static T? FirstFrom<T>(IReadOnlyList<T> items, ref int next, int slot, Func<T, int> slotOf)
        where T : struct
    {
        while (next < items.Count && slotOf(items[next]) < slot)
        {
            next++;
        }

        return next < items.Count ? items[next] : null;
    }

    private static string TextOf(ProgramSpec program, int slot, InstructionReference? reference, ProgramTextStyle style)
    {
        BpfInstruction instruction = program.Instructions[slot];
        bool isKernel = style == ProgramTextStyle.Kernel;
        string? name = reference is { } known ? NameOf(known) : CalledBy(program, slot, isKernel);
        if (name is null)
        {
            return ProgramText.Of(program.Instructions.AsSpan(), slot, style);
        }

        string opcode = isKernel ? string.Create(CultureInfo.InvariantCulture, $"({instruction.Opcode:x2}) ") : "";
        return instruction.IsWide
            ? string.Create(CultureInfo.InvariantCulture, $"{opcode}r{instruction.Destination} = {name}{(isKernel ? "" : " ll")}")
            : $"{opcode}call {name}";
    }

    private static string NameOf(InstructionReference reference) => reference.Kind switch
    {
        ReferenceKind.Map => $"map[{reference.Name}]",
        ReferenceKind.MapValue => string.Create(CultureInfo.InvariantCulture, $"map[{reference.Name}][0]+{reference.Offset}"),
        ReferenceKind.KernelVariable => $"btf[{reference.Name}]",
        _ => reference.Name,
    };

    /// <summary>The function that an instruction calls or takes the address of; null: none.</summary>
    private static string? CalledBy(ProgramSpec program, int slot, bool isKernel)
    {
        BpfInstruction instruction = program.Instructions[slot];
        if (!InstructionSet.TryDescribe(instruction, out InstructionDescription? description))
        {
            return null;
        }

        bool calls = description.Form == InstructionForm.CallFunction;
        if (!calls && (description.Form != InstructionForm.Constant64 || description.Variant != (int)ConstantKind.Function))
        {
            return null;
        }

        int target = slot + 1 + instruction.Immediate;
        string? name = StartingAt(program, target) is { } function ? function.Name : null;
        return name is null ? null
            : !calls ? $"function[{name}]"
            : isKernel ? string.Create(CultureInfo.InvariantCulture, $"pc{instruction.Immediate:+0;-0}#{name}")
            : name;
    }

    private static ProgramFunction? StartingAt(ProgramSpec program, int slot)
    {
        int low = 0;
        int high = program.Functions.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int start = program.Functions[middle].Start;
            if (start == slot)
            {
                return program.Functions[middle];
            }

            (low, high) = start < slot ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }
}
