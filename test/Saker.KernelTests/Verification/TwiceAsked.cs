using System.Diagnostics.CodeAnalysis;
using Saker.Host.Hosts;
using Saker.Host.Inference;
using Saker.Wire.Captures;

namespace Saker.KernelTests.Verification;

/// <summary>Verifies as the command does: what differs is asked again before a fresh host, since a machine that is busy elsewhere disturbs answers.</summary>
internal static class TwiceAsked
{
    public static (VerificationTotals Totals, IReadOnlyList<string> Problems) Verify(
        Func<HostConfiguration> host, Func<CaptureReader> capture, VerificationManner manner, IVerificationSink? confirmed = null)
    {
        Differing differing = new();
        var result = Ask(host(), capture(), manner, null, differing);
        return result.Totals.Differing == 0
            ? result
            : (result.Totals.ConfirmedBy(Ask(host(), capture(), manner, differing.Frames, confirmed).Totals), result.Problems);
    }

    public static HostConfiguration Infer(string path)
    {
        Assert.True(HostInference.TryInfer(TryOpen, out var host, out var fault), fault?.ToString());
        return host;

        bool TryOpen([NotNullWhen(true)] out CaptureReader? reader, [NotNullWhen(false)] out CaptureFault? fault) => CaptureReader.TryOpen(path, out reader, out fault);
    }

    public static CaptureReader Open(string path)
    {
        Assert.True(CaptureReader.TryOpen(path, out var reader, out var fault), fault?.ToString());
        return reader;
    }

    private static (VerificationTotals Totals, IReadOnlyList<string> Problems) Ask(
        HostConfiguration host, CaptureReader reader, VerificationManner manner, HashSet<long>? only, IVerificationSink? sink)
    {
        using (reader)
        {
            var options = new VerificationOptions
            {
                Device = host.OnlyDevice ?? host.Devices.Single(device => device.Name == "eth0"),
                InjectEverything = manner.InjectsEverything,
                TakesKernelsProtocols = manner.TakesKernelsProtocols,
                Only = only,
            };
            using var verification = new CaptureVerification(host, options);
            return (verification.Run(reader, sink), verification.Problems);
        }
    }

    private sealed class Differing : IVerificationSink
    {
        public HashSet<long> Frames { get; } = [];

        public void Difference(FrameDifference difference) => Frames.Add(difference.Number);
    }
}

/// <summary>How a capture is verified.</summary>
/// <param name="InjectsEverything">Frames that the host itself had sent are received, too.</param>
/// <param name="TakesKernelsProtocols">The host's protocols are those of the running kernel.</param>
internal sealed record VerificationManner(bool InjectsEverything, bool TakesKernelsProtocols);
