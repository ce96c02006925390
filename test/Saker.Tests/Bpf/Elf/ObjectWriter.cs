using System.Buffers.Binary;
using System.Text;

namespace Saker.Tests.Bpf.Elf;

/// <summary>Writes little-endian objects that no compiler would make.</summary>
internal sealed class ObjectWriter
{
    public const uint Code = 1, Data = 1, NoBits = 8;
    public const ulong Executable = 6, Writable = 3;

    private const uint SymbolTable = 2, StringTable = 3, Relocations = 9;

    private readonly List<(string Name, uint Type, ulong Flags, byte[] Bytes, ulong Size, uint Link, uint Info)> _sections = [("", 0, 0, [], 0, 0, 0)];
    private readonly List<byte> _symbols = [];
    private readonly List<byte> _strings = [];
    private readonly List<(int Section, List<byte> Entries)> _relocations = [];
    private int _symbolCount = 1;

    public ObjectWriter()
    {
        _symbols.AddRange(new byte[24]);
        _strings.Add(0);
    }

    /// <summary>Adds a section and gives its number.</summary>
    public int Add(string name, byte[] bytes, ulong flags = 0, uint type = Data, ulong? size = null)
    {
        _sections.Add((name, type, flags, bytes, size ?? (ulong)bytes.Length, 0, 0));
        return _sections.Count - 1;
    }

    /// <summary>Adds a section of code with one function for all of it.</summary>
    public int AddCode(string name, string function, byte[] code)
    {
        int section = Add(name, code, Executable);
        AddFunction(function, section, 0, code.Length);
        return section;
    }

    public int AddFunction(string name, int section, int offset, int size, bool isGlobal = true) => AddSymbol(name, section, offset, size, 2, isGlobal);

    /// <summary>Adds a symbol and gives its number.</summary>
    public int AddSymbol(string name, int section, int offset, int size, byte type, bool isGlobal = true)
    {
        uint at = name.Length == 0 ? 0 : (uint)_strings.Count;
        if (name.Length > 0)
        {
            _strings.AddRange(Encoding.UTF8.GetBytes(name + "\0"));
        }

        return AddSymbol(at, section, offset, size, type, isGlobal);
    }

    public int AddSymbol(uint name, int section, int offset, int size, byte type, bool isGlobal)
    {
        Span<byte> entry = stackalloc byte[24];
        BinaryPrimitives.WriteUInt32LittleEndian(entry, name);
        entry[4] = (byte)(type | (isGlobal ? 0x10 : 0));
        BinaryPrimitives.WriteUInt16LittleEndian(entry[6..], (ushort)section);
        BinaryPrimitives.WriteInt64LittleEndian(entry[8..], offset);
        BinaryPrimitives.WriteInt64LittleEndian(entry[16..], size);
        _symbols.AddRange(entry);
        return _symbolCount++;
    }

    /// <summary>Adds a table of relocations for a section: offset, symbol, type.</summary>
    public void Relocate(int section, IEnumerable<(ulong Offset, int Symbol, uint Type)> entries)
    {
        List<byte> table = [];
        Span<byte> entry = stackalloc byte[16];
        foreach ((ulong offset, int symbol, uint type) in entries)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(entry, offset);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], type);
            BinaryPrimitives.WriteInt32LittleEndian(entry[12..], symbol);
            table.AddRange(entry);
        }

        _relocations.Add((section, table));
    }

    /// <summary>Adds bytes to the names of symbols and gives where they begin.</summary>
    public uint AddStrings(byte[] bytes)
    {
        uint at = (uint)_strings.Count;
        _strings.AddRange(bytes);
        return at;
    }

    public byte[] ToArray()
    {
        uint symbols = (uint)_sections.Count;
        _sections.Add((".symtab", SymbolTable, 0, _symbols.ToArray(), (ulong)_symbols.Count, symbols + 1, 0));
        _sections.Add((".strtab", StringTable, 0, _strings.ToArray(), (ulong)_strings.Count, 0, 0));
        foreach ((int section, List<byte> entries) in _relocations)
        {
            _sections.Add((".rel", Relocations, 0, entries.ToArray(), (ulong)entries.Count, symbols, (uint)section));
        }

        List<byte> names = [];
        names.Add(0);
        Dictionary<string, uint> places = new() { [""] = 0 };
        foreach (string name in _sections.Select(section => section.Name).Append(".shstrtab"))
        {
            if (places.TryAdd(name, (uint)names.Count))
            {
                names.AddRange(Encoding.UTF8.GetBytes(name + "\0"));
            }
        }

        _sections.Add((".shstrtab", StringTable, 0, names.ToArray(), (ulong)names.Count, 0, 0));
        List<byte> file = [];
        file.AddRange(new byte[64]);
        byte[] headers = new byte[64 * _sections.Count];
        for (int i = 0; i < _sections.Count; i++)
        {
            (string name, uint type, ulong flags, byte[] bytes, ulong size, uint link, uint info) = _sections[i];
            Span<byte> header = headers.AsSpan(i * 64);
            BinaryPrimitives.WriteUInt32LittleEndian(header, places[name]);
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], type);
            BinaryPrimitives.WriteUInt64LittleEndian(header[8..], flags);
            BinaryPrimitives.WriteInt64LittleEndian(header[24..], file.Count);
            BinaryPrimitives.WriteUInt64LittleEndian(header[32..], size);
            BinaryPrimitives.WriteUInt32LittleEndian(header[40..], link);
            BinaryPrimitives.WriteUInt32LittleEndian(header[44..], info);
            file.AddRange(bytes);
        }

        long table = file.Count;
        file.AddRange(headers);
        byte[] whole = file.ToArray();
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(whole);
        whole[16] = 1;
        whole[18] = 247;
        BinaryPrimitives.WriteInt64LittleEndian(whole.AsSpan(40), table);
        whole[52] = 64;
        whole[58] = 64;
        BinaryPrimitives.WriteUInt16LittleEndian(whole.AsSpan(60), (ushort)_sections.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(whole.AsSpan(62), (ushort)(_sections.Count - 1));
        return whole;
    }
}
