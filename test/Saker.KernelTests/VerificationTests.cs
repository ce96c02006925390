using System.Text;
using Saker.Host.Hosts;
using Saker.Host.Snapshots;
using Saker.KernelTests.Differential;
using Saker.KernelTests.Verification;
using Saker.Stack.Ip.V4;
using Saker.Wire.Captures;

namespace Saker.KernelTests;

/// <summary>
/// <c>saker verify</c>: a host made after its description does what the receive path says, one that is not as described is found out, and what cannot be made is
/// told.
/// </summary>
public sealed class VerificationTests
{
    private const int Frames = 120, Seed = 20260401;

    public static TheoryData<string> Samples =>
        [.. Directory.EnumerateFiles(Repository.PathOf("samples")).Select(path => Path.GetFileName(path)).Where(name => name.Contains(".pcap", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> ConfigurationNames => [.. DifferentialConfigurations.All.Select(configuration => configuration.Name)];

    [KernelTheory]
    [MemberData(nameof(Samples))]
    public void Sample_before_the_host_inferred_from_it_agrees(string sample)
    {
        var result = Verify(() => Infer(sample), () => Open(sample), isInferred: true);
        Assert.Empty(result.Problems);
        Assert.Empty(result.Totals.Kinds);
        Assert.Equal(result.Totals.Frames, result.Totals.Equal + result.Totals.Outgoing + result.Totals.NotCompared.Values.Sum());
    }

    [KernelTheory]
    [MemberData(nameof(ConfigurationNames))]
    public void Host_made_after_a_snapshot_is_the_host_of_the_snapshot(string name)
    {
        var configuration = DifferentialConfigurations.All.Single(one => one.Name == name);
        var result = Verify(() => Describe(configuration), MakeFrames, isInferred: false);
        Assert.Empty(result.Problems);
        Assert.DoesNotContain(result.Totals.Kinds, kind => !IsRedirectInTime(kind));
        Assert.True(result.Totals.Equal > Frames / 2, $"{result.Totals.Equal} of {Frames} were compared");
    }

    [KernelFact]
    public void Receive_path_that_does_not_know_a_setting_is_found_out()
    {
        var result = Verify(DescribeWrongly, () => Open("web.pcapng"), isInferred: true);
        var kind = Assert.Single(result.Totals.Kinds);
        Assert.Equal("consumed", kind.First.Kernel.Verdict);
        Assert.Single(kind.First.Kernel.Sent);
        Assert.Empty(kind.First.Stack.Sent);

        static HostConfiguration DescribeWrongly()
        {
            var host = Infer("web.pcapng");
            return host with { IPv4 = host.IPv4 with { IcmpEchoIgnoreAll = true } };
        }
    }

    [KernelFact]
    public void Receive_path_that_does_not_forward_is_found_out()
    {
        Assert.Contains(
            Verify(DescribeWrongly, MakeFrames, isInferred: false).Totals.Kinds,
            kind => kind.First.Kernel.Verdict == "forwarded" && kind.First.Stack.Verdict == "dropped");

        static HostConfiguration DescribeWrongly()
        {
            // The kernel's host gets the snapshot's own settings, and the receive path others.
            var host = Describe(DifferentialConfigurations.All.Single(one => one.Name == "forwarding"));
            var device = host.Devices.Single(device => device.Name == "eth0");
            device.IPv4 = new IPv4Interface(device.IPv4!.Addresses, device.IPv4.Groups, device.IPv4.Settings with { Forwarding = false });
            return host;
        }
    }

    [KernelFact]
    public void Parts_that_cannot_be_made_are_told()
    {
        HostConfiguration DescribeMore() => Describe(DifferentialConfigurations.All.Single(one => one.Name == "plain"), snapshot => snapshot
            .Replace("\"remote\":\"10.0.0.2:4000\"", "\"remote\":\"198.51.100.7:4000\"", StringComparison.Ordinal)
            .Replace("\"info_kind\":\"veth\"", "\"info_kind\":\"bond\"", StringComparison.Ordinal)
            .Replace("\"net.ipv4.fib_multipath_hash_policy\":\"0\"", "\"net.ipv4.fib_multipath_hash_policy\":\"77\"", StringComparison.Ordinal));
        var problems = Verify(DescribeMore, MakeFrames, isInferred: false).Problems;
        Assert.Contains(problems, problem => problem.StartsWith("device eth0: made as veth, not as bond", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.StartsWith("socket udp 10.0.0.1:6000 198.51.100.7:4000: connect: ", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.StartsWith("sysctls: net.ipv4.fib_multipath_hash_policy is 0, not 77", StringComparison.Ordinal));
    }

    [KernelFact]
    public void Verification_that_was_stopped_tells_what_it_has_found()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        using var reader = Open("web.pcapng");
        var host = Infer("web.pcapng");
        using var verification = new CaptureVerification(host, new VerificationOptions { Device = host.OnlyDevice! });
        Assert.Equal(0, verification.Run(reader, null, stop.Token).Frames);
    }

    /// <summary>The pause between redirects ends by the machine's ticks (<c>docs/kernel-differences.md</c>), and the frames of a run meet its end anywhere.</summary>
    private static bool IsRedirectInTime(DifferenceKind kind)
        => kind.First.Kernel.Verdict == kind.First.Stack.Verdict && kind.First.Kernel.Verdict == "forwarded" && kind.Name.Contains("Icmp.OutRedirects", StringComparison.Ordinal);

    private static (VerificationTotals Totals, IReadOnlyList<string> Problems) Verify(Func<HostConfiguration> host, Func<CaptureReader> capture, bool isInferred) =>
        TwiceAsked.Verify(host, capture, new VerificationManner(InjectsEverything: !isInferred, TakesKernelsProtocols: isInferred));

    private static HostConfiguration Infer(string sample) => TwiceAsked.Infer(PathOf(sample));

    private static CaptureReader Open(string sample) => TwiceAsked.Open(PathOf(sample));

    private static string PathOf(string sample) => Path.Combine(Repository.PathOf("samples"), sample);

    private static HostConfiguration Describe(TargetConfiguration configuration, Func<string, string>? change = null)
    {
        using var oracle = new KernelOracle();
        var snapshot = oracle.TakeSnapshot(configuration);
        Assert.True(SnapshotReader.TryParse(Encoding.UTF8.GetBytes(change is null ? snapshot : change(snapshot)), configuration.Name, out var host, out var fault), fault);
        return host;
    }

    private static CaptureReader MakeFrames()
    {
        var maker = new FrameMaker(FrameCorpus.Read(), new Random(Seed));
        var stream = new MemoryStream();
        using (var writer = new PcapWriter(stream, leaveOpen: true))
        {
            for (var i = 0; i < Frames; i++)
            {
                writer.Write(i, maker.Next());
            }
        }

        stream.Position = 0;
        Assert.True(CaptureReader.TryOpen(stream, "frames", out var reader, out var fault), fault?.ToString());
        return reader;
    }
}
