using System.Globalization;
using Saker.KernelTests.Differential;

namespace Saker.KernelTests;

/// <summary>
/// Judges the user-space stack by the running kernel, frame by frame, over machine-made frames. Writes <c>artifacts/differential.md</c> and
/// <c>.json</c>, and with <c>SAKER_RECORD=1</c> the table in <c>docs/kernel-differences.md</c>. A normal run takes a sample; <c>SAKER_LONG=1</c> asks more than 50,000 frames, <c>SAKER_SEED</c> takes other ones, and
/// <c>SAKER_CONFIGURATION</c> some configurations, by their names with commas between.
/// </summary>
public sealed class DifferentialTests
{
    private const double LeastAgreement = 0.995, LeastOfOneReason = 0.99;

    // Below so many frames one disagreement is more than a share can say.
    private const int FramesOfAReason = 50;

    // Most of a group's time is the kernel's grace periods in setting up and taking down namespaces: they are waited for side by side.
    private const int Workers = 3;

    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("SAKER_SEED") ?? "20260101", CultureInfo.InvariantCulture);

    private static int GroupsOfAConfiguration => Environment.GetEnvironmentVariable("SAKER_LONG") == "1" ? 5 : 1;

    [KernelFact]
    public void Stack_does_what_the_kernel_does_with_machine_made_frames()
    {
        var report = RunAll();
        report.Write(Path.Combine(Repository.Root, "artifacts"));
        if (Environment.GetEnvironmentVariable("SAKER_RECORD") == "1")
        {
            DifferencesDocument.Write(Path.Combine(Repository.Root, "docs", "kernel-differences.md"), "generated", report.ToSummary());
        }

        Assert.True(report.All.Share >= LeastAgreement, report.ToMarkdown());
        var failing = report.Reasons.Where(reason => reason.Value.Frames >= FramesOfAReason && reason.Value.Share < LeastOfOneReason).Select(reason => reason.Key);
        Assert.True(!failing.Any(), $"{string.Join(", ", failing)}: less than {LeastOfOneReason:P0} agree\n{report.ToMarkdown()}");
    }

    private static AgreementReport RunAll()
    {
        var only = Environment.GetEnvironmentVariable("SAKER_CONFIGURATION")?.Split(',');
        var groups = (
            from number in Enumerable.Range(0, GroupsOfAConfiguration)
            from place in Enumerable.Range(0, DifferentialConfigurations.All.Count)
            let configuration = DifferentialConfigurations.All[place]
            where only is null || only.Contains(configuration.Name, StringComparer.Ordinal)
            select (Configuration: configuration, Seed: Seed + (number * 1000) + place)).ToList();
        var corpus = FrameCorpus.Read();
        var report = new AgreementReport();
        var next = -1;
        Parallel.For(0, Workers, new ParallelOptions { MaxDegreeOfParallelism = Workers }, _ =>
        {
            using var run = new DifferentialRun(corpus);
            for (var index = Interlocked.Increment(ref next); index < groups.Count; index = Interlocked.Increment(ref next))
            {
                var (configuration, seed) = groups[index];
                try
                {
                    report.Add(run.Ask(configuration, seed));
                }
                catch (Exception exception) when (exception is InvalidOperationException or Saker.Kernel.KernelException)
                {
                    throw new InvalidOperationException($"{configuration.Name}, seed {seed}: {exception.Message}", exception);
                }
            }
        });
        return report;
    }
}
