using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>
/// A neighbour and what waits for it (<c>struct neighbour</c>). One writer; link address and state are one word, so that readers see both as they were
/// at one moment.
/// </summary>
internal sealed class NeighborEntry : StackTimer
{
    private const int StateShift = 48;
    private const ulong AddressMask = (1UL << StateShift) - 1;

    private ulong _addressAndState;
    private PacketList _waiting;

    public NeighborEntry(NetworkDevice device, IPv4Address address)
    {
        Device = device;
        Address = address;
    }

    /// <summary>The device that it is reached by.</summary>
    public NetworkDevice Device { get; private set; }

    /// <summary>Its address.</summary>
    public IPv4Address Address { get; private set; }

    /// <summary>How neighbours on its device are treated.</summary>
    public NeighborSettings Settings => Device.IPv4?.Settings.Neighbors ?? NeighborSettings.Default;

    /// <summary>The next entry of its bucket, or of the spare ones.</summary>
    public NeighborEntry? Next { get; set; }

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

    /// <summary>Who gets its timer.</summary>
    public INeighborTimer? Timer { get; set; }

    /// <summary>The packet that came last of those that wait; a null handle: none waits.</summary>
    public PacketBuffer LastWaiting { get; private set; }

    /// <summary>Requests sent since it was last heard of.</summary>
    public int Probes { get; set; }

    /// <summary>Bytes of memory that packets waiting for it hold.</summary>
    public int WaitingSize { get; private set; }

    /// <summary>Makes a spare entry one for a neighbour; nobody else may see it yet.</summary>
    public void Assign(NetworkDevice device, IPv4Address address)
    {
        Device = device;
        Address = address;
    }

    /// <summary>Sets link address and state.</summary>
    public void Set(MacAddress address, NeighborState state, long now)
    {
        Updated = now;
        Volatile.Write(ref _addressAndState, ((ulong)state << StateShift) | (address.Value & AddressMask));
    }

    /// <summary>Lets a packet wait.</summary>
    public void Wait(PacketBuffer packet)
    {
        WaitingSize += packet.TrueSize;
        _waiting.Add(packet);
        LastWaiting = packet;
    }

    /// <summary>Takes the packet that has waited longest.</summary>
    public bool TryTakeWaiting(out PacketBuffer packet)
    {
        if (!_waiting.TryTake(out packet))
        {
            return false;
        }

        WaitingSize -= packet.TrueSize;
        if (_waiting.IsEmpty)
        {
            LastWaiting = default;
        }

        return true;
    }

    /// <inheritdoc/>
    protected internal override void Expire() => Timer?.Expire(this);
}
