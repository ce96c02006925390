using System.Globalization;
using System.Numerics;
using Saker.Bpf;
using Saker.Bpf.Btf;

namespace Saker.Cli.Output;

/// <summary>An object for a person: a table each of programs, maps and global variables.</summary>
internal sealed class BpfInfoReport(ObjectSpec spec)
{
    private const int MostNames = 12;

    private readonly Columns _columns = new(Terminal.Output);
    private readonly Dictionary<string, MapSpec> _maps = spec.Maps.DistinctBy(map => map.Name).ToDictionary(map => map.Name, StringComparer.Ordinal);

    /// <summary>Prints it.</summary>
    public void Print()
    {
        string version = spec.KernelVersion is { } number ? string.Create(CultureInfo.InvariantCulture, $", for kernel {number >> 16}.{(number >> 8) & 0xFF}.{number & 0xFF}") : "";
        _columns.Line($"{(spec.IsBigEndian ? "big" : "little")}-endian, licence {(spec.License.Length == 0 ? "none" : Printable.Of(spec.License))}{version}");
        _columns.Line(spec.Types is { } types
            ? $"{Quantity.Of(types.Count - 1, "type")}, {Quantity.Of(spec.Programs.Sum(program => program.CoreRelocations.Length), "relocation")} against types of the kernel"
            : "no types (compile with -g to have them)");
        Table(["program", "section", "type", "attach", "slots", "functions"], spec.Programs.Select(Cells));
        Table(["map", "type", "key", "value", "entries", "more"], spec.Maps.Where(map => !map.IsSection).Select(Cells));
        Table(["section", "bytes", "programs"], spec.Maps.Where(map => map.IsSection).Select(map =>
            new[] { map.Name, Number(map.ValueSize), (map.Flags & (uint)MapFlags.ReadOnlyForPrograms) != 0 ? "read" : "read and write" }));
        Table(["variable", "at", "bytes", "value", "declaration"], spec.Variables.OrderBy(variable => variable.Map, StringComparer.Ordinal).ThenBy(variable => variable.Offset).Select(Cells));
    }

    private void Table(string[] heads, IEnumerable<string[]> lines)
    {
        string[][] rows = [heads, .. lines.Select(cells => cells.Select(cell => Printable.Of(cell)).ToArray())];
        if (rows.Length == 1)
        {
            return;
        }

        _columns.Line();
        int[] widths = [.. heads.Select((_, column) => rows.Max(row => row[column].Length) + 2)];
        for (int i = 0; i < rows.Length; i++)
        {
            _columns.Line([.. rows[i].Select((cell, column) => new Part(cell, i == 0 ? "bold" : null, column < heads.Length - 1 ? widths[column] : 0))]);
        }
    }

    private static string[] Cells(ProgramSpec program)
    {
        string attach = program.AttachType is { } type ? type.ToString() : "";
        string flags = (program.IsSleepable ? " sleepable" : "") + (program.TakesFragments ? " frags" : "");
        return
        [
            program.Name, program.Section, program.Type.KernelName() + flags, program.AttachTarget.Length > 0 ? $"{attach} {program.AttachTarget}".Trim() : attach,
            Number(program.Instructions.Length), Listed(program.Functions.Skip(1).Select(function => function.Name), program.Functions.Length - 1),
        ];
    }

    private string[] Cells(MapSpec map)
    {
        string[] more =
        [
            .. map.Flags != 0 ? new[] { string.Create(CultureInfo.InvariantCulture, $"flags 0x{map.Flags:x}") } : [],
            .. map.IsPinnedByName ? new[] { "pinned" } : [],
            .. map.Inner is { } inner ? new[] { $"of {inner.Type.KernelName()}" } : [],
            .. map.Slots.IsEmpty ? [] : new[] { Listed(map.Slots.Select(slot => string.Create(CultureInfo.InvariantCulture, $"[{slot.Index}]={slot.Name}")), map.Slots.Length) },
        ];
        return [map.Name, map.Type.KernelName(), Size(map.KeySize, map.KeyTypeId), Size(map.ValueSize, map.ValueTypeId), Number(map.MaximumEntries), string.Join(' ', more)];
    }

    private string[] Cells(VariableSpec variable) =>
    [
        variable.Name,
        string.Create(CultureInfo.InvariantCulture, $"{variable.Map}+{variable.Offset}"),
        Number(variable.Size),
        Value(variable),
        spec.Types is { } types && variable.TypeId != 0 ? BtfText.BriefOf(types, variable.TypeId, variable.Name) : "",
    ];

    /// <summary>The value as a number, signed as its type says; of what is no number, the first bytes.</summary>
    private string Value(VariableSpec variable)
    {
        const int MostBytes = 8;
        ReadOnlySpan<byte> bytes = _maps[variable.Map].Contents.AsSpan().Slice((int)variable.Offset, (int)variable.Size);
        if (bytes.Length is 1 or 2 or 4 or 8)
        {
            bool isSigned = spec.Types?.Resolve(variable.TypeId) is BtfInteger { Encoding: BtfIntegerEncoding.Signed } or BtfEnumeration { IsSigned: true };
            return new BigInteger(bytes, isUnsigned: !isSigned, isBigEndian: spec.IsBigEndian).ToString(CultureInfo.InvariantCulture);
        }

        return Convert.ToHexStringLower(bytes[..Math.Min(MostBytes, bytes.Length)]) + (bytes.Length > MostBytes ? "..." : "");
    }

    private string Size(uint size, uint type) => size == 0 ? "" : spec.Types is { } types && type != 0 ? $"{BtfText.BriefOf(types, type)} ({Number(size)})" : Number(size);

    /// <summary>The first of some names, and how many there are beside.</summary>
    private static string Listed(IEnumerable<string> names, int count) =>
        string.Join(' ', names.Take(MostNames)) + (count > MostNames ? string.Create(CultureInfo.InvariantCulture, $" and {count - MostNames} more") : "");

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
