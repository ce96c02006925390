using System.Diagnostics;
using System.Text;
using Saker.Host.Sysctls;

namespace Saker.Host.Oracle;

/// <summary>
/// Runs set-up commands in the network namespace of the calling thread. Successive <c>ip</c> commands share one process, and sysctls are written to
/// <c>/proc/sys</c>: a host is set up hundreds of times in a run. A no-break space in a command belongs to its argument.
/// </summary>
internal static class NamespaceCommands
{
    private const char SpaceInside = '\u00a0';

    public static void Run(string networkNamespace, IEnumerable<string> commands)
    {
        var batch = new StringBuilder();
        foreach (var command in commands)
        {
            if (command.StartsWith("ip ", StringComparison.Ordinal))
            {
                batch.Append(command.AsSpan("ip ".Length)).Append('\n');
                continue;
            }

            RunBatch(networkNamespace, batch);
            if (command.StartsWith("sysctl -w ", StringComparison.Ordinal))
            {
                Set(command["sysctl -w ".Length..]);
            }
            else
            {
                Start(command.Split(' '), input: null);
            }
        }

        RunBatch(networkNamespace, batch);
    }

    private static void RunBatch(string networkNamespace, StringBuilder batch)
    {
        if (batch.Length > 0)
        {
            Start(["ip", "-n", networkNamespace, "-batch", "-"], batch.ToString());
            batch.Clear();
        }
    }

    private static void Set(string setting)
    {
        var equals = setting.IndexOf('=', StringComparison.Ordinal);
        File.WriteAllText("/proc/sys/" + SysctlName.Exchange(setting.AsSpan(0, equals)), setting[(equals + 1)..]);
    }

    private static void Start(string[] words, string? input)
    {
        var start = new ProcessStartInfo(words[0], words.Skip(1).Select(word => word.Replace(SpaceInside, ' ')))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', words)}: {errors}\n{input}");
        }
    }
}
