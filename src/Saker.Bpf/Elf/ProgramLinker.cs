using System.Runtime.InteropServices;

namespace Saker.Bpf.Elf;

/// <summary>Joins each program with every function that it may come to, as the kernel wants it: one run of code, in which calls are relative.</summary>
internal sealed class ProgramLinker(List<CodeFunction> entries)
{
    /// <summary>Slots of all programs together. One program has at most a million (<c>BPF_COMPLEXITY_LIMIT_INSNS</c>), but many may share a large function.</summary>
    private const long MostSlots = 4 << 20;

    private const int MostSlotsOfProgram = 1_000_000;

    private readonly Dictionary<string, ProgramSpec> _sections = new(StringComparer.Ordinal);
    private readonly Dictionary<CodeFunction, int> _starts = [];
    private readonly List<CodeFunction> _order = [];
    private long _slots;

    public ObjectFault? Link(out List<ProgramSpec> programs)
    {
        programs = [];
        foreach (CodeFunction entry in entries)
        {
            if (Link(entry, out ProgramSpec? program) is { } fault)
            {
                return fault;
            }

            programs.Add(program!);
        }

        return null;
    }

    private ObjectFault? Link(CodeFunction entry, out ProgramSpec? program)
    {
        program = null;
        Dictionary<CodeFunction, int> starts = _starts;
        List<CodeFunction> order = _order;
        starts.Clear();
        order.Clear();
        starts.Add(entry, 0);
        order.Add(entry);
        int length = entry.Instructions.Length;
        for (int i = 0; i < order.Count; i++)
        {
            foreach ((_, CodeFunction target) in order[i].Calls)
            {
                if (starts.TryAdd(target, length))
                {
                    order.Add(target);
                    length += target.Instructions.Length;
                    if (length > MostSlotsOfProgram)
                    {
                        break;
                    }
                }
            }
        }

        _slots += length;
        if (length > MostSlotsOfProgram || _slots > MostSlots)
        {
            return entry.Fault(0, $"begins a program that is too long: at most {MostSlotsOfProgram} slots with what it calls, and {MostSlots} for all programs");
        }

        program = Described(Join(entry, order, starts, length));
        return null;
    }

    /// <summary>What a section's name says, its programs share: there may be many of them.</summary>
    private ProgramSpec Described(ProgramSpec program)
    {
        if (!_sections.TryGetValue(program.Section, out ProgramSpec? first))
        {
            return _sections[program.Section] = SectionNames.Describe(program);
        }

        return program with
        {
            Type = first.Type,
            AttachType = first.AttachType,
            AttachTarget = first.AttachTarget,
            IsSleepable = first.IsSleepable,
            TakesFragments = first.TakesFragments,
        };
    }

    private static ProgramSpec Join(CodeFunction entry, List<CodeFunction> order, Dictionary<CodeFunction, int> starts, int length)
    {
        BpfInstruction[] joined = new BpfInstruction[length];
        ProgramFunction[] functions = new ProgramFunction[order.Count];
        List<InstructionReference> references = new(order.Sum(function => function.References.Count));
        List<SourceLine> lines = new(order.Sum(function => function.Lines.Count));
        List<CoreRelocation> relocations = new(order.Sum(function => function.CoreRelocations.Count));
        int number = 0;
        foreach (CodeFunction function in order)
        {
            int start = starts[function];
            function.Instructions.CopyTo(joined, start);
            foreach ((int slot, CodeFunction target) in function.Calls)
            {
                BpfInstruction instruction = joined[start + slot];
                byte kind = instruction.IsWide ? (byte)ConstantKind.Function : (byte)CallKind.Function;
                joined[start + slot] = instruction.WithSource(kind).WithImmediate(starts[target] - (start + slot) - 1);
            }

            foreach (InstructionReference reference in function.References)
            {
                // What a constant said of the place is in the reference now.
                joined[start + reference.Instruction] = joined[start + reference.Instruction].WithSource(reference.Source).WithImmediate(0);
                references.Add(reference with { Instruction = start + reference.Instruction });
            }

            functions[number++] = new ProgramFunction(function.Name, start, function.Instructions.Length, function.TypeId, function.IsGlobal);
            foreach (SourceLine line in function.Lines)
            {
                lines.Add(line with { Instruction = start + line.Instruction });
            }

            foreach (CoreRelocation relocation in function.CoreRelocations)
            {
                relocations.Add(relocation with { Instruction = start + relocation.Instruction });
            }
        }

        return new ProgramSpec
        {
            Name = entry.Name,
            Section = entry.Section.Name,
            Instructions = ImmutableCollectionsMarshal.AsImmutableArray(joined),
            Functions = ImmutableCollectionsMarshal.AsImmutableArray(functions),
            References = [.. references.OrderBy(reference => reference.Instruction)],
            Lines = [.. lines.OrderBy(line => line.Instruction)],
            CoreRelocations = [.. relocations.OrderBy(relocation => relocation.Instruction)],
        };
    }
}
