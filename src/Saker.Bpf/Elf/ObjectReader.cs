using System.Diagnostics.CodeAnalysis;
using System.Text;
using Saker.Bpf.Btf;

namespace Saker.Bpf.Elf;

/// <summary>Makes a spec of a file: types, then data and maps, which code refers to, then code.</summary>
internal sealed class ObjectReader(ElfFile file)
{
    private const string Text = ".text";

    private readonly Dictionary<int, List<CodeFunction>> _functions = [];
    private BtfSpec? _types;

    public bool TryRead([NotNullWhen(true)] out ObjectSpec? spec, [NotNullWhen(false)] out ObjectFault? fault)
    {
        spec = null;
        BtfExtension? extension = null;
        if ((fault = new BtfSections(file).Read(out _types, out extension)) is not null)
        {
            return false;
        }

        DataReader data = new(file, _types);
        MapReader maps = new(file, _types);
        fault = data.Read() ?? maps.Read();
        if (fault is null)
        {
            fault = ReadFunctions() ?? extension?.Describe(file, _functions) ?? new CodeReferences(file, _functions, data, maps).Resolve();
        }

        if (fault is not null || (fault = ReadLicense(out string license, out uint? version)) is not null)
        {
            return false;
        }

        fault = new ProgramLinker(EntryFunctions()).Link(out List<ProgramSpec> programs);
        spec = fault is not null ? null : new ObjectSpec
        {
            IsBigEndian = file.IsBigEndian,
            License = license,
            KernelVersion = version,
            Programs = [.. programs],
            Maps = [.. maps.Maps, .. data.Maps],
            Variables = [.. data.Variables],
            Types = _types,
        };
        return spec is not null;
    }

    /// <summary>Programs are the visible functions outside of <c>.text</c>, where only functions stand that those call; where no section of a program's own is, those of <c>.text</c>.</summary>
    private List<CodeFunction> EntryFunctions()
    {
        CodeFunction[] visible = [.. file.Sections.Where(section => _functions.ContainsKey(section.Index)).SelectMany(section => _functions[section.Index]).Where(function => function.IsGlobal)];
        List<CodeFunction> programs = [.. visible.Where(function => function.Section.Name != Text)];
        return programs.Count > 0 ? programs : [.. visible];
    }

    private ObjectFault? ReadFunctions()
    {
        foreach (ElfSection section in file.Sections)
        {
            if (section.IsExecutable && !section.Bytes.IsEmpty)
            {
                if (CodeFunction.ReadAll(file, section, out List<CodeFunction> functions) is { } fault)
                {
                    return fault;
                }

                _functions.Add(section.Index, functions);
            }
        }

        return null;
    }

    private ObjectFault? ReadLicense(out string license, out uint? version)
    {
        license = "";
        version = null;
        if (file.Find("license") is { } section)
        {
            ReadOnlySpan<byte> text = section.Bytes.Span;
            int end = text.IndexOf((byte)0);
            if (end is < 0 or > 128)
            {
                return section.Fault(0, "the licence is no text of up to 128 bytes with a zero byte behind it");
            }

            license = Encoding.UTF8.GetString(text[..end]);
        }

        if (file.Find("version") is { } number)
        {
            if (number.Bytes.Length != 4)
            {
                return number.Fault(0, $"the version has 4 bytes, and the section {number.Bytes.Length}");
            }

            version = file.Reader(number).UInt32(0);
        }

        return null;
    }
}
