using System.Text.Json;

namespace Saker.Host.AfXdp;

/// <summary>Writes what was found at a device as one JSON object.</summary>
public static class CheckJson
{
    /// <summary>Writes it, with a line feed behind.</summary>
    public static void Write(Stream output, XdpCheck check)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(check);
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            json.WriteString("device", check.Link.Name);
            json.WriteNumber("index", check.Link.Index);
            json.WriteString("kind", check.Link.Kind);
            json.WriteString("driver", check.Settings.Driver);
            json.WriteBoolean("up", check.Link.IsUp);
            json.WriteNumber("mtu", check.Link.Mtu);
            json.WriteNumber("queues", check.Queues);
            Write(json, "maximumChannels", check.Settings.MaximumReceiveChannels);
            Write(json, "receiveRing", check.Settings.ReceiveRing);
            Write(json, "transmitRing", check.Settings.TransmitRing);
            json.WriteNumber("chunkSize", check.ChunkSize);
            json.WriteBoolean("needsSeveralChunks", check.NeedsSeveralChunks);
            if (check.Features is { } features)
            {
                json.WriteNumber("xdpFeatures", (ulong)features.Actions);
                json.WriteNumber("zeroCopySegments", features.ZeroCopySegments);
                json.WriteNumber("receiveMetadata", (ulong)features.ReceiveMetadata);
                json.WriteNumber("socketFeatures", (ulong)features.SocketFeatures);
            }

            if (check.Occupant is { } occupant)
            {
                json.WriteStartObject("attached");
                json.WriteNumber("program", occupant.ProgramId);
                json.WriteString("name", occupant.ProgramName);
                json.WriteString("mode", Kernel.Bpf.XdpModes.Name(occupant.Mode));
                Write(json, "link", (int?)occupant.Link);
                json.WriteStartArray("processes");
                foreach (Kernel.Bpf.LinkHolder holder in occupant.Holders)
                {
                    json.WriteNumberValue(holder.ProcessId);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            Write(json, "works", check.Answers);
            Write(json, "notes", check.Notes);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private static void Write(Utf8JsonWriter json, string name, int? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<CheckAnswer> answers)
    {
        json.WriteStartObject(name);
        foreach (CheckAnswer answer in answers)
        {
            json.WriteStartObject(answer.Name);
            if (answer.Works is { } works)
            {
                json.WriteBoolean("works", works);
            }
            else
            {
                json.WriteNull("works");
            }

            json.WriteString("reason", answer.Reason);
            json.WriteString("remedy", answer.Remedy);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
