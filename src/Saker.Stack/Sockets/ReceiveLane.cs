using Saker.Packets;
using Saker.Stack.Softirq;
using Saker.Stack.Transport.Udp;
using Saker.Wire;

namespace Saker.Stack.Sockets;

/// <summary>
/// One CPU's part of a socket's queue: the ring by which its packets go to the reader and come home to be freed (<see cref="HandoffRing"/>). The CPU posts, and
/// once a softirq run wakes the reader and takes back what was read. A packet's bytes are copied once, to the application's memory.
/// </summary>
internal sealed class ReceiveLane
{
    private readonly ReceiveQueue _queue;
    private readonly Cpu _cpu;
    private readonly HandoffRing _ring;
    private readonly HandoffRings? _rings;
    private readonly bool _isRead;
    private readonly bool _isReadAlone;
    private long _charged;

    /// <param name="queue">The queue.</param>
    /// <param name="cpu">The CPU.</param>
    /// <param name="rings">The rings of all lanes; null: there is no other.</param>
    /// <param name="capacity">Packets that it holds; 0: nobody will read.</param>
    public ReceiveLane(ReceiveQueue queue, Cpu cpu, HandoffRings? rings, int capacity)
    {
        _queue = queue;
        _cpu = cpu;
        _ring = rings is null ? new HandoffRing(Math.Max(capacity, 1)) : rings.Provide(cpu.Index, Math.Max(capacity, 1));
        _rings = rings;
        _isRead = capacity != 0;
        _isReadAlone = _isRead && rings is null;
    }

    /// <summary>The next on its CPU's list of those that have packets.</summary>
    public ReceiveLane? NextWithPackets { get; set; }

    /// <summary>Whether it is on that list.</summary>
    public bool IsListed { get; set; }

    /// <summary>What its packets are charged, in bytes.</summary>
    public long Charged => Volatile.Read(ref _charged);

    /// <summary>Whether there is no place for a packet. For the CPU.</summary>
    public bool IsFull => _ring.IsFull;

    /// <summary>Whether there is nothing to read. For the reader.</summary>
    public bool IsEmpty => _ring.IsEmpty;

    /// <summary>Queues a packet; where nobody will read it, only its charge remains. For the CPU.</summary>
    public void Post(PacketBuffer packet)
    {
        _charged += packet.TrueSize;
        if (_isReadAlone)
        {
            _ring.TryPost(packet);
        }
        else if (_isRead)
        {
            _ring.TryPost(packet, _rings!.DrawNumber());
        }
        else
        {
            packet.Free();
            return;
        }

        _cpu.FilledLanes.Note(this);
    }

    /// <summary>Wakes the reader, and takes back what was read. For the CPU, behind a full memory barrier.</summary>
    /// <returns>Whether packets remain.</returns>
    public bool Settle()
    {
        _queue.WakeReader();
        if (_queue.IsClosed)
        {
            Clear();
            return false;
        }

        return Reclaim();
    }

    /// <summary>Takes back what was read, and frees it. For the CPU.</summary>
    /// <returns>Whether packets remain.</returns>
    public bool Reclaim()
    {
        while (_ring.TryReclaim(out PacketBuffer packet))
        {
            _charged -= packet.TrueSize;
            if (_queue.ReadCounter is { } counter)
            {
                _cpu.Counters.Add(packet.Protocol == (ushort)EtherType.IPv6 ? UdpIPv6Flow.Count(counter) : counter);
            }

            packet.Free();
        }

        return _charged != 0;
    }

    /// <summary>Frees whatever is there. For the CPU, when nobody reads any more.</summary>
    public void Clear()
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

    /// <summary>Looks at the oldest packet. For the reader.</summary>
    public bool TryPeek(out PacketBuffer packet) => _ring.TryPeek(out packet);

    /// <summary>Gives the packet last peeked at back. For the reader.</summary>
    public void MarkDone() => _ring.MarkDone();
}
