using System.Diagnostics.CodeAnalysis;

namespace Saker.Bpf.Btf;

/// <summary>
/// Type information in the BPF Type Format, as a compiler puts it into objects (<c>.BTF</c>) and Linux shows it of itself (<c>/sys/kernel/btf/vmlinux</c>). It does
/// not change, and every type that a type names is there. Source: Documentation/bpf/btf.rst of Linux 6.18.
/// </summary>
public sealed class BtfSpec
{
    /// <summary>The most types that the kernel takes (<c>BTF_MAX_TYPE</c>).</summary>
    public const int MostTypes = 0xF_FFFF;

    /// <summary>The longest section that is read, in bytes (<c>BTF_MAX_SIZE</c>).</summary>
    public const int LongestSection = 16 << 20;

    /// <summary>How faults call the section where the caller gives no other name.</summary>
    public const string SectionName = ".BTF";

    private const string KernelSymbols = ".ksyms";
    private const int LongestText = 64 << 10;
    private const int HeaderLength = 24;
    private const ushort Magic = 0xEB9F;

    private readonly BtfType[] _types;
    private readonly Lazy<ILookup<string, uint>> _byName;
    private readonly Lazy<ILookup<string, uint>> _byEssentialName;

    private BtfSpec(BtfType[] types, StringSection strings, bool isBigEndian)
    {
        _types = types;
        Strings = strings;
        IsBigEndian = isBigEndian;
        _byName = new(() => Lookup(name => name));
        _byEssentialName = new(() => Lookup(name => EssentialName(name)));
    }

    /// <summary>How many types there are, with <c>void</c>, which is number 0.</summary>
    public int Count => _types.Length;

    /// <summary>Whether it was written for machines that put the most significant byte first.</summary>
    public bool IsBigEndian { get; }

    /// <summary>The strings, which line information names as well.</summary>
    internal StringSection Strings { get; }

    /// <summary>A type by its number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none of this number.</exception>
    public BtfType this[uint id] => id < _types.Length
        ? _types[id]
        : throw new ArgumentOutOfRangeException(nameof(id), id, $"There are {_types.Length} types.");

    /// <summary>Reads a section of BTF in either byte order.</summary>
    /// <param name="bytes">The section; it is copied.</param>
    /// <param name="spec">The types; null where there is a fault.</param>
    /// <param name="fault">What is wrong with them; null where there are types.</param>
    /// <param name="before">What the types of a kernel module go on from: those of <c>vmlinux</c>.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out BtfSpec? spec, [NotNullWhen(false)] out ObjectFault? fault, BtfSpec? before = null)
    {
        spec = null;
        bool isBigEndian = bytes.Length >= 2 && bytes[0] == Magic >> 8;
        SectionReader section = new(SectionName, bytes, isBigEndian);
        if ((fault = FaultOfHeader(section, goesOn: before is not null)) is not null)
        {
            return false;
        }

        if (before is not null && before.IsBigEndian != isBigEndian)
        {
            fault = section.Fault(0, "its byte order is not that of the types that it goes on from");
            return false;
        }

        uint header = section.UInt32(4);
        long types = header + section.UInt32(8);
        long typesEnd = types + section.UInt32(12);
        ReadOnlySpan<byte> texts = bytes.Slice((int)(header + section.UInt32(16)), (int)section.UInt32(20));
        StringSection strings = new(texts.ToArray(), before?.Strings);
        uint first = (uint)(before?.Count ?? 1);
        fault = new BtfParser(section, strings, first).Read(types, typesEnd, out List<BtfType> read, out List<int> offsets);
        if (fault is null)
        {
            BtfType[] all = [.. before is null ? [new BtfVoid()] : before._types, .. read];
            spec = new BtfSpec(all, strings, isBigEndian);
            fault = new BtfValidation(spec, first, offsets, SectionName).Check();
        }

        spec = fault is null ? spec : null;
        return spec is not null;
    }

    /// <summary>
    /// The same types as a kernel takes them of an object: it knows nothing that is elsewhere, neither section nor variables of what only it has, and no
    /// functions whose parameters have no names. Numbers stay.
    /// </summary>
    public BtfSpec ForKernel()
    {
        HashSet<uint> prototypes = [.. _types.OfType<BtfFunction>().Where(function => function.Linkage == BtfLinkage.External).Select(function => function.Prototype)];
        ILookup<bool, uint> variables = _types.OfType<BtfDataSection>().SelectMany(section => section.Variables.Select(place => (IsSymbol: section.Name == KernelSymbols, place.Variable)))
            .ToLookup(place => place.IsSymbol, place => place.Variable);
        HashSet<uint> symbols = [.. variables[true]];
        symbols.ExceptWith(variables[false]);
        return With(type => type switch
        {
            BtfVariable when symbols.Contains(type.Id) => new BtfPointer(0) { Id = type.Id },
            BtfDataSection { Name: KernelSymbols } => new BtfPointer(0) { Id = type.Id },
            BtfVariable { Linkage: BtfLinkage.External } variable => variable with { Linkage = BtfLinkage.Global },
            BtfFunction { Linkage: BtfLinkage.External } function => function with { Linkage = BtfLinkage.Global },
            BtfFunctionPrototype prototype when prototypes.Contains(type.Id) => prototype with
            {
                Parameters = [.. prototype.Parameters.Select(parameter => parameter is { Name.Length: 0, Type: not 0 } ? parameter with { Name = "_" } : parameter)],
            },
            _ => type,
        });
    }

