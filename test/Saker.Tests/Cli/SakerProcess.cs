using System.Diagnostics;

namespace Saker.Tests.Cli;

/// <summary>Runs the <c>saker</c> command as a user does: a process of its own.</summary>
internal static class SakerProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">The words behind the command's name.</param>
    public static SakerResult Run(params string[] arguments) => Run(null, arguments);

    /// <summary>Runs it to its end with something on its standard input.</summary>
    public static SakerResult Run(byte[]? input, string[] arguments)
    {
        ProcessStartInfo start = new(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "saker.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        using (Stream stream = process.StandardInput.BaseStream)
        {
            stream.Write(input ?? []);
        }

        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            throw new TimeoutException($"saker {string.Join(' ', arguments)} did not end.");
        }

        return new SakerResult(process.ExitCode, output, error.Result);
    }
}

/// <summary>What a run of the command printed, and its exit code.</summary>
internal sealed record SakerResult(int ExitCode, string Output, string Error)
{
    /// <summary>The lines of standard error, apart from how long it took.</summary>
    public string[] Complaints => [.. Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.Contains("frames a second", StringComparison.Ordinal))];
}
