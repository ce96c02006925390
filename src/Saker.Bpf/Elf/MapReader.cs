using System.Runtime.InteropServices;
using Saker.Bpf.Btf;

namespace Saker.Bpf.Elf;

/// <summary>Reads the definitions of maps: variables of <c>.maps</c>, whose types tell everything, and the structures of <c>maps</c> that were there before.</summary>
internal sealed class MapReader(ElfFile file, BtfSpec? types)
{
    private const string TypedSection = ".maps", LegacySection = "maps";
    private const int LegacyLength = 20;

    private readonly Dictionary<(int Section, ulong Offset), string> _places = [];
    private readonly List<TypedMap> _typed = [];

    public List<MapSpec> Maps { get; } = [];

    public bool IsMapSection(int section) => file.Sections[section].Name is TypedSection or LegacySection;

    /// <summary>The map that begins at an offset of a section; null: none.</summary>
    public string? FindAt(int section, ulong offset) => _places.GetValueOrDefault((section, offset));

    public ObjectFault? Read()
    {
        if (file.Find(LegacySection) is { Size: > 0 } legacy && ReadLegacy(legacy) is { } fault)
        {
            return fault;
        }

        return file.Find(TypedSection) is { Size: > 0 } section ? ReadTyped(section) ?? ReadSlots(section) : null;
    }

    private ObjectFault? ReadLegacy(ElfSection section)
    {
        ElfSymbol[] symbols = [.. file.SymbolsOf(section).OrderBy(symbol => symbol.Value)];
        SectionReader reader = file.Reader(section);
        for (int i = 0; i < symbols.Length; i++)
        {
            ulong start = symbols[i].Value;
            ulong end = i + 1 < symbols.Length ? symbols[i + 1].Value : (ulong)reader.Length;
            if (end > (ulong)reader.Length || end < start || end - start < LegacyLength)
            {
                return section.Fault((long)Math.Min(start, (ulong)reader.Length), $"the definition of the map '{symbols[i].Name}' has less than {LegacyLength} bytes");
            }

            long at = (long)start;
            if (ReadPinning(reader, at, (int)end) is not { } isPinned)
            {
                return section.Fault(at + LegacyLength, $"the definition of the map '{symbols[i].Name}' goes on behind its flags, and what is there is not known; define it in {TypedSection}");
            }

            Maps.Add(new MapSpec
            {
                Name = symbols[i].Name,
                Type = (MapType)reader.UInt32(at),
                KeySize = reader.UInt32(at + 4),
                ValueSize = reader.UInt32(at + 8),
                MaximumEntries = reader.UInt32(at + 12),
                Flags = reader.UInt32(at + 16),
                IsPinnedByName = isPinned,
            });
            _places.Add((section.Index, start), symbols[i].Name);
        }

        return null;
    }

    /// <summary>
    /// What is behind a definition: nothing, or what <c>tc</c> had there (<c>struct bpf_elf_map</c>), an id, which matters to maps of maps alone, whether the map is pinned by its name
    /// (1: beside the object's others, 2: beside all), and what is in a map of maps, which is not known here.
    /// </summary>
    /// <returns>Whether it is pinned; null: what is there is something else.</returns>
    private static bool? ReadPinning(SectionReader reader, long at, int end)
    {
        const int PinningOffset = 24, InnerOffset = 28, TrafficControlLength = 36;
        const uint MostPinning = 2;
        if (!reader.Bytes[((int)at + LegacyLength)..end].ContainsAnyExcept((byte)0))
        {
            return false;
        }

        bool isLong = end - at is InnerOffset or TrafficControlLength;
        uint pinning = isLong ? reader.UInt32(at + PinningOffset) : uint.MaxValue;
        return pinning <= MostPinning && !reader.Bytes[((int)at + InnerOffset)..end].ContainsAnyExcept((byte)0) ? pinning != 0 : null;
    }

