using System.Globalization;
using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Host.Programs;

namespace Saker.Cli.Output;

/// <summary>What maps hold, for a person: a line an entry, or where each CPU has a value of its own a line for each.</summary>
internal sealed class MapReport(Columns columns)
{
    private const int WidestKey = 60;

    /// <summary>Prints the maps and variables of an object.</summary>
    /// <param name="loaded">The object.</param>
    /// <param name="constants">Whether those of constants, too.</param>
    /// <param name="most">How many entries of a map are printed at most.</param>
    public void PrintAll(IBpfObject loaded, bool constants, int most)
    {
        foreach (MapSpec spec in loaded.Spec.Maps)
        {
            bool isConstant = spec.IsSection && (spec.Flags & (uint)MapFlags.ReadOnlyForPrograms) != 0;
            if (!loaded.TryFindMap(spec.Name, out IBpfMap? map) || (isConstant && !constants))
            {
                continue;
            }

            columns.Line();
            if (spec.IsSection)
            {
                PrintVariables(MapContents.Read(map), loaded.Spec, spec.Name);
            }
            else
            {
                Print(MapContents.Read(map), MapTypes.Of(loaded.Spec, spec.Name), most);
            }
        }
    }

    /// <summary>Prints a map with its entries. Entries of arrays that are zero are left out.</summary>
    /// <param name="contents">What it holds.</param>
    /// <param name="types">What its keys and values are.</param>
    /// <param name="most">How many entries are printed at most.</param>
    public void Print(MapContents contents, MapTypes types, int most = int.MaxValue)
    {
        IBpfMap map = contents.Map;
        MapEntry[] shown = [.. contents.Entries.Where(entry => !contents.IsFixed || !entry.IsZero)];
        columns.Line(new Part(Printable.Of(map.Name), "bold"), $"  {map.Type.KernelName()}, {Describe(contents, shown.Length)}");
        string[] keys = [.. shown.Take(most).Select(entry => Printable.Of(types.KeyText(map, entry.Key)))];
        int width = keys.Length == 0 ? 0 : Math.Min(WidestKey, keys.Max(key => key.Length));
        for (int i = 0; i < keys.Length; i++)
        {
            PrintEntry(map, types, shown[i], keys[i], width);
        }

        if (shown.Length > keys.Length)
        {
            columns.Line(new Part($"  ... and {shown.Length - keys.Length:N0} more (--maps prints all)", "grey"));
        }
    }

    /// <summary>Prints the global variables of a section.</summary>
    /// <param name="contents">What the section's map holds.</param>
    /// <param name="spec">The object.</param>
    /// <param name="section">The section's name.</param>
    public void PrintVariables(MapContents contents, ObjectSpec spec, string section)
    {
        VariableSpec[] variables = [.. spec.Variables.Where(variable => variable.Map == section).OrderBy(variable => variable.Offset)];
        if (contents.Entries is not [{ Value: { } value }])
        {
            return;
        }

        columns.Line(new Part(Printable.Of(section), "bold"), $"  {Quantity.Of(variables.Length, "variable")}");
        int width = variables.Select(variable => variable.Name.Length).DefaultIfEmpty().Max();
        foreach (VariableSpec variable in variables)
        {
            string text = BtfValueText.Of(spec.Types, variable.TypeId, value.AsSpan((int)variable.Offset, (int)variable.Size));
            columns.Line(new Part("  "), new Part(Printable.Of(variable.Name), "aqua", width + 2), Printable.Of(text));
        }
    }

    private void PrintEntry(IBpfMap map, MapTypes types, MapEntry entry, string key, int width)
    {
        if (map.ValuesPerEntry == 1)
        {
            columns.Line(new Part("  "), new Part(key, "aqua", width), new Part("  "), Printable.Of(types.ValueText(map, entry.Value.AsSpan(0, map.ValueSize))));
            return;
        }

        string head = key;
        for (int cpu = 0; cpu < map.ValuesPerEntry; cpu++)
        {
            ReadOnlySpan<byte> value = MapTypes.ValueOf(map, entry, cpu);
            if (value.ContainsAnyExcept((byte)0) || (cpu == map.ValuesPerEntry - 1 && head.Length > 0))
            {
                columns.Line(new Part("  "), new Part(head, "aqua", width), new Part("  "), new Part(string.Create(CultureInfo.InvariantCulture, $"CPU {cpu}"), "grey", 8), Printable.Of(types.ValueText(map, value)));
                head = string.Empty;
            }
        }
    }

    private static string Describe(MapContents contents, int shown)
    {
        string capacity = contents.Map.MaximumEntries.ToString("N0", CultureInfo.InvariantCulture);
        return contents.Error == BpfError.OperationNotSupported && !MapContents.CanList(contents.Map.Type) ? $"for {capacity}; its entries cannot be listed"
            : contents.Error != BpfError.None ? $"{shown:N0} of {capacity} entries, then {contents.Error}"
            : contents.IsFixed ? $"{shown:N0} of {capacity} entries not zero"
            : $"{shown:N0} of {capacity} entries";
    }
}
