using System.Buffers.Binary;
using Saker.Bpf;
using Saker.Bpf.Elf;

namespace Saker.Tests.Bpf.Elf;

/// <summary>
/// Changes an object where its form lies: the fields of headers, symbols, relocations, types, records and instructions get values that are near, at an end, or another
/// field's of the same kind. What chance changes byte by byte is refused at the first check; this comes further.
/// </summary>
internal sealed class ObjectMutator
{
    private const int SectionTableField = 40, HeaderLength = 64;

    private static readonly ulong[] Ends =
        [0, 1, 2, 3, 4, 7, 8, 12, 16, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x1_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1UL << 32, long.MaxValue, 1UL << 63, ulong.MaxValue];

    private readonly byte[] _original;
    private readonly bool _isBigEndian;
    private readonly List<List<(int At, int Size)>> _kinds = [];
    private readonly Dictionary<string, List<(int At, int Size)>> _byKind = [];

    public ObjectMutator(byte[] original)
    {
        _original = original;
        Assert.True(ElfFile.TryRead(original, out ElfFile? file, out ObjectFault? fault), fault?.ToString());
        _isBigEndian = file.IsBigEndian;
        AddRecord("header", 0, ("class", 4, 1), ("order", 5, 1), ("type", 16, 2), ("machine", 18, 2), ("table", 40, 8), ("entry", 58, 2), ("count", 60, 2), ("names", 62, 2));
        int table = (int)Get(SectionTableField, 8);
        foreach (ElfSection section in file.Sections)
        {
            AddRecord(
                "section", table + (section.Index * HeaderLength),
                ("name", 0, 4), ("type", 4, 4), ("flags", 8, 8), ("at", 24, 8), ("size", 32, 8), ("link", 40, 4), ("info", 44, 4));
            AddContents(section, (int)Get(table + (section.Index * HeaderLength) + 24, 8));
        }
    }

    /// <summary>How many fields there are to change.</summary>
    public int Count => _kinds.Sum(kind => kind.Count);

    /// <summary>Makes one with a few fields changed.</summary>
    public byte[] Next(Random random)
    {
        byte[] bytes = [.. _original];
        int changes = 1 + random.Next(3);
        for (int i = 0; i < changes; i++)
        {
            List<(int At, int Size)> kind = _kinds[random.Next(_kinds.Count)];
            (int at, int size) = kind[random.Next(kind.Count)];
            ulong value = Read(bytes, at, size);
            (int otherAt, int otherSize) = kind[random.Next(kind.Count)];
            value = random.Next(6) switch
            {
                0 => value + (ulong)random.Next(1, 9),
                1 => value - (ulong)random.Next(1, 9),
                2 => value ^ (1UL << random.Next(8 * size)),
                3 => Ends[random.Next(Ends.Length)],
                4 => (ulong)random.Next(_original.Length),
                _ => Read(bytes, otherAt, otherSize),
            };
            Write(bytes, at, size, value);
        }

        return bytes;
    }

    private void AddContents(ElfSection section, int at)
    {
        int length = section.Bytes.Length;
        switch (section)
        {
            case { Type: ElfSection.SymbolTable }:
                AddRecords("symbol", at, length, 24, ("name", 0, 4), ("info", 4, 1), ("section", 6, 2), ("value", 8, 8), ("size", 16, 8));
                break;
            case { Type: ElfSection.Relocations }:
                bool isLow = _isBigEndian;
                AddRecords("relocation", at, length, 16, ("at", 0, 8), ("type", isLow ? 12 : 8, 4), ("symbol", isLow ? 8 : 12, 4));
                break;
            case { IsExecutable: true }:
                AddRecords("code", at, length, 8, ("opcode", 0, 1), ("registers", 1, 1), ("offset", 2, 2), ("immediate", 4, 4));
                break;
            case { Name: ".BTF" }:
                AddTypes(at);
                break;
            case { Name: ".BTF.ext" }:
                AddRecords("record", at + 32, length - 32, 4, ("word", 0, 4));
                AddRecord("extension", at, ("header", 4, 4), ("a", 8, 4), ("b", 12, 4), ("c", 16, 4), ("d", 20, 4), ("e", 24, 4), ("f", 28, 4));
                break;
        }
    }

    private void AddTypes(int at)
    {
        AddRecord("types", at, ("magic", 0, 2), ("version", 2, 1), ("header", 4, 4), ("at", 8, 4), ("length", 12, 4), ("strings", 16, 4), ("stringsLength", 20, 4));
        long record = at + Get(at + 4, 4) + Get(at + 8, 4);
        long end = record + Get(at + 12, 4);
        while (record < end)
        {
            uint info = (uint)Get((int)record + 4, 4);
            uint kind = (info >> 24) & 0x1F;
            uint count = info & 0xFFFF;
            AddRecord("type", (int)record, ("name", 0, 4), ("info", 4, 4), ("word", 8, 4));
            long words = kind switch
            {
                1 or 14 or 17 => 1,
                3 => 3,
                4 or 5 or 15 or 19 => 3 * count,
                6 or 13 => 2 * count,
                _ => 0,
            };
            for (int i = 0; i < words; i++)
            {
                Add($"of {kind}.{i % 3}", (int)record + 12 + (4 * i), 4);
            }

            record += 12 + (4 * words);
        }
    }

    private void AddRecords(string name, int at, int length, int stride, params (string Name, int At, int Size)[] fields)
    {
        for (int i = 0; i + stride <= length; i += stride)
        {
            AddRecord(name, at + i, fields);
        }
    }

    private void AddRecord(string name, int at, params (string Name, int At, int Size)[] fields)
    {
        foreach ((string field, int offset, int size) in fields)
        {
            Add($"{name}.{field}", at + offset, size);
        }
    }

    private void Add(string kind, int at, int size)
    {
        if (!_byKind.TryGetValue(kind, out List<(int, int)>? fields))
        {
            _byKind.Add(kind, fields = []);
            _kinds.Add(fields);
        }

        fields.Add((at, size));
    }

    private long Get(int at, int size) => (long)Read(_original, at, size);

    private ulong Read(byte[] bytes, int at, int size)
    {
        Span<byte> word = stackalloc byte[8];
        word.Clear();
        bytes.AsSpan(at, size).CopyTo(_isBigEndian ? word[(8 - size)..] : word);
        return _isBigEndian ? BinaryPrimitives.ReadUInt64BigEndian(word) : BinaryPrimitives.ReadUInt64LittleEndian(word);
    }

    private void Write(byte[] bytes, int at, int size, ulong value)
    {
        Span<byte> word = stackalloc byte[8];
        if (_isBigEndian)
        {
            BinaryPrimitives.WriteUInt64BigEndian(word, value);
            word = word[(8 - size)..];
        }
        else
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, value);
            word = word[..size];
        }

        word.CopyTo(bytes.AsSpan(at, size));
    }
}
