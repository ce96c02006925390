using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Saker.Bpf;

namespace Saker.Host.Programs;

/// <summary>Writes a run over a capture as JSON, one object a line: each frame in each engine, each map, where engines differ, and at the end the sums.</summary>
public sealed class ProgramRunJson : ICaptureRunSink, IDisposable
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly Stream _output;
    private readonly Utf8JsonWriter _writer;
    private readonly ProgramType _type;

    /// <summary>Begins with the line that says what is run.</summary>
    /// <param name="output">Where to; not closed.</param>
    /// <param name="capture">The capture's name.</param>
    /// <param name="program">The program.</param>
    /// <param name="runners">What runs it.</param>
    public ProgramRunJson(Stream output, string capture, ProgramSpec program, IReadOnlyList<IProgramRunner> runners)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(runners);
        _output = output;
        _type = program.Type;
        _writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        _writer.WriteStartObject();
        _writer.WriteNumber("schema", 1);
        _writer.WriteString("capture", capture);
        _writer.WriteString("program", program.Name);
        _writer.WriteString("type", program.Type.KernelName());
        _writer.WriteStartArray("engines");
        foreach (IProgramRunner runner in runners)
        {
            _writer.WriteStringValue(runner.Engine);
        }

        _writer.WriteEndArray();
        _writer.WriteStartObject("grounds");
        foreach (IProgramRunner runner in runners)
        {
            if (runner.Grounds is { } grounds)
            {
                _writer.WriteString(runner.Engine, grounds);
            }
        }

        _writer.WriteEndObject();
        EndLine();
    }

    /// <inheritdoc/>
    public void Frame(in RunFrame frame, IProgramRunner runner, in FrameResult result)
    {
        ArgumentNullException.ThrowIfNull(runner);
        (long seconds, long rest) = Math.DivRem(frame.Arrival.Time, NanosecondsPerSecond);
        _writer.WriteStartObject();
        _writer.WriteNumber("frame", frame.Number);
        _writer.WriteString("time", string.Create(CultureInfo.InvariantCulture, $"{seconds}.{rest:000000000}"));
        _writer.WriteString("engine", runner.Engine);
        _writer.WriteNumber("length", frame.Bytes.Length);
        if (result.Fault is null)
        {
            _writer.WriteString("verdict", Verdicts.NameOf(_type, result.Value));
            _writer.WriteNumber("value", result.Value);
            _writer.WriteBoolean("changed", !runner.Output.SequenceEqual(frame.Bytes));
            _writer.WriteNumber("leaves", runner.Output.Length);
        }
        else
        {
            _writer.WriteString("fault", result.Details);
        }

        EndLine();
    }

    /// <summary>Writes a map's contents.</summary>
    /// <param name="engine">The engine whose map it is.</param>
    /// <param name="contents">What it holds.</param>
    /// <param name="types">What its keys and values are.</param>
    public void Map(string engine, MapContents contents, MapTypes types)
    {
        ArgumentNullException.ThrowIfNull(contents);
        ArgumentNullException.ThrowIfNull(types);
        _writer.WriteStartObject();
        _writer.WriteString("map", contents.Map.Name);
        _writer.WriteString("engine", engine);
        MapJson.WriteMembers(_writer, contents, types);
        EndLine();
    }

    /// <summary>Writes how engines differ, and ends with the line of sums.</summary>
    /// <param name="run">The run.</param>
    /// <param name="maps">Maps that differ, with the engine that is compared with the first one.</param>
    public void Finish(CaptureRun run, IReadOnlyList<MapDifference> maps)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(maps);
        if (run.Difference is { } difference)
        {
            _writer.WriteStartObject();
            _writer.WriteStartObject("difference");
            _writer.WriteNumber("frame", difference.Frame);
            _writer.WriteString("what", difference.What);
            _writer.WriteEndObject();
            EndLine();
        }

        foreach (MapDifference map in maps)
        {
            _writer.WriteStartObject();
            _writer.WriteStartObject("difference");
            _writer.WriteString("map", map.Map);
            _writer.WriteString("what", map.What);
            _writer.WriteEndObject();
            EndLine();
        }

        _writer.WriteStartObject();
        _writer.WriteStartObject("summary");
        _writer.WriteNumber("tooShort", run.TooShort);
        _writer.WriteNumber("cut", run.Cut);
        _writer.WriteNumber("differing", run.Differing);
        _writer.WriteStartObject("engines");
        foreach (EngineTotals totals in run.Totals)
        {
            Write(totals);
        }

        _writer.WriteEndObject();
        _writer.WriteEndObject();
        EndLine();
        _output.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private void Write(EngineTotals totals)
    {
        _writer.WriteStartObject(totals.Engine);
        _writer.WriteNumber("frames", totals.Frames);
        _writer.WriteNumber("changed", totals.Changed);
        _writer.WriteStartObject("verdicts");
        foreach (VerdictTotal verdict in totals.Verdicts)
        {
            _writer.WriteNumber(verdict.Name, verdict.Frames);
        }

        _writer.WriteEndObject();
        _writer.WriteStartArray("faults");
        foreach (FaultTotal fault in totals.Faults)
        {
            _writer.WriteStartObject();
            _writer.WriteString("reason", fault.Reason);
            _writer.WriteNumber("frames", fault.Frames);
            _writer.WriteNumber("first", fault.First);
            _writer.WriteString("details", fault.Details);
            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
        _writer.WriteEndObject();
    }

    private void EndLine()
    {
        _writer.WriteEndObject();
        _writer.Flush();
        _writer.Reset();
        _output.Write("\n"u8);
    }
}
