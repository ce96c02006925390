using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Observation;

namespace Saker.Host.Replay;

/// <summary>Writes a replay as JSON, one object a line, in the form that scripts depend on.</summary>
public sealed class ReplayJson : IReplaySink, IDisposable
{
    private const int FlushLength = 1 << 16;

    private readonly Stream _output;
    private readonly NetworkDevice _device;
    private readonly DeviceTable _devices;
    private readonly ReplayTotals _totals = new();
    private readonly ArrayBufferWriter<byte> _buffer = new(2 * FlushLength);
    private readonly Utf8JsonWriter _writer;
    private readonly Dictionary<(int Device, DeviceCounter Counter), JsonEncodedText> _deviceCounterNames = [];

    /// <summary>Begins with the line that says what is replayed.</summary>
    /// <param name="output">Where to; not closed.</param>
    /// <param name="capture">The capture's name.</param>
    /// <param name="device">The device that the frames come in by.</param>
    /// <param name="devices">All devices.</param>
    public ReplayJson(Stream output, string capture, NetworkDevice device, IReadOnlyCollection<NetworkDevice> devices)
    {
        ArgumentNullException.ThrowIfNull(device);
        _output = output;
        _device = device;
        _devices = new DeviceTable(devices);
        _writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        _writer.WriteStartObject();
        _writer.WriteNumber(Names.Schema, 1);
        _writer.WriteString(Names.Capture, capture);
        _writer.WriteString(Names.Device, device.Name);
        EndLine();
    }

    /// <inheritdoc/>
    public void Frame(FrameOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        _totals.Add(outcome);
        Span<byte> text = stackalloc byte[32];
        _writer.WriteStartObject();
        _writer.WriteNumber(Names.Frame, outcome.Number);
        _writer.WriteString(Names.Time, ReplayText.Time(outcome.Timestamp, text));
        _writer.WriteNumber(Names.Length, outcome.Length);
        _writer.WriteNumber(Names.Queue, outcome.Queue);
        _writer.WriteString(Names.RxHash, ReplayText.Hash(outcome.RxHash, text));
        _writer.WriteString(Names.Verdict, Names.Verdicts[(int)outcome.Verdict]);
        if (outcome.Verdict == Verdict.Dropped)
        {
            _writer.WriteString(Names.Reason, outcome.Reason.KernelName());
        }
        else
        {
            _writer.WriteNull(Names.Reason);
        }

        if (outcome.Stage == Stage.None)
        {
            _writer.WriteNull(Names.Function);
        }
        else
        {
            _writer.WriteString(Names.Function, StageRegistry.Function(outcome.Stage));
        }

        _writer.WriteStartArray(Names.Sockets);
        foreach (string socket in outcome.Sockets)
        {
            _writer.WriteStringValue(socket);
        }

        _writer.WriteEndArray();
        WriteCounters(outcome.Counters);
        _writer.WriteNumber(Names.Sent, outcome.Sent);
        if (outcome.Into != 0)
        {
            _writer.WriteNumber(Names.Into, outcome.Into);
        }

        EndLine();
    }

    /// <inheritdoc/>
    public void Timer(TimerOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        _totals.Add(outcome);
        Span<byte> text = stackalloc byte[32];
        _writer.WriteStartObject();
        _writer.WriteString(Names.Event, Names.Timer);
        _writer.WriteString(Names.Time, ReplayText.Time(outcome.Timestamp, text));
        _writer.WriteStartArray(Names.Frames);
        foreach (long frame in outcome.Frames)
        {
            _writer.WriteNumberValue(frame);
        }

        _writer.WriteEndArray();
        WriteCounters(outcome.Counters);
        _writer.WriteNumber(Names.Sent, outcome.Sent);
        EndLine();
    }

