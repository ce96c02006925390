using System.Text.Json;

namespace Saker.Host.Snapshots;

/// <summary>
/// What sysfs tells of how each device's packets are received: <c>gro_flush_timeout</c>, <c>napi_defer_hard_irqs</c> and <c>threaded</c> of the device, and of
/// each receive queue (<c>rx-0</c>) its <c>rps_cpus</c> and <c>rps_flow_cnt</c> (kernel documentation: networking/scaling.rst).
/// </summary>
internal static class QueueFiles
{
    private const string Root = "/sys/class/net";

    private static readonly string[] OfDevice = ["gro_flush_timeout", "napi_defer_hard_irqs", "threaded"];
    private static readonly string[] OfQueue = ["rps_cpus", "rps_flow_cnt"];

    /// <summary>Writes them. A sysfs that was mounted in another network namespace shows that one's devices, which are left out.</summary>
    public static void Write(Utf8JsonWriter json, string member, IEnumerable<LinkName> links)
    {
        json.WriteStartObject(member);
        foreach (string device in links.Where(Shows).Select(link => link.Name))
        {
            json.WriteStartObject(device);
            WriteFiles(json, $"{Root}/{device}", OfDevice);
            foreach (string queue in Directory.GetDirectories($"{Root}/{device}/queues", "rx-*").OrderBy(path => path.Length).ThenBy(path => path, StringComparer.Ordinal))
            {
                json.WriteStartObject(Path.GetFileName(queue));
                WriteFiles(json, queue, OfQueue);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static bool Shows(LinkName link) =>
        Directory.Exists($"{Root}/{link.Name}/queues")
        && Read($"{Root}/{link.Name}", "ifindex") == $"{link.Index}"
        && (link.Address.Length == 0 || Read($"{Root}/{link.Name}", "address") == link.Address);

    private static void WriteFiles(Utf8JsonWriter json, string folder, string[] names)
    {
        foreach (string name in names)
        {
            if (Read(folder, name) is { } text)
            {
                json.WriteString(name, text);
            }
        }
    }

    /// <summary>A file's text; null where an older kernel has no such file, or the device is going away.</summary>
    private static string? Read(string folder, string name)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, name)).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
