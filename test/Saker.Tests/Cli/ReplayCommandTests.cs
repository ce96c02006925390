using System.Text;
using System.Text.Json;

namespace Saker.Tests.Cli;

public sealed class ReplayCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("saker-tests-").FullName;

    private static string Sample(string name) => Path.Combine(Repository.Root, "samples", name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Json_is_the_same_on_every_run()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples"), "*.pcap*").Order(StringComparer.Ordinal))
        {
            SakerResult first = SakerProcess.Run("replay", file, "--json");
            SakerResult second = SakerProcess.Run("replay", file, "--json");
            Assert.Equal(0, first.ExitCode);
            Assert.Equal(first.Output, second.Output);
        }
    }

    [Fact]
    public void Json_begins_with_the_capture_and_ends_with_the_sums()
    {
        SakerResult result = SakerProcess.Run("replay", Sample("web.pcapng"), "--json");

        JsonElement[] lines = [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal("""{"schema":1,"capture":"web.pcapng","device":"eth0"}""", lines[0].GetRawText());
        JsonElement summary = lines[^1].GetProperty("summary");
        JsonElement[] frames = lines[1..^1];
        Assert.Equal(frames.Length, summary.GetProperty("frames").GetInt32());
        Assert.Equal(Enumerable.Range(1, frames.Length), frames.Select(frame => frame.GetProperty("frame").GetInt32()));
        Assert.Equal(Sums(frames), summary.GetProperty("counters").EnumerateObject().ToDictionary(counter => counter.Name, counter => counter.Value.GetInt64()));
        Assert.Equal(Tally(frames, "verdict"), summary.GetProperty("verdicts").EnumerateObject().ToDictionary(verdict => verdict.Name, verdict => verdict.Value.GetInt64()));
        Assert.Equal(Tally(frames, "reason"), summary.GetProperty("reasons").EnumerateObject().ToDictionary(reason => reason.Name, reason => reason.Value.GetInt64()));
    }

    [Fact]
    public void The_mixed_sample_meets_its_known_fates()
    {
        SakerResult result = SakerProcess.Run("replay", Sample("web.pcapng"), "--json");

        string summary = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.Contains("\"reasons\":{\"NOT_SPECIFIED\":2,\"NO_SOCKET\":1,\"UDP_CSUM\":1,\"OTHERHOST\":1,\"IP_CSUM\":1}", summary, StringComparison.Ordinal);
        Assert.Contains("\"outgoing\":32", summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_person_gets_a_tree_without_colour_when_output_is_no_terminal()
    {
        SakerResult result = SakerProcess.Run("replay", Sample("web.pcapng"));

        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain('\e', result.Output);
        Assert.Contains("└─ __netif_receive_skb_core", result.Output, StringComparison.Ordinal);
        Assert.Contains("IP_CSUM", result.Output, StringComparison.Ordinal);
        Assert.Contains("frames a second", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_input_is_read_as_a_file_is()
    {
        byte[] capture = File.ReadAllBytes(Sample("dns.pcap"));

        SakerResult fromInput = SakerProcess.Run(capture, ["replay", "-", "--json"]);
        SakerResult fromFile = SakerProcess.Run("replay", Sample("dns.pcap"), "--json");

        Assert.Equal(fromFile.Output.Split('\n')[1..], fromInput.Output.Split('\n')[1..]);
    }

    [Theory]
    [InlineData("sent.pcapng")]
    [InlineData("sent.pcap")]
    public void Sent_frames_are_written_to_a_capture(string name)
    {
        string path = Path.Combine(_folder, name);

        SakerResult result = SakerProcess.Run("replay", Sample("web.pcapng"), "--json", "--out", path);

        string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int sent = lines[1..^1].Sum(line => JsonDocument.Parse(line).RootElement.GetProperty("sent").GetInt32());
        Assert.True(Saker.Wire.Captures.CaptureReader.TryOpen(path, out var reader, out var fault), fault?.ToString());
        using (reader)
        {
            while (reader.TryReadNext(out _))
            {
            }

            Assert.Equal(sent, reader.FrameCount);
            Assert.Null(reader.Fault);
        }
    }

    [Fact]
    public void Frames_that_share_a_poll_meet_the_same_fates()
    {
        SakerResult alone = SakerProcess.Run("replay", Sample("web.pcapng"), "--json");
        SakerResult together = SakerProcess.Run("replay", Sample("web.pcapng"), "--json", "--coalesce", "1000000");

        Assert.Equal(
            alone.Output.Split('\n')[^2].Split("\"counters\"")[0],
            together.Output.Split('\n')[^2].Split("\"counters\"")[0]);
    }

    [Fact]
    public void Moderation_may_be_the_hosts()
    {
        SakerResult alone = SakerProcess.Run("replay", Sample("ping.pcap"), "--json");
        SakerResult moderated = SakerProcess.Run("replay", Sample("ping.pcap"), "--json", "--coalesce", "host");

        Assert.Equal(0, moderated.ExitCode);
        Assert.Equal(alone.Output.Split('\n').Length, moderated.Output.Split('\n').Length);
    }

    [Theory]
    [InlineData(2, "replay", "Required argument 'CAPTURE' missing")]
    [InlineData(2, "replay|CAPTURE|--coalesce|-3", "--coalesce takes microseconds from 0 to 1000000; '-3' is none of them.")]
    [InlineData(2, "replay|CAPTURE|--coalesce|many", "--coalesce takes microseconds from 0 to 1000000; 'many' is none of them.")]
    [InlineData(2, "replay|CAPTURE|--queues|0", "--queues takes queues from 1 to 128; '0' is none of them.")]
    [InlineData(2, "replay|CAPTURE|--ring|20", "--ring: rx takes 64 to 4096 descriptors, not 32.")]
    [InlineData(2, "replay|CAPTURE|--ring|long", "--ring takes descriptors from 1 to 65536; 'long' is none of them.")]
    [InlineData(2, "replay|CAPTURE|--cpus|65", "--cpus takes CPUs from 1 to 64; '65' is none of them.")]
    [InlineData(2, "replay|CAPTURE|--rps|0-3", "--rps takes a set of CPUs from 0 to 63 in hexadecimal digits, such as f; '0-3' is none.")]
    [InlineData(2, "replay|CAPTURE|--rps|8|--cpus|2", "--rps names CPU 3, and there are 2 CPUs; give --cpus 4, or leave it out.")]
    [InlineData(2, "replay|CAPTURE|--gro|perhaps", "--gro takes on or off; 'perhaps' is neither.")]
    [InlineData(2, "replay|CAPTURE|--cost|packet=800,poll=-1", "such as packet=800,poll=300,interrupt=1000; 'poll=-1' is no such cost.")]
    [InlineData(2, "replay|CAPTURE|--cost|speed=3", "'speed=3' is no such cost.")]
    [InlineData(2, "explain|CAPTURE|1|--cost|much", "'much' is no such cost.")]
    [InlineData(2, "replay|CAPTURE|--frobnicate", "there is no option '--frobnicate'")]
    [InlineData(2, "replay|CAPTURE|--device|wlan7", "the host has no device 'wlan7'; it has lo, eth0.")]
    [InlineData(1, "replay|no-such-file.pcap", "no-such-file.pcap: there is no such file")]
    [InlineData(1, "replay|FOLDER", "is a directory")]
    [InlineData(1, "replay|EMPTY", "is empty")]
    [InlineData(1, "replay|TEXT", "is not a pcap or pcapng capture")]
    [InlineData(1, "replay|USB", "link type")]
    [InlineData(1, "replay|CAPTURE|--host|no-such-host.json", "no-such-host.json")]
    [InlineData(1, "replay|CAPTURE|--host|TEXT", "not JSON")]
    [InlineData(1, "replay|CAPTURE|--host|PARTIAL", "links")]
    [InlineData(1, "replay|CAPTURE|--out|FOLDER", "cannot be written")]
    public void Misuse_and_bad_files_get_one_line_and_an_exit_code(int code, string words, string complaint)
    {
        SakerResult result = SakerProcess.Run([.. words.Split('|').Select(Prepare)]);

        Assert.Equal(code, result.ExitCode);
        string line = Assert.Single(result.Complaints);
        Assert.Contains(complaint, line, StringComparison.Ordinal);
        Assert.StartsWith("saker: ", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_capture_is_read_up_to_the_fault()
    {
        byte[] whole = File.ReadAllBytes(Sample("dns.pcap"));
        string path = Path.Combine(_folder, "cut.pcap");
        File.WriteAllBytes(path, whole[..^5]);

        SakerResult cut = SakerProcess.Run("replay", path, "--json");
        SakerResult complete = SakerProcess.Run("replay", Sample("dns.pcap"), "--json");

        Assert.Equal(1, cut.ExitCode);
        string line = Assert.Single(cut.Complaints);
        Assert.Contains("byte", line, StringComparison.Ordinal);
        string[] cutLines = cut.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] lines = complete.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(lines.Length - 1, cutLines.Length);
        Assert.Contains("\"summary\"", cutLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Queues_cards_and_steering_of_the_snapshot_are_used_and_options_go_over_them()
    {
        string host = Path.Combine(_folder, "host.json");
        File.WriteAllText(host, """
            {"links":[{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP"],"mtu":65536,"link_type":"loopback"},
                {"ifindex":2,"ifname":"eth0","flags":["BROADCAST","MULTICAST","UP","LOWER_UP"],"mtu":1500,"link_type":"ether","address":"02:00:00:00:00:01"}],
             "addresses":[{"ifindex":2,"ifname":"eth0","addr_info":[{"family":"inet","local":"192.0.2.1","prefixlen":24,"scope":"global"}]}],
             "routes":[],
             "ethtool":{"eth0":{"channels":{"maximum":{"combined":"4"},"current":{"combined":"2"}}}},
             "queues":{"eth0":{"rx-0":{"rps_cpus":"c"},"rx-1":{"rps_cpus":"c"}}}}
            """);

        JsonElement asHost = Summary(SakerProcess.Run("replay", Sample("burst.pcap.gz"), "--host", host, "--json"));
        JsonElement changed = Summary(SakerProcess.Run("replay", Sample("burst.pcap.gz"), "--host", host, "--json", "--queues", "3", "--rps", "0"));

        Assert.Equal((2, 4), (asHost.GetProperty("queues").GetArrayLength(), asHost.GetProperty("cpus").GetArrayLength()));
        Assert.Equal([0L, 0L], asHost.GetProperty("cpus").EnumerateArray().Take(2).Select(cpu => cpu.GetProperty("processed").GetInt64()));
        Assert.Equal((3, 1), (changed.GetProperty("queues").GetArrayLength(), changed.GetProperty("cpus").GetArrayLength()));
        Assert.Equal(1802, changed.GetProperty("cpus")[0].GetProperty("processed").GetInt64());
    }

    private static JsonElement Summary(SakerResult result) =>
        JsonDocument.Parse(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement.GetProperty("summary");

    [Fact]
    public void Help_names_every_option()
    {
        SakerResult result = SakerProcess.Run("replay", "--help");

        Assert.Equal(0, result.ExitCode);
        string[] options =
        [
            "--host", "--device", "--sysctl", "--queues", "--ring", "--coalesce", "--cpus", "--rps", "--gro", "--cost", "--json", "--out", "--no-readers",
        ];
        Assert.All(options, option => Assert.Contains(option, result.Output, StringComparison.Ordinal));
    }

    private static Dictionary<string, long> Sums(IEnumerable<JsonElement> frames) => frames
        .SelectMany(frame => frame.GetProperty("counters").EnumerateObject())
        .GroupBy(counter => counter.Name, StringComparer.Ordinal)
        .ToDictionary(counter => counter.Key, counter => counter.Sum(change => change.Value.GetInt64()), StringComparer.Ordinal);

    private static Dictionary<string, long> Tally(IEnumerable<JsonElement> frames, string key) => frames
        .Select(frame => frame.GetProperty(key).GetString())
        .OfType<string>()
        .GroupBy(value => value, StringComparer.Ordinal)
        .ToDictionary(value => value.Key, value => value.LongCount(), StringComparer.Ordinal);

    /// <summary>Words in capitals stand for files that are made for the case.</summary>
    private string Prepare(string word)
    {
        string path = Path.Combine(_folder, word.ToLowerInvariant());
        switch (word)
        {
            case "CAPTURE":
                return Sample("dns.pcap");
            case "FOLDER":
                return _folder;
            case "EMPTY":
                File.WriteAllBytes(path, []);
                return path;
            case "TEXT":
                File.WriteAllText(path, "this is no capture, and no JSON either\n");
                return path;
            case "USB":
                File.WriteAllBytes(path, [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 220, 0, 0, 0]);
                return path;
            case "PARTIAL":
                File.WriteAllText(path, """{"addresses":[],"routes":[]}""", Encoding.UTF8);
                return path;
            default:
                return word;
        }
    }
}
