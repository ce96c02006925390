using System.Text.Json;
using Saker.Cli;

namespace Saker.Tests.Cli;

[Collection(ConsoleCollection.Name)]
public sealed class InspectCommandTests
{
    [Fact]
    public void Inspection_has_all_its_parts()
    {
        ConsoleRun run = ConsoleRun.Of("inspect", SampleCaptures.PathOf("web.pcapng"));
        Assert.Equal((ExitCode.Success, string.Empty), (run.Code, run.Error));
        Assert.All(
            ["pcapng", "protocols", "http", "sizes", "IPv4 header checksum wrong: 1, first in frame", "flows: ", "addresses: ", "stations: "],
            part => Assert.Contains(part, run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Json_counts_as_the_text_does()
    {
        ConsoleRun run = ConsoleRun.Of("inspect", SampleCaptures.PathOf("http.pcap.gz"), "--json", "--flows", "2");
        Assert.Equal(ExitCode.Success, run.Code);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        Assert.True(json.RootElement.GetProperty("compressed").GetBoolean());
        Assert.Equal(2, json.RootElement.GetProperty("flows").GetProperty("mostBytes").GetArrayLength());
        Assert.Equal(json.RootElement.GetProperty("frames").GetInt64(), json.RootElement.GetProperty("protocols")[0].GetProperty("frames").GetInt64());
    }

    [Fact]
    public void Damaged_capture_is_reported_as_far_as_it_goes_and_its_fault_told()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, File.ReadAllBytes(SampleCaptures.PathOf("ping.pcap"))[..700]);
            ConsoleRun run = ConsoleRun.Of("inspect", path);
            Assert.Equal(ExitCode.Failure, run.Code);
            Assert.Contains("protocols", run.Output, StringComparison.Ordinal);
            Assert.Contains("byte ", run.Error, StringComparison.Ordinal);
            Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Missing_capture_is_told() => ConsoleRun.Of("inspect", "no-such.pcap").AssertRefused(ExitCode.Failure, "there is no such file");

    [Theory]
    [InlineData("-1")]
    [InlineData("many")]
    public void Bad_number_of_flows_is_refused(string number) =>
        ConsoleRun.Of("inspect", SampleCaptures.PathOf("ping.pcap"), "--flows", number).AssertRefused(ExitCode.Misuse, $"'{number}'");
}