    /// <summary>Ends with the line of sums, and flushes.</summary>
    /// <param name="load">How the work was spread over queues and CPUs; told only where that is notable. Null: not known.</param>
    public void Finish(ReceiveLoad? load = null)
    {
        _writer.WriteStartObject();
        _writer.WriteStartObject(Names.Summary);
        _writer.WriteNumber(Names.Frames, _totals.Frames);
        _writer.WriteStartObject(Names.VerdictTotals);
        for (int verdict = 0; verdict < _totals.Verdicts.Length; verdict++)
        {
            if (_totals.Verdicts[verdict] != 0)
            {
                _writer.WriteNumber(Names.Verdicts[verdict], _totals.Verdicts[verdict]);
            }
        }

        _writer.WriteEndObject();
        _writer.WriteStartObject(Names.Reasons);
        foreach (DropTotal drop in _totals.Drops)
        {
            _writer.WriteNumber(drop.Reason.KernelName(), drop.Count);
        }

        _writer.WriteEndObject();
        WriteCounters(_totals.Counters);
        if (load is { IsNotable: true })
        {
            WriteLoad(load);
        }

        _writer.WriteEndObject();
        EndLine();
        Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private void WriteCounters(CounterChanges changes)
    {
        _writer.WriteStartObject(Names.Counters);
        foreach ((Counter counter, long amount) in changes.Counters)
        {
            _writer.WriteNumber(Names.Counter[(int)counter], amount);
        }

        foreach ((int device, DeviceCounter counter, long amount) in changes.Devices)
        {
            _writer.WriteNumber(NameOf(device, counter), amount);
        }

        _writer.WriteEndObject();
    }

    private void WriteLoad(ReceiveLoad load)
    {
        _writer.WriteStartArray("queues");
        foreach (QueueLoad queue in load.Queues)
        {
            _writer.WriteStartObject();
            _writer.WriteNumber(Names.Queue, queue.Queue);
            _writer.WriteNumber(Names.Frames, queue.Frames);
            _writer.WriteNumber("bytes", queue.Bytes);
            _writer.WriteNumber("missed", queue.Missed);
            _writer.WriteNumber("vector", queue.Vector);
            _writer.WriteNumber("cpu", queue.Cpu);
            _writer.WriteNumber("interrupts", queue.Interrupts);
            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
        _writer.WriteStartArray("cpus");
        foreach (CpuLoad cpu in load.Cpus)
        {
            _writer.WriteStartObject();
            _writer.WriteNumber("cpu", cpu.Cpu);
            _writer.WriteNumber("processed", cpu.Processed);
            _writer.WriteNumber("dropped", cpu.Dropped);
            _writer.WriteNumber("time_squeeze", cpu.TimeSqueeze);
            _writer.WriteNumber("received_rps", cpu.ReceivedRps);
            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
    }

    private JsonEncodedText NameOf(int device, DeviceCounter counter)
    {
        if (!_deviceCounterNames.TryGetValue((device, counter), out JsonEncodedText name))
        {
            string prefix = device == _device.Index ? "dev." : $"dev.{_devices[device].Name}.";
            name = JsonEncodedText.Encode(prefix + counter.Name(), JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
            _deviceCounterNames[(device, counter)] = name;
        }

        return name;
    }

    private void EndLine()
    {
        _writer.WriteEndObject();
        _writer.Flush();
        _writer.Reset();
        _buffer.Write("\n"u8);
        if (_buffer.WrittenCount >= FlushLength)
        {
            Flush();
        }
    }

    private void Flush()
    {
        _output.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
        _output.Flush();
    }

    /// <summary>The keys, and the values that repeat, encoded once.</summary>
    private static class Names
    {
        public static readonly JsonEncodedText Schema = JsonEncodedText.Encode("schema");
        public static readonly JsonEncodedText Capture = JsonEncodedText.Encode("capture");
        public static readonly JsonEncodedText Device = JsonEncodedText.Encode("device");
        public static readonly JsonEncodedText Frame = JsonEncodedText.Encode("frame");
        public static readonly JsonEncodedText Time = JsonEncodedText.Encode("time");
        public static readonly JsonEncodedText Length = JsonEncodedText.Encode("length");
        public static readonly JsonEncodedText Queue = JsonEncodedText.Encode("queue");
        public static readonly JsonEncodedText RxHash = JsonEncodedText.Encode("rxHash");
        public static readonly JsonEncodedText Verdict = JsonEncodedText.Encode("verdict");
        public static readonly JsonEncodedText Reason = JsonEncodedText.Encode("reason");
        public static readonly JsonEncodedText Function = JsonEncodedText.Encode("function");
        public static readonly JsonEncodedText Sockets = JsonEncodedText.Encode("sockets");
        public static readonly JsonEncodedText Counters = JsonEncodedText.Encode("counters");
        public static readonly JsonEncodedText Sent = JsonEncodedText.Encode("sent");
        public static readonly JsonEncodedText Into = JsonEncodedText.Encode("into");
        public static readonly JsonEncodedText Event = JsonEncodedText.Encode("event");
        public static readonly JsonEncodedText Timer = JsonEncodedText.Encode("timer");
        public static readonly JsonEncodedText Summary = JsonEncodedText.Encode("summary");
        public static readonly JsonEncodedText Frames = JsonEncodedText.Encode("frames");
        public static readonly JsonEncodedText VerdictTotals = JsonEncodedText.Encode("verdicts");
        public static readonly JsonEncodedText Reasons = JsonEncodedText.Encode("reasons");

        public static readonly JsonEncodedText[] Verdicts = [.. Enum.GetValues<Verdict>().Select(verdict => JsonEncodedText.Encode(ReplayText.Name(verdict)))];

        public static readonly JsonEncodedText[] Counter =
            [.. Enumerable.Range(0, CounterNames.Count).Select(index => JsonEncodedText.Encode(((Counter)index).Name()))];
    }
}
