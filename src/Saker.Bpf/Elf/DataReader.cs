using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Saker.Bpf.Btf;

namespace Saker.Bpf.Elf;

/// <summary>Makes maps of the sections that hold global variables, and of the kernel configuration that a program asks for.</summary>
internal sealed class DataReader(ElfFile file, BtfSpec? types)
{
    /// <summary>The most bytes of all sections of data together: one without contents in the file (<c>.bss</c>) may claim any size.</summary>
    private const int LargestSection = 64 << 20;

    private static readonly string[] Sections = [".data", ".rodata", ".bss"];

    private readonly Dictionary<int, MapSpec> _bySection = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, VariableSpec> _configuration = new(StringComparer.Ordinal);
    private long _size;

    public List<MapSpec> Maps { get; } = [];

    public List<VariableSpec> Variables { get; } = [];

    public MapSpec? FindMap(int section) => _bySection.GetValueOrDefault(section);

    public VariableSpec? FindConfiguration(string name) => _configuration.TryGetValue(name, out VariableSpec variable) ? variable : null;

    public ObjectFault? Read()
    {
        foreach (ElfSection section in file.Sections)
        {
            if (Array.Exists(Sections, name => section.Name == name || section.Name.StartsWith(name + ".", StringComparison.Ordinal)) && section.Size > 0
                && ReadSection(section) is { } fault)
            {
                return fault;
            }
        }

        ReadVariables();
        return types is null ? null : ReadConfiguration();
    }

    private ObjectFault? ReadSection(ElfSection section)
    {
        if (!MayHave(section.Size))
        {
            return section.Fault(0, $"with its 0x{section.Size:x} bytes all data has more than 0x{LargestSection:x}");
        }

        if (!_names.Add(section.Name))
        {
            return section.Fault(0, "two sections of data have this name");
        }

        if (file.ReadRelocations(section, out List<ElfRelocation> relocations) is { } fault)
        {
            return fault;
        }

        if (relocations is [{ } first, ..])
        {
            return section.Fault((long)Math.Min(first.Offset, long.MaxValue), $"the address of '{first.Symbol.Name}' belongs here, and there is none before the object is loaded");
        }

        byte[] contents = new byte[section.Size];
        section.Bytes.Span.CopyTo(contents);
        MapSpec map = SectionMap(section.Name, contents, section.Name.StartsWith(".rodata", StringComparison.Ordinal), DataSection(section.Name)?.Id ?? 0);
        _bySection.Add(section.Index, map);
        Maps.Add(map);
        return null;
    }

    /// <summary>Takes a section's bytes from what all of them together may have.</summary>
    private bool MayHave(ulong size)
    {
        _size += (long)Math.Min(size, LargestSection + 1);
        return _size <= LargestSection;
    }

    private MapSpec SectionMap(string name, byte[] contents, bool isReadOnly, uint type) => new()
    {
        Name = name,
        Type = MapType.Array,
        KeySize = 4,
        ValueSize = (uint)contents.Length,
        MaximumEntries = 1,
        Flags = isReadOnly ? (uint)MapFlags.ReadOnlyForPrograms : 0,
        ValueTypeId = type,
        SpinLockOffset = types is null ? null : SpinLockField.OffsetIn(types, type),
        SpecialFields = types is null ? [] : SpecialFieldFinder.Find(types, type),
        Contents = ImmutableCollectionsMarshal.AsImmutableArray(contents),
    };

    private void ReadVariables()
    {
        Dictionary<string, Dictionary<(uint, string), uint>> known = [];
        foreach (ElfSymbol symbol in file.Symbols)
        {
            if (symbol.Type == ElfSymbol.Object && FindMap(symbol.Section) is { } map && symbol.Value <= map.ValueSize && symbol.Size <= map.ValueSize - symbol.Value)
            {
                ref Dictionary<(uint, string), uint>? ofSection = ref CollectionsMarshal.GetValueRefOrAddDefault(known, map.Name, out _);
                ofSection ??= TypesOf(map.Name);
                Variables.Add(new VariableSpec(symbol.Name, map.Name, (uint)symbol.Value, (uint)symbol.Size, ofSection.GetValueOrDefault(((uint)symbol.Value, symbol.Name))));
            }
        }
    }

    private Dictionary<(uint Offset, string Name), uint> TypesOf(string section)
    {
        Dictionary<(uint, string), uint> found = [];
        foreach (BtfSectionVariable place in DataSection(section)?.Variables ?? [])
        {
            if (types![place.Variable] is BtfVariable variable)
            {
                found.TryAdd((place.Offset, variable.Name), variable.Type);
            }
        }

        return found;
    }

    private BtfDataSection? DataSection(string name) => types?.Find(name, BtfKind.DataSection).FirstOrDefault() as BtfDataSection;

    /// <summary>What is asked of the kernel's configuration lies in no section of the file; its places are those that its types were given.</summary>
    private ObjectFault? ReadConfiguration()
    {
        if (DataSection(ConfigurationLayout.SectionName) is not { } section)
        {
            return null;
        }

        if (section.Size == 0 || !MayHave(section.Size))
        {
            return new ObjectFault(BtfSpec.SectionName, 0, $"{section.Name} has something without size in it, or with its 0x{section.Size:x} bytes all data has more than 0x{LargestSection:x}");
        }

        foreach (BtfSectionVariable place in section.Variables)
        {
            if (types![place.Variable] is BtfVariable variable)
            {
                VariableSpec known = new(variable.Name, section.Name, place.Offset, place.Size, variable.Type);
                Variables.Add(known);
                _configuration.TryAdd(known.Name, known);
            }
        }

        Maps.Add(SectionMap(section.Name, new byte[section.Size], isReadOnly: true, section.Id));
        return null;
    }
}
