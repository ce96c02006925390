using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Saker.Cli.Output;

/// <summary>Lists the machine code of compiled programs. The runtime writes it into a file where it is told so before it begins: so the command is run once more, by itself.</summary>
internal static class MachineCode
{
    /// <summary>How the names of the methods of compiled programs begin.</summary>
    private const string Methods = "bpf*";

    /// <summary>Runs the command again and collects what the runtime lists.</summary>
    /// <param name="arguments">The arguments; the command must compile what is to be listed.</param>
    /// <param name="listing">The listing; null: there is none.</param>
    public static bool TryList(IEnumerable<string> arguments, [NotNullWhen(true)] out string? listing)
    {
        listing = null;
        string path = Path.GetTempFileName();
        try
        {
            ProcessStartInfo start = new(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
            string self = Environment.GetCommandLineArgs()[0];
            if (self.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) && Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            {
                start.ArgumentList.Add(self);
            }

            foreach (string argument in arguments)
            {
                start.ArgumentList.Add(argument);
            }

            start.Environment["DOTNET_JitDisasm"] = Methods;
            start.Environment["DOTNET_JitStdOutFile"] = path;
            using Process process = Process.Start(start)!;
            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            process.WaitForExit();
            listing = process.ExitCode == 0 ? File.ReadAllText(path) : null;
        }
        finally
        {
            File.Delete(path);
        }

        if (string.IsNullOrWhiteSpace(listing))
        {
            listing = null;
        }

        return listing is not null;
    }
}
