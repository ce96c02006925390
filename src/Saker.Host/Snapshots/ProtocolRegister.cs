using System.IO.Compression;
using System.Text.Json;

namespace Saker.Host.Snapshots;

/// <summary>
/// Which protocols the kernel has handlers for. <c>packetTypes</c> is <c>/proc/net/ptype</c>; <c>internet</c> and <c>internet6</c> are the protocol
/// numbers with a handler above IPv4 and IPv6, which no file shows: they are derived from what the kernel was built with and which modules are
/// loaded. <c>build</c> holds the options that this was derived from.
/// </summary>
internal static class ProtocolRegister
{
    private const string Always = "";

    private static readonly (string Option, string Module, byte[] Internet, byte[] Internet6)[] Handlers =
    [
        (Always, "", [1, 6, 17, 136], [6, 17, 58, 136, 0, 43, 44, 59, 60]),
        ("CONFIG_IP_MULTICAST", "", [2], []),
        ("CONFIG_IP_PIMSM_V2", "", [103], []),
        ("CONFIG_IPV6_PIMSM_V2", "", [], [103]),
        ("CONFIG_INET_TUNNEL", "tunnel4", [4, 41], []),
        ("CONFIG_INET6_TUNNEL", "tunnel6", [], [41, 4]),
        ("CONFIG_NET_IPGRE_DEMUX", "gre", [47], []),
        ("CONFIG_IPV6_GRE", "ip6_gre", [], [47]),
        ("CONFIG_INET_ESP", "esp4", [50], []),
        ("CONFIG_INET_AH", "ah4", [51], []),
        ("CONFIG_INET_IPCOMP", "ipcomp", [108], []),
        ("CONFIG_INET6_ESP", "esp6", [], [50]),
        ("CONFIG_INET6_AH", "ah6", [], [51]),
        ("CONFIG_INET6_IPCOMP", "ipcomp6", [], [108]),
        ("CONFIG_L2TP_IP", "l2tp_ip", [115], [115]),
        ("CONFIG_IP_SCTP", "sctp", [132], [132]),
        ("CONFIG_IP_DCCP", "dccp_ipv4", [33], [33]),
    ];

    // Options that decide a frame's way without being a handler of their own.
    private static readonly string[] Others =
    [
        "CONFIG_VLAN_8021Q", "CONFIG_LLC", "CONFIG_BRIDGE", "CONFIG_NET_ACT_BPF", "CONFIG_NETFILTER_INGRESS", "CONFIG_IP_MROUTE", "CONFIG_IPV6",
        "CONFIG_IP_MULTIPLE_TABLES", "CONFIG_HZ", "CONFIG_XFRM",
    ];

    public static void Write(Utf8JsonWriter json, string member, List<string> problems)
    {
        json.WriteStartObject(member);
        WritePacketTypes(json);
        if (ReadBuild() is { } build)
        {
            var modules = Modules();
            WriteHandlers(json, "internet", build, modules, handler => handler.Internet);
            WriteHandlers(json, "internet6", build, modules, handler => handler.Internet6);
            json.WriteStartObject("build");
            foreach (var option in Handlers.Select(handler => handler.Option).Concat(Others).Where(option => option != Always).Order(StringComparer.Ordinal))
            {
                json.WriteString(option, build.GetValueOrDefault(option, "n"));
            }

            json.WriteEndObject();
        }
        else
        {
            problems.Add("protocols: neither /proc/config.gz nor /boot/config-RELEASE can be read; the protocol handlers are left out");
        }

        json.WriteEndObject();
    }

    private static void WritePacketTypes(Utf8JsonWriter json)
    {
        json.WriteStartArray("packetTypes");
        const string Table = "/proc/thread-self/net/ptype";
        foreach (var line in File.Exists(Table) ? File.ReadLines(Table).Skip(1) : [])
        {
            // Type, device (blank for every device) and function stand in columns.
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length >= 2)
            {
                json.WriteStartObject();
                json.WriteString("type", fields[0]);
                json.WriteString("device", fields.Length > 2 ? fields[1] : null);
                json.WriteString("function", fields[^1]);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    private static void WriteHandlers(
        Utf8JsonWriter json,
        string member,
        Dictionary<string, string> build,
        HashSet<string> modules,
        Func<(string Option, string Module, byte[] Internet, byte[] Internet6), byte[]> numbers)
    {
        json.WriteStartArray(member);
        foreach (var number in Handlers.Where(handler => IsThere(handler.Option, handler.Module)).SelectMany(numbers).Order())
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();

        bool IsThere(string option, string module)
            => option == Always || build.GetValueOrDefault(option) == "y" || (build.GetValueOrDefault(option) == "m" && modules.Contains(module));
    }

    private static HashSet<string> Modules()
        => File.Exists("/proc/modules")
            ? [.. File.ReadLines("/proc/modules").Select(line => line.Split(' ')[0])]
            : [];

    private static Dictionary<string, string>? ReadBuild()
    {
        var boot = "/boot/config-" + (File.Exists("/proc/sys/kernel/osrelease") ? File.ReadAllText("/proc/sys/kernel/osrelease").Trim() : "");
        try
        {
            if (File.Exists("/proc/config.gz"))
            {
                using var file = new GZipStream(File.OpenRead("/proc/config.gz"), CompressionMode.Decompress);
                return Parse(file);
            }

            if (File.Exists(boot))
            {
                using var file = File.OpenRead(boot);
                return Parse(file);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }

        return null;
    }

    private static Dictionary<string, string> Parse(Stream file)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        using var lines = new StreamReader(file);
        while (lines.ReadLine() is { } line)
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && line.StartsWith("CONFIG_", StringComparison.Ordinal))
            {
                options[line[..equals]] = line[(equals + 1)..];
            }
        }

        return options;
    }
}
