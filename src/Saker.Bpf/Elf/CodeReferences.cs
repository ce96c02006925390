namespace Saker.Bpf.Elf;

/// <summary>Finds out what code refers to: functions, maps, global variables, and what only the kernel has.</summary>
internal sealed class CodeReferences(ElfFile file, Dictionary<int, List<CodeFunction>> functions, DataReader data, MapReader maps)
{
    private const byte CallOpcode = 0x85;

    public ObjectFault? Resolve()
    {
        foreach ((int index, List<CodeFunction> inSection) in functions)
        {
            ElfSection section = file.Sections[index];
            if (file.ReadRelocations(section, out List<ElfRelocation> relocations) is { } fault)
            {
                return fault;
            }

            HashSet<ulong> relocated = [];
            foreach (ElfRelocation relocation in relocations)
            {
                if (!relocated.Add(relocation.Offset))
                {
                    return section.Fault((long)Math.Min(relocation.Offset, long.MaxValue), "two relocations belong here");
                }

                if (Apply(section, inSection, relocation) is { } wrong)
                {
                    return wrong;
                }
            }

            if (ResolveNear(inSection, relocated) is { } near)
            {
                return near;
            }
        }

        return null;
    }

    private ObjectFault? Apply(ElfSection section, List<CodeFunction> inSection, ElfRelocation relocation)
    {
        if (relocation.Offset % BpfInstruction.Size != 0 || relocation.Offset >= (ulong)section.Bytes.Length
            || CodeFunction.At(inSection, (long)relocation.Offset / BpfInstruction.Size) is not { } function)
        {
            return section.Fault((long)Math.Min(relocation.Offset, long.MaxValue), $"a relocation for '{relocation.Symbol.Name}' belongs here, where no function has a slot");
        }

        int slot = (int)(relocation.Offset / BpfInstruction.Size) - function.Start;
        BpfInstruction instruction = function.Instructions[slot];
        return relocation.Type switch
        {
            ElfRelocation.Wide when instruction.IsWide && slot + 1 < function.Instructions.Length => ApplyToConstant(function, slot, relocation.Symbol),
            ElfRelocation.Call when instruction.Opcode == CallOpcode => ApplyToCall(function, slot, relocation.Symbol),
            ElfRelocation.Wide or ElfRelocation.Call => function.Fault(slot, $"(opcode 0x{instruction.Opcode:x2}) is not what a relocation of type {relocation.Type} changes"),
            _ => function.Fault(slot, $"has a relocation of type {relocation.Type}, and code has only {ElfRelocation.Wide} (constants) and {ElfRelocation.Call} (calls)"),
        };
    }

    private ObjectFault? ApplyToCall(CodeFunction function, int slot, ElfSymbol symbol)
    {
        if (symbol.IsUndefined)
        {
            function.References.Add(new InstructionReference(slot, ReferenceKind.KernelFunction, symbol.Name, 0, IsWeak(symbol)));
            return null;
        }

        // The constant of a call by section is the distance from the section's beginning, less one slot, as of any call.
        long target = symbol.Type == ElfSymbol.SectionType
            ? ((long)symbol.Value / BpfInstruction.Size) + function.Instructions[slot].Immediate + 1
            : (long)symbol.Value / BpfInstruction.Size;
        return AddCall(function, slot, symbol.Section, target);
    }

    private ObjectFault? ApplyToConstant(CodeFunction function, int slot, ElfSymbol symbol)
    {
        if (symbol.IsUndefined)
        {
            function.References.Add(data.FindConfiguration(symbol.Name) is { } variable
                ? new InstructionReference(slot, ReferenceKind.MapValue, variable.Map, variable.Offset, IsWeak(symbol))
                : new InstructionReference(slot, ReferenceKind.KernelVariable, symbol.Name, 0, IsWeak(symbol)));
            return null;
        }

        if (symbol.Section >= file.Sections.Length)
        {
            return function.Fault(slot, $"names '{symbol.Name}', which lies in no section");
        }

        ElfSection section = file.Sections[symbol.Section];
        ulong place = symbol.Value + (ulong)(uint)function.Instructions[slot].Immediate;
        if (functions.ContainsKey(section.Index))
        {
            return AddCall(function, slot, section.Index, place % BpfInstruction.Size == 0 && place <= int.MaxValue ? (long)place / BpfInstruction.Size : -1);
        }

        if (maps.IsMapSection(section.Index))
        {
            if (maps.FindAt(section.Index, place) is not { } map)
            {
                return function.Fault(slot, $"names 0x{place:x} of {section.Name}, where no map begins");
            }

            function.References.Add(new InstructionReference(slot, ReferenceKind.Map, map, 0, IsWeak: false));
            return null;
        }

        if (data.FindMap(section.Index) is not { } value)
        {
            return function.Fault(slot, $"names '{symbol.Name}' of {section.Name}, a section that holds neither code nor maps nor data");
        }

        if (place > value.ValueSize)
        {
            return function.Fault(slot, $"names 0x{place:x} of {section.Name}, which has 0x{value.ValueSize:x} bytes");
        }

        function.References.Add(new InstructionReference(slot, ReferenceKind.MapValue, value.Name, (uint)place, IsWeak: false));
        return null;
    }

    /// <summary>Calls within a section that the compiler has filled in itself.</summary>
    private ObjectFault? ResolveNear(List<CodeFunction> inSection, HashSet<ulong> relocated)
    {
        foreach (CodeFunction function in inSection)
        {
            for (int slot = 0; slot < function.Instructions.Length; slot++)
            {
                BpfInstruction instruction = function.Instructions[slot];
                bool calls = instruction.Opcode == CallOpcode ? instruction.Source == (byte)CallKind.Function : instruction.IsWide && instruction.Source == (byte)ConstantKind.Function;
                if (calls && !relocated.Contains((ulong)(function.Start + slot) * BpfInstruction.Size)
                    && AddCall(function, slot, function.Section.Index, function.Start + slot + 1L + instruction.Immediate) is { } fault)
                {
                    return fault;
                }

                slot += instruction.IsWide ? 1 : 0;
            }
        }

        return null;
    }

    private ObjectFault? AddCall(CodeFunction function, int slot, int section, long target)
    {
        if (!functions.TryGetValue(section, out List<CodeFunction>? inSection) || CodeFunction.At(inSection, target) is not { } called || called.Start != target)
        {
            string name = section < file.Sections.Length ? file.Sections[section].Name : "no section";
            return function.Fault(slot, $"calls slot {target} of {name}, where no function begins");
        }

        function.Calls.Add((slot, called));
        return null;
    }

    private static bool IsWeak(ElfSymbol symbol) => symbol.Binding == 2;
}
