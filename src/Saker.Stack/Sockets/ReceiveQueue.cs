using System.Threading.Tasks.Sources;
using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;

namespace Saker.Stack.Sockets;

/// <summary>
/// A socket's receive queue: bounded by the bytes of memory that its packets hold (<c>sk_rcvbuf</c>), filled by one CPU, read by one application thread
/// at a time, and without a lock between them.
/// </summary>
/// <remarks>
/// The CPU posts packets and, once a softirq run, wakes the reader and takes back what was read: see <see cref="HandoffRing"/>. A packet's bytes are copied
/// once, to the application's memory.
/// </remarks>
public sealed class ReceiveQueue : IValueTaskSource
{
    /// <summary>What a socket's receive buffer is by default (<c>net.core.rmem_default</c>).</summary>
    public const int DefaultLimit = 212_992;

    private readonly Cpu _cpu;
    private readonly HandoffRing _ring;
    private readonly int _limit;
    private ManualResetValueTaskSourceCore<bool> _wake = new() { RunContinuationsAsynchronously = true };
    private int _isReaderWaiting;
    private volatile bool _isClosed;
    private long _charged;

    /// <summary>Makes a queue.</summary>
    /// <param name="cpu">The CPU that fills it.</param>
    /// <param name="limit">Bytes of packet memory that it may hold.</param>
    /// <param name="capacity">Packets that it may hold.</param>
    public ReceiveQueue(Cpu cpu, int limit = DefaultLimit, int capacity = 256)
    {
        ArgumentNullException.ThrowIfNull(cpu);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        _cpu = cpu;
        _ring = new HandoffRing(capacity);
        _limit = limit;
    }

    /// <summary>Whether nobody reads any more.</summary>
    internal bool IsClosed => _isClosed;

    internal ReceiveQueue? NextWithPackets { get; set; }

    internal bool IsListed { get; set; }

    /// <summary>Counts what was read, when it is taken back; null where the kernel does not.</summary>
    internal Counter? ReadCounter { get; set; } = Counter.UdpInDatagrams;

    /// <summary>
    /// Whether there is room for a packet. As in the kernel, one that is larger than the whole limit is taken if the queue is empty
    /// (<c>__udp_enqueue_schedule_skb</c>). For the CPU.
    /// </summary>
    internal bool HasRoom(PacketBuffer packet)
    {
        int size = packet.TrueSize;
        if (_charged + size > _limit || _ring.IsFull)
        {
            Reclaim();
        }

        return !_ring.IsFull && (_charged == 0 || _charged + size <= _limit);
    }

    /// <summary>
    /// Whether the limit is reached: until then a packet of any size is taken where the kernel looks at what is there, and not at what would be
    /// (<c>sk_rmem_alloc</c> against <c>sk_rcvbuf</c>). For the CPU.
    /// </summary>
    internal bool IsFull()
    {
        if (_charged >= _limit || _ring.IsFull)
        {
            Reclaim();
        }

        return _charged >= _limit || _ring.IsFull;
    }

    /// <summary>Queues a packet for which there is room. It is the queue's from now on. For the CPU.</summary>
    internal void Post(PacketBuffer packet)
    {
        _charged += packet.TrueSize;
        _ring.TryPost(packet);
        _cpu.Softirq.NoteFilled(this);
    }

    /// <summary>Wakes the reader if it waits. For the CPU, behind a full memory barrier.</summary>
    internal void WakeReader()
    {
        if (Volatile.Read(ref _isReaderWaiting) != 0)
        {
            CancelWait();
        }
    }

    /// <summary>Takes back what was read, and frees it. For the CPU.</summary>
    /// <returns>Whether packets remain.</returns>
    internal bool Reclaim()
    {
        while (_ring.TryReclaim(out PacketBuffer packet))
        {
            _charged -= packet.TrueSize;
            if (ReadCounter is { } counter)
            {
                _cpu.Counters.Add(counter);
            }

            packet.Free();
        }

        return _charged != 0;
    }

    /// <summary>Frees whatever is in the queue. For the CPU, when nobody reads any more.</summary>
    internal void Clear()
    {
        Reclaim();
        while (_ring.TryPeek(out PacketBuffer packet))
        {
            _ring.MarkDone();
            _ring.TryReclaim(out _);
            _charged -= packet.TrueSize;
            packet.Free();
        }
    }

    /// <summary>Looks at the oldest packet. For the reader, which must neither free nor keep it.</summary>
    internal bool TryPeek(out PacketBuffer packet) => _ring.TryPeek(out packet);

    /// <summary>Gives the packet last peeked at back. For the reader.</summary>
    internal void MarkDone() => _ring.MarkDone();

    /// <summary>
    /// Waits until there is something to read, the queue is closed, or the wait is called off: the caller looks which. For the reader; one wait at a time.
    /// </summary>
    internal ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (!_ring.IsEmpty)
        {
            return ValueTask.CompletedTask;
        }

        _wake.Reset();
        short version = _wake.Version;
        Interlocked.Exchange(ref _isReaderWaiting, 1);

        // What happened between the first look and the flag woke nobody: look again, now that it would.
        bool isOver = !_ring.IsEmpty || IsClosed || cancellationToken.IsCancellationRequested;
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

    /// <inheritdoc/>
    void IValueTaskSource.GetResult(short token) => _wake.GetResult(token);

    /// <inheritdoc/>
    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _wake.GetStatus(token);

    /// <inheritdoc/>
    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wake.OnCompleted(continuation, state, token, flags);
}
