using System.CommandLine;
using System.CommandLine.Parsing;
using Saker.Host.Programs;

namespace Saker.Cli.Commands;

/// <summary>Makes <c>--engine</c>: where programs are run.</summary>
internal static class EngineOption
{
    private const string Name = "--engine";

    /// <summary>Makes it.</summary>
    /// <param name="usual">Where they are run if nothing is said.</param>
    /// <param name="whenAll">What happens where <c>all</c> is asked for.</param>
    public static Option<ProgramEngine[]> Create(string usual, string whenAll)
    {
        Option<ProgramEngine[]> option = new(Name)
        {
            Description = $"Where the program is run: interpreted or compiled in this process, or in the running kernel by its test run (as root); {whenAll}. Default: {usual}.",
            HelpName = "interpreter|compiled|kernel|all",
            DefaultValueFactory = _ => Parse(usual)!,
            CustomParser = Read,
        };
        option.CompletionSources.Add("interpreter", "compiled", "kernel", "all");
        return option;
    }

    private static ProgramEngine[] Read(ArgumentResult result)
    {
        string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (Parse(given) is { } engines)
        {
            return engines;
        }

        result.AddError($"{Name} takes interpreter, compiled, kernel or all; '{given}' is none of them.");
        return [];
    }

    private static ProgramEngine[]? Parse(string word) => word switch
    {
        "interpreter" => [ProgramEngine.Interpreter],
        "compiled" => [ProgramEngine.Compiled],
        "kernel" => [ProgramEngine.Kernel],
        "all" => [ProgramEngine.Interpreter, ProgramEngine.Compiled, ProgramEngine.Kernel],
        _ => null,
    };
}
