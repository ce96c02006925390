using Saker.Host.Hosts;
using Saker.Packets;
using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Nic;
using Saker.Stack.Observation;
using Saker.Stack.Sockets;
using Saker.Stack.Softirq;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Host.Replay;

/// <summary>How a capture is replayed.</summary>
public sealed record ReplayOptions
{
    /// <summary>The device that the frames come in by.</summary>
    public required NetworkDevice Device { get; init; }

    /// <summary>Whether frames that the device's own station sent are received, too; otherwise they are <see cref="Verdict.Outgoing"/>.</summary>
    public bool InjectEverything { get; init; }

    /// <summary>The card's interrupt moderation in nanoseconds: frames closer together than this share a poll. 0: each is alone.</summary>
    public long Coalesce { get; init; }

    /// <summary>Who reads the sockets.</summary>
    public ReaderMode Reader { get; init; } = ReaderMode.Immediate;

    /// <summary>Packet memory, and the seed of chance.</summary>
    public CpuOptions Cpu { get; init; } = new();

    /// <summary>Whether each frame's counters are wanted.</summary>
    public bool MeasureCounters { get; init; } = true;

    /// <summary>Gets the frames that the host sends; null: nobody.</summary>
    public FrameSender? Sent { get; init; }
}

/// <summary>Gets a frame that the host sends.</summary>
/// <param name="device">The device that it leaves by.</param>
/// <param name="timestamp">When, in nanoseconds since the Unix epoch.</param>
/// <param name="frame">The frame from its link header on; valid during the call.</param>
public delegate void FrameSender(NetworkDevice device, long timestamp, ReadOnlySpan<byte> frame);

/// <summary>Gets a replay's results, frame by frame in the order of the capture.</summary>
public interface IReplaySink
{
    /// <summary>A frame's way has ended, or it waits. The outcome is reused: it is valid during the call.</summary>
    void Frame(FrameOutcome outcome);

    /// <summary>Time has moved something. The outcome is reused: it is valid during the call.</summary>
    void Timer(TimerOutcome outcome);
}

/// <summary>
/// Runs the frames of a capture through a host's receive path: at their own times on a virtual clock, one thread, the same result every time.
/// </summary>
public sealed class ReplaySession : IDisposable
{
    private readonly ReplayOptions _options;
    private readonly IReplaySink _sink;
    private readonly VirtualClock _clock = new();
    private readonly ReplayObserver _observer;
    private readonly NetworkStack _stack;
    private readonly NetworkCard _card;
    private readonly EthernetFrames _frames;
    private readonly ReceiveSteering _steering;

    /// <summary>Sets a replay up.</summary>
    public ReplaySession(HostConfiguration host, ReplayOptions options, IReplaySink sink)
        : this(host, options, sink, new ReplayObserver(), observeDetails: false)
    {
    }

    /// <summary>Sets a replay up that somebody watches more closely.</summary>
    internal ReplaySession(HostConfiguration host, ReplayOptions options, IReplaySink sink, ReplayObserver observer, bool observeDetails)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(sink);
        _options = options;
        _sink = sink;
        _observer = observer;
        _stack = host.CreateStack(_clock, options.Reader, _observer, observeDetails, options.Cpu);
        _observer.Meter = options.MeasureCounters ? new CounterMeter(_stack) : null;
        if (options.Sent is { } sent)
        {
            _observer.Sent = (packet, device) => Show(packet, device, sent);
        }

        _steering = new ReceiveSteering(options.Device.Card);
        _card = _stack.CardOf(options.Device);
        foreach (CardInterrupt interrupt in _card.Interrupts)
        {
            interrupt.Moderation.Delay = options.Coalesce;
        }

        _frames = new EthernetFrames { HostAddress = host.LinklessAddress };
    }

    /// <summary>The ways that the packets took.</summary>
    public PathTree Paths => _observer.Paths;

    /// <summary>Frames of which the capture kept a part only.</summary>
    public long CutFrames { get; private set; }

    /// <summary>Replays a capture to its end, or to its fault (<see cref="CaptureReader.Fault"/>).</summary>
    public void Run(CaptureReader reader, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        while (!cancellationToken.IsCancellationRequested && reader.TryReadNext(out CaptureFrame frame))
        {
            Replay(frame);
        }

        End();
    }

    /// <inheritdoc/>
    public void Dispose() => _stack.Dispose();

    /// <summary>The time of the replay, in nanoseconds since the Unix epoch.</summary>
    internal long Now => _clock.Now;

    /// <summary>Lets one frame arrive.</summary>
    internal void Replay(in CaptureFrame frame)
    {
        long time = frame.TimestampNanoseconds;
        if (_card.NextInterruptAt <= time)
        {
            Flush();
        }

        CutFrames += frame.IsCut ? 1 : 0;
        RunTimers(time);
        _clock.AdvanceTo(time);
        bool isFrame = _frames.TryMake(frame, _options.Device.Address, out ReadOnlySpan<byte> bytes);
        FrameOutcome outcome = _observer.Begin(frame.Number, time, bytes.Length);
        outcome.RxHash = _steering.Classify(bytes).Hash;
        if (!isFrame)
        {
            outcome.NoteDrop(Stage.Card, DropReason.CardRunt);
        }
        else if (!_options.InjectEverything && EthernetView.TryParse(bytes, out EthernetView ethernet) && ethernet.Source == _options.Device.Address)
        {
            outcome.Note(Verdict.Outgoing, Stage.None);
        }
        else if (_card.Receive(bytes, time, (uint)frame.Number) is not DropReason.None and DropReason reason)
        {
            outcome.NoteDrop(Stage.Card, reason);
        }

        if (_options.Coalesce == 0 || _card.NextInterruptAt <= time)
        {
            Flush();
        }
    }

    /// <summary>No frame comes any more: what has arrived is worked on, and all is told.</summary>
    internal void End()
    {
        Flush();
        _observer.FinishAll(_sink);
    }

    /// <summary>The interrupt comes: everything that has arrived is worked on to its end.</summary>
    private void Flush()
    {
        if (_card.NextInterruptAt is var due and not long.MaxValue)
        {
            RunTimers(due);
            _clock.AdvanceTo(due);
        }

        _card.RaiseDue(_clock.Now);
        _stack.Cpus[0].Softirq.RunUntilIdle();
        _observer.Finish(_sink);
    }

    /// <summary>Lets time pass until just before a frame arrives: whatever is due happens at its own time.</summary>
    private void RunTimers(long until)
    {
        while (_stack.Cpus[0].Timers.NextDueAt is long due && due <= until)
        {
            _clock.AdvanceTo(due);
            _observer.BeginTimers(due);
            _stack.Cpus[0].RunTimers();
            _stack.Cpus[0].Softirq.RunUntilIdle();
            _observer.Finish(_sink);
        }
    }

    private void Show(PacketBuffer packet, NetworkDevice device, FrameSender sent)
    {
        if (!packet.IsFragmented)
        {
            sent(device, _clock.Now, packet.Linear);
            return;
        }

        byte[] bytes = new byte[packet.Length];
        packet.CopyTo(0, bytes);
        sent(device, _clock.Now, bytes);
    }
}
