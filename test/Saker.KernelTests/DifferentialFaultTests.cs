using Saker.KernelTests.Differential;

namespace Saker.KernelTests;

/// <summary>The differential run finds faults: with a check switched off on the stack's side, it says so.</summary>
public sealed class DifferentialFaultTests
{
    private const int Seed = 20260301;

    [KernelFact]
    public void Stack_without_a_fault_agrees() => Assert.Empty(Ask("rp_strict").Disagreements);

    [KernelFact]
    public void Stack_that_does_not_check_header_checksums_is_found_out()
        => AssertFound("IP_CSUM", Ask("plain", stackFrame: frame =>
        {
            // Seen from outside, a stack that does not look at checksums is one that finds them right.
            byte[] repaired = [.. frame];
            FrameEditor.FixHeaderChecksum(repaired);
            return repaired;
        }));

    [KernelTheory]
    [InlineData("rp_strict", "rp_filter", "IP_RPFILTER")]
    [InlineData("l2_multicast", "drop_unicast_in_l2_multicast", "UNICAST_IN_L2_MULTICAST")]
    [InlineData("echo_ignore_all", "icmp_echo_ignore_all", "consumed")]
    public void Stack_without_a_check_is_found_out(string configuration, string setting, string reason)
        => AssertFound(reason, Ask(configuration, stackSnapshot: snapshot
            => snapshot.Replace($"{setting}\":\"1\"", $"{setting}\":\"0\"", StringComparison.Ordinal)));

    private static GroupResult Ask(string configuration, Func<byte[], byte[]>? stackFrame = null, Func<string, string>? stackSnapshot = null)
    {
        using var run = new DifferentialRun(FrameCorpus.Read())
        {
            StackFrame = stackFrame ?? (frame => frame),
            StackSnapshot = stackSnapshot ?? (snapshot => snapshot),
        };
        return run.Ask(DifferentialConfigurations.All.Single(one => one.Name == configuration), Seed);
    }

    private static void AssertFound(string reason, GroupResult result)
        => Assert.Contains(result.Disagreements, one => (one.Kernel.Reason ?? one.Kernel.Verdict) == reason && one.ToString().Contains("instead of", StringComparison.Ordinal));
}
