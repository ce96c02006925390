using Saker.Packets;
using Saker.Stack.Softirq;

namespace Saker.Stack.Routing;

/// <summary>Sees to a neighbour on one CPU.</summary>
internal interface INeighborKeeper
{
    /// <summary>The CPU.</summary>
    Cpu Cpu { get; }

    /// <summary>The neighbour's timer is due.</summary>
    void Expire(NeighborEntry entry);

    /// <summary>Another CPU has found the neighbour, or given it up: what waits here goes on, or ends.</summary>
    void Settle(NeighborEntry entry);
}

/// <summary>What of a neighbour belongs to one CPU: the packets that wait there, and its part in the timer.</summary>
internal sealed class NeighborLane : StackTimer
{
    private readonly NeighborEntry _entry;
    private readonly Call _call;
    private INeighborKeeper? _keeper;
    private PacketList _waiting;
    private int _count;

    public NeighborLane(NeighborEntry entry)
    {
        _entry = entry;
        _call = new Call(this);
    }

    /// <summary>The packet that came last of those that wait; a null handle: none waits.</summary>
    public PacketBuffer LastWaiting { get; private set; }

    /// <summary>Bytes of memory that the packets hold.</summary>
    public int WaitingSize { get; private set; }

    /// <summary>Who sees to it, on its CPU.</summary>
    public INeighborKeeper? Keeper
    {
        set => _keeper = value;
    }

    /// <summary>Lets a packet wait. Under the entry's lock.</summary>
    public void Wait(PacketBuffer packet)
    {
        WaitingSize += packet.TrueSize;
        _waiting.Add(packet);
        LastWaiting = packet;
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Takes the packet that has waited longest. For its CPU.</summary>
    public bool TryTakeWaiting(out PacketBuffer packet)
    {
        if (!_waiting.TryTake(out packet))
        {
            return false;
        }

        WaitingSize -= packet.TrueSize;
        Volatile.Write(ref _count, _count - 1);
        if (_waiting.IsEmpty)
        {
            LastWaiting = default;
        }

        return true;
    }

    /// <summary>Lets its CPU look after what waits. For another CPU.</summary>
    public void Tell()
    {
        if (Volatile.Read(ref _count) != 0)
        {
            _keeper!.Cpu.Raise(_call);
        }
    }

    /// <summary>Frees what waits.</summary>
    public void Clear()
    {
        while (TryTakeWaiting(out PacketBuffer packet))
        {
            packet.Free();
        }
    }

    /// <inheritdoc/>
    protected internal override void Expire() => _keeper?.Expire(_entry);

    private sealed class Call(NeighborLane lane) : CpuInterrupt
    {
        protected internal override void Handle(Cpu cpu) => lane._keeper?.Settle(lane._entry);
    }
}
