using System.CommandLine;
using System.CommandLine.Parsing;
using Saker.Cli.Commands;

namespace Saker.Cli;

/// <summary>The <c>saker</c> command: parses, calls, and says what went wrong in one line.</summary>
public static class CommandLine
{
    /// <summary>Runs the command.</summary>
    /// <param name="arguments">The words behind the command's name.</param>
    /// <returns>The exit code, see <see cref="ExitCode"/>.</returns>
    public static int Run(IReadOnlyList<string> arguments)
    {
        RootCommand root = new("The Linux packet receive path, from the network card to the socket: what would a host do with each frame, and why.")
        {
            ReplayCommand.Create(),
            ExplainCommand.Create(),
            InspectCommand.Create(),
            DumpCommand.Create(),
            RssCommand.Create(),
            SnapshotCommand.Create(),
            SysctlCommand.Create(),
            BpfCommand.Create(),
            XskCommand.Create(),
            VerifyCommand.Create(),
            UpCommand.Create(),
        };
        ParseResult parsed = root.Parse(arguments);
        string? fault = UnknownOption(parsed, arguments) is { } option ? $"there is no option '{option}'."
            : parsed.Errors is [ParseError first, ..] ? first.Message.ReplaceLineEndings(" ")
            : null;
        if (fault is not null)
        {
            Console.Error.WriteLine($"saker: {fault} (see 'saker {PathOf(parsed)}--help')");
            return ExitCode.Misuse;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (IOException exception)
        {
            // Who reads standard output may have enough of it (saker ... | head): that is no failure of ours.
            return Console.IsOutputRedirected && IsBrokenPipe(exception) ? ExitCode.Success : ExitCode.Fail(exception.Message);
        }
    }

    /// <summary>An option that a command does not know would be taken for an argument, and the next word blamed. Behind <c>--</c> there are no options.</summary>
    private static string? UnknownOption(ParseResult parsed, IReadOnlyList<string> arguments) =>
        arguments.Contains("--") ? null
        : parsed.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens)
            .Select(token => token.Value)
            .Concat(parsed.UnmatchedTokens)
            .FirstOrDefault(word => word.Length > 1 && word[0] == '-');

    private static bool IsBrokenPipe(IOException exception)
    {
        const int BrokenPipe = 32;
        return exception.HResult == BrokenPipe;
    }

    /// <summary>The command's name behind those of the commands that it belongs to.</summary>
    private static string PathOf(ParseResult parsed)
    {
        string path = string.Empty;
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult { Command: not RootCommand and Command command }; result = result.Parent)
        {
            path = $"{command.Name} {path}";
        }

        return path;
    }
}
