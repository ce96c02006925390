using System.Text.Encodings.Web;
using System.Text.Json;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Observation;

namespace Saker.Host.Replay;

/// <summary>Writes a replay as JSON, one object a line, in the form that scripts depend on.</summary>
public sealed class ReplayJson : IReplaySink, IDisposable
{
    private static readonly byte[][] VerdictPieces = [.. Enum.GetValues<Verdict>().Select(verdict => JsonLines.Quote(ReplayText.Name(verdict)))];
    private static readonly byte[][] FunctionPieces = [.. Enum.GetValues<Stage>().Select(PieceOf)];
    private static readonly byte[][] CounterPieces = [.. Enumerable.Range(0, CounterNames.Count).Select(index => JsonLines.Key(((Counter)index).Name()))];

    private readonly NetworkDevice _device;
    private readonly DeviceTable _devices;
    private readonly ReplayTotals _totals = new();
    private readonly JsonLines _lines;
    private readonly Utf8JsonWriter _writer;
    private readonly Dictionary<string, byte[]> _quoted = [];
    private readonly Dictionary<DropReason, byte[]> _reasonPieces = [];
    private readonly Dictionary<int, byte[][]> _deviceCounterPieces = [];

    /// <summary>Begins with the line that says what is replayed.</summary>
    /// <param name="output">Where to; not closed.</param>
    /// <param name="capture">The capture's name.</param>
    /// <param name="device">The device that the frames come in by.</param>
    /// <param name="devices">All devices.</param>
    public ReplayJson(Stream output, string capture, NetworkDevice device, IReadOnlyCollection<NetworkDevice> devices)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
        _devices = new DeviceTable(devices);
        _lines = new JsonLines(output);
        _writer = new Utf8JsonWriter(_lines, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        _writer.WriteStartObject();
        _writer.WriteNumber("schema", 1);
        _writer.WriteString("capture", capture);
        _writer.WriteString("device", device.Name);
        EndLine();
    }

    /// <inheritdoc/>
    public void Frame(FrameOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        _totals.Add(outcome);
        Span<byte> text = stackalloc byte[32];
        _lines.Add("{\"frame\":"u8, outcome.Number);
        _lines.Add(",\"time\":\""u8);
        _lines.Add(ReplayText.Time(outcome.Timestamp, text));
        _lines.Add("\",\"length\":"u8, outcome.Length);
        _lines.Add(",\"queue\":"u8, outcome.Queue);
        _lines.Add(",\"rxHash\":\""u8);
        _lines.Add(ReplayText.Hash(outcome.RxHash, text));
        _lines.Add("\",\"verdict\":"u8);
        _lines.Add(VerdictPieces[(int)outcome.Verdict]);
        _lines.Add(",\"reason\":"u8);
        _lines.Add(outcome.Verdict == Verdict.Dropped ? PieceOf(outcome.Reason) : "null"u8);
        _lines.Add(",\"function\":"u8);
        _lines.Add(FunctionPieces[(int)outcome.Stage]);
        AddSockets(outcome.Sockets);
        AddCounters(outcome.Counters);
        _lines.Add(",\"sent\":"u8, outcome.Sent);
        if (outcome.Into != 0)
        {
            _lines.Add(",\"into\":"u8, outcome.Into);
        }

        _lines.Add("}"u8);
        _lines.End();
    }

    /// <inheritdoc/>
    public void Timer(TimerOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        _totals.Add(outcome);
        Span<byte> text = stackalloc byte[32];
        _lines.Add("{\"event\":\"timer\",\"time\":\""u8);
        _lines.Add(ReplayText.Time(outcome.Timestamp, text));
        _lines.Add("\",\"frames\":["u8);
        for (int i = 0; i < outcome.Frames.Count; i++)
        {
            _lines.Add(i == 0 ? default : ","u8);
            _lines.Add(outcome.Frames[i]);
        }

        _lines.Add("]"u8);
        AddCounters(outcome.Counters);
        _lines.Add(",\"sent\":"u8, outcome.Sent);
        _lines.Add("}"u8);
        _lines.End();
    }