    private ObjectFault? ReadTyped(ElfSection section)
    {
        if (types?.Find(TypedSection, BtfKind.DataSection).FirstOrDefault() is not BtfDataSection definitions)
        {
            return section.Fault(0, "what maps these are, only types can tell, and the object has none (clang -g)");
        }

        foreach (BtfSectionVariable place in definitions.Variables)
        {
            if (types[place.Variable] is not BtfVariable variable || place.Offset > section.Size || place.Size > section.Size - place.Offset)
            {
                return section.Fault(place.Offset, $"'{types[place.Variable].Name}' is no variable within the section, which has 0x{section.Size:x} bytes");
            }

            MapDefinition definition = new(types);
            if (definition.Read(variable.Name, variable.Type, isInner: false) is not { } map)
            {
                return section.Fault(place.Offset, $"the map '{variable.Name}' {definition.Problem}");
            }

            if (!_places.TryAdd((section.Index, place.Offset), variable.Name))
            {
                return section.Fault(place.Offset, $"the map '{variable.Name}' lies over '{FindAt(section.Index, place.Offset)}'");
            }

            _typed.Add(new TypedMap(Maps.Count, place.Offset, place.Size, definition.SlotsOffset));
            Maps.Add(map);
        }

        return null;
    }

    /// <summary>What maps of maps and programs hold from the beginning are addresses, and so relocations.</summary>
    private ObjectFault? ReadSlots(ElfSection section)
    {
        if (file.ReadRelocations(section, out List<ElfRelocation> relocations) is { } fault)
        {
            return fault;
        }

        SectionReader reader = file.Reader(section);
        Dictionary<int, List<MapSlot>> slots = [];
        TypedMap[] places = [.. _typed.OrderBy(map => map.Offset)];
        ulong[] starts = [.. places.Select(map => (ulong)map.Offset)];
        foreach (ElfRelocation relocation in relocations)
        {
            int found = Array.BinarySearch(starts, relocation.Offset);
            TypedMap? place = (found >= 0 ? found : ~found - 1) is >= 0 and { } index ? places[index] : null;
            if (place is not { SlotsOffset: { } first } map || relocation.Type != ElfRelocation.Absolute64
                || relocation.Offset - map.Offset >= map.Size || !reader.Holds((long)relocation.Offset, BtfSpec.PointerSize)
                || relocation.Offset - map.Offset < first || (relocation.Offset - map.Offset - first) % BtfSpec.PointerSize != 0)
            {
                return section.Fault((long)Math.Min(relocation.Offset, long.MaxValue), $"the address of '{relocation.Symbol.Name}' belongs here, where no map has values");
            }

            string? name = relocation.Symbol.Type == ElfSymbol.SectionType ? FindAt(relocation.Symbol.Section, reader.UInt64((long)relocation.Offset)) : relocation.Symbol.Name;
            uint slot = (uint)((relocation.Offset - map.Offset - first) / BtfSpec.PointerSize);
            // In a hash the place is the key, and no key is too great.
            bool isTooGreat = Maps[map.Index] is { Type: not MapType.HashOfMaps, MaximumEntries: > 0 and { } most } && slot >= most;
            if (name is null || relocation.Symbol.IsUndefined || isTooGreat)
            {
                return section.Fault((long)relocation.Offset, $"'{relocation.Symbol.Name}' cannot be value {slot} of the map '{Maps[map.Index].Name}', which has {Maps[map.Index].MaximumEntries}");
            }

            ref List<MapSlot>? ofMap = ref CollectionsMarshal.GetValueRefOrAddDefault(slots, map.Index, out _);
            (ofMap ??= []).Add(new MapSlot(slot, name));
        }

        foreach ((int index, List<MapSlot> ofMap) in slots)
        {
            Maps[index] = Maps[index] with { Slots = [.. ofMap.OrderBy(slot => slot.Index)] };
        }

        return null;
    }

    private readonly record struct TypedMap(int Index, uint Offset, uint Size, uint? SlotsOffset);
}
