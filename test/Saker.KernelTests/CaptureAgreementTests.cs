using Saker.KernelTests.Differential;
using Saker.KernelTests.Verification;
using Saker.Wire.Captures;

namespace Saker.KernelTests;

/// <summary>
/// All frames of the capture folder as they stand there, each capture before the host that is inferred from it, and in both directions: what the host has sent is received, too. With
/// <c>SAKER_RECORD=1</c> the outcome goes into <c>docs/kernel-differences.md</c>. A normal run takes some captures, <c>SAKER_LONG=1</c> all of them.
/// </summary>
public sealed class CaptureAgreementTests
{
    private const double LeastAgreement = 0.995;
    private const int CapturesOfANormalRun = 12, Seed = 20260501;

    // The time goes into setting hosts up and taking them down: the kernel's grace periods are waited for side by side.
    private const int Workers = 3;

    [KernelFact(NeedsCaptures = true)]
    public void Frames_of_the_captures_are_received_as_the_kernel_receives_them()
    {
        var isLong = Environment.GetEnvironmentVariable("SAKER_LONG") == "1";
        var captures = CaptureFolder.Files().ToArray();
        if (!isLong)
        {
            new Random(Seed).Shuffle(captures);
            captures = captures[..Math.Min(captures.Length, CapturesOfANormalRun)];
        }

        var agreement = new CaptureAgreement();
        Parallel.ForEach(captures, new ParallelOptions { MaxDegreeOfParallelism = Workers }, capture => Ask(capture, agreement));
        if (isLong && Environment.GetEnvironmentVariable("SAKER_RECORD") == "1")
        {
            DifferencesDocument.Write(Path.Combine(Repository.Root, "docs", "kernel-differences.md"), "captures", agreement.ToMarkdown());
        }

        Assert.True(agreement.Compared > 0, "no frame was compared");
        Assert.True(agreement.Share >= LeastAgreement, agreement.ToMarkdown());
    }

    private static void Ask(string path, CaptureAgreement agreement)
    {
        // Other link types, and files that are no captures, hold no frames of a link.
        if (!CaptureReader.TryOpen(path, out var reader, out _))
        {
            return;
        }

        reader.Dispose();
        var confirmed = new CaptureDifferences(Path.GetFileName(path));
        var (totals, _) = TwiceAsked.Verify(
            () => TwiceAsked.Infer(path),
            () => TwiceAsked.Open(path),
            new VerificationManner(InjectsEverything: true, TakesKernelsProtocols: true),
            confirmed);
        agreement.Add(totals, confirmed);
    }
}
