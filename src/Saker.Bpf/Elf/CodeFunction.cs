namespace Saker.Bpf.Elf;

/// <summary>A function of a section, before it is joined with those it calls. Slots are counted from its own beginning.</summary>
internal sealed class CodeFunction
{
    private CodeFunction(string name, ElfSection section, int start, BpfInstruction[] instructions, bool isGlobal)
    {
        Name = name;
        Section = section;
        Start = start;
        Instructions = instructions;
        IsGlobal = isGlobal;
    }

    public string Name { get; }

    public ElfSection Section { get; }

    /// <summary>Its first slot in the section.</summary>
    public int Start { get; }

    public int End => Start + Instructions.Length;

    public bool IsGlobal { get; }

    public BpfInstruction[] Instructions { get; }

    public uint TypeId { get; set; }

    public List<InstructionReference> References { get; } = [];

    /// <summary>Slots that call another function or load its address.</summary>
    public List<(int Instruction, CodeFunction Target)> Calls { get; } = [];

    public List<SourceLine> Lines { get; } = [];

    public List<CoreRelocation> CoreRelocations { get; } = [];

    /// <summary>The function that a slot of the section is in, of those in order; null: none.</summary>
    public static CodeFunction? At(List<CodeFunction> functions, long slot)
    {
        int low = 0;
        int high = functions.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (functions[middle].End <= slot)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low < functions.Count && slot >= functions[low].Start ? functions[low] : null;
    }

    /// <summary>Takes a section apart by its symbols.</summary>
    public static ObjectFault? ReadAll(ElfFile file, ElfSection section, out List<CodeFunction> functions)
    {
        functions = [];
        if (section.Bytes.Length % BpfInstruction.Size != 0)
        {
            return section.Fault(section.Bytes.Length / BpfInstruction.Size * BpfInstruction.Size, $"code has {BpfInstruction.Size} bytes a slot, and the section {section.Bytes.Length}");
        }

        List<ElfSymbol> symbols = [.. file.FunctionsOf(section)];
        ulong length = (ulong)section.Bytes.Length;
        if (symbols.Count == 0)
        {
            symbols.Add(new ElfSymbol(section.Name, 0, length, ElfSymbol.Function, 1, section.Index));
        }

        symbols.Sort((one, other) => one.Value.CompareTo(other.Value));
        ulong end = 0;
        for (int i = 0; i < symbols.Count; i++)
        {
            ElfSymbol symbol = symbols[i];
            ulong next = i + 1 < symbols.Count ? symbols[i + 1].Value : length;
            ulong size = symbol.Size != 0 || next < symbol.Value ? symbol.Size : next - symbol.Value;
            if (symbol.Value % BpfInstruction.Size != 0 || size % BpfInstruction.Size != 0 || size == 0 || symbol.Value > length || size > length - symbol.Value)
            {
                return section.Fault((long)Math.Min(symbol.Value, length), $"the function '{symbol.Name}', 0x{size:x} bytes at 0x{symbol.Value:x}, is no run of slots in the section, which has 0x{length:x}");
            }

            if (symbol.Value < end)
            {
                return section.Fault((long)symbol.Value, $"the function '{symbol.Name}' lies over '{symbols[i - 1].Name}'");
            }

            end = symbol.Value + size;
            BpfInstruction[] instructions = BpfInstruction.ReadAll(section.Bytes.Span.Slice((int)symbol.Value, (int)size), file.IsBigEndian);
            functions.Add(new CodeFunction(symbol.Name, section, (int)symbol.Value / BpfInstruction.Size, instructions, symbol.IsGlobal));
        }

        return null;
    }

    /// <summary>A fault at one of its slots.</summary>
    public ObjectFault Fault(int instruction, string message) =>
        Section.Fault((Start + (long)instruction) * BpfInstruction.Size, $"slot {instruction} of '{Name}' {message}");
}
