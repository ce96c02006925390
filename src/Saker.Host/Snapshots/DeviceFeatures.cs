using System.Text.Json;

namespace Saker.Host.Snapshots;

/// <summary>What each device does by itself, by the names and values of <c>ethtool -k</c> (<c>"rx-checksumming": "on"</c>).</summary>
internal static class DeviceFeatures
{
    public static void Write(Utf8JsonWriter json, string member, IEnumerable<string> devices, List<string> problems)
    {
        var written = false;
        foreach (var device in devices)
        {
            if (!Tool.TryRun("ethtool", "-k " + device, out var output, out var problem))
            {
                problems.Add(problem);
                if (!written)
                {
                    // Most likely the tool is not there: once said is enough.
                    return;
                }

                continue;
            }

            if (!written)
            {
                json.WriteStartObject(member);
                written = true;
            }

            json.WriteStartObject(device);
            foreach (var line in output.Split('\n').Skip(1))
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                if (colon > 0)
                {
                    json.WriteString(line[..colon].Trim(), line[(colon + 1)..].Trim());
                }
            }

            json.WriteEndObject();
        }

        if (written)
        {
            json.WriteEndObject();
        }
    }
}
