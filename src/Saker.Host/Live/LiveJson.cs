using System.Buffers;
using System.Text;
using System.Text.Json;
using Saker.Host.Links;

namespace Saker.Host.Live;

/// <summary>Writes <see cref="LiveCounts"/> as a line of JSON.</summary>
public static class LiveJson
{
    /// <summary>The line that tells how a host was brought up.</summary>
    public static string Begin(ILink link, LiveHostOptions options) => Line(writer =>
    {
        writer.WriteNumber("schema", 1);
        writer.WriteString("link", link.Name);
        writer.WriteString("mac", link.Address.ToString());
        writer.WriteNumber("mtu", options.Mtu ?? link.Mtu);
        writer.WriteNumber("queues", link.Queues.Count);
        writer.WriteStartArray("addresses");
        foreach ((Wire.IPv4Address address, int length) in options.Addresses)
        {
            writer.WriteStringValue($"{address}/{length}");
        }

        foreach ((Wire.IPv6Address address, int length) in options.IPv6Addresses)
        {
            writer.WriteStringValue($"{address}/{length}");
        }

        writer.WriteEndArray();
    });

    /// <summary>A line of counts: <c>{"event":"counts",…}</c>, and as the last one <c>{"summary":{…}}</c>.</summary>
    public static string Of(LiveCounts counts, bool isLast) => Line(writer =>
    {
        if (isLast)
        {
            writer.WriteStartObject("summary");
            WriteMembers(writer, counts);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteString("event", "counts");
            WriteMembers(writer, counts);
        }
    });

    private static void WriteMembers(Utf8JsonWriter writer, LiveCounts counts)
    {
        writer.WriteNumber("seconds", Math.Round(counts.Elapsed.TotalSeconds, 3));
        writer.WriteNumber("received", counts.Received);
        writer.WriteNumber("receivedBytes", counts.ReceivedBytes);
        writer.WriteNumber("sent", counts.Sent);
        writer.WriteNumber("sentBytes", counts.SentBytes);
        writer.WriteNumber("checksumsLeftToHardware", counts.ChecksumsLeftToHardware);
        writer.WriteNumber("checksumsUnfilled", counts.ChecksumsUnfilled);
        writer.WriteNumber("merged", counts.Merged);
        writer.WriteNumber("copiedOut", counts.CopiedOut);
        writer.WriteNumber("unsupported", counts.Unsupported);
        writer.WriteStartArray("queues");
        foreach (long received in counts.QueueReceived)
        {
            writer.WriteNumberValue(received);
        }

        writer.WriteEndArray();
        Write(writer, "losses", counts.Losses.Select(loss => (loss.Reason, loss.Count)));
        Write(writer, "reasons", counts.Drops);
        Write(writer, "counters", counts.Counters);
        Write(writer, "stages", counts.Stages);
    }

    private static void Write(Utf8JsonWriter writer, string name, IEnumerable<(string Name, long Value)> values)
    {
        writer.WriteStartObject(name);
        foreach ((string key, long value) in values)
        {
            writer.WriteNumber(key, value);
        }

        writer.WriteEndObject();
    }

    private static string Line(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter writer = new(bytes))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
