using System.CommandLine;
using System.Diagnostics;
using Saker.Cli.Output;
using Saker.Host.Oracle;
using Saker.Host.Verification;
using Saker.Kernel;

namespace Saker.Cli.Commands;

/// <summary><c>saker verify</c>: the same frames before the running kernel and before Saker, and where the two differ.</summary>
internal sealed class VerifyCommand
{
    private readonly HostOptions _host = new();

    private readonly Option<int> _limit = NumberOption.Create("--limit", "N", "numbers", usual: 0, int.MaxValue, "Look at the first N frames only; 0 for all of them.");

    private readonly Option<bool> _once = new("--once")
    {
        Description = "Believe the first answer. Without it, frames that are answered differently are asked again from the beginning, since a machine that is busy elsewhere disturbs answers.",
    };

    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line: every frame that differs, with both answers, and a summary." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        VerifyCommand verify = new();
        Command command = new(
            "verify",
            "Send a capture to the running kernel, in a throw-away network namespace made like the host, and print where Saker's prediction differs. "
            + "Needs root. Exit code 0: all agree; 1: some differ.");
        verify._host.AddTo(command);
        command.Add(verify._limit);
        command.Add(verify._once);
        command.Add(verify._json);
        command.SetAction(verify.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        if (KernelRequirements.WhatIsMissing is { } missing)
        {
            return ExitCode.Fail($"the kernel cannot be asked: {missing}.");
        }

        // Whoever stops it gets what was found until then, and the namespaces go.
        using StopSignal stop = new();
        if (!_host.TryOpen(parsed, out Scene? scene, out int code, mayReopen: true))
        {
            return code;
        }

        using (scene)
        {
            try
            {
                return Verify(parsed, scene, stop.Token);
            }
            catch (Exception exception) when (exception is KernelException or InvalidOperationException)
            {
                return ExitCode.Fail(stop.Token.IsCancellationRequested ? "stopped." : exception.Message);
            }
        }
    }

    private int Verify(ParseResult parsed, Scene scene, CancellationToken stop)
    {
        Stopwatch watch = Stopwatch.StartNew();
        bool once = parsed.GetValue(_once);
        using VerifyOutput output = new(scene, parsed.GetValue(_json));
        int limit = parsed.GetValue(_limit);
        VerificationOptions options = new()
        {
            Device = scene.Device,
            InjectEverything = !scene.IsInferred,
            TakesKernelsProtocols = scene.IsInferred,
            Last = limit == 0 ? long.MaxValue : limit,
        };
        DifferingFrames differing = new();
        VerificationTotals totals = Ask(scene, options, "asking the kernel", once ? output : differing, tellsProblems: true, stop);
        if (!once && totals.Differing != 0 && !stop.IsCancellationRequested)
        {
            if (!_host.TryReopen(parsed, scene, out Scene? again, out int code))
            {
                return code;
            }

            // The scene's file is disposed of with the first one.
            using (again.Reader)
            {
                VerificationOptions second = options with { Device = again.Device, Last = differing.Last, Only = differing.Numbers };
                totals = totals.ConfirmedBy(Ask(again, second, "asking again", output, tellsProblems: false, stop));
            }
        }

        output.Finish(totals);
        Console.Error.WriteLine($"{Quantity.Of(totals.Frames, "frame")} in {watch.Elapsed.TotalSeconds:0.000} s");
        if (totals.CutFrames != 0)
        {
            ExitCode.Warn($"{Quantity.Of(totals.CutFrames, "frame")} cut by the capture's snapshot length: both sides got no more than is in the file.");
        }

        return stop.IsCancellationRequested ? ExitCode.Fail($"stopped after {Quantity.Of(totals.Frames, "frame")}.")
            : scene.Reader.Fault is { } fault ? ExitCode.Fail(fault.ToString())
            : totals.Differing == 0 ? ExitCode.Success
            : ExitCode.Failure;
    }

    private static VerificationTotals Ask(
        Scene scene, VerificationOptions options, string what, IVerificationSink sink, bool tellsProblems, CancellationToken stop)
    {
        using CaptureVerification verification = new(scene.Host, options);
        foreach (string problem in tellsProblems ? verification.Problems : [])
        {
            ExitCode.Warn($"not as on the host: {problem}");
        }

        VerificationTotals? totals = null;
        Progress.Run(what, scene.File.Length, () => scene.Reader.Position, () => totals = verification.Run(scene.Reader, sink, stop));
        return totals!;
    }

    /// <summary>Keeps which frames differ, and nothing else of them.</summary>
    private sealed class DifferingFrames : IVerificationSink
    {
        public HashSet<long> Numbers { get; } = [];

        public long Last { get; private set; }

        public void Difference(FrameDifference difference)
        {
            Numbers.Add(difference.Number);
            Last = difference.Number;
        }
    }
}
