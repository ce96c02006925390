using System.Text;
using System.Text.Json;

namespace Saker.KernelTests.Vectors;

/// <summary>A case: frames that are sent one after the other to a fresh host, and the answer to each.</summary>
internal sealed record ReceiveCase(string Name, IReadOnlyList<string> Frames, IReadOnlyList<Answer> Expect)
{
    /// <summary>Where other answers to the same frames differ from these, one line each.</summary>
    public IEnumerable<string> Differences(ReceiveCase actual)
    {
        if (Expect.Count != actual.Expect.Count)
        {
            yield return $"{Name}: {actual.Expect.Count} answers instead of {Expect.Count}";
            yield break;
        }

        for (var i = 0; i < Expect.Count; i++)
        {
            foreach (var difference in AnswerComparison.Differences(Expect[i], actual.Expect[i]))
            {
                yield return Expect.Count == 1 ? $"{Name}: {difference}" : $"{Name}, frame {i + 1}: {difference}";
            }
        }
    }
}

/// <summary>
/// A file of <c>test/vectors/receive</c>: what Linux did with frames, one case a line. Written by the kernel tests when SAKER_RECORD=1, read by whoever
/// wants to be judged by it.
/// </summary>
internal sealed class ReceiveVectors
{
    /// <summary>By which command, on which kernel.</summary>
    public required string Made { get; init; }

    /// <summary>How the target was set up, as a JSON object: <c>commands</c>, <c>sockets</c>, <c>readers</c>.</summary>
    public required string Configuration { get; init; }

    /// <summary>The target's snapshot, as a JSON object.</summary>
    public required string Snapshot { get; init; }

    /// <summary>The cases, in the order of the tables.</summary>
    public required IReadOnlyList<ReceiveCase> Cases { get; init; }

    /// <summary>Reads a vector file.</summary>
    public static ReceiveVectors Read(string path)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(path));
        var root = file.RootElement;
        return new ReceiveVectors
        {
            Made = root.GetProperty("made").GetString()!,
            Configuration = root.GetProperty("configuration").GetRawText(),
            Snapshot = root.GetProperty("snapshot").GetRawText(),
            Cases = [.. root.GetProperty("cases").EnumerateArray().Select(ReadCase)],
        };
    }

    /// <summary>Writes the file: a line for each member of the snapshot and for each case, so that differences read well.</summary>
    public void Write(string path)
    {
        var text = new StringBuilder();
        text.Append("{\"made\":").Append(JsonEncode(Made)).Append(",\n");
        text.Append("\"configuration\":").Append(Configuration).Append(",\n");
        text.Append("\"snapshot\":{");
        using (var snapshot = JsonDocument.Parse(Snapshot))
        {
            text.AppendJoin(',', snapshot.RootElement.EnumerateObject().Select(member => $"\n{JsonEncode(member.Name)}:{member.Value.GetRawText()}"));
        }

        text.Append("\n},\n\"cases\":[\n").AppendJoin(",\n", Cases.Select(ToJson)).Append("\n]}\n");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text.ToString());
    }

    private static ReceiveCase ReadCase(JsonElement element)
        => new(element.GetProperty("name").GetString()!, Strings(element, "frames"), [.. element.GetProperty("expect").EnumerateArray().Select(ReadAnswer)]);

    private static Answer ReadAnswer(JsonElement element)
        => new(
            element.GetProperty("verdict").GetString()!,
            element.GetProperty("reason").GetString(),
            element.TryGetProperty("location", out var location) ? location.GetString() : null,
            element.GetProperty("counters").EnumerateObject().ToDictionary(counter => counter.Name, counter => counter.Value.GetInt64(), StringComparer.Ordinal),
            Strings(element, "sockets"),
            Strings(element, "sent"));

    private static string[] Strings(JsonElement element, string member)
        => [.. element.GetProperty(member).EnumerateArray().Select(item => item.GetString()!)];

    private static string JsonEncode(string text) => $"\"{JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    private static string ToJson(ReceiveCase @case)
    {
        using var stream = new MemoryStream();
        var options = new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(stream, options))
        {
            json.WriteStartObject();
            json.WriteString("name", @case.Name);
            WriteStrings(json, "frames", @case.Frames);
            json.WriteStartArray("expect");
            foreach (var answer in @case.Expect)
            {
                json.WriteStartObject();
                json.WriteString("verdict", answer.Verdict);
                json.WriteString("reason", answer.Reason);
                json.WriteString("location", answer.Location);
                json.WriteStartObject("counters");
                foreach (var (name, value) in answer.Counters.OrderBy(counter => counter.Key, StringComparer.Ordinal))
                {
                    json.WriteNumber(name, value);
                }

                json.WriteEndObject();
                WriteStrings(json, "sockets", answer.Sockets);
                WriteStrings(json, "sent", answer.Sent);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteStrings(Utf8JsonWriter json, string member, IEnumerable<string> values)
    {
        json.WriteStartArray(member);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
