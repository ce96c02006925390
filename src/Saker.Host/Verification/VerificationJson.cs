using System.Text.Encodings.Web;
using System.Text.Json;
using Saker.Host.Oracle;

namespace Saker.Host.Verification;

/// <summary>Writes a verification as JSON, one object a line: each frame that differs with both answers, and at the end the sums.</summary>
public sealed class VerificationJson : IVerificationSink, IDisposable
{
    private readonly Stream _output;
    private readonly Utf8JsonWriter _writer;

    /// <summary>Begins with the line that says what is verified.</summary>
    /// <param name="output">Where to; not closed.</param>
    /// <param name="capture">The capture's name.</param>
    /// <param name="device">The device that the frames come in by.</param>
    public VerificationJson(Stream output, string capture, string device)
    {
        _output = output;
        _writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        _writer.WriteStartObject();
        _writer.WriteNumber("schema", 1);
        _writer.WriteString("capture", capture);
        _writer.WriteString("device", device);
        EndLine();
    }

    /// <inheritdoc/>
    public void Difference(FrameDifference difference)
    {
        ArgumentNullException.ThrowIfNull(difference);
        _writer.WriteStartObject();
        _writer.WriteNumber("frame", difference.Number);
        _writer.WriteString("kind", difference.Kind);
        Write("kernel", difference.Kernel);
        Write("saker", difference.Stack);
        EndLine();
    }

    /// <summary>Ends with the line of sums.</summary>
    public void Finish(VerificationTotals totals)
    {
        ArgumentNullException.ThrowIfNull(totals);
        _writer.WriteStartObject();
        _writer.WriteStartObject("summary");
        _writer.WriteNumber("frames", totals.Frames);
        _writer.WriteNumber("equal", totals.Equal);
        _writer.WriteNumber("differ", totals.Differing);
        _writer.WriteNumber("outgoing", totals.Outgoing);
        _writer.WriteNumber("disturbed", totals.Disturbed);
        _writer.WriteStartObject("notCompared");
        foreach ((string rule, long frames) in totals.NotCompared)
        {
            _writer.WriteNumber(rule, frames);
        }

        _writer.WriteEndObject();
        _writer.WriteStartArray("kinds");
        foreach (DifferenceKind kind in totals.Kinds)
        {
            _writer.WriteStartObject();
            _writer.WriteString("kind", kind.Name);
            _writer.WriteNumber("frames", kind.Frames);
            _writer.WriteNumber("first", kind.First.Number);
            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
        _writer.WriteEndObject();
        EndLine();
        _output.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private void Write(string member, Answer answer)
    {
        _writer.WriteStartObject(member);
        _writer.WriteString("verdict", answer.Verdict);
        _writer.WriteString("reason", answer.Reason);
        _writer.WriteString("function", answer.Location);
        WriteStrings("sockets", answer.Sockets);
        _writer.WriteStartObject("counters");
        foreach ((string name, long amount) in answer.Counters.OrderBy(counter => counter.Key, StringComparer.Ordinal))
        {
            _writer.WriteNumber(name, amount);
        }

        _writer.WriteEndObject();
        WriteStrings("sent", answer.Sent);
        _writer.WriteEndObject();
    }

    private void WriteStrings(string member, IEnumerable<string> values)
    {
        _writer.WriteStartArray(member);
        foreach (string value in values)
        {
            _writer.WriteStringValue(value);
        }

        _writer.WriteEndArray();
    }

    private void EndLine()
    {
        _writer.WriteEndObject();
        _writer.Flush();
        _writer.Reset();
        _output.Write("\n"u8);
    }
}
