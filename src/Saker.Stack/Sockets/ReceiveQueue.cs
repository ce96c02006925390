using System.Threading.Tasks.Sources;
using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;

namespace Saker.Stack.Sockets;

/// <summary>
/// A socket's receive queue: bounded by what the kernel charges for its packets (<see cref="PacketBuffer.TrueSize"/> against <c>sk_rcvbuf</c>), filled by
/// any CPU, read by one application thread at a time, and without a lock between them.
/// </summary>
/// <remarks>
/// Each CPU has a <see cref="ReceiveLane"/> of its own. The reader takes packets in the order in which they were queued, as far as they have one: in any case those of
/// a flow (<see cref="HandoffRings"/>), also when its interrupt moves, since the former CPU has queued all it had before the new one polls. The limit is one for all lanes:
/// a CPU adds up what they hold, which may be behind by what the other CPUs are queueing at that moment, a packet each. Where nobody will ever read, nothing is kept but
/// the account.
/// </remarks>
public sealed class ReceiveQueue : IValueTaskSource
{
    /// <summary>What a socket's receive buffer is by default (<c>net.core.rmem_default</c>).</summary>
    public const int DefaultLimit = 212_992;

    private readonly ReceiveLane[] _lanes;
    private readonly int _limit;
    private readonly HandoffRings? _rings;
    private int _lane;
    private ManualResetValueTaskSourceCore<bool> _wake = new() { RunContinuationsAsynchronously = true };
    private int _isReaderWaiting;
    private volatile bool _isClosed;

    /// <summary>Makes a queue.</summary>
    /// <param name="cpus">The CPUs that fill it: all of the stack's, by number.</param>
    /// <param name="limit">What its packets may be charged, in bytes (<c>SO_RCVBUF</c>).</param>
    /// <param name="capacity">Packets that it may hold of each CPU; 0: nobody will ever read, so that none is kept.</param>
    public ReceiveQueue(IReadOnlyList<Cpu> cpus, int limit = DefaultLimit, int capacity = 256)
    {
        ArgumentNullException.ThrowIfNull(cpus);
        ArgumentOutOfRangeException.ThrowIfZero(cpus.Count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        _rings = cpus.Count == 1 ? null : new HandoffRings(cpus.Count);
        _lanes = [.. cpus.Select(cpu => new ReceiveLane(this, cpu, _rings, capacity))];
        _limit = limit;
    }

    /// <summary>Whether nobody reads any more.</summary>
    internal bool IsClosed => _isClosed;

    /// <summary>Counts what was read, when it is taken back; null where the kernel does not.</summary>
    internal Counter? ReadCounter { get; set; } = Counter.UdpInDatagrams;

    /// <summary>
    /// Whether there is room for a packet. As in the kernel, one that is larger than the whole limit is taken if the queue is empty
    /// (<c>__udp_enqueue_schedule_skb</c>). For the CPU.
    /// </summary>
    internal bool HasRoom(Cpu cpu, PacketBuffer packet)
    {
        ReceiveLane lane = _lanes[cpu.Index];
        int size = packet.TrueSize;
        long charged = Charged();
        if (charged + size > _limit || lane.IsFull)
        {
            lane.Reclaim();
            charged = Charged();
        }

        return !lane.IsFull && (charged == 0 || charged + size <= _limit);
    }

    /// <summary>
    /// Whether the limit is reached: until then a packet of any size is taken where the kernel looks at what is there, and not at what would be
    /// (<c>sk_rmem_alloc</c> against <c>sk_rcvbuf</c>). For the CPU.
    /// </summary>
    internal bool IsFull(Cpu cpu)
    {
        ReceiveLane lane = _lanes[cpu.Index];
        if (Charged() >= _limit || lane.IsFull)
        {
            lane.Reclaim();
        }

        return Charged() >= _limit || lane.IsFull;
    }

    /// <summary>What its packets may be charged.</summary>
    internal int Limit => _limit;

    /// <summary>What would be left of the limit with a packet of a size; not above zero: nothing. For the CPU.</summary>
    internal long RoomLeft(Cpu cpu, int size)
    {
        _lanes[cpu.Index].Reclaim();
        return _limit - Charged() - size;
    }

    /// <summary>Queues a packet for which there is room. It is the queue's from now on. For the CPU.</summary>
    internal void Post(Cpu cpu, PacketBuffer packet) => _lanes[cpu.Index].Post(packet);

    /// <summary>Wakes the reader if it waits. For a CPU, behind a full memory barrier.</summary>
    internal void WakeReader()
    {
        if (Volatile.Read(ref _isReaderWaiting) != 0)
        {
            CancelWait();
        }
    }

    /// <summary>Looks at the oldest packet. For the reader, which must neither free nor keep it.</summary>
    internal bool TryPeek(out PacketBuffer packet) => _rings is null ? _lanes[0].TryPeek(out packet) : _rings.TryPeek(out packet, out _, out _lane);

    /// <summary>Gives the packet last peeked at back. For the reader.</summary>
    internal void MarkDone() => _lanes[_lane].MarkDone();

    /// <summary>
    /// Waits until there is something to read, the queue is closed, or the wait is called off: the caller looks which. For the reader; one wait at a time.
    /// </summary>
    internal ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (!IsEmpty)
        {
            return ValueTask.CompletedTask;
        }

        _wake.Reset();
        short version = _wake.Version;
        Interlocked.Exchange(ref _isReaderWaiting, 1);

        // What happened between the first look and the flag woke nobody: look again, now that it would.
        bool isOver = !IsEmpty || IsClosed || cancellationToken.IsCancellationRequested;
        return isOver && Interlocked.Exchange(ref _isReaderWaiting, 0) != 0
            ? ValueTask.CompletedTask
            : new ValueTask(this, version);
    }

    /// <summary>Ends the reading: a reader that waits is woken. For the control thread.</summary>
    internal void Close()
    {
        _isClosed = true;
        CancelWait();
    }

    /// <summary>Ends a wait without a packet.</summary>
    internal void CancelWait()
    {
        if (Interlocked.Exchange(ref _isReaderWaiting, 0) != 0)
        {
            _wake.SetResult(true);
        }
    }

    private bool IsEmpty => Array.TrueForAll(_lanes, lane => lane.IsEmpty);

    private long Charged()
    {
        long charged = 0;
        foreach (ReceiveLane lane in _lanes)
        {
            charged += lane.Charged;
        }

        return charged;
    }

    /// <inheritdoc/>
    void IValueTaskSource.GetResult(short token) => _wake.GetResult(token);

    /// <inheritdoc/>
    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _wake.GetStatus(token);

    /// <inheritdoc/>
    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wake.OnCompleted(continuation, state, token, flags);
}
