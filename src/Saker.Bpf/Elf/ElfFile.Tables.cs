namespace Saker.Bpf.Elf;

/// <summary>The tables of sections and symbols.</summary>
internal sealed partial class ElfFile
{
    private ObjectFault? ReadSections()
    {
        SectionReader header = Whole("ELF header");
        ulong start = header.UInt64(40);
        int count = header.UInt16(60);
        int names = header.UInt16(62);
        if (header.UInt16(58) != SectionHeaderLength)
        {
            return header.Fault(58, $"section headers have {header.UInt16(58)} bytes, and should have {SectionHeaderLength}");
        }

        if (count is 0 or >= FirstReservedSection || start > int.MaxValue || !header.Holds((long)start, (long)count * SectionHeaderLength))
        {
            return header.Fault(40, $"the headers of {count} sections at 0x{start:x} do not lie in the file, which has {header.Length} bytes");
        }

        if (names >= count)
        {
            return header.Fault(62, $"the names of sections are said to be in section {names}, and there are {count}");
        }

        SectionReader table = new("section headers", header.Bytes.Slice((int)start, count * SectionHeaderLength), IsBigEndian);
        if (ReadStrings(table, names, out StringSection? strings) is { } fault)
        {
            return fault;
        }

        Sections = new ElfSection[count];
        for (int i = 0; i < count; i++)
        {
            if (ReadSection(table, i, strings!) is { } wrong)
            {
                return wrong;
            }
        }

        _relocations = Sections
            .Where(section => section.Type is ElfSection.Relocations or ElfSection.RelocationsWithAddend)
            .ToLookup(section => (int)Math.Min(section.Info, int.MaxValue));
        return Overlap(table);
    }

    private ObjectFault? ReadStrings(SectionReader table, int index, out StringSection? strings)
    {
        strings = null;
        if (FindBytes(table, index, out ReadOnlyMemory<byte> bytes) is { } fault)
        {
            return fault;
        }

        strings = new StringSection(bytes.ToArray(), null);
        return null;
    }

    private ObjectFault? FindBytes(SectionReader table, int index, out ReadOnlyMemory<byte> bytes)
    {
        int at = index * SectionHeaderLength;
        ulong offset = table.UInt64(at + 24);
        ulong size = table.UInt64(at + 32);
        bytes = default;
        if (table.UInt32(at + 4) is ElfSection.NoBits or 0)
        {
            return null;
        }

        if (offset > (ulong)_file.Length || size > (ulong)_file.Length - offset)
        {
            return table.Fault(at + 24, $"section {index} has 0x{size:x} bytes at 0x{offset:x}, and the file has 0x{_file.Length:x}");
        }

        bytes = _file.AsMemory((int)offset, (int)size);
        return null;
    }

    private ObjectFault? ReadSection(SectionReader table, int index, StringSection strings)
    {
        int at = index * SectionHeaderLength;
        if (FindBytes(table, index, out ReadOnlyMemory<byte> bytes) is { } fault)
        {
            return fault;
        }

        if (strings.At(table.UInt32(at), LongestName) is not { } name)
        {
            return table.Fault(at, $"section {index} has no name: {strings.WhyNot(table.UInt32(at), LongestName)}");
        }

        Sections[index] = new ElfSection(
            index, name, table.UInt32(at + 4), table.UInt64(at + 8), table.UInt64(at + 32), table.UInt32(at + 40), table.UInt32(at + 44), bytes);
        _byName.TryAdd(name, Sections[index]);
        return null;
    }

    private ObjectFault? Overlap(SectionReader table)
    {
        (ulong Start, ulong End, int Index)[] places =
        [
            .. Sections.Where(section => !section.Bytes.IsEmpty).Select(section => (Start: StartOf(section), End: StartOf(section) + section.Size, section.Index)).Order(),
        ];
        for (int i = 1; i < places.Length; i++)
        {
            if (places[i].Start < places[i - 1].End)
            {
                return table.Fault((places[i].Index * SectionHeaderLength) + 24, $"section {Sections[places[i].Index].Name} lies over section {Sections[places[i - 1].Index].Name}");
            }
        }

        return null;
    }

    private ulong StartOf(ElfSection section)
    {
        SectionReader header = Whole("ELF header");
        return header.UInt64((long)header.UInt64(40) + (section.Index * (long)SectionHeaderLength) + 24);
    }

    private ObjectFault? ReadSymbols()
    {
        ElfSection? table = Array.Find(Sections, section => section.Type == ElfSection.SymbolTable);
        if (table is null)
        {
            return null;
        }

        SectionReader reader = Reader(table);
        if (reader.Length % SymbolLength != 0)
        {
            return reader.Fault(reader.Length / SymbolLength * SymbolLength, $"symbols have {SymbolLength} bytes, and the section has {reader.Length}");
        }

        if (table.Link >= Sections.Length || Sections[table.Link].Type != ElfSection.StringTable)
        {
            return reader.Fault(0, $"the names of symbols are said to be in section {table.Link}, which holds no strings");
        }

        StringSection strings = new(Sections[table.Link].Bytes.ToArray(), null);
        _symbols = new ElfSymbol[reader.Length / SymbolLength];
        for (int i = 0; i < _symbols.Length; i++)
        {
            int at = i * SymbolLength;
            if (strings.At(reader.UInt32(at), LongestName) is not { } name)
            {
                return reader.Fault(at, $"symbol {i} has no name: {strings.WhyNot(reader.UInt32(at), LongestName)}");
            }

            int section = reader.UInt16(at + 6);
            if (section < FirstReservedSection && section >= Sections.Length)
            {
                return reader.Fault(at + 6, $"symbol {i} ('{name}') is said to be in section {section}, and there are {Sections.Length}");
            }

            byte info = reader.Bytes[at + 4];
            _symbols[i] = new ElfSymbol(name, reader.UInt64(at + 8), reader.UInt64(at + 16), (byte)(info & 0xF), (byte)(info >> 4), section);
        }

        return null;
    }
}
