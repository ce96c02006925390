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
            VerifyCommand.Create(),
        };
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors is [ParseError first, ..])
        {
            Console.Error.WriteLine($"saker: {first.Message.ReplaceLineEndings(" ")} (see 'saker {PathOf(parsed)}--help')");
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

    private static bool IsBrokenPipe(IOException exception)
    {
        const int BrokenPipe = 32;
        return exception.HResult == BrokenPipe;
    }

    private static string PathOf(ParseResult parsed) => parsed.CommandResult.Command is RootCommand ? string.Empty : parsed.CommandResult.Command.Name + " ";
}