    /// <summary>Ends with the line of sums, and flushes.</summary>
    /// <param name="load">How the work was spread over queues and CPUs; told only where that is notable. Null: not known.</param>
    public void Finish(ReceiveLoad? load = null)
    {
        _writer.WriteStartObject();
        _writer.WriteStartObject("summary");
        _writer.WriteNumber("frames", _totals.Frames);
        _writer.WriteStartObject("verdicts");
        for (int verdict = 0; verdict < _totals.Verdicts.Length; verdict++)
        {
            if (_totals.Verdicts[verdict] != 0)
            {
                _writer.WriteNumber(ReplayText.Name((Verdict)verdict), _totals.Verdicts[verdict]);
            }
        }

        _writer.WriteEndObject();
        _writer.WriteStartObject("reasons");
        foreach (DropTotal drop in _totals.Drops)
        {
            _writer.WriteNumber(drop.Reason.KernelName(), drop.Count);
        }

        _writer.WriteEndObject();

        // What it has put together comes first; it goes on behind the pieces as if they were its own.
        _writer.Flush();
        AddCounters(_totals.Counters);
        if (load is { IsNotable: true })
        {
            WriteLoad(load);
        }

        _writer.WriteEndObject();
        EndLine();
        _lines.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private static byte[] PieceOf(Stage stage) => stage == Stage.None ? [.. "null"u8] : JsonLines.Quote(StageRegistry.Function(stage));

    private byte[] PieceOf(DropReason reason) =>
        _reasonPieces.TryGetValue(reason, out byte[]? piece) ? piece : _reasonPieces[reason] = JsonLines.Quote(reason.KernelName());

    private void AddSockets(List<string> sockets)
    {
        _lines.Add(",\"sockets\":["u8);
        for (int i = 0; i < sockets.Count; i++)
        {
            _lines.Add(i == 0 ? default : ","u8);
            _lines.Add(_quoted.TryGetValue(sockets[i], out byte[]? piece) ? piece : _quoted[sockets[i]] = JsonLines.Quote(sockets[i]));
        }

        _lines.Add("]"u8);
    }

    private void AddCounters(CounterChanges changes)
    {
        _lines.Add(",\"counters\":{"u8);
        bool isFirst = true;
        foreach ((Counter counter, long amount) in changes.Counters)
        {
            AddCounter(CounterPieces[(int)counter], amount, ref isFirst);
        }

        (int last, byte[][] pieces) = (-1, []);
        foreach ((int device, DeviceCounter counter, long amount) in changes.Devices)
        {
            if (device != last)
            {
                (last, pieces) = (device, PiecesOf(device));
            }

            AddCounter(pieces[(int)counter], amount, ref isFirst);
        }

        _lines.Add("}"u8);
    }

    private void AddCounter(byte[] piece, long amount, ref bool isFirst)
    {
        _lines.Add(isFirst ? piece.AsSpan(1) : piece, amount);
        isFirst = false;
    }

    private byte[][] PiecesOf(int device)
    {
        if (!_deviceCounterPieces.TryGetValue(device, out byte[][]? pieces))
        {
            string prefix = device == _device.Index ? "dev." : $"dev.{_devices[device].Name}.";
            pieces = [.. Enumerable.Range(0, DeviceCounterNames.Count).Select(counter => JsonLines.Key(prefix + ((DeviceCounter)counter).Name()))];
            _deviceCounterPieces[device] = pieces;
        }

        return pieces;
    }

    private void WriteLoad(ReceiveLoad load)
    {
        _writer.WriteStartArray("queues");
        foreach (QueueLoad queue in load.Queues)
        {
            _writer.WriteStartObject();
            _writer.WriteNumber("queue", queue.Queue);
            _writer.WriteNumber("frames", queue.Frames);
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

    private void EndLine()
    {
        _writer.WriteEndObject();
        _writer.Flush();
        _writer.Reset();
        _lines.End();
    }
}
