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
/// <see cref="Receive"/>, and <see cref="RaiseDue"/> tells the CPUs: after each frame, or after several that came together, and at <see cref="NextInterruptAt"/>.
/// </remarks>
public sealed class NetworkCard : IFrameReceiver
{
    private readonly IClock _clock;
    private readonly DeviceCounterBlock _counters;
    private CardInterrupt[] _interrupts = [];
    private CardQueue[] _queues = [];

    internal NetworkCard(NetworkDevice device, IClock clock, DeviceCounterBlock counters)
    {
        Device = device;
        _clock = clock;
        _counters = counters;
    }

    /// <summary>The device that stands for it.</summary>
    public NetworkDevice Device { get; }

    /// <summary>Its receive queues, by number.</summary>
    public IReadOnlyList<CardQueue> Queues => _queues;

    /// <summary>Its interrupts.</summary>
    public IReadOnlyList<CardInterrupt> Interrupts => _interrupts;

    /// <summary>Frames that came by the link.</summary>
    public long Frames { get; private set; }

    /// <summary>Frames lost because their ring had no descriptor.</summary>
    public long Lost { get; private set; }

    /// <summary>Frames that ended before their Ethernet header did.</summary>
    public long Runts { get; private set; }

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
        Frames++;
        if (frame.Length < EthernetView.FixedLength)
        {
            return RefuseRunt();
        }

        CardQueue queue = _queues[0];
        DescriptorStatus status = DescriptorStatus.End(RssFlowType.None, DescriptorFilter.None, isTransportHash: false);
        if (!queue.Ring.TryPlace(frame, status, 0, timestamp, origin))
        {
            return Lose(queue);
        }

        queue.Frames++;
        queue.Bytes += frame.Length;
        queue.Interrupt.Moderation.Note(queue.Ring);
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

    private DropReason RefuseRunt()
    {
        Runts++;
        _counters.Add(DeviceCounter.RxErrors);
        _counters.Add(DeviceCounter.RxLengthErrors);
        return DropReason.CardRunt;
    }

    private DropReason Lose(CardQueue queue)
    {
        Lost++;
        queue.Lost++;
        queue.Interrupt.Moderation.NoteLoss();
        _counters.Add(DeviceCounter.RxMissedErrors);
        return DropReason.CardNoDescriptor;
    }
}
