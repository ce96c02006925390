using Saker.Host.Replay;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Sockets;

namespace Saker.Host.Explain;

/// <summary>Keeps everything that happens to one frame of a replay: its copies and the answers to it are branches of its way.</summary>
internal sealed class WayRecorder : ReplayObserver
{
    private readonly uint _origin;
    private readonly List<StageVisit> _visits = [];
    private readonly List<StageVisit> _way = [];
    private readonly List<SentFrame> _sent = [];
    private StageVisit? _last;
    private long _lastTime = -1;

    /// <param name="frame">The frame's number.</param>
    public WayRecorder(long frame) => _origin = (uint)frame;

    /// <summary>Where the frame begins its way; with what came of it later, if that was apart from it.</summary>
    public IReadOnlyList<StageVisit> Way => _way;

    /// <summary>The frames sent because of it.</summary>
    public IReadOnlyList<SentFrame> SentFrames => _sent;

    /// <summary>The last check of the frame that did not hold, with the value seen; null: all held.</summary>
    public CheckMade? LastFailure { get; private set; }

    /// <summary>Tells the time.</summary>
    public Func<long> Now { get; set; } = () => 0;

    /// <summary>The frame has arrived, so that there is something to tell of.</summary>
    public bool HasArrived { get; set; }

    /// <inheritdoc/>
    public override bool WantsDetails => HasArrived;

    /// <inheritdoc/>
    public override bool WantsArrivals => true;

    /// <inheritdoc/>
    public override void Entered(PacketBuffer packet, Stage stage)
    {
        TurnTo(packet.Origin);
        if (packet.Origin != _origin)
        {
            packet.TraceNode = Paths.Enter(Math.Max(0, packet.TraceNode), stage);
            return;
        }

        StageVisit visit = new(stage);
        StageVisit? from = VisitOf(packet);
        if (from is not null)
        {
            Keep(from, new StageEntered(visit, IsAnswer: false));
        }
        else if (_last is { Stage: Stage.Card } card)
        {
            Keep(card, new StageEntered(visit, IsAnswer: false));
        }
        else if (_last is not null)
        {
            // A packet that has been nowhere, while the frame is somewhere, is the host's own.
            Keep(_last, new StageEntered(visit, IsAnswer: true));
        }
        else
        {
            _way.Add(visit);
            _lastTime = Now();
        }

        _visits.Add(visit);
        packet.TraceNode = -_visits.Count;
        _last = visit;
    }

    /// <inheritdoc/>
    public override void Checked(PacketBuffer packet, string check, string seen, bool passed)
    {
        if (packet.Origin == _origin)
        {
            CheckMade made = new(check, seen, passed);
            LastFailure = passed ? LastFailure : made;
            Keep(packet, made);
        }
    }

    /// <inheritdoc/>
    public override void Noted(PacketBuffer packet, string subject, string value)
    {
        if (packet.Origin == _origin)
        {
            Keep(packet, new NoteMade(subject, value));
        }
    }

    /// <inheritdoc/>
    public override void Arrived(FrameOutcome outcome, in CardArrival arrival, DropReason reason, long now)
    {
        if (outcome.Number == _origin)
        {
            StageVisit visit = CardVisit.Of(arrival, outcome.Length, reason, now);
            _way.Add(visit);
            (_last, _lastTime) = (visit, now);
        }
    }

    /// <inheritdoc/>
    public override void Merged(PacketBuffer packet, uint into)
    {
        base.Merged(packet, into);
        if (packet.Origin == _origin)
        {
            Keep(packet, new MergedInto(into));
        }
    }

    /// <inheritdoc/>
    public override void Transmitted(PacketBuffer packet, NetworkDevice device)
    {
        base.Transmitted(packet, device);
        if (packet.Origin == _origin)
        {
            byte[] bytes = new byte[packet.Length];
            packet.CopyTo(0, bytes);
            SentFrame frame = new(device.Name, Now(), bytes, FrameSummary.Describe(bytes));
            _sent.Add(frame);
            Keep(packet, new FrameLeft(frame));
        }
    }

    /// <inheritdoc/>
    protected override void FollowToEnd(PacketBuffer packet, Stage stage, Verdict verdict, DropReason reason, Socket? socket)
    {
        if (packet.Origin == _origin)
        {
            Keep(packet, new WayEnded(verdict, reason, socket?.Name));
        }
        else
        {
            Paths.End(Math.Max(0, packet.TraceNode), verdict, reason);
        }
    }

    /// <summary>Where a packet of the frame is: below zero are this recorder's visits, above it the other frames' ways.</summary>
    private StageVisit? VisitOf(PacketBuffer packet) => packet.TraceNode < 0 ? _visits[-packet.TraceNode - 1] : null;

    private void Keep(PacketBuffer packet, VisitEvent happened)
    {
        if ((VisitOf(packet) ?? _last) is { } visit)
        {
            Keep(visit, happened);
        }
    }

    private void Keep(StageVisit visit, VisitEvent happened)
    {
        long now = Now();
        if (now > _lastTime)
        {
            visit.Add(new TimePassed(now - _lastTime));
            _lastTime = now;
        }

        visit.Add(happened);
    }
}
