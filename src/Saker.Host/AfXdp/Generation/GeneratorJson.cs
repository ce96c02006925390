using System.Text.Json;

namespace Saker.Host.AfXdp;

/// <summary>Writes what a generator has sent as one JSON object.</summary>
public static class GeneratorJson
{
    /// <summary>Writes it, with a line feed behind.</summary>
    public static void Write(Stream output, string device, GeneratorReport report)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(report);
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            json.WriteString("device", device);
            json.WriteNumber("given", report.Given);
            json.WriteNumber("frameSize", report.FrameSize);
            json.WriteNumber("seconds", Math.Round(report.Elapsed.TotalSeconds, 6));
            json.WriteNumber("framesPerSecond", Math.Round(report.Rate));
            json.WriteNumber("sent", report.Sent);
            json.WriteNumber("dropped", report.Dropped);
            json.WriteNumber("uncounted", report.Refused);
            json.WriteString("fault", report.Fault);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }
}
