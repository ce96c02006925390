using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;

namespace Saker.Host.Sysctls;

/// <summary>Every sysctl that the stack knows. One more is one more row, in <see cref="CoreSysctls"/>, <see cref="IPv4Sysctls"/>, <see cref="InterfaceSysctls"/> or <see cref="NeighborSysctls"/>.</summary>
public static class SysctlRegistry
{
    private const int MostSuggestions = 3;
    private const int LeastTolerance = 3;

    private static readonly HostSysctl[] HostRows = [.. CoreSysctls.Rows, .. IPv4Sysctls.Rows];
    private static readonly InterfaceSysctl[] InterfaceRows = [.. InterfaceSysctls.Rows, .. NeighborSysctls.Rows];

    /// <summary>All of them, in the order of their names.</summary>
    public static IReadOnlyList<Sysctl> All { get; } =
        [.. HostRows.Concat<Sysctl>(InterfaceRows).OrderBy(sysctl => sysctl.Name, StringComparer.Ordinal)];

    /// <summary>Those of the host as a whole, in the order in which they are applied.</summary>
    internal static IReadOnlyList<HostSysctl> OfHost => HostRows;

    /// <summary>Those that devices have, in the order in which they are applied.</summary>
    internal static IReadOnlyList<InterfaceSysctl> OfInterfaces => InterfaceRows;

    /// <summary>Finds the row of a name.</summary>
    /// <param name="name">The name, with dots or as a path.</param>
    /// <param name="sysctl">The row.</param>
    /// <param name="place">What stands for its star; null where it has none.</param>
    public static bool TryFind(string name, [NotNullWhen(true)] out Sysctl? sysctl, out string? place)
    {
        ArgumentNullException.ThrowIfNull(name);
        string dotted = SysctlName.WithDots(name);
        foreach (Sysctl row in All)
        {
            if (row.Matches(dotted, out place))
            {
                sysctl = row;
                return true;
            }
        }

        (sysctl, place) = (null, null);
        return false;
    }

    /// <summary>The rows that go with a pattern: a part of the name, a name with stars for anything, or the full name of a device's.</summary>
    public static IEnumerable<Sysctl> Matching(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        string dotted = SysctlName.WithDots(pattern);
        return TryFind(dotted, out Sysctl? only, out _)
            ? [only]
            : All.Where(sysctl => sysctl.Name.Contains(dotted, StringComparison.OrdinalIgnoreCase) || FileSystemName.MatchesSimpleExpression(dotted, sysctl.Name));
    }

    /// <summary>Names that somebody may have meant, the nearest first.</summary>
    public static IReadOnlyList<string> Nearest(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string dotted = SysctlName.WithDots(name);
        int tolerated = Math.Max(LeastTolerance, LastPart(dotted).Length / 4);
        (string Name, int Distance)[] candidates =
        [
            .. All
                .Select(sysctl => Candidate(sysctl, dotted))
                .Select(candidate => (candidate, Math.Min(Distance(candidate, dotted), Distance(LastPart(candidate), LastPart(dotted)) + 1)))
                .Where(candidate => candidate.Item2 <= tolerated)
                .OrderBy(candidate => candidate.Item2),
        ];
        return [.. candidates.TakeWhile(candidate => candidate.Distance == candidates[0].Distance).Select(candidate => candidate.Name).Take(MostSuggestions)];
    }

    /// <summary>The name that a row would have for the place that was named; a device's name that was written with dots gets its slashes.</summary>
    private static string Candidate(Sysctl sysctl, string name)
    {
        int start = sysctl.Prefix.Length;
        int end = name.LastIndexOf('.');
        bool namesPlace = sysctl.IsPerDevice && end > start && name.StartsWith(sysctl.Prefix, StringComparison.Ordinal);
        return namesPlace ? sysctl.NameFor(SysctlName.OfDevice(name[start..end])) : sysctl.BroadestName;
    }

    private static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];

    /// <summary>How many letters must be put in, left out or changed to make one text of the other (Levenshtein).</summary>
    private static int Distance(string one, string other)
    {
        int[] above = [.. Enumerable.Range(0, other.Length + 1)];
        int[] row = new int[other.Length + 1];
        for (int i = 0; i < one.Length; i++)
        {
            row[0] = i + 1;
            for (int j = 0; j < other.Length; j++)
            {
                int change = above[j] + (one[i] == other[j] ? 0 : 1);
                row[j + 1] = Math.Min(change, Math.Min(above[j + 1], row[j]) + 1);
            }

            (above, row) = (row, above);
        }

        return above[other.Length];
    }
}
