using System.CommandLine;
using Saker.Host.Snapshots;

namespace Saker.Cli.Commands;

/// <summary><c>saker snapshot</c>: this network namespace's configuration as one JSON object.</summary>
internal static class SnapshotCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Option<string?> output = new("--output", "-o") { Description = "Write to a file instead of standard output.", HelpName = "FILE" };
        Command command = new("snapshot", "Take this host's network configuration along: links, addresses, routes, neighbours, sysctls, sockets.") { output };
        command.SetAction(parsed => Run(parsed.GetValue(output)));
        return command;
    }

    private static int Run(string? path)
    {
        SnapshotCollector collector = new();
        try
        {
            using Stream output = path is null ? Console.OpenStandardOutput() : File.Create(path);
            collector.Collect(output, indented: true);
        }
        catch (Exception exception) when (path is not null && exception is IOException or UnauthorizedAccessException)
        {
            return ExitCode.Fail($"{path}: cannot be written: {exception.Message}");
        }

        foreach (string problem in collector.Problems)
        {
            ExitCode.Warn(problem);
        }

        return ExitCode.Success;
    }
}
