using System.Diagnostics.CodeAnalysis;

namespace Saker.Bpf.Elf;

/// <summary>A section of an object file.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it holds (<c>SHT_*</c>).</param>
/// <param name="Flags">Its flags (<c>SHF_*</c>).</param>
/// <param name="Size">Bytes in memory; those in the file are as many, or none.</param>
/// <param name="Link">The section that goes with it.</param>
/// <param name="Info">For relocations the section that they change.</param>
/// <param name="Bytes">What the file holds of it.</param>
internal sealed record ElfSection(int Index, string Name, uint Type, ulong Flags, ulong Size, uint Link, uint Info, ReadOnlyMemory<byte> Bytes)
{
    public const uint SymbolTable = 2, StringTable = 3, RelocationsWithAddend = 4, NoBits = 8, Relocations = 9;

    public bool IsExecutable => (Flags & 4) != 0;

    public ObjectFault Fault(long offset, string message) => new(Name, offset, message);
}

/// <summary>A name for a place in a section, or for something that is in no section here.</summary>
internal sealed record ElfSymbol(string Name, ulong Value, ulong Size, byte Type, byte Binding, int Section)
{
    public const byte NoType = 0, Object = 1, Function = 2, SectionType = 3;

    public bool IsGlobal => Binding != 0;

    public bool IsUndefined => Section == 0;
}

/// <summary>A place in a section into which the address of a symbol belongs, with a type of relocation of BPF (<c>R_BPF_*</c>).</summary>
internal readonly record struct ElfRelocation(ulong Offset, ElfSymbol Symbol, uint Type)
{
    public const uint Unsaid = 0, Wide = 1, Absolute64 = 2, Absolute32 = 3, Debug32 = 4, Call = 10;
}

/// <summary>An object file of 64-bit ELF for BPF, taken apart and checked: all sections lie in the file, and none lies over another.</summary>
internal sealed partial class ElfFile
{
    private const int HeaderLength = 64, SectionHeaderLength = 64, SymbolLength = 24, RelocationLength = 16;
    private const int LongestName = 512;
    private const int FirstReservedSection = 0xFF00;
    private const ushort RelocatableFile = 1, MachineNone = 0, MachineBpf = 247;

    private readonly byte[] _file;
    private readonly Lazy<ILookup<int, ElfSymbol>> _functions;
    private ElfSymbol[] _symbols = [];
    private readonly Dictionary<string, ElfSection> _byName = new(StringComparer.Ordinal);
    private ILookup<int, ElfSection> _relocations = Array.Empty<ElfSection>().ToLookup(section => section.Index);

    private ElfFile(byte[] file)
    {
        _file = file;
        IsBigEndian = file.Length > 5 && file[5] == 2;
        _functions = new(() => _symbols.Where(symbol => symbol.Type == ElfSymbol.Function).ToLookup(symbol => symbol.Section));
    }

    public bool IsBigEndian { get; }

    public ElfSection[] Sections { get; private set; } = [];

    public ReadOnlySpan<ElfSymbol> Symbols => _symbols;

    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ElfFile? file, [NotNullWhen(false)] out ObjectFault? fault)
    {
        file = new ElfFile(bytes.ToArray());
        fault = file.FaultOfHeader() ?? file.ReadSections() ?? file.ReadSymbols();
        file = fault is null ? file : null;
        return file is not null;
    }

    /// <summary>The first section of a name; null: there is none.</summary>
    public ElfSection? Find(string name) => _byName.GetValueOrDefault(name);

    public SectionReader Reader(ElfSection section) => new(section.Name, section.Bytes.Span, IsBigEndian);

    /// <summary>The symbols of variables in a section.</summary>
    public IEnumerable<ElfSymbol> SymbolsOf(ElfSection section) =>
        _symbols.Where(symbol => symbol.Section == section.Index && symbol.Type is (ElfSymbol.Object or ElfSymbol.NoType) && symbol.Name.Length > 0);

    /// <summary>The symbols of functions in a section.</summary>
    public IEnumerable<ElfSymbol> FunctionsOf(ElfSection section) => _functions.Value[section.Index];

    /// <summary>The relocations of a section, in the file's order.</summary>
    public ObjectFault? ReadRelocations(ElfSection section, out List<ElfRelocation> relocations)
    {
        relocations = [];
        foreach (ElfSection table in _relocations[section.Index])
        {
            if (table.Type == ElfSection.RelocationsWithAddend)
            {
                return table.Fault(0, "relocations with addends (RELA) are none that compilers make for BPF");
            }

            SectionReader reader = Reader(table);
            for (int at = 0; at < reader.Length; at += RelocationLength)
            {
                if (!reader.Holds(at, RelocationLength))
                {
                    return reader.Ends(at, RelocationLength, "a relocation");
                }

                ulong info = reader.UInt64(at + 8);
                if (info >> 32 >= (ulong)_symbols.Length)
                {
                    return reader.Fault(at + 8, $"it names symbol {info >> 32}, and there are {_symbols.Length}");
                }

                relocations.Add(new ElfRelocation(reader.UInt64(at), _symbols[info >> 32], (uint)info));
            }
        }

        return null;
    }

    private SectionReader Whole(string name) => new(name, _file, IsBigEndian);

    private ObjectFault? FaultOfHeader()
    {
        SectionReader header = Whole("ELF header");
        if (!header.Holds(0, HeaderLength))
        {
            return header.Ends(0, HeaderLength, "the header of an ELF file");
        }

        if (!header.Bytes.StartsWith("\u007fELF"u8))
        {
            return header.Fault(0, "this is no ELF file");
        }

        if (header.Bytes[4] != 2 || header.Bytes[5] is not (1 or 2))
        {
            return header.Fault(4, $"objects for BPF have class 2 (64 bits) and byte order 1 or 2; this one has {header.Bytes[4]} and {header.Bytes[5]}");
        }

        if (header.UInt16(16) != RelocatableFile)
        {
            return header.Fault(16, $"it has type {header.UInt16(16)}; an object (clang -c) has {RelocatableFile}");
        }

        return header.UInt16(18) is MachineNone or MachineBpf ? null : header.Fault(18, $"it is for machine {header.UInt16(18)}, and BPF is {MachineBpf} (clang -target bpf)");
    }
}
