using System.Runtime.InteropServices;
using Saker.Bpf.Btf;

namespace Saker.Bpf.Elf;

/// <summary>What <c>.BTF.ext</c> tells of code (Documentation/bpf/btf.rst): types of functions, lines of the source, and CO-RE relocations.</summary>
internal sealed class BtfExtension
{
    public const string SectionName = ".BTF.ext";

    private const int HeaderLength = 24, RelocationsHeaderLength = 32;
    private const int LongestLine = 64 << 10;
    private const int LongestAccess = 1024;

    /// <summary>Bytes of a record as far as they are known here; records may be longer.</summary>
    private const int FunctionLength = 8, LineLength = 16, RelocationLength = 16;

    private readonly List<Record> _records = [];
    private readonly HashSet<(Part, CodeFunction, int)> _described = [];
    private BtfSpec _types = null!;

    private enum Part
    {
        Functions,
        Lines,
        Relocations,
    }

    private readonly record struct Record(Part Part, string Section, int At, uint Offset, uint First, uint Second, uint Third);

    public static ObjectFault? Read(byte[] bytes, bool isBigEndian, BtfSpec types, out BtfExtension? extension)
    {
        extension = null;
        SectionReader reader = new(SectionName, bytes, isBigEndian);
        if (!reader.Holds(0, HeaderLength))
        {
            return reader.Ends(0, HeaderLength, "the header");
        }

        uint header = reader.UInt32(4);
        if (reader.UInt16(0) != 0xEB9F || reader.Bytes[2] != 1 || header < HeaderLength || header > reader.Length)
        {
            return reader.Fault(0, $"it begins with 0x{reader.UInt16(0):x4}, version {reader.Bytes[2]} and a header of {header} bytes, which is no BTF extension");
        }

        BtfExtension read = new() { _types = types };
        ObjectFault? fault = read.ReadPart(reader, Part.Functions, header, 8, FunctionLength) ?? read.ReadPart(reader, Part.Lines, header, 16, LineLength);
        if (fault is null && header >= RelocationsHeaderLength)
        {
            fault = read.ReadPart(reader, Part.Relocations, header, 24, RelocationLength);
        }

        extension = fault is null ? read : null;
        return fault;
    }

    private ObjectFault? ReadPart(SectionReader reader, Part part, uint header, int field, int known)
    {
        uint length = reader.UInt32(field + 4);
        long at = (long)header + reader.UInt32(field);
        long end = at + length;
        if (length == 0)
        {
            return null;
        }

        if (length < 4 || !reader.Holds(at, length))
        {
            return reader.Fault(field, $"{part}, {length} bytes at 0x{at:x}, do not lie in the section, which has 0x{reader.Length:x}");
        }

        uint record = reader.UInt32(at);
        if (record < known || record % 4 != 0 || record > length)
        {
            return reader.Fault(at, $"{part} have {record} bytes each, and should have {known}");
        }

        at += 4;
        while (at < end)
        {
            if (end - at < 8)
            {
                return reader.Fault(at, $"{part} of a section need 8 bytes here, and there are {end - at}");
            }

            uint count = reader.UInt32(at + 4);
            if (_types.Strings.At(reader.UInt32(at), BtfParser.LongestName) is not { } section)
            {
                return reader.Fault(at, $"the section's name is missing: {_types.Strings.WhyNot(reader.UInt32(at), BtfParser.LongestName)}");
            }

            at += 8;
            if (count == 0 || (long)count * record > end - at)
            {
                return reader.Fault(at - 4, $"{count} {part} of {record} bytes do not fit the {end - at} that are left");
            }

            for (uint i = 0; i < count; i++, at += record)
            {
                uint third = known > FunctionLength ? reader.UInt32(at + 12) : 0;
                uint second = known > FunctionLength ? reader.UInt32(at + 8) : 0;
                _records.Add(new Record(part, section, (int)at, reader.UInt32(at), reader.UInt32(at + 4), second, third));
            }
        }

        return null;
    }

    /// <summary>Tells the functions what is known of them.</summary>
    public ObjectFault? Describe(ElfFile file, Dictionary<int, List<CodeFunction>> functions)
    {
        Dictionary<string, List<CodeFunction>> bySection = [];
        foreach ((int index, List<CodeFunction> inSection) in functions)
        {
            bySection.TryAdd(file.Sections[index].Name, inSection);
        }

        foreach (Record record in CollectionsMarshal.AsSpan(_records))
        {
            // Sections that were dropped since (discarded by a linker) may still have records.
            if (!bySection.TryGetValue(record.Section, out List<CodeFunction>? inSection))
            {
                continue;
            }

            if (record.Offset % BpfInstruction.Size != 0 || CodeFunction.At(inSection, record.Offset / BpfInstruction.Size) is not { } function)
            {
                return Fault(record, $"0x{record.Offset:x} of {record.Section} is no slot of a function");
            }

            if (Describe(record, function, (int)(record.Offset / BpfInstruction.Size) - function.Start) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private ObjectFault? Describe(Record record, CodeFunction function, int slot)
    {
        // What is said of a function goes into every program that calls it, and so is bounded by its slots.
        if (!_described.Add((record.Part, function, slot)))
        {
            return Fault(record, $"there are two {record.Part} for slot {slot} of '{function.Name}'");
        }

        switch (record.Part)
        {
            case Part.Functions:
                if (record.First >= _types.Count || _types[record.First] is not BtfFunction || slot != 0)
                {
                    return Fault(record, $"type {record.First} is said to be that of the function at slot {slot} of '{function.Name}', and it is none");
                }

                function.TypeId = record.First;
                return null;
            case Part.Lines:
                if (_types.Strings.At(record.First, LongestLine) is not { } name || _types.Strings.At(record.Second, LongestLine) is not { } text)
                {
                    return Fault(record, $"the file's name or the line are no text: offsets {record.First} and {record.Second}");
                }

                function.Lines.Add(new SourceLine(slot, name, text, (int)(record.Third >> 10), (int)(record.Third & 0x3FF)));
                return null;
            default:
                if (record.First >= _types.Count || _types.Strings.At(record.Second, LongestAccess) is not { } access || record.Third > (uint)CoreRelocationKind.TypeMatches)
                {
                    return Fault(record, $"a relocation of kind {record.Third} against type {record.First} is none that is known");
                }

                function.CoreRelocations.Add(new CoreRelocation(slot, (CoreRelocationKind)record.Third, record.First, access));
                return null;
        }
    }

    private static ObjectFault Fault(Record record, string message) => new(SectionName, record.At, message);
}
