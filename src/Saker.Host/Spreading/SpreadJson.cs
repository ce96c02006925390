using System.Text.Encodings.Web;
using System.Text.Json;
using Saker.Stack.Nic;
using Saker.Wire;

namespace Saker.Host.Spreading;

/// <summary>
/// Writes a spread as one JSON object a line: the settings, each <c>queue</c>, each <c>flow</c> of the heaviest, each EtherType that is <c>unspread</c>, each
/// flow <c>rule</c> that decided frames, each <c>remedy</c>, and the <c>summary</c>. Readers ignore keys and lines that they do not know.
/// </summary>
public static class SpreadJson
{
    /// <summary>Writes it.</summary>
    /// <param name="output">Where to; not closed.</param>
    /// <param name="capture">The capture's name.</param>
    /// <param name="result">What to write.</param>
    /// <param name="top">How many flows.</param>
    public static void Write(Stream output, string capture, SpreadResult result, int top)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(result);
        JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using Utf8JsonWriter json = new(output, options);
        Line(json, output, () => WriteSettings(json, capture, result));
        for (int queue = 0; queue < result.Spread.Queues.Count; queue++)
        {
            QueueLoad load = result.Spread.Queues[queue];
            int cpu = result.Cpus[queue];
            int number = queue;
            Line(json, output, () =>
            {
                json.WriteNumber("queue", number);
                json.WriteNumber("cpu", cpu);
                json.WriteNumber("flows", load.Flows);
                WriteLoad(json, load.Load);
            });
        }

        foreach (PlacedFlow flow in result.Heaviest(top))
        {
            Line(json, output, () =>
            {
                json.WriteString("flow", FlowName.Of(flow.Flow));
                json.WriteString("hash", $"0x{flow.Hash:x8}");
                json.WriteNumber("queue", flow.Queue);
                WriteLoad(json, flow.Load);
            });
        }

        foreach ((EtherType type, Load load) in result.Tally.Unspread)
        {
            Line(json, output, () =>
            {
                json.WriteString("unspread", FlowName.Of(type));
                json.WriteNumber("queue", 0);
                WriteLoad(json, load);
            });
        }

        foreach ((int location, Load load) in result.Tally.Ruled)
        {
            Line(json, output, () =>
            {
                json.WriteString("rule", result.Card.Rules.Rules.First(rule => rule.Location == location).ToString());
                WriteLoad(json, load);
            });
        }

        foreach (SpreadRemedy remedy in result.Remedies)
        {
            Line(json, output, () =>
            {
                WriteTexts(json, "remedy", remedy.Commands.Select(result.CommandLine));
                json.WriteNumber("imbalance", Math.Round(remedy.Imbalance, 3));
            });
        }

        Line(json, output, () => WriteSummary(json, result));
        output.Flush();
    }

    private static void Line(Utf8JsonWriter json, Stream output, Action write)
    {
        json.WriteStartObject();
        write();
        json.WriteEndObject();
        json.Flush();
        json.Reset();
        output.Write("\n"u8);
    }

    private static void WriteSettings(Utf8JsonWriter json, string capture, SpreadResult result)
    {
        json.WriteNumber("schema", 1);
        json.WriteString("capture", capture);
        json.WriteString("device", result.Device);
        json.WriteNumber("queues", result.Card.Queues);
        json.WriteNumber("table", result.Card.Rss.Table.Size);
        json.WriteString("key", result.Card.Rss.Key.ToString());
        json.WriteString("transform", result.Card.Rss.SymmetricXor ? "symmetric-xor" : "none");
        json.WriteStartObject("fields");
        foreach (RssFlowType type in RssFlowTypeNames.All)
        {
            json.WriteString(type.Name()!, RssFieldLetters.Format(result.Card.Rss.Fields[type]));
        }

        json.WriteEndObject();
        WriteTexts(json, "rules", result.Card.Rules.Rules.Select(rule => rule.ToString()));
    }

    private static void WriteSummary(Utf8JsonWriter json, SpreadResult result)
    {
        json.WriteStartObject("summary");
        WriteLoad(json, result.Tally.Total);
        json.WriteNumber("flows", result.Tally.Flows.Count);
        json.WriteNumber("dropped", result.Spread.Dropped.Frames);
        json.WriteNumber("beyond", result.Tally.Beyond.Frames);
        json.WriteNumber("imbalance", Math.Round(result.Spread.Imbalance, 3));
        json.WriteNumber("byteImbalance", Math.Round(result.Spread.ByteImbalance, 3));
        json.WriteNumber("cpuImbalance", Math.Round(result.CpuImbalance, 3));
        json.WriteNumber("leastImbalance", Math.Round(result.Spread.LeastImbalance, 3));
        json.WriteNumber("bothDirections", result.BothDirections);
        json.WriteNumber("directionsApart", result.DirectionsApart);
        json.WriteEndObject();
    }

    private static void WriteLoad(Utf8JsonWriter json, Load load)
    {
        json.WriteNumber("frames", load.Frames);
        json.WriteNumber("bytes", load.Bytes);
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
