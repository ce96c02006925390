using System.Runtime.InteropServices;
using System.Text.Json;

namespace Saker.Host.Snapshots;

/// <summary>
/// Takes the configuration of the network namespace that the calling thread is in, as one JSON object with the members <c>kernel</c>,
/// <c>links</c>, <c>fdb</c>, <c>bridgeVlans</c>, <c>tc</c>, <c>addresses</c>, <c>routes</c>, <c>rules</c>, <c>neighbors</c>, <c>multicast</c>, <c>nftables</c>, <c>sysctls</c>,
/// <c>sockets</c>, <c>protocols</c>, <c>features</c>, <c>ethtool</c> and <c>queues</c>.
/// </summary>
/// <remarks>
/// Links, addresses and multicast are what <c>ip -j -d</c> prints. Routes, rules and neighbours are printed for each family in turn and joined
/// in one array, each entry with a <c>family</c> of <c>inet</c> or <c>inet6</c> before its own members, since an entry for <c>default</c>
/// or <c>all</c> does not tell otherwise. What cannot be collected is left out and named in <see cref="Problems"/>.
/// Changes nothing on the host; without root, what the kernel shows only to root is missing.
/// </remarks>
public sealed class SnapshotCollector
{
    private static readonly (string Option, string Name)[] Families = [("-4", "inet"), ("-6", "inet6")];

