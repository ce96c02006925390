using Saker.Host.Hosts;
using Saker.Host.Oracle;
using Saker.Host.Replay;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Wire.Captures;

namespace Saker.Host.Verification;

/// <summary>Asks the user-space receive path what it does with frames, one after the other, at the times that the kernel got them.</summary>
internal sealed class StackAsker : IReplaySink, IDisposable
{
    /// <summary>When the kernel's clock begins, on the receive path's.</summary>
    private const long Epoch = 1_700_000_000_000_000_000;

    private readonly NetworkDevice _device;
    private readonly DeviceTable _devices;
    private readonly ReplaySession _session;
    private readonly List<string> _sent = [];
    private long _arrival = -1;
    private Answer? _answer;

    /// <summary>Sets the host up.</summary>
    /// <param name="host">The host; a stack takes its devices with it, so it serves once.</param>
    /// <param name="device">The device that the frames come in by.</param>
    public StackAsker(HostConfiguration host, NetworkDevice device)
    {
        _device = device;
        _devices = new DeviceTable(host.Devices);
        ReplayOptions options = new() { Device = device, InjectEverything = true, Sent = NoteSent };

        // The kernel's answer is there at once, and so must be this one: a frame that waits is not told later what it was merged into.
        _session = new ReplaySession(host, options, this, new ReplayObserver { MostPending = 0 }, observeDetails: false);
    }

    /// <summary>Lets a frame arrive.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="time">When, in nanoseconds since the first; later than the one before.</param>
    /// <param name="frame">The frame, from its Ethernet header on.</param>
    public Answer Ask(long number, long time, ReadOnlySpan<byte> frame)
    {
        _answer = null;
        _sent.Clear();
        _arrival = Epoch + time;
        _session.Replay(new CaptureFrame
        {
            Number = number,
            Offset = 0,
            TimestampNanoseconds = _arrival,
            OriginalLength = frame.Length,
            InterfaceIndex = 0,
            LinkType = LinkType.Ethernet,
            Bytes = frame,
        });
        return _answer ?? throw new InvalidOperationException($"frame {number}: the receive path tells no outcome");
    }

    /// <inheritdoc/>
    public void Frame(FrameOutcome outcome) => _answer = new Answer(
        ReplayText.Name(outcome.Verdict),
        outcome.Verdict == Verdict.Dropped ? outcome.Reason.KernelName() : null,
        outcome.Stage == Stage.None ? null : StageRegistry.Function(outcome.Stage),
        CountersOf(outcome.Counters),
        [.. outcome.Sockets],
        [.. _sent]);

    /// <inheritdoc/>
    public void Timer(TimerOutcome outcome)
    {
        // What time brings about is no frame's, here as on the kernel's side.
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.End();
        _session.Dispose();
    }

    private void NoteSent(NetworkDevice device, long time, ReadOnlySpan<byte> frame)
    {
        if (time == _arrival)
        {
            _sent.Add((ReferenceEquals(device, _device) ? string.Empty : device.Name + " ") + Convert.ToHexStringLower(frame));
        }
    }

    private Dictionary<string, long> CountersOf(CounterChanges changes)
    {
        Dictionary<string, long> counters = new(StringComparer.Ordinal);
        foreach ((Counter counter, long amount) in changes.Counters)
        {
            counters[counter.Name()] = amount;
        }

        foreach ((int device, DeviceCounter counter, long amount) in changes.Devices)
        {
            counters[(device == _device.Index ? "dev." : $"dev.{_devices[device].Name}.") + counter.Name()] = amount;
        }

        return counters;
    }
}
