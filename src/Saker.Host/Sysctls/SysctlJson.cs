using System.Text.Encodings.Web;
using System.Text.Json;

namespace Saker.Host.Sysctls;

/// <summary>Writes sysctls as one JSON object.</summary>
public static class SysctlJson
{
    /// <summary>Writes them.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="sysctls">Which.</param>
    /// <param name="host">The host whose values are written, too; null: none.</param>
    public static void Write(Stream output, IEnumerable<Sysctl> sysctls, HostSysctls? host)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(sysctls);
        using (Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", 1);
            json.WriteStartArray("sysctls");
            foreach (Sysctl sysctl in sysctls)
            {
                Write(json, sysctl, host);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private static void Write(Utf8JsonWriter json, Sysctl sysctl, HostSysctls? host)
    {
        json.WriteStartObject();
        json.WriteString("name", sysctl.Name);
        json.WriteString("default", sysctl.Default.ToString());
        json.WriteString("type", sysctl.Type.Name);
        json.WriteNumber("least", sysctl.Type.Least);
        json.WriteNumber("most", sysctl.Type.Most);
        json.WriteNumber("count", sysctl.Type.Count);
        if (sysctl.Type.HighestLevel is { } highest)
        {
            json.WriteNumber("highestLevel", highest);
        }

        json.WriteBoolean("decides", sysctl.IsDecisive);
        json.WriteString("meaning", sysctl.Meaning);
        if (host is not null)
        {
            json.WriteStartObject("values");
            foreach ((string name, SysctlValue value) in host.ValuesOf(sysctl))
            {
                json.WriteString(name, value.ToString());
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