    /// <summary>The same types but for those that <paramref name="change"/> makes others of; numbers stay, and what it makes must be as valid as what it was made of.</summary>
    internal BtfSpec With(Func<BtfType, BtfType> change) => new([.. _types.Select(change)], Strings, IsBigEndian);

    /// <summary>A text that stands beside the types, as lines of the source do; empty: there is none.</summary>
    /// <param name="offset">Where it stands, in bytes from the beginning of the strings.</param>
    public string TextAt(uint offset) => Strings.At(offset, LongestText) ?? "";

    /// <summary>The types of a name, in the order of their numbers; of one kind, if that is given.</summary>
    public IEnumerable<BtfType> Find(string name, BtfKind? kind = null) =>
        _byName.Value[name].Select(id => _types[id]).Where(type => kind is null || type.Kind == kind);

    /// <summary>The types whose name is this one but for a flavour behind three underscores (<c>task_struct___old</c>).</summary>
    internal IEnumerable<uint> FindByEssentialName(string essentialName) => _byEssentialName.Value[essentialName];

    /// <summary>A name without its flavour: what stands behind three underscores tells apart a program's views of one type.</summary>
    public static string EssentialName(string name)
    {
        ReadOnlySpan<char> essential = Essential(name);
        return essential.Length < name.Length ? essential.ToString() : name;
    }

    internal static ReadOnlySpan<char> Essential(ReadOnlySpan<char> name)
    {
        int flavour = name.LastIndexOf("___");
        return flavour > 0 ? name[..flavour] : name;
    }

    /// <summary>The type itself behind typedefs, tags, <c>const</c> and their like.</summary>
    public BtfType Resolve(uint id)
    {
        BtfType type = this[id];
        while (type is BtfAlias alias)
        {
            type = _types[alias.Target];
        }

        return type;
    }

    /// <summary>Bytes of a variable of a type; null: it has no size (a function, <c>void</c>, what is only declared) or one above 4 GiB.</summary>
    public uint? SizeOf(uint id)
    {
        ulong count = 1;
        BtfType type = Resolve(id);
        while (type is BtfArray array)
        {
            count *= array.Count;
            if (count > uint.MaxValue)
            {
                return null;
            }

            type = Resolve(array.Element);
        }

        uint? size = type switch
        {
            BtfInteger integer => integer.Size,
            BtfPointer => PointerSize,
            BtfComposite composite => composite.Size,
            BtfEnumeration enumeration => enumeration.Size,
            BtfFloat number => number.Size,
            BtfVariable variable => SizeOf(variable.Type),
            BtfDataSection data => data.Size,
            _ => null,
        };
        return size * count is { } bytes and <= uint.MaxValue ? (uint)bytes : null;
    }

    /// <summary>Bytes of a pointer: BPF is a machine of 64 bits.</summary>
    internal const uint PointerSize = 8;

    private static ObjectFault? FaultOfHeader(SectionReader section, bool goesOn)
    {
        if (!section.Holds(0, HeaderLength))
        {
            return section.Ends(0, HeaderLength, "the header");
        }

        if (section.Length > LongestSection)
        {
            return section.Fault(0, $"it has {section.Length} bytes, and at most {LongestSection} are read");
        }

        if (section.UInt16(0) != Magic)
        {
            return section.Fault(0, $"it begins with 0x{section.UInt16(0):x4}, and BTF with 0x{Magic:x4}");
        }

        if (section.Bytes[2] != 1)
        {
            return section.Fault(2, $"it has version {section.Bytes[2]}, and only version 1 is known");
        }

        uint header = section.UInt32(4);
        if (header < HeaderLength || header > section.Length)
        {
            return section.Fault(4, $"the header claims {header} bytes; it has at least {HeaderLength}, and the section {section.Length}");
        }

        if (section.UInt32(8) % 4 != 0 || !section.Holds((long)header + section.UInt32(8), section.UInt32(12)))
        {
            return section.Fault(8, $"the types, {section.UInt32(12)} bytes at {section.UInt32(8)} behind the header, do not lie within the section at a multiple of 4");
        }

        if (!section.Holds((long)header + section.UInt32(16), section.UInt32(20)))
        {
            return section.Fault(16, $"the strings, {section.UInt32(20)} bytes at {section.UInt32(16)} behind the header, do not lie within the section");
        }

        ulong typesEnd = (ulong)section.UInt32(8) + section.UInt32(12);
        ulong stringsEnd = (ulong)section.UInt32(16) + section.UInt32(20);
        if (section.UInt32(8) < stringsEnd && section.UInt32(16) < typesEnd)
        {
            return section.Fault(8, "types and strings overlap");
        }

        ReadOnlySpan<byte> texts = section.Bytes.Slice((int)(header + section.UInt32(16)), (int)section.UInt32(20));
        if (texts is [not 0, ..] && !goesOn)
        {
            return section.Fault(16, "the strings do not begin with an empty one");
        }

        return texts is [.., not 0] ? section.Fault(16, "the strings do not end with a zero byte") : null;
    }

    private ILookup<string, uint> Lookup(Func<string, string> key) =>
        _types.Where(type => type.Name.Length > 0 && type.Kind is not (BtfKind.DeclarationTag or BtfKind.TypeTag)).ToLookup(type => key(type.Name), type => type.Id, StringComparer.Ordinal);
}
