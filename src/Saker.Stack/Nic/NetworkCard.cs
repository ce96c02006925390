using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Driver;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Nic;

/// <summary>
/// A network card with several receive queues, of the i40e's kind: takes frames from the link, copies each into the buffers of a queue's descriptors, and raises
/// the queue's interrupt when it is time.
/// </summary>
/// <remarks>
/// It belongs to the thread that feeds it. It meets the driver, which may run on other threads, in the rings and the vectors only. Frames are put into the ring by
/// <see cref="Receive(ReadOnlySpan{byte}, long, uint)"/>, and <see cref="RaiseDue"/> tells the CPUs: after each frame, or after several that came together, and at <see cref="NextInterruptAt"/>.
/// </remarks>
public sealed class NetworkCard : IFrameReceiver
{
    private const int TypeOffset = 12;
    private const int TaggedLength = EthernetView.FixedLength + VlanView.FixedLength;
    private const int CheckSequenceLength = 4;
    private const int GroupBit = 1;
    private const int LongestUsualFrame = 1522;

    private readonly IClock _clock;
    private readonly DeviceCounterBlock _counters;
    private ReceiveSteering _steering;
    private bool _examinesChecksums;
    private bool _takesVlanTags;
    private bool _looksFurther;
    private CardInterrupt[] _interrupts = [];
    private CardQueue[] _queues = [];

    internal NetworkCard(NetworkDevice device, IClock clock, DeviceCounterBlock counters, int cpuCount)
    {
        Device = device;
        _clock = clock;
        _counters = counters;
        Statistics = new CardStatistics(device.Card.Queues, furtherRings: cpuCount);
        Configure(device.Card);
    }

    /// <summary>The device that stands for it.</summary>
    public NetworkDevice Device { get; }

    /// <summary>Its receive queues, by number.</summary>
    public IReadOnlyList<CardQueue> Queues => _queues;

    /// <summary>Its interrupts.</summary>
    public IReadOnlyList<CardInterrupt> Interrupts => _interrupts;

    /// <summary>What it and its driver have counted.</summary>
    public CardStatistics Statistics { get; }

    /// <summary>Frames that came by the link.</summary>
    public long Frames => Statistics[CardCounter.PortRxUnicast] + Statistics[CardCounter.PortRxMulticast] + Statistics[CardCounter.PortRxBroadcast]
        + Statistics[CardCounter.PortRxUndersize];

    /// <summary>When an interrupt is to be raised next; <see cref="long.MaxValue"/>: nothing waits for one.</summary>
    public long NextInterruptAt
    {
        get
        {
            long next = long.MaxValue;
            foreach (CardInterrupt interrupt in _interrupts)
            {
                next = Math.Min(next, interrupt.DueAt);
            }

            return next;
        }
    }

    /// <summary>A frame arrives and is copied into the memory of its queue.</summary>
    /// <param name="frame">The frame from its link header on, without the check sequence.</param>
    /// <param name="timestamp">When it arrived, in nanoseconds since the Unix epoch.</param>
    /// <param name="origin">What the link calls it; see <see cref="PacketBuffer.Origin"/>.</param>
    /// <returns>Why the frame is lost; <see cref="DropReason.None"/>: it is not.</returns>
    public DropReason Receive(ReadOnlySpan<byte> frame, long timestamp, uint origin)
    {
        if (frame.Length < EthernetView.FixedLength)
        {
            return RefuseRunt();
        }

        int kind = CountAtPort(frame);
        return !_looksFurther && _steering.TrySpreadUsual(frame, out DescriptorStatus status, out uint hash, out int queue)
            ? Place(frame, kind, status, hash, queue, timestamp, origin)
            : ReceiveAny(frame, kind, timestamp, origin);
    }

    /// <summary>A frame arrives about which <see cref="Classify"/> was asked before, with the settings that the card still has.</summary>
    /// <param name="frame">The frame from its link header on, without the check sequence.</param>
    /// <param name="steering">What it has said.</param>
    /// <param name="timestamp">When it arrived, in nanoseconds since the Unix epoch.</param>
    /// <param name="origin">What the link calls it; see <see cref="PacketBuffer.Origin"/>.</param>
    /// <returns>Why the frame is lost; <see cref="DropReason.None"/>: it is not.</returns>
    public DropReason Receive(ReadOnlySpan<byte> frame, in SteeringResult steering, long timestamp, uint origin) =>
        frame.Length < EthernetView.FixedLength ? RefuseRunt() : ReceiveSteered(frame, CountAtPort(frame), steering, timestamp, origin);

    /// <summary>Where the card puts a frame, and what its descriptor says of it. Counts nothing.</summary>
    public SteeringResult Classify(ReadOnlySpan<byte> frame) => _steering.Classify(frame);

    /// <summary>Receives a frame that the card must look at more closely.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private DropReason ReceiveAny(ReadOnlySpan<byte> frame, int kind, long timestamp, uint origin) =>
        ReceiveSteered(frame, kind, _steering.Classify(frame), timestamp, origin);

