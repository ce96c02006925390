using System.ComponentModel;
using System.Diagnostics;

namespace Saker.Host.Snapshots;

/// <summary>Runs a command-line tool to its end, in the network namespace of the calling thread, and takes what it prints.</summary>
internal static class Tool
{
    /// <summary>Runs a tool.</summary>
    /// <param name="name">The command, found by PATH.</param>
    /// <param name="arguments">Its arguments, separated by single spaces.</param>
    /// <param name="output">What it printed on standard output.</param>
    /// <param name="problem">One line that says why there is no output.</param>
    public static bool TryRun(string name, string arguments, out string output, out string problem)
    {
        output = "";
        problem = "";
        var start = new ProcessStartInfo(name, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync();
            output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode == 0)
            {
                return true;
            }

            problem = $"{name} {arguments}: exit code {process.ExitCode}: {errors.Result.ReplaceLineEndings(" ").Trim()}";
            return false;
        }
        catch (Win32Exception exception)
        {
            problem = $"{name}: {exception.Message}";
            return false;
        }
    }
}
