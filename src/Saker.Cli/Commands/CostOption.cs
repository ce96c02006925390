using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Saker.Stack.Softirq;

namespace Saker.Cli.Commands;

/// <summary>Makes <c>--cost</c>: what the CPUs' work takes of the replay's time.</summary>
internal static class CostOption
{
    private const string Name = "--cost";
    private const long Most = 1_000_000_000;

    /// <summary>Makes it.</summary>
    public static Option<MachineCosts> Create() => new(Name)
    {
        Description = "What work costs a CPU, in nanoseconds of the capture's time: for each packet of a poll, for each poll, for each interrupt; "
            + "a number alone is a packet's. A busy CPU lets frames wait, and rings and backlogs fill. Default: nothing.",
        HelpName = "packet=NS,poll=NS,interrupt=NS",
        CustomParser = Parse,
    };

    private static MachineCosts Parse(ArgumentResult result)
    {
        string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        MachineCosts costs = default;
        foreach (string part in given.Split(','))
        {
            if (!TryAdd(part, ref costs))
            {
                result.AddError($"{Name} takes nanoseconds up to {Most} such as packet=800,poll=300,interrupt=1000; '{part}' is no such cost.");
                return default;
            }
        }

        return costs;
    }

    private static bool TryAdd(string part, ref MachineCosts costs)
    {
        int sign = part.IndexOf('=', StringComparison.Ordinal);
        string kind = sign < 0 ? "packet" : part[..sign];
        if (!long.TryParse(part.AsSpan(sign + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long cost) || cost > Most)
        {
            return false;
        }

        switch (kind)
        {
            case "packet":
                costs = costs with { Packet = cost };
                return true;
            case "poll":
                costs = costs with { Poll = cost };
                return true;
            case "interrupt":
                costs = costs with { Interrupt = cost };
                return true;
            default:
                return false;
        }
    }
}