    private DropReason ReceiveSteered(ReadOnlySpan<byte> frame, int kind, in SteeringResult steering, long timestamp, uint origin)
    {
        DescriptorStatus status = DescriptorStatus.End(steering.Flow.Type, (DescriptorFilter)steering.Status, steering.IsTransport);
        if (steering.Status == SteeringStatus.Rule)
        {
            Statistics.Add(CardCounter.PortFlowRuleMatch);
            if (steering.IsDropped)
            {
                Statistics.CountNotForHost(kind);
                return DropReason.CardSteeringDrop;
            }
        }

        if (_examinesChecksums)
        {
            status = CardChecksum.Examine(frame, steering.Flow, status);
            Statistics.Add(CardCounter.PortRxChecksumBad, status.IsNetworkChecksumWrong || status.IsTransportChecksumWrong ? 1 : 0);
        }

        if (_takesVlanTags && frame.Length >= TaggedLength && BinaryPrimitives.ReadUInt16BigEndian(frame[TypeOffset..]) == (ushort)EtherType.Vlan)
        {
            status = status.WithVlanTag();
        }

        return Place(frame, kind, status, steering.FilterValue, steering.Queue, timestamp, origin);
    }

    /// <summary>Puts a frame into a queue's ring.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private DropReason Place(ReadOnlySpan<byte> frame, int kind, DescriptorStatus status, uint filterValue, int number, long timestamp, uint origin)
    {
        CardQueue queue = _queues[number];
        if (!queue.Ring.TryPlace(frame, status, filterValue, timestamp, origin))
        {
            return Lose(queue, kind);
        }

        queue.Frames++;
        queue.Moderation.Note(queue.Ring);
        return DropReason.None;
    }

    /// <inheritdoc/>
    public bool TryArrive(ReadOnlySpan<byte> frame, long timestamp, uint origin) => Receive(frame, timestamp, origin) == DropReason.None;

    /// <inheritdoc/>
    public void Interrupt() => RaiseDue(_clock.Now);

    /// <summary>Raises the interrupts whose time has come.</summary>
    public void RaiseDue(long now)
    {
        foreach (CardInterrupt interrupt in _interrupts)
        {
            interrupt.RaiseDue(now);
        }
    }

    /// <summary>The link, which would not take a frame, has room again: the vectors come, and their polls go on sending. For any thread.</summary>
    public void ResumeTransmission()
    {
        foreach (CardInterrupt interrupt in _interrupts)
        {
            interrupt.Vector.Raise(_clock.Now);
        }
    }

    /// <summary>
    /// Takes over settings: how frames are spread (<c>ethtool -X -N</c>), and what the card does by itself (<c>-K</c>). For the thread that feeds the card.
    /// The rest is as the card was opened: another number of queues is refused (<c>-L</c>), and the rings' sizes and the moderation in the settings have no effect
    /// (<c>-G -C</c>), since rings are not made anew while packets lie in their memory; an interrupt's moderation is set by itself (<see cref="CardInterrupt.Moderation"/>).
    /// Set them on the device before its card is opened.
    /// </summary>
    /// <exception cref="ArgumentException">The settings lead to a queue that the card does not have.</exception>
    [MemberNotNull(nameof(_steering))]
    public void Configure(CardSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Queues != Statistics.Queues || !settings.TryValidate(out _))
        {
            throw new ArgumentException($"The card was opened with {Statistics.Queues} queues, and the settings are not valid for these.", nameof(settings));
        }

        _steering = new ReceiveSteering(settings);
        _examinesChecksums = (settings.Features & CardFeatures.RxChecksumming) != CardFeatures.None;
        _takesVlanTags = (settings.Features & CardFeatures.RxVlanOffload) != CardFeatures.None;
        _looksFurther = _examinesChecksums || _takesVlanTags;
    }

    /// <summary>The driver sets the card up.</summary>
    internal void Open(CardInterrupt[] interrupts, CardQueue[] queues)
    {
        _interrupts = interrupts;
        _queues = queues;
        foreach (CardQueue queue in queues)
        {
            queue.Interrupt.Add(queue);
        }
    }

    /// <summary>Counts a frame that reached the port.</summary>
    /// <returns>0: to one station, 1: to a group, 2: to everyone.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int CountAtPort(ReadOnlySpan<byte> frame)
    {
        // The sizes count the check sequence, which the link has taken off, and the padding, which captures may lack.
        int length = Math.Max(frame.Length + CheckSequenceLength, 64);
        int kind = (frame[0] & GroupBit) == 0 ? 0 : MacAddress.ReadFrom(frame) != MacAddress.Broadcast ? 1 : 2;
        int size = length <= 1023 ? (length == 64 ? 0 : BitOperations.Log2((uint)length) - 5)
            : length <= LongestUsualFrame ? CardCounter.PortRxSize1522 - CardCounter.PortRxSize64
            : CardCounter.PortRxSizeBig - CardCounter.PortRxSize64;
        Statistics.CountAtPort(length, kind, size);
        return kind;
    }

    private DropReason RefuseRunt()
    {
        Statistics.Add(CardCounter.PortRxUndersize);
        _counters.Add(DeviceCounter.RxErrors);
        _counters.Add(DeviceCounter.RxLengthErrors);
        return DropReason.CardRunt;
    }

    private DropReason Lose(CardQueue queue, int kind)
    {
        Statistics.Add(CardCounter.PortRxDiscards);
        Statistics.CountNotForHost(kind);
        queue.Lost++;
        queue.Moderation.NoteLoss();
        _counters.Add(DeviceCounter.RxMissedErrors);
        return DropReason.CardMissed;
    }
}
