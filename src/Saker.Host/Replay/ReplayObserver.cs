using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Sockets;

namespace Saker.Host.Replay;

/// <summary>
/// Turns what happens to packets into outcomes of frames. Frames that share a poll are worked on in turns: whose turn it is, its counters are.
/// </summary>
internal sealed class ReplayObserver : PacketObserver
{
    private readonly List<FrameOutcome> _frames = [];
    private int _count;
    private FrameOutcome? _current;
    private uint _currentOrigin;

    /// <summary>The ways of all packets.</summary>
    public PathTree Paths { get; } = new();

    /// <summary>Reads the counters; null: they are not wanted.</summary>
    public CounterMeter? Meter { get; set; }

    /// <summary>Gets the frames that are sent; null: nobody.</summary>
    public Action<PacketBuffer, NetworkDevice>? Sent { get; set; }

    /// <summary>The frames since the last <see cref="Clear"/>.</summary>
    public ReadOnlySpan<FrameOutcome> Frames => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_frames)[.._count];

    /// <summary>A frame arrives.</summary>
    /// <returns>Its outcome, to be filled.</returns>
    public FrameOutcome Begin(long number, long timestamp, int length)
    {
        if (_count == _frames.Count)
        {
            _frames.Add(new FrameOutcome());
        }

        FrameOutcome outcome = _frames[_count++];
        outcome.Begin(number, timestamp, length);
        SwitchTo((uint)number, outcome);
        return outcome;
    }

    /// <summary>The work on all frames that arrived is done.</summary>
    public void Finish() => SwitchTo(0, null);

    /// <summary>Forgets the frames.</summary>
    public void Clear() => _count = 0;

    /// <inheritdoc/>
    public override void Entered(PacketBuffer packet, Stage stage)
    {
        if (packet.Origin != _currentOrigin)
        {
            SwitchTo(packet.Origin);
        }

        packet.TraceNode = Paths.Enter(packet.TraceNode, stage);
    }

    /// <inheritdoc/>
    public override void Dropped(PacketBuffer packet, Stage stage, DropReason reason)
    {
        Of(packet)?.NoteDrop(stage, reason);
        Paths.End(packet.TraceNode, Verdict.Dropped, reason);
    }

    /// <inheritdoc/>
    public override void Delivered(PacketBuffer packet, Stage stage, Socket socket)
    {
        if (Of(packet) is { } outcome)
        {
            outcome.Note(Verdict.Delivered, stage);
            outcome.Sockets.Add(socket.Name);
        }

        Paths.End(packet.TraceNode, Verdict.Delivered, DropReason.None);
    }

    /// <inheritdoc/>
    public override void Consumed(PacketBuffer packet, Stage stage) => End(packet, stage, Verdict.Consumed);

    /// <inheritdoc/>
    public override void Held(PacketBuffer packet, Stage stage) => End(packet, stage, Verdict.Held);

    /// <inheritdoc/>
    public override void Forwarded(PacketBuffer packet, Stage stage) => End(packet, stage, Verdict.Forwarded);

    /// <inheritdoc/>
    public override void Unsupported(PacketBuffer packet, Stage stage) => End(packet, stage, Verdict.Unsupported);

    /// <inheritdoc/>
    public override void Transmitted(PacketBuffer packet, NetworkDevice device)
    {
        if (Of(packet) is { } outcome)
        {
            outcome.Sent++;
        }

        Sent?.Invoke(packet, device);
    }

    private void End(PacketBuffer packet, Stage stage, Verdict verdict)
    {
        Of(packet)?.Note(verdict, stage);
        Paths.End(packet.TraceNode, verdict, DropReason.None);
    }

    /// <summary>The outcome of the frame that a packet comes from; null if that frame is past.</summary>
    private FrameOutcome? Of(PacketBuffer packet)
    {
        if (packet.Origin != _currentOrigin)
        {
            SwitchTo(packet.Origin);
        }

        return _current;
    }

    private void SwitchTo(uint origin) => SwitchTo(origin, Find(origin));

    private void SwitchTo(uint origin, FrameOutcome? outcome)
    {
        if (_current is not null)
        {
            Meter?.Measure(_current.Counters);
        }

        _currentOrigin = origin;
        _current = outcome;
    }

    private FrameOutcome? Find(uint origin)
    {
        if (_count == 0)
        {
            return null;
        }

        uint index = origin - (uint)_frames[0].Number;
        return index < (uint)_count && (uint)_frames[(int)index].Number == origin ? _frames[(int)index] : null;
    }
}
