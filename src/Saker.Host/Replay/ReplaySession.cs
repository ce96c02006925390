using Saker.Host.Hosts;
using Saker.Packets;
using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Nic;
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

    /// <summary>
    /// How long the card's interrupt waits for further frames, in nanoseconds: frames closer together than this share a poll. 0: each is alone;
    /// null: as the host has it: as the card is set, adaptive or not, and with polls put off and packets held on where <see cref="NetworkDevice.Napi"/> says so.
    /// </summary>
    public long? Coalesce { get; init; } = 0;

    /// <summary>How many CPUs do the work; queue N's interrupt comes to the CPU of that number, and round again.</summary>
    public int CpuCount { get; init; } = 1;

    /// <summary>Which CPUs work on which queue's packets; null: as the host has it.</summary>
    public IReadOnlyList<RpsSetting>? Rps { get; init; }

    /// <summary>What the CPUs' work costs in virtual time. Nothing: a CPU is never busy when a frame arrives.</summary>
    public MachineCosts Costs { get; init; }

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
    private readonly VirtualMachine _machine;
    private readonly ReplayObserver _observer;
    private readonly NetworkStack _stack;
    private readonly NetworkCard _card;
    private readonly EthernetFrames _frames;
    private readonly MacAddress _station;
    private readonly bool _keepsOutgoing;
    private long _nextAt = long.MinValue;

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
        NetworkDevice device = options.Device;
        if (options.Coalesce is not null)
        {
            // Each poll is for itself, as each frame is: none is put off, and none holds packets for the next.
            device.Card = device.Card with { Coalesce = new CoalesceSettings() };
            device.Napi = new NapiSettings();
        }

        if (options.Rps is { } steering)
        {
            host = host with { Queues = [.. host.Queues.Where(queues => queues.Device != device), new QueueConfiguration(device, steering)] };
        }

        _stack = host.CreateStack(_clock, options.Reader, _observer, observeDetails, options.Cpu, options.CpuCount);
        _machine = new VirtualMachine(_stack.Cpus, _clock, options.Costs);
        _observer.Meter = options.MeasureCounters ? new CounterMeter(_stack) : null;
        if (options.Sent is { } sent)
        {
            _observer.Sent = (packet, device) => Show(packet, device, sent);
        }

        _station = device.Address;
        _keepsOutgoing = !options.InjectEverything;
        _card = _stack.CardOf(device);
        if (options.Coalesce is { } delay)
        {
            foreach (CardInterrupt interrupt in _card.Interrupts)
            {
                interrupt.Moderation.Delay = delay;
            }
        }

        _machine.Add(new CardClock(_card));
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

    /// <summary>How the work was spread over queues and CPUs, up to now.</summary>
    public ReceiveLoad Load => ReceiveLoad.Of(_stack, _card);

    /// <summary>Lets one frame arrive.</summary>
    internal void Replay(in CaptureFrame frame)
    {
        // A capture's clock may have been set back; the host's goes on.
        long time = Math.Max(frame.TimestampNanoseconds, _clock.Now);
        if (_nextAt <= time)
        {
            RunUntil(time);
        }

        _clock.AdvanceTo(time);
        CutFrames += frame.IsCut ? 1 : 0;
        bool isFrame = _frames.TryMake(frame, _station, out ReadOnlySpan<byte> bytes);
        FrameOutcome outcome = _observer.Begin(frame.Number, frame.TimestampNanoseconds, bytes.Length);
        SteeringResult steering = _card.Classify(bytes);
        (outcome.RxHash, outcome.Queue) = (steering.Hash, steering.Queue);
        if (!isFrame)
        {
            _observer.EndAtCard(outcome, DropReason.CardRunt);
        }
        else if (_keepsOutgoing && EthernetView.TryParse(bytes, out EthernetView ethernet) && ethernet.Source == _station)
        {
            _observer.EndOutgoing(outcome);
        }
        else
        {
            Arrive(outcome, bytes, steering);
        }

        RunUntil(time);
    }

    /// <summary>No frame comes any more: what has arrived is worked on, and all is told. Later timers are not waited for.</summary>
    internal void End()
    {
        while ((_observer.HasOpenFrames || _stack.Cpus.Any(cpu => cpu.HasWork)) && _machine.TryPeek(long.MaxValue, out MachineEvent next))
        {
            Run(next);
        }

        _observer.Settle(_sink);
        _observer.FinishAll(_sink);
    }

    private void Arrive(FrameOutcome outcome, ReadOnlySpan<byte> bytes, in SteeringResult steering)
    {
        CardArrival? arrival = _observer.WantsArrivals
            ? new CardArrival(_options.Device.Card, steering, steering.IsDropped ? null : _card.Queues[steering.Queue])
            : null;
        DropReason reason = _card.Receive(bytes, steering, outcome.Timestamp, (uint)outcome.Number);
        if (arrival is { } known)
        {
            _observer.Arrived(outcome, known, reason, _clock.Now);
        }

        if (reason != DropReason.None)
        {
            _observer.EndAtCard(outcome, reason);
        }

        _card.RaiseDue(_clock.Now);
    }

    /// <summary>Lets time pass: whatever is due until then happens at its own time.</summary>
    private void RunUntil(long time)
    {
        _machine.RunReady();
        MachineEvent next;
        while (_machine.TryPeek(time, out next))
        {
            Run(next);
            _machine.RunReady();
        }

        _nextAt = next.At;
        _observer.Settle(_sink);
    }

    private void Run(in MachineEvent next)
    {
        if (next.At > _clock.Now)
        {
            _observer.Settle(_sink);
        }

        if (next.IsTimer)
        {
            _observer.BeginTimers(next.At);
        }

        _machine.Run(next);
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

    /// <summary>The card acts by time: its moderation.</summary>
    private sealed class CardClock(NetworkCard card) : ITimedSource
    {
        public long NextDueAt => card.NextInterruptAt;

        public void RunDue(long now) => card.RaiseDue(now);
    }
}
