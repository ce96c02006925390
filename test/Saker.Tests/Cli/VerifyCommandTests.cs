using Saker.Cli;

namespace Saker.Tests.Cli;

/// <summary>How <c>saker verify</c> refuses; what it finds, the kernel tests show.</summary>
[Collection(ConsoleCollection.Name)]
public class VerifyCommandTests
{
    [Fact]
    public void A_limit_that_is_no_number_is_misuse() =>
        ConsoleRun.Of("verify", SampleCaptures.PathOf("web.pcapng"), "--limit", "-1").AssertRefused(ExitCode.Misuse, "--limit takes numbers from 0");

    [Fact]
    public void A_capture_that_is_not_there_or_a_missing_right_is_a_failure_in_one_line()
    {
        string? missing = KernelRequirements.WhatIsMissing;
        ConsoleRun.Of("verify", "nowhere.pcap").AssertRefused(ExitCode.Failure, missing ?? "there is no such file");
    }

    [Fact]
    public void An_unknown_device_is_misuse_where_the_kernel_can_be_asked()
    {
        string? missing = KernelRequirements.WhatIsMissing;
        ConsoleRun.Of("verify", SampleCaptures.PathOf("web.pcapng"), "--device", "eth9").AssertRefused(missing is null ? ExitCode.Misuse : ExitCode.Failure, missing ?? "no device 'eth9'");
    }
}