    // As uname(1) says it.
    private static readonly string Architecture = RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "x86_64",
        System.Runtime.InteropServices.Architecture.Arm64 => "aarch64",
        var other => other.ToString().ToLowerInvariant(),
    };

    private readonly List<string> _problems = [];

    /// <summary>What could not be collected and why, one line each.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Collects a snapshot and writes it.</summary>
    public void Collect(Stream output, bool indented = false)
    {
        ArgumentNullException.ThrowIfNull(output);
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = indented }))
        {
            Collect(json);
        }

        output.Write("\n"u8);
    }

    /// <summary>Collects a snapshot and writes it as one JSON value.</summary>
    public void Collect(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        _problems.Clear();
        json.WriteStartObject();
        WriteKernel(json);
        WriteLinks(json, out List<LinkName> links, out BridgeParts bridges);
        WriteBridges(json, bridges);
        WriteTraffic(json);
        string[] devices = [.. links.Select(link => link.Name)];
        WriteArray(json, "addresses", "ip", "-j -d address show");
        WriteByFamily(json, "routes", "ip -j -d {0} route show table all");
        WriteByFamily(json, "rules", "ip -j -d {0} rule show");
        WriteByFamily(json, "neighbors", "ip -j -d {0} neighbor show nud all", "ip -j -d {0} neighbor show proxy");
        WriteArray(json, "multicast", "ip", "-j -d maddress show");
        WriteRuleset(json);
        SysctlTree.Write(json, "sysctls", "/proc/sys/net");
        SocketTable.Write(json, "sockets", "/proc/thread-self/net");
        ProtocolRegister.Write(json, "protocols", _problems);
        DeviceFeatures.Write(json, "features", devices, _problems);
        CardTools.Write(json, "ethtool", devices);
        QueueFiles.Write(json, "queues", links);
        json.WriteEndObject();
        json.Flush();
    }

    private static void WriteKernel(Utf8JsonWriter json)
    {
        json.WriteStartObject("kernel");
        json.WriteString("release", ReadLine("/proc/sys/kernel/osrelease"));
        json.WriteString("version", ReadLine("/proc/sys/kernel/version"));
        json.WriteString("architecture", Architecture);
        json.WriteEndObject();

        static string ReadLine(string path) => File.Exists(path) ? File.ReadAllText(path).Trim() : "";
    }

    private void WriteLinks(Utf8JsonWriter json, out List<LinkName> names, out BridgeParts bridges)
    {
        names = [];
        bridges = BridgeParts.None;
        if (!TryQuery("ip", "-j -d link show", out var links))
        {
            return;
        }

        using (links)
        {
            json.WritePropertyName("links");
            links.RootElement.WriteTo(json);
            foreach (var link in links.RootElement.EnumerateArray())
            {
                bridges |= PartsOf(link);
                if (link.TryGetProperty("ifname", out var name) && link.TryGetProperty("ifindex", out var index))
                {
                    string address = link.TryGetProperty("address", out var given) ? given.GetString()! : string.Empty;
                    names.Add(new LinkName(name.GetString()!, index.GetInt32(), address));
                }
            }
        }
    }

    /// <summary>What a link that is a bridge has to tell.</summary>
    private static BridgeParts PartsOf(JsonElement link) =>
        !link.TryGetProperty("linkinfo", out var info) || !info.TryGetProperty("info_kind", out var kind) || kind.GetString() != "bridge" ? BridgeParts.None
        : info.TryGetProperty("info_data", out var data) && data.TryGetProperty("vlan_filtering", out var filtering) && filtering.GetInt32() != 0
            ? BridgeParts.Stations | BridgeParts.Vlans
        : BridgeParts.Stations;

    /// <summary>What bridges know. A kernel without bridges' VLANs refuses to tell of them, and so is asked only where one filters by them.</summary>
    private void WriteBridges(Utf8JsonWriter json, BridgeParts parts)
    {
        if ((parts & BridgeParts.Stations) != BridgeParts.None)
        {
            WriteArray(json, "fdb", "bridge", "-j fdb show");
        }

        if ((parts & BridgeParts.Vlans) != BridgeParts.None)
        {
            WriteArray(json, "bridgeVlans", "bridge", "-j vlan show");
        }
    }

    /// <summary>The filters of each device that has any, by direction.</summary>
    private void WriteTraffic(Utf8JsonWriter json)
    {
        if (!TryQuery("tc", "-j qdisc show", out var disciplines))
        {
            return;
        }

        json.WriteStartArray("tc");
        using (disciplines)
        {
            foreach (var discipline in disciplines.RootElement.EnumerateArray())
            {
                if (!discipline.TryGetProperty("kind", out var kind) || kind.GetString() is not ("clsact" or "ingress")
                    || !discipline.TryGetProperty("dev", out var device))
                {
                    continue;
                }

                foreach (var direction in (string[])(kind.GetString() == "clsact" ? ["ingress", "egress"] : ["ingress"]))
                {
                    json.WriteStartObject();
                    json.WriteString("ifname", device.GetString());
                    json.WriteString("direction", direction);
                    WriteArray(json, "filters", "tc", $"-j -d filter show dev {device.GetString()} {direction}");
                    json.WriteEndObject();
                }
            }
        }

        json.WriteEndArray();
    }

    /// <summary>What there is to ask of bridges.</summary>
    [Flags]
    private enum BridgeParts
    {
        None = 0,
        Stations = 1,
        Vlans = 2,
    }

    private void WriteArray(Utf8JsonWriter json, string member, string tool, string arguments)
    {
        if (TryQuery(tool, arguments, out var answer))
        {
            using (answer)
            {
                json.WritePropertyName(member);
                answer.RootElement.WriteTo(json);
            }
        }
    }

    private void WriteByFamily(Utf8JsonWriter json, string member, params ReadOnlySpan<string> commands)
    {
        var answers = new List<(string Family, JsonDocument Answer)>();
        foreach (var (option, family) in Families)
        {
            foreach (var command in commands)
            {
                var line = command.Replace("{0}", option, StringComparison.Ordinal);
                var space = line.IndexOf(' ', StringComparison.Ordinal);
                if (TryQuery(line[..space], line[(space + 1)..], out var answer))
                {
                    answers.Add((family, answer));
                }
            }
        }

        if (answers.Count == 0)
        {
            return;
        }

        json.WriteStartArray(member);
        foreach (var (family, answer) in answers)
        {
            using (answer)
            {
                foreach (var entry in answer.RootElement.EnumerateArray())
                {
                    json.WriteStartObject();
                    json.WriteString("family", family);
                    foreach (var property in entry.EnumerateObject())
                    {
                        property.WriteTo(json);
                    }

                    json.WriteEndObject();
                }
            }
        }

        json.WriteEndArray();
    }

    private void WriteRuleset(Utf8JsonWriter json)
    {
        if (TryQuery("nft", "-j list ruleset", out var ruleset))
        {
            using (ruleset)
            {
                json.WritePropertyName("nftables");
                ruleset.RootElement.WriteTo(json);
            }
        }
        else
        {
            json.WriteStartObject("nftables");
            json.WriteEndObject();
        }
    }

    private bool TryQuery(string tool, string arguments, out JsonDocument answer)
    {
        answer = null!;
        if (!Tool.TryRun(tool, arguments, out var output, out var problem))
        {
            _problems.Add(problem);
            return false;
        }

        // ip prints nothing at all, rather than an empty array, where it has nothing to show.
        answer = JsonDocument.Parse(string.IsNullOrWhiteSpace(output) ? "[]" : output);
        return true;
    }
}
