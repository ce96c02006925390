using System.Collections.Immutable;

namespace Saker.Bpf.Btf;

/// <summary>Reads the records of a type section (Documentation/bpf/btf.rst), each checked for itself; what types are to each other, <see cref="BtfValidation"/> checks.</summary>
/// <param name="section">The section.</param>
/// <param name="strings">Names.</param>
/// <param name="firstId">The number of the first type.</param>
internal ref struct BtfParser(SectionReader section, StringSection strings, uint firstId)
{
    /// <summary>The longest name that the kernel takes (<c>KSYM_NAME_LEN</c>).</summary>
    public const int LongestName = 512;

    private const int RecordLength = 12;

    private readonly SectionReader _section = section;
    private readonly List<BtfType> _types = [];
    private readonly List<int> _offsets = [];
    private ObjectFault? _fault;
    private long _at;

    /// <summary>Reads all types between two offsets of the section.</summary>
    /// <returns>The fault; null: all were read, and <c>offsets</c> says where each of them stands.</returns>
    public ObjectFault? Read(long start, long end, out List<BtfType> types, out List<int> offsets)
    {
        types = _types;
        offsets = _offsets;
        _at = start;
        while (_at < end && _fault is null)
        {
            if (end - _at < RecordLength)
            {
                return _section.Fault(_at, $"a type needs {RecordLength} bytes, and the types end after {end - _at}");
            }

            if (_types.Count >= BtfSpec.MostTypes)
            {
                return _section.Fault(_at, $"there are more than {BtfSpec.MostTypes} types");
            }

            ReadType(end);
        }

        return _fault;
    }

    private void ReadType(long end)
    {
        long record = _at;
        string name = Name(record);
        uint info = _section.UInt32(record + 4);
        uint word = _section.UInt32(record + 8);
        BtfKind kind = (BtfKind)((info >> 24) & 0x1F);
        int count = (int)(info & 0xFFFF);
        bool flag = info >> 31 != 0;
        uint id = firstId + (uint)_types.Count;
        _at += RecordLength;
        int entry = EntryLength(kind, ref count, out int entries);
        if (entry < 0)
        {
            _fault ??= _section.Fault(record + 4, $"type {id} has the kind {(int)kind}, and the last one known is {(int)BtfKind.Enumeration64}");
            return;
        }

        if ((long)entry * entries > end - _at)
        {
            _fault ??= _section.Fault(record + 4, $"type {id} ({kind}) has {entries} entries of {entry} bytes, and the types end after {end - _at}");
            return;
        }

        BtfType? type = kind switch
        {
            BtfKind.Integer => Integer(record, id, name, word),
            BtfKind.Pointer => new BtfPointer(word) { Id = id },
            BtfKind.Typedef or BtfKind.Volatile or BtfKind.Const or BtfKind.Restrict or BtfKind.TypeTag => new BtfAlias(kind, name, word) { Id = id },
            BtfKind.Array => new BtfArray(_section.UInt32(_at), _section.UInt32(_at + 4), _section.UInt32(_at + 8)) { Id = id },
            BtfKind.Structure or BtfKind.Union => new BtfComposite(kind, name, word, Members(count, flag)) { Id = id },
            BtfKind.Enumeration => new BtfEnumeration(kind, name, word, flag, Values(count, flag)) { Id = id },
            BtfKind.Enumeration64 => new BtfEnumeration(kind, name, word, flag, WideValues(count)) { Id = id },
            BtfKind.Forward => new BtfForward(name, flag) { Id = id },
            BtfKind.Function => new BtfFunction(name, word, Linkage(record, (uint)count)) { Id = id },
            BtfKind.FunctionPrototype => new BtfFunctionPrototype(word, Parameters(count)) { Id = id },
            BtfKind.Variable => new BtfVariable(name, word, Linkage(record, _section.UInt32(_at))) { Id = id },
            BtfKind.DataSection => new BtfDataSection(name, word, Variables(count)) { Id = id },
            BtfKind.Float => new BtfFloat(name, word) { Id = id },
            BtfKind.DeclarationTag => new BtfDeclarationTag(name, word, (int)_section.UInt32(_at)) { Id = id },
            _ => null,
        };
        if (type is not null && _fault is null)
        {
            _types.Add(type);
            _offsets.Add((int)record);
            _at += (long)entry * entries;
        }
    }

    /// <summary>Bytes of an entry behind a record; -1: no such kind.</summary>
    private static int EntryLength(BtfKind kind, ref int count, out int entries)
    {
        entries = kind is BtfKind.Structure or BtfKind.Union or BtfKind.Enumeration or BtfKind.Enumeration64 or BtfKind.FunctionPrototype or BtfKind.DataSection ? count : 1;
        return kind switch
        {
            BtfKind.Integer or BtfKind.Variable or BtfKind.DeclarationTag => 4,
            BtfKind.Array or BtfKind.Structure or BtfKind.Union or BtfKind.DataSection or BtfKind.Enumeration64 => 12,
            BtfKind.Enumeration or BtfKind.FunctionPrototype => 8,
            BtfKind.Void or > BtfKind.Enumeration64 => -1,
            _ => 0,
        };
    }

    private string Name(long at)
    {
        uint offset = _section.UInt32(at);
        if (strings.At(offset, LongestName) is { } name)
        {
            return name;
        }

        _fault ??= _section.Fault(at, $"a name is missing: {strings.WhyNot(offset, LongestName)}");
        return "";
    }

    private BtfInteger? Integer(long record, uint id, string name, uint size)
    {
        uint word = _section.UInt32(_at);
        byte bits = (byte)word;
        byte offset = (byte)(word >> 16);
        if (size is not (1 or 2 or 4 or 8 or 16) || bits + offset > size * 8)
        {
            _fault ??= _section.Fault(record + 8, $"an integer of {size} bytes has {bits} bits from bit {offset}");
            return null;
        }

        return new BtfInteger(name, size, (BtfIntegerEncoding)((word >> 24) & 0xF), bits, offset) { Id = id };
    }

    private ImmutableArray<BtfMember> Members(int count, bool withSizes)
    {
        BtfMember[] members = new BtfMember[count];
        for (int i = 0; i < count; i++)
        {
            long at = _at + (i * 12L);
            uint offset = _section.UInt32(at + 8);
            members[i] = withSizes
                ? new BtfMember(Name(at), _section.UInt32(at + 4), offset & 0xFF_FFFF, (byte)(offset >> 24))
                : new BtfMember(Name(at), _section.UInt32(at + 4), offset, 0);
        }

        return [.. members];
    }

    private ImmutableArray<BtfEnumerator> Values(int count, bool isSigned)
    {
        BtfEnumerator[] values = new BtfEnumerator[count];
        for (int i = 0; i < count; i++)
        {
            uint value = _section.UInt32(_at + (i * 8L) + 4);
            values[i] = new BtfEnumerator(Name(_at + (i * 8L)), isSigned ? (int)value : value);
        }

        return [.. values];
    }

    private ImmutableArray<BtfEnumerator> WideValues(int count)
    {
        BtfEnumerator[] values = new BtfEnumerator[count];
        for (int i = 0; i < count; i++)
        {
            long at = _at + (i * 12L);
            values[i] = new BtfEnumerator(Name(at), (long)(((ulong)_section.UInt32(at + 8) << 32) | _section.UInt32(at + 4)));
        }

        return [.. values];
    }

    private ImmutableArray<BtfParameter> Parameters(int count)
    {
        BtfParameter[] parameters = new BtfParameter[count];
        for (int i = 0; i < count; i++)
        {
            parameters[i] = new BtfParameter(Name(_at + (i * 8L)), _section.UInt32(_at + (i * 8L) + 4));
        }

        return [.. parameters];
    }

    private readonly ImmutableArray<BtfSectionVariable> Variables(int count)
    {
        BtfSectionVariable[] variables = new BtfSectionVariable[count];
        for (int i = 0; i < count; i++)
        {
            long at = _at + (i * 12L);
            variables[i] = new BtfSectionVariable(_section.UInt32(at), _section.UInt32(at + 4), _section.UInt32(at + 8));
        }

        return [.. variables];
    }

    private BtfLinkage Linkage(long record, uint value)
    {
        if (value > (uint)BtfLinkage.External)
        {
            _fault ??= _section.Fault(record, $"linkage {value} is none of static, global and extern");
        }

        return (BtfLinkage)value;
    }
}
