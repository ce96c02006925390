using System.Text.Json;
using Saker.Cli;
using Saker.Host.Sysctls;

namespace Saker.Tests.Cli;

[Collection(ConsoleCollection.Name)]
public sealed class SysctlCommandTests
{
    private static readonly string Ping = SampleCaptures.PathOf("ping.pcap");
    private static readonly string Router = Path.Combine(Repository.Root, "test", "Saker.Tests", "Host", "Snapshots", "router.json");

    [Fact]
    public void List_has_a_line_for_every_sysctl()
    {
        ConsoleRun run = ConsoleRun.Of("sysctl");
        Assert.Equal((ExitCode.Success, string.Empty), (run.Code, run.Error));
        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["sysctl", .. SysctlRegistry.All.Select(sysctl => sysctl.Name)], lines.Select(line => line.Split(' ')[0]));
        Assert.Contains("(decides nothing yet) ", lines.Single(line => line.StartsWith("net.ipv4.ip_early_demux ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_of_a_host_stand_beside_the_defaults()
    {
        ConsoleRun run = ConsoleRun.Of("sysctl", "net.ipv4.conf.eth0.rp_filter", "--host", Router);
        Assert.Equal((ExitCode.Success, string.Empty), (run.Code, run.Error));
        Assert.Contains("  0        all=0 default=0 lo=0 eth0=2 ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_types_meanings_and_values()
    {
        ConsoleRun run = ConsoleRun.Of("sysctl", "rp_filter", "--json", "--host", Router);
        Assert.Equal(ExitCode.Success, run.Code);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        JsonElement filter = json.RootElement.GetProperty("sysctls").EnumerateArray().Single(sysctl => sysctl.GetProperty("name").GetString() == "net.ipv4.conf.*.rp_filter");
        Assert.Equal(("level", "0", 2), (filter.GetProperty("type").GetString(), filter.GetProperty("default").GetString(), filter.GetProperty("highestLevel").GetInt32()));
        Assert.True(filter.GetProperty("decides").GetBoolean());
        Assert.Equal("2", filter.GetProperty("values").GetProperty("net.ipv4.conf.eth0.rp_filter").GetString());
    }

    [Fact]
    public void Pattern_without_a_sysctl_is_refused_with_the_nearest() =>
        ConsoleRun.Of("sysctl", "rp_filtre").AssertRefused(ExitCode.Misuse, "the stack knows no sysctl like 'rp_filtre'; nearest: net.ipv4.conf.all.rp_filter");

    [Fact]
    public void Missing_snapshot_is_told() => ConsoleRun.Of("sysctl", "--host", "no-such-host.json").AssertRefused(ExitCode.Failure, "no-such-host.json");

    [Theory]
    [InlineData("net.ipv4.ip_forward", "'net.ipv4.ip_forward' sets nothing; a sysctl is set by NAME=VALUE.")]
    [InlineData("net.ipv4.ip_forwad=1", "the stack knows no sysctl 'net.ipv4.ip_forwad'; nearest: net.ipv4.ip_forward; 'saker sysctl' lists all.")]
    [InlineData("net/ipv4/ip_farward=1", "the stack knows no sysctl 'net/ipv4/ip_farward'; nearest: net.ipv4.ip_forward; ")]
    [InlineData("kernel.hostname=x", "the stack knows no sysctl 'kernel.hostname'; 'saker sysctl' lists all.")]
    [InlineData("=1", "the stack knows no sysctl ''; ")]
    [InlineData("net.ipv4.ip_default_ttl=0", "net.ipv4.ip_default_ttl takes a whole number from 1 to 255; '0' is none.")]
    [InlineData("net.ipv4.ip_default_ttl=", "net.ipv4.ip_default_ttl takes a whole number from 1 to 255; '' is none.")]
    [InlineData("net.ipv4.icmp_echo_ignore_all=2", "net.ipv4.icmp_echo_ignore_all takes a whole number from 0 to 1; '2' is none.")]
    [InlineData("net.ipv4.tcp_rmem=1 2 3 4", "net.ipv4.tcp_rmem takes a list of at most 3 whole numbers from 1 to 2147483647; '1 2 3 4' is none.")]
    [InlineData("net.ipv4.conf.eth9.rp_filter=1", "the host has no device 'eth9'; it has lo, eth0.")]
    [InlineData("net.ipv4.conf.eth0.5.rp_filter=1", "nearest: net.ipv4.conf.eth0/5.rp_filter; ")]
    public void What_cannot_be_set_is_refused_in_one_line(string assignment, string complaint)
    {
        ConsoleRun.Of("replay", Ping, "--sysctl", assignment).AssertRefused(ExitCode.Misuse, complaint);
        ConsoleRun.Of("explain", Ping, "4", "--sysctl", assignment).AssertRefused(ExitCode.Misuse, complaint);
    }

    [Fact]
    public void Option_without_a_value_is_refused() => ConsoleRun.Of("replay", Ping, "--sysctl").AssertRefused(ExitCode.Misuse, "--sysctl");

    [Fact]
    public void Echo_requests_that_are_to_be_ignored_are_not_answered()
    {
        Assert.EndsWith("sent in answer: 4", Totals(), StringComparison.Ordinal);
        Assert.EndsWith("sent in answer: 2", Totals("net.ipv4.icmp_echo_ignore_all=1"), StringComparison.Ordinal);
        Assert.EndsWith("sent in answer: 4", Totals("net.ipv4.icmp_echo_ignore_all=1", "net/ipv4/icmp_echo_ignore_all=0"), StringComparison.Ordinal);

        static string Totals(params string[] assignments)
        {
            ConsoleRun run = ConsoleRun.Of(["replay", SampleCaptures.PathOf("web.pcapng"), .. assignments.SelectMany(assignment => (string[])["--sysctl", assignment])]);
            Assert.Equal(ExitCode.Success, run.Code);
            return run.Output.Split('\n').Single(line => line.StartsWith("frames: ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Setting_that_decides_nothing_is_said_to()
    {
        ConsoleRun run = ConsoleRun.Of("explain", Ping, "4", "--sysctl", "net.ipv4.conf.all.log_martians=1", "--sysctl", "net.ipv4.ip_early_demux=0");
        Assert.Equal(ExitCode.Success, run.Code);
        Assert.Equal("saker: --sysctl: net.ipv4.conf.all.log_martians, net.ipv4.ip_early_demux decide nothing yet\n", run.Error);
    }
}
