using System.Diagnostics;

namespace Saker.KernelTests;

/// <summary>A process of a test, which does not outlive it: where it still runs when it is disposed of, it is killed.</summary>
internal sealed class OwnedProcess : Process
{
    private OwnedProcess()
    {
    }

    /// <summary>Starts a program of the tests' own folder, with its output to be read.</summary>
    /// <param name="assembly">Its file.</param>
    /// <param name="arguments">Its arguments.</param>
    public static OwnedProcess Run(string assembly, IEnumerable<string> arguments)
    {
        OwnedProcess process = new()
        {
            StartInfo = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        process.Start();
        return process;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !HasExited)
        {
            Kill();
            WaitForExit();
        }

        base.Dispose(disposing);
    }
}
