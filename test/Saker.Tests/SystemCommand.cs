using System.Diagnostics;

namespace Saker.Tests;

/// <summary>Executes a command of the system.</summary>
internal static class SystemCommand
{
    /// <summary>Runs it to its end. Where it fails, the test does.</summary>
    /// <returns>What it wrote to standard output, and to standard error.</returns>
    public static (byte[] Output, string Error) Run(string command, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(command, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        using MemoryStream output = new();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command} {string.Join(' ', arguments)}: {error.Result}");
        return (output.ToArray(), error.Result);
    }
}
