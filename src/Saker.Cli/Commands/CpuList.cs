using System.CommandLine;
using System.Globalization;

namespace Saker.Cli.Commands;

/// <summary>Makes options that take a list of CPUs as Linux writes it: <c>0,2,4-7</c>.</summary>
internal static class CpuList
{
    private const int MaximumCpu = 8191;

    /// <summary>Makes one.</summary>
    public static Option<int[]> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "LIST",
        DefaultValueFactory = _ => [],
        CustomParser = result =>
        {
            string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
            if (TryParse(given, out List<int> cpus))
            {
                return [.. cpus];
            }

            result.AddError($"{name} takes CPUs from 0 to {MaximumCpu} such as 0,2,4-7; '{given}' is no such list.");
            return [];
        },
    };

    private static bool TryParse(string text, out List<int> cpus)
    {
        cpus = [];
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !TryParseCpu(ends[0], out int first) || !TryParseCpu(ends[^1], out int last) || last < first)
            {
                return false;
            }

            cpus.AddRange(Enumerable.Range(first, last - first + 1));
        }

        return true;
    }

    private static bool TryParseCpu(string text, out int cpu) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out cpu) && cpu <= MaximumCpu;
}
