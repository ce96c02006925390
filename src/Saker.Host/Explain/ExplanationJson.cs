using System.Text.Encodings.Web;
using System.Text.Json;
using Saker.Host.Replay;
using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Wire.Captures;

namespace Saker.Host.Explain;

/// <summary>
/// Writes an explanation as one JSON object, indented: <c>schema</c>, <c>capture</c>, <c>device</c>, then what a replay says of the frame (<c>frame</c>, <c>time</c>,
/// <c>length</c>, <c>verdict</c>, <c>reason</c>, <c>function</c>, <c>sockets</c>, <c>counters</c>, <c>sent</c>), and
/// <c>meaning</c>, <c>hints</c>, <c>headers</c> (<c>name</c>, <c>offset</c>, <c>depth</c>, <c>fields</c> with <c>offset</c>, <c>raw</c>, <c>name</c>, <c>value</c> and,
/// where it can be told, <c>right</c>; <c>problems</c>), <c>stages</c> (<c>function</c>, <c>summary</c>, <c>checks</c> with <c>check</c>, <c>seen</c> and <c>passed</c>; <c>notes</c>;
/// <c>ends</c>; <c>next</c>, the stages that the packet, its copies and the answers to it went on to) and <c>sentFrames</c>. Readers ignore keys that they do not know.
/// </summary>
public static class ExplanationJson
{
    /// <summary>Writes it.</summary>
    /// <param name="output">Where to; not closed.</param>
    /// <param name="capture">The capture's name.</param>
    /// <param name="device">The device's name.</param>
    /// <param name="explanation">What to write.</param>
    public static void Write(Stream output, string capture, string device, FrameExplanation explanation)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(explanation);
        JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };
        using (Utf8JsonWriter json = new(output, options))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", 1);
            json.WriteString("capture", capture);
            json.WriteString("device", device);
            WriteOutcome(json, explanation);
            WriteStrings(json, "hints", explanation.Hints);
            WriteHeaders(json, explanation.Headers);
            json.WriteStartArray("stages");
            foreach (StageVisit visit in explanation.Way)
            {
                WriteVisit(json, visit, isAnswer: false);
            }

            json.WriteEndArray();
            WriteSent(json, explanation.Sent);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        output.Flush();
    }

    private static void WriteOutcome(Utf8JsonWriter json, FrameExplanation explanation)
    {
        Span<byte> text = stackalloc byte[32];
        json.WriteNumber("frame", explanation.Number);
        json.WriteString("time", ReplayText.Time(explanation.Timestamp, text));
        json.WriteNumber("length", explanation.Bytes.Length);
        json.WriteNumber("originalLength", explanation.OriginalLength);
        json.WriteString("linkType", LinkTypes.Describe(explanation.LinkType));
        if (explanation.Comment is { } comment)
        {
            json.WriteString("comment", comment);
        }

        json.WriteString("summary", explanation.Summary);
        json.WriteNumber("queue", explanation.Queue);
        json.WriteString("rxHash", ReplayText.Hash(explanation.RxHash, text));
        json.WriteString("verdict", ReplayText.Name(explanation.Verdict));
        json.WriteString("reason", explanation.Verdict == Verdict.Dropped ? explanation.Reason.KernelName() : null);
        json.WriteString("function", explanation.Stage == Stage.None ? null : StageRegistry.Function(explanation.Stage));
        json.WriteString("meaning", explanation.Meaning);
        WriteStrings(json, "sockets", explanation.Sockets);
        json.WriteStartObject("counters");
        foreach ((string name, long amount) in explanation.Counters)
        {
            json.WriteNumber(name, amount);
        }

        json.WriteEndObject();
        json.WriteNumber("sent", explanation.Sent.Count);
        if (explanation.Into != 0)
        {
            json.WriteNumber("into", explanation.Into);
        }
    }

    private static void WriteHeaders(Utf8JsonWriter json, IReadOnlyList<DecodedHeader> headers)
    {
        json.WriteStartArray("headers");
        foreach (DecodedHeader header in headers)
        {
            json.WriteStartObject();
            json.WriteString("name", header.Name);
            json.WriteNumber("offset", header.Offset);
            json.WriteNumber("depth", header.Depth);
            json.WriteStartArray("fields");
            foreach (HeaderField field in header.Fields)
            {
                json.WriteStartObject();
                json.WriteNumber("offset", field.Offset);
                json.WriteString("raw", Convert.ToHexStringLower(field.Raw.Span));
                json.WriteString("name", field.Name);
                json.WriteString("value", field.Value);
                if (field.Mark != FieldMark.None)
                {
                    json.WriteBoolean("right", field.Mark == FieldMark.Right);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteStrings(json, "problems", header.Problems);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteVisit(Utf8JsonWriter json, StageVisit visit, bool isAnswer)
    {
        StageDescription stage = StageRegistry.Describe(visit.Stage);
        json.WriteStartObject();
        json.WriteString("function", stage.Function);
        json.WriteString("summary", stage.Summary);
        if (isAnswer)
        {
            json.WriteBoolean("answer", true);
        }

        json.WriteStartArray("checks");
        foreach (CheckMade check in visit.Events.OfType<CheckMade>())
        {
            json.WriteStartObject();
            json.WriteString("check", check.Check);
            json.WriteString("seen", check.Seen);
            json.WriteBoolean("passed", check.Passed);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("notes");
        foreach (NoteMade note in visit.Events.OfType<NoteMade>())
        {
            json.WriteStartObject();
            json.WriteString("subject", note.Subject);
            json.WriteString("value", note.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("ends");
        foreach (WayEnded end in visit.Events.OfType<WayEnded>())
        {
            json.WriteStartObject();
            json.WriteString("verdict", ReplayText.Name(end.Verdict));
            json.WriteString("reason", end.Verdict == Verdict.Dropped ? end.Reason.KernelName() : null);
            json.WriteString("socket", end.Socket);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("next");
        foreach (StageEntered entered in visit.Events.OfType<StageEntered>())
        {
            WriteVisit(json, entered.Visit, entered.IsAnswer);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSent(Utf8JsonWriter json, IReadOnlyList<SentFrame> frames)
    {
        Span<byte> text = stackalloc byte[32];
        json.WriteStartArray("sentFrames");
        foreach (SentFrame frame in frames)
        {
            json.WriteStartObject();
            json.WriteString("device", frame.Device);
            json.WriteString("time", ReplayText.Time(frame.Time, text));
            json.WriteNumber("length", frame.Bytes.Length);
            json.WriteString("summary", frame.Summary);
            json.WriteString("bytes", Convert.ToHexStringLower(frame.Bytes.Span));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IReadOnlyList<string> strings)
    {
        json.WriteStartArray(name);
        foreach (string text in strings)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
