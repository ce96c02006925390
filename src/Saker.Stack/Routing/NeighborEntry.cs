using Saker.Stack.Devices;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>
/// A neighbour (<c>struct neighbour</c>), for all CPUs. Link address and state are one word, so that readers see both as they were at one moment, without a
/// lock. Whoever changes the state holds <see cref="Lock"/> for a moment: packets to a neighbour that is there need no change.
/// </summary>
internal class NeighborEntry
{
    private const int StateShift = 48;
    private const ulong AddressMask = (1UL << StateShift) - 1;

    private readonly NeighborLane[] _lanes;
    private ulong _addressAndState;
    private int _timerCpu;
    private long _dueAt;

    public NeighborEntry(int cpuCount)
    {
        _lanes = new NeighborLane[cpuCount];
        for (int i = 0; i < cpuCount; i++)
        {
            _lanes[i] = new NeighborLane(this);
        }
    }

    /// <summary>Held while the state changes, and while a packet begins to wait. Nothing is sent and nobody is told under it.</summary>
    public Lock Lock { get; } = new();

    /// <summary>The device that it is reached by.</summary>
    public NetworkDevice Device { get; protected set; } = null!;

    /// <summary>How sure its link address is.</summary>
    public NeighborState State => (NeighborState)(Volatile.Read(ref _addressAndState) >> StateShift);

    /// <summary>Its link address.</summary>
    public MacAddress LinkAddress => new(Volatile.Read(ref _addressAndState) & AddressMask);

    /// <summary>When it changed, in nanoseconds.</summary>
    public long Updated { get; private set; } = long.MinValue / 2;

    /// <summary>When it was last heard of, in nanoseconds.</summary>
    public long Confirmed { get; set; } = long.MinValue / 2;

    /// <summary>When a packet was last sent to it, in nanoseconds.</summary>
    public long Used { get; set; } = long.MinValue / 2;

    /// <summary>Requests sent since it was last heard of.</summary>
    public int Probes { get; set; }

    /// <summary>What of it belongs to one CPU.</summary>
    public NeighborLane this[Cpu cpu] => _lanes[cpu.Index];

    /// <summary>Sets link address and state.</summary>
    public void Set(MacAddress address, NeighborState state, long now)
    {
        Updated = now;
        Volatile.Write(ref _addressAndState, ((ulong)state << StateShift) | (address.Value & AddressMask));
    }

    /// <summary>Sets the timer, which comes on this CPU. Under the lock.</summary>
    public void SetTimer(Cpu cpu, long dueAt)
    {
        _timerCpu = cpu.Index;
        _dueAt = dueAt;
        cpu.Timers.Set(this[cpu], dueAt);
    }

    /// <summary>Calls the timer off, on whichever CPU it was to come. Under the lock.</summary>
    public void CancelTimer() => _dueAt = 0;

    /// <summary>Whether the timer that has come on a CPU was neither called off nor set to another time or CPU. Under the lock.</summary>
    public bool IsDue(Cpu cpu, long now) => _timerCpu == cpu.Index && _dueAt != 0 && _dueAt <= now;

    /// <summary>Other CPUs look after the packets that wait there: what they wait for has been decided.</summary>
    public void TellOthers(Cpu cpu)
    {
        for (int i = 0; i < _lanes.Length; i++)
        {
            if (i != cpu.Index)
            {
                _lanes[i].Tell();
            }
        }
    }

    /// <summary>Frees the packets that wait. For the end of a stack.</summary>
    public void Clear() => Array.ForEach(_lanes, lane => lane.Clear());
}

/// <summary>A neighbour of one family.</summary>
/// <typeparam name="TAddress">The address.</typeparam>
internal sealed class NeighborEntry<TAddress> : NeighborEntry
    where TAddress : struct, INetworkAddress<TAddress>
{
    public NeighborEntry(int cpuCount)
        : base(cpuCount)
    {
    }

    /// <summary>Its address.</summary>
    public TAddress Address { get; private set; }

    /// <summary>The next entry of its bucket, or of the spare ones.</summary>
    public NeighborEntry<TAddress>? Next { get; set; }

    /// <summary>Makes a spare entry one for a neighbour; nobody else may see it yet.</summary>
    public void Assign(NetworkDevice device, TAddress address)
    {
        Device = device;
        Address = address;
    }
}
