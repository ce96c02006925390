using System.Text.Json;
using Saker.Cli;

namespace Saker.Tests.Cli;

[Collection(ConsoleCollection.Name)]
public sealed class RssCommandTests
{
    private static string Web => SampleCaptures.PathOf("web.pcapng");

    [Fact]
    public void Spread_has_all_its_parts()
    {
        ConsoleRun run = ConsoleRun.Of("rss", Web, "--queues", "8", "--cpus", "0,2-3", "--fields", "tcp4=sd", "--rule", "flow-type udp4 dst-port 53 action 7");
        Assert.Equal((ExitCode.Success, string.Empty), (run.Code, run.Error));
        Assert.All(
            ["web.pcapng: 40 frames", "queues  8", "128 entries, queues in turn", "microsoft, 6d:5a:56", "tcp4=sd udp4=sdfn", "flow-type udp4 dst-port 53 action 7 loc 7679: 5 frames",
                "CPUs", "imbalance ", "heaviest flows", "tcp4 192.0.2.2:33852 > 192.0.2.1:80", "ARP: nothing to hash, queue 0",
                "what would spread these flows better", "ethtool -X eth0 "],
            part => Assert.Contains(part, run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Json_is_one_object_a_line_and_adds_up()
    {
        ConsoleRun run = ConsoleRun.Of("rss", Web, "--json", "--key", "mlx5", "--table", "512", "--weight", "3,1,0,4");
        Assert.Equal((ExitCode.Success, string.Empty), (run.Code, run.Error));
        JsonElement[] lines = [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal((1, 4, 512), (Number(lines[0], "schema"), Number(lines[0], "queues"), Number(lines[0], "table")));
        JsonElement summary = lines[^1].GetProperty("summary");
        JsonElement[] queues = [.. lines.Where(line => line.TryGetProperty("cpu", out _))];
        Assert.Equal(4, queues.Length);
        Assert.Equal(0, Number(queues[2], "frames"));
        Assert.Equal(Number(summary, "frames"), queues.Sum(queue => Number(queue, "frames")));
        Assert.Equal(Number(summary, "flows"), queues.Sum(queue => Number(queue, "flows")));
        Assert.Contains(lines, line => line.TryGetProperty("remedy", out _));
        Assert.Equal(run.Output, ConsoleRun.Of("rss", Web, "--json", "--key", "mlx5", "--table", "512", "--weight", "3,1,0,4").Output);

        static long Number(JsonElement json, string name) => json.GetProperty(name).GetInt64();
    }

    [Theory]
    [InlineData("--fields: 'x' is no letter", "--fields", "udp4=x")]
    [InlineData("--fields: 'udp' is no flow type", "--fields", "udp=sd")]
    [InlineData("--key: 'me' is no key", "--key", "me")]
    [InlineData("--queues takes a number from 1", "--queues", "0")]
    [InlineData("--table takes a power of two", "--table", "100")]
    [InlineData("--weight: all weights are zero", "--weight", "0 0")]
    [InlineData("--weight: the indirection table leads to queue 4", "--weight", "1 1 1 1 1")]
    [InlineData("--rule: a rule begins with 'flow-type TYPE'", "--rule", "udp4")]
    [InlineData("--rule: action takes a queue from 0 to 3", "--rule", "flow-type udp4 action 4")]
    [InlineData("--ethtool: '-Z' is no option", "--ethtool", "-Z")]
    [InlineData("--cpus takes CPUs", "--cpus", "3-1")]
    [InlineData("--flows takes numbers", "--flows", "x")]
    public void Bad_option_is_refused(string words, string option, string value) =>
        ConsoleRun.Of("rss", Web, option, value).AssertRefused(ExitCode.Misuse, words);

    [Fact]
    public void Missing_capture_is_told() => ConsoleRun.Of("rss", "no-such.pcap").AssertRefused(ExitCode.Failure, "there is no such file");
}
