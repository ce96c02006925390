using System.CommandLine;
using System.CommandLine.Parsing;
using Saker.Host.Sysctls;

namespace Saker.Cli.Commands;

/// <summary>Makes <c>--sysctl NAME=VALUE</c>, which may be given as often as one likes.</summary>
internal static class SysctlOption
{
    private const string Name = "--sysctl";

    /// <summary>Makes it.</summary>
    public static Option<List<SysctlAssignment>> Create()
    {
        Option<List<SysctlAssignment>> option = new(Name)
        {
            Description = "Set a sysctl of the host, as sysctl(8) takes it; may be repeated, and is done in this order. 'saker sysctl' lists those that count.",
            HelpName = "NAME=VALUE",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = Parse,
        };
        option.CompletionSources.Add(_ => SysctlRegistry.All.Select(sysctl => new System.CommandLine.Completions.CompletionItem($"{sysctl.BroadestName}=")));
        return option;
    }

    private static List<SysctlAssignment> Parse(ArgumentResult result)
    {
        List<SysctlAssignment> assignments = [];
        foreach (Token token in result.Tokens)
        {
            if (SysctlAssignment.TryParse(token.Value, out SysctlAssignment? assignment, out string? fault))
            {
                assignments.Add(assignment);
            }
            else
            {
                result.AddError($"{Name}: {fault}");
            }
        }

        return assignments;
    }
}
