using System.Text.Json;
using Saker.Cli;
using Saker.Tests.Stack.Devices;
using Saker.Wire.Captures;

namespace Saker.Tests.Cli;

/// <summary><c>--topology FILE</c>: a bridge, a VLAN upon it, and a filter, before an inferred host.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class TopologyOptionTests : IDisposable
{
    private const string Topology = """
        {"links":[{"ifname":"eth1"},
                  {"ifname":"br0","linkinfo":{"info_kind":"bridge"}},
                  {"ifname":"eth0","master":"br0"},{"ifname":"eth1","master":"br0"},
                  {"ifname":"v5","link":"br0","linkinfo":{"info_kind":"vlan","info_data":{"id":5}}}],
         "addresses":[{"ifname":"v5","addr_info":[{"family":"inet","local":"10.0.5.1","prefixlen":24}]}],
         "neighbors":[{"dst":"10.0.5.2","dev":"v5","lladdr":"02:00:00:00:00:02","state":["PERMANENT"]}],
         "tc":[{"ifname":"eth0","direction":"ingress","filters":[{"protocol":"arp","pref":1,"kind":"bpf","options":{"direct-action":true,"bytecode":"1,6 0 0 2"}}]}]}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("saker-tests-").FullName;

    public TopologyOptionTests()
    {
        File.WriteAllText(PathOf("topology.json"), Topology);
        using PcapWriter writer = new(File.Create(PathOf("tagged.pcap")), LinkType.Ethernet);
        writer.Write(1_700_000_000_000_000_000, VlanHost.Echo("8100 0005"));
        writer.Write(1_700_000_001_000_000_000, VlanHost.Echo("8100 0006"));
        writer.Write(1_700_000_002_000_000_000, Saker.Tests.Stack.Frames.Arp());
        writer.Write(1_700_000_003_000_000_000, VlanHost.Echo(string.Empty, "020000000077"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Frames_go_through_filter_bridge_and_vlan()
    {
        ConsoleRun run = ConsoleRun.Of("replay", PathOf("tagged.pcap"), "--topology", PathOf("topology.json"), "--device", "eth0", "--json");

        Assert.Equal(ExitCode.Success, run.Code);
        JsonElement[] frames = [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..^1].Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(
            ["consumed null 1", "dropped \"OTHERHOST\" 0", "dropped \"TC_INGRESS\" 0", "forwarded null 1"],
            frames.Select(frame => $"{frame.GetProperty("verdict")} {frame.GetProperty("reason").GetRawText()} {frame.GetProperty("sent")}"));
        Assert.Equal(1, frames[0].GetProperty("counters").GetProperty("dev.v5.rx_packets").GetInt64());
        Assert.Equal(1, frames[0].GetProperty("counters").GetProperty("dev.br0.tx_packets").GetInt64());
        Assert.Equal(1, frames[3].GetProperty("counters").GetProperty("dev.eth1.tx_packets").GetInt64());
    }

    [Theory]
    [InlineData("1", "br_handle_frame", "vlan_do_receive", "VLAN device", "vlan_dev_hard_start_xmit")]
    [InlineData("2", "✗ the VLAN id has a device, or is 0", "OTHERHOST")]
    [InlineData("3", "sch_handle_ingress", "pref 1 bpf", "Shot")]
    public void Explanation_shows_what_stands_upon_the_device(string frame, params string[] shown)
    {
        ConsoleRun run = ConsoleRun.Of("explain", PathOf("tagged.pcap"), frame, "--topology", PathOf("topology.json"), "--device", "eth0");

        Assert.Equal(ExitCode.Success, run.Code);
        Assert.All(shown, text => Assert.Contains(text, run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Several_devices_want_one_named_and_a_bad_file_is_told()
    {
        ConsoleRun unnamed = ConsoleRun.Of("replay", PathOf("tagged.pcap"), "--topology", PathOf("topology.json"));
        Assert.Equal((ExitCode.Misuse, "saker: the host has several devices; name the one that the frames come in by with --device: eth0, eth1, br0, v5."), (unnamed.Code, unnamed.Error.TrimEnd()));

        ConsoleRun missing = ConsoleRun.Of("replay", PathOf("tagged.pcap"), "--topology", PathOf("none.json"));
        Assert.Equal((ExitCode.Failure, $"saker: {PathOf("none.json")}: no such file"), (missing.Code, missing.Error.TrimEnd()));
    }

    private string PathOf(string name) => Path.Combine(_folder, name);
}
