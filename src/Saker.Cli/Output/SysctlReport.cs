using Saker.Host.Sysctls;

namespace Saker.Cli.Output;

/// <summary>Sysctls for a person: a table, on a narrow screen with what they do below.</summary>
internal sealed class SysctlReport(IReadOnlyList<Sysctl> sysctls, HostSysctls? host)
{
    private const int LeastMeaningWidth = 40;
    private const string Indent = "    ";

    private readonly Columns _columns = new(Terminal.Output);

    /// <summary>Prints it.</summary>
    public void Print()
    {
        string[][] rows =
        [
            ["sysctl", "default", .. host is null ? [] : new[] { "host" }, "values"],
            .. sysctls.Select(Cells),
        ];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length) + 2)];
        bool isNarrow = _columns.Width - widths.Sum() < LeastMeaningWidth;
        Print(rows[0], widths, "bold", isNarrow ? null : "meaning", "bold");
        for (int i = 0; i < sysctls.Count; i++)
        {
            string meaning = (sysctls[i].IsDecisive ? string.Empty : "(decides nothing yet) ") + sysctls[i].Meaning;
            string? colour = sysctls[i].IsDecisive ? null : "grey";
            Print(rows[i + 1], widths, colour, isNarrow ? null : meaning, colour);
            if (isNarrow)
            {
                _columns.Line(Indent, new Part(meaning, "grey"));
            }
        }
    }

    private void Print(string[] cells, int[] widths, string? style, string? meaning, string? meaningStyle)
    {
        Part[] parts = [.. cells.Select((cell, i) => new Part(cell, style, i < cells.Length - 1 || meaning is not null ? widths[i] : 0))];
        _columns.Line(meaning is null ? parts : [.. parts, new Part(meaning, meaningStyle)]);
    }

    private string[] Cells(Sysctl sysctl) => [sysctl.Name, sysctl.Default.ToString(), .. host is null ? [] : new[] { ValueOf(sysctl) }, sysctl.Type.ToString()];

    /// <summary>The host's value; where places have different ones, each.</summary>
    private string ValueOf(Sysctl sysctl)
    {
        (string Place, string Value)[] values =
            [.. host!.ValuesOf(sysctl).Select(value => (PlaceOf(sysctl, value.Key), value.Value.ToString()))];
        return values.DistinctBy(value => value.Value).Count() == 1 ? values[0].Value : string.Join(' ', values.Select(value => $"{value.Place}={value.Value}"));
    }

    private static string PlaceOf(Sysctl sysctl, string name)
    {
        string start = sysctl.Name[..Math.Max(0, sysctl.Name.IndexOf('*', StringComparison.Ordinal))];
        return start.Length == 0 ? name : name[start.Length..name.LastIndexOf('.')];
    }
}
