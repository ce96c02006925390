using System.Diagnostics;
using System.Globalization;
using System.Text;
using Saker.Host.Sysctls;
using Saker.Kernel.Namespaces;

namespace Saker.Host.Oracle;

/// <summary>
/// Runs set-up commands in the network namespace of the calling thread. Successive <c>ip</c> commands share one process, and sysctls are written to
/// <c>/proc/sys</c>: a host is set up hundreds of times in a run. A no-break space in a command belongs to its argument.
/// </summary>
internal static class NamespaceCommands
{
    private const char SpaceInside = '\u00a0';
    private const string FailureMark = "Command failed -:";

    /// <summary>Runs commands, all of which must succeed.</summary>
    /// <exception cref="InvalidOperationException">One has failed.</exception>
    public static void Run(string networkNamespace, IEnumerable<string> commands)
    {
        if (TryRun(networkNamespace, commands) is [var problem, ..])
        {
            throw new InvalidOperationException(problem);
        }
    }

    /// <summary>Runs commands, whatever becomes of each.</summary>
    /// <returns>Those that have failed and why, one line each.</returns>
    /// <exception cref="InvalidOperationException">A command other than <c>ip</c> would not meet the namespace, but that of the calling thread: perhaps the machine's own.</exception>
    public static List<string> TryRun(string networkNamespace, IEnumerable<string> commands)
    {
        List<string> problems = [];
        List<string> batch = [];
        foreach (var command in commands)
        {
            if (command.StartsWith("ip ", StringComparison.Ordinal))
            {
                batch.Add(command);
                continue;
            }

            if (NetworkNamespace.Entered?.Name != networkNamespace)
            {
                throw new InvalidOperationException($"'{command}' is for {networkNamespace}, in which the calling thread is not.");
            }

            RunBatch(networkNamespace, batch, problems);
            if (command.StartsWith("sysctl -w ", StringComparison.Ordinal))
            {
                Set(command, problems);
            }
            else if (Start(command.Split(' '), input: null) is { Length: > 0 } errors)
            {
                problems.Add($"{command}: {errors}");
            }
        }

        RunBatch(networkNamespace, batch, problems);
        return problems;
    }

    private static void RunBatch(string networkNamespace, List<string> batch, List<string> problems)
    {
        if (batch.Count == 0)
        {
            return;
        }

        var lines = string.Concat(batch.Select(command => command["ip ".Length..] + "\n"));
        if (Start(["ip", "-n", networkNamespace, "-force", "-batch", "-"], lines) is { } errors)
        {
            NoteFailures(batch, errors, problems);
        }

        batch.Clear();
    }

    /// <summary>What <c>ip</c> says of a command stands in front of the line that says which one has failed.</summary>
    private static void NoteFailures(List<string> batch, string errors, List<string> problems)
    {
        var reason = new StringBuilder();
        foreach (var line in errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var mark = line.IndexOf(FailureMark, StringComparison.Ordinal);
            if (mark < 0)
            {
                reason.Append(reason.Length == 0 ? string.Empty : " ").Append(line);
                continue;
            }

            var known = int.TryParse(line.AsSpan(mark + FailureMark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= 1 && number <= batch.Count;
            problems.Add($"{(known ? batch[number - 1] : "ip")}: {reason}");
            reason.Clear();
        }

        if (reason.Length > 0)
        {
            problems.Add($"ip: {reason}");
        }
    }

    private static void Set(string command, List<string> problems)
    {
        var setting = command["sysctl -w ".Length..];
        var equals = setting.IndexOf('=', StringComparison.Ordinal);
        try
        {
            File.WriteAllText("/proc/sys/" + SysctlName.Exchange(setting.AsSpan(0, equals)), setting[(equals + 1)..]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{command}: {exception.Message}");
        }
    }

    /// <summary>Runs a program to its end; what it says of its failure, null where it has none.</summary>
    private static string? Start(string[] words, string? input)
    {
        var start = new ProcessStartInfo(words[0], words.Skip(1).Select(word => word.Replace(SpaceInside, ' ')))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var said = errors.Result.Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : said.Length > 0 ? said : $"exit code {process.ExitCode}";
    }
}
