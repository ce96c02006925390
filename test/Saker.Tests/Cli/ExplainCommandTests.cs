using System.Text.Json;
using Saker.Cli;

namespace Saker.Tests.Cli;

[Collection(ConsoleCollection.Name)]
public sealed class ExplainCommandTests
{
    private static readonly string Ping = SampleCaptures.PathOf("ping.pcap");

    [Fact]
    public void Explanation_has_headers_way_verdict_and_counters()
    {
        ConsoleRun run = ConsoleRun.Of("explain", Ping, "4");
        Assert.Equal((ExitCode.Success, string.Empty), (run.Code, run.Error));
        Assert.Contains("ICMP echo reply", run.Output, StringComparison.Ordinal);
        Assert.Contains("ip_rcv_core", run.Output, StringComparison.Ordinal);
        Assert.Contains("✓ header checksum is right", run.Output, StringComparison.Ordinal);
        Assert.Contains("Ip.InReceives +1", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_is_one_object_with_frame_stages_and_headers()
    {
        ConsoleRun run = ConsoleRun.Of("explain", Ping, "4", "--json");
        Assert.Equal(ExitCode.Success, run.Code);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        Assert.Equal(4, json.RootElement.GetProperty("frame").GetInt32());
        Assert.Equal("card", json.RootElement.GetProperty("stages")[0].GetProperty("function").GetString());
        Assert.Equal("Ethernet", json.RootElement.GetProperty("headers")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void Outgoing_frame_is_drawn_and_said_to_be_one()
    {
        ConsoleRun run = ConsoleRun.Of("explain", Ping, "3");
        Assert.Equal(ExitCode.Success, run.Code);
        Assert.Contains("\noutgoing", run.Output, StringComparison.Ordinal);
        Assert.Contains("ICMP echo request", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("one")]
    [InlineData("1.5")]
    [InlineData("99999999999999999999")]
    public void What_is_no_frame_number_is_refused(string frame) => ConsoleRun.Of("explain", Ping, frame).AssertRefused(ExitCode.Misuse, $"'{frame}'");

    [Fact]
    public void Frame_behind_the_last_is_refused() => ConsoleRun.Of("explain", Ping, "1000").AssertRefused(ExitCode.Misuse, "there is no frame 1000");

    [Fact]
    public void Missing_frame_is_refused() => ConsoleRun.Of("explain", Ping).AssertRefused(ExitCode.Misuse, "FRAME");

    [Fact]
    public void Missing_capture_is_told() => ConsoleRun.Of("explain", "no-such.pcap", "1").AssertRefused(ExitCode.Failure, "there is no such file");

    [Fact]
    public void Frame_behind_the_damage_of_a_capture_cannot_be_reached()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, File.ReadAllBytes(Ping)[..700]);
            ConsoleRun.Of("explain", path, "11").AssertRefused(ExitCode.Failure, "frame 11 cannot be reached");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("--coalesce", "-1")]
    [InlineData("--coalesce", "soon")]
    [InlineData("--device", "eth9")]
    [InlineData("--colour", "red")]
    public void Bad_options_are_refused(string option, string value) =>
        ConsoleRun.Of("explain", Ping, "1", option, value).AssertRefused(ExitCode.Misuse, option == "--colour" ? option : value);
}
