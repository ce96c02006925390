using System.Runtime.CompilerServices;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Nic;

namespace Saker.Stack.Driver;

/// <summary>
/// A transmit ring as the driver knows it: the packets behind the descriptors, and how far it has come (<c>struct i40e_ring</c>, <c>i40e_lan_xmit_frame</c>,
/// <c>i40e_clean_tx_irq</c>).
/// </summary>
/// <remarks>
/// It belongs to one CPU at a time, the one to which the interrupt of its queue comes: that CPU alone posts frames and frees them when they are sent, so that packets
/// go back to the pool that they are from, and nothing is locked. Going round the ring, <c>clean</c> is where the oldest frame begins that is not freed, and <c>use</c>
/// the next descriptor to be posted; between <c>use</c> and <c>clean</c> one is always left out.
/// </remarks>
public sealed class TransmitRing : TransmitQueue
{
    /// <summary>Descriptors without which the queue is stopped once a frame is posted (<c>DESC_NEEDED</c>).</summary>
    public const int NeededDescriptors = 23;

    /// <summary>Descriptors with which a stopped queue is woken (<c>TX_WAKE_THRESHOLD</c>).</summary>
    public const int WakeThreshold = 2 * NeededDescriptors;

    /// <summary>Frames that a poll frees of a ring (<c>I40E_DEFAULT_IRQ_WORK</c>).</summary>
    public const int CleanLimit = 256;

    // Beside its pieces a frame might need a context descriptor, and a cache line is kept between tail and head.
    private const int Reserve = 5;

    private readonly NetworkDevice _device;
    private readonly QueueCounterBlock _counters;
    private readonly PostedFrame[] _frames;
    private int _owner = -1;
    private int _use;
    private int _clean;

    /// <param name="device">The device that sends.</param>
    /// <param name="size">How many descriptors.</param>
    /// <param name="counters">Where it counts.</param>
    /// <param name="place">Its queue there.</param>
    internal TransmitRing(NetworkDevice device, int size, CardStatistics counters, int place)
    {
        _device = device;
        _counters = counters.Of(place);
        Descriptors = new TransmitDescriptorRing(size);
        _frames = new PostedFrame[size];
    }

    /// <summary>The descriptors.</summary>
    public TransmitDescriptorRing Descriptors { get; }

    /// <summary>Whether it takes no frames until others have been sent (<c>netif_stop_subqueue</c>).</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Descriptors that frames can be posted to.</summary>
    public int UnusedCount => (_clean > _use ? 0 : Descriptors.Length) + _clean - _use - 1;

    /// <summary>Tells of what is sent; null: nothing does, and the sender frees it at once.</summary>
    internal CardInterrupt? Interrupt { get; set; }

    /// <summary>The number of the CPU that it belongs to; negative: none's at the moment. That CPU sets it, or who gives the ring away.</summary>
    internal int Owner
    {
        get => Volatile.Read(ref _owner);
        set => Volatile.Write(ref _owner, value);
    }

    /// <summary>
    /// Whether a frame has room. Where it has not, the queue of a kernel's device keeps frames back until some have been sent and freed; here the sender is the one who
    /// frees, and does so now.
    /// </summary>
    internal override bool HasRoomFor(PacketBuffer frame)
    {
        int needed = PiecesOf(frame) + Reserve;
        if (!IsStopped && UnusedCount >= needed)
        {
            return true;
        }

        Stop();
        Ring();
        Clean(int.MaxValue);
        if (!IsStopped && UnusedCount >= needed)
        {
            return true;
        }

        _counters.Add(QueueCounter.TxBusy);
        return false;
    }

    /// <summary>Posts a frame that has room; it is the ring's. The card knows of it when the tail is moved (<c>i40e_tx_map</c>).</summary>
    internal override void Post(PacketBuffer frame)
    {
        int first = _use;
        int last = first;
        foreach (ReadOnlySpan<byte> piece in frame.Segments)
        {
            last = _use;
            Descriptors[last].Post(frame, piece.Length);
            _use = Descriptors.Next(last);
        }

        Descriptors[last].End();
        _frames[first] = new PostedFrame(frame, last, frame.Length);
        if (UnusedCount < NeededDescriptors)
        {
            Stop();
        }
    }

    /// <summary>
    /// Moves the tail, at which the card sends. Who polls the ring frees what is sent; while nobody does, the card's interrupt lets it be polled.
    /// </summary>
    internal override void Flush(long now)
    {
        Ring();
        if (Interrupt is not { } interrupt)
        {
            Clean(int.MaxValue);
        }
        else if (!interrupt.Vector.IsMasked && _clean != Descriptors.Head)
        {
            interrupt.Vector.Raise(now);
        }
    }

    /// <summary>Frees the frames that are sent, so many at most, and wakes the queue when there is room. What the link would not take is tried again.</summary>
    /// <returns>Whether no sent frame is left.</returns>
    internal bool Clean(int most)
    {
        if (_clean == _use && !IsStopped)
        {
            return true;
        }

        if (Descriptors.Head != Descriptors.Tail)
        {
            Ring();
        }

        int count = 0;
        long bytes = 0;
        while (_clean != _use)
        {
            ref PostedFrame posted = ref _frames[_clean];
            if (!Descriptors[posted.Last].IsDone || count == most)
            {
                break;
            }

            count++;
            bytes += posted.Length;
            posted.Frame.Free();
            _clean = Descriptors.Next(posted.Last);
        }

        _counters.Add(QueueCounter.TxPackets, count);
        _counters.Add(QueueCounter.TxBytes, bytes);
        if (IsStopped && UnusedCount >= WakeThreshold)
        {
            IsStopped = false;
            _counters.Add(QueueCounter.TxRestarted);
        }

        return count < most || !IsSent(_clean);
    }

    /// <summary>Frees everything, sent or not. What was not counts in the device's <c>tx_dropped</c>.</summary>
    /// <param name="cpu">The CPU that it belonged to.</param>
    internal void Clear(Softirq.Cpu cpu)
    {
        Clean(int.MaxValue);
        while (_clean != _use)
        {
            PostedFrame posted = _frames[_clean];
            posted.Frame.Free();
            _clean = Descriptors.Next(posted.Last);
            _device.Counters.Of(cpu).Add(Observation.DeviceCounter.TxDropped);
        }

        Descriptors.Reset();
        IsStopped = false;
    }

    private static int PiecesOf(PacketBuffer frame)
    {
        if (!frame.IsFragmented)
        {
            return 1;
        }

        int count = 0;
        foreach (ReadOnlySpan<byte> _ in frame.Segments)
        {
            count++;
        }

        return count;
    }

    private bool IsSent(int index) => index != _use && Descriptors[_frames[index].Last].IsDone;

    private void Ring()
    {
        Descriptors.MoveTail(_use);
        Descriptors.Send(_device.Transmitter);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Stop()
    {
        if (!IsStopped)
        {
            IsStopped = true;
            _counters.Add(QueueCounter.TxStopped);
        }
    }

    /// <summary>A frame that the card has: what the driver keeps of it at its first descriptor (<c>struct i40e_tx_buffer</c>).</summary>
    /// <param name="Frame">The frame.</param>
    /// <param name="Last">Its last descriptor.</param>
    /// <param name="Length">Its bytes.</param>
    private readonly record struct PostedFrame(PacketBuffer Frame, int Last, int Length);
}
