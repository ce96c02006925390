using System.Diagnostics;
using Saker.Kernel.Namespaces;
using Saker.Kernel.Tracing;
using Saker.KernelTests.Oracle;

namespace Saker.KernelTests;

/// <summary>Nothing of a run is left on the machine, whether it ended or was killed.</summary>
public sealed class LeftoversTests
{
    [KernelFact]
    public void Run_that_ends_leaves_nothing()
    {
        using var run = Start(HeldHost.End);
        run.WaitForExit();
        Assert.Equal(0, run.ExitCode);
        Assert.Empty(LeftBy(run.Id));
    }

    [KernelFact]
    public void Run_that_was_killed_leaves_nothing_once_another_has_begun()
    {
        using var run = Start(HeldHost.Hold);
        Assert.Equal(HeldHost.Ready, run.StandardOutput.ReadLine());
        Assert.Equal(3, LeftBy(run.Id).Count); // the target's namespace, the sender's, and the trace instance
        run.Kill();
        run.WaitForExit();
        new KernelOracle().Dispose();
        Assert.Empty(LeftBy(run.Id));
    }

    private static Process Start(string argument)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(LeftoversTests).Assembly.Location, argument])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        return Process.Start(start)!;
    }

    private static List<string> LeftBy(int process)
        => [.. NetworkNamespace.Names().Concat(TraceInstance.Names()).Where(name => name.Contains($"-{process}-", StringComparison.Ordinal))];
}
