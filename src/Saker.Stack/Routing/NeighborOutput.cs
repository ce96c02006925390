using System.Diagnostics.CodeAnalysis;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Ip.Arp;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>
/// Puts the next hop's link address in front of packets, asking for it first where it is not known (<c>neigh_output</c>, <c>neigh_resolve_output</c>).
/// </summary>
/// <remarks>There are no timers yet: a neighbour that does not answer is asked once, and what waits for it does so until it answers.</remarks>
internal sealed class NeighborOutput<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    /// <summary>Memory that packets waiting for one neighbour may hold (<c>unres_qlen_bytes</c>).</summary>
    private const int WaitingLimit = 212992;

    private readonly NeighborTable _table;
    private readonly ForwardingTables _routes;
    private readonly DeviceOutput<TTrace> _devices;
    private readonly ArpOutput<TTrace> _arp;

    public NeighborOutput(Cpu cpu, NeighborTable table, ForwardingTables routes, DeviceOutput<TTrace> devices, ArpOutput<TTrace> arp)
        : base(cpu)
    {
        _table = table;
        _routes = routes;
        _devices = devices;
        _arp = arp;
    }

    /// <summary>Sends a packet whose data begins at its network header to a neighbour.</summary>
    public void Output(PacketBuffer packet, NetworkDevice device, IPv4Address nextHop)
    {
        Enter(packet, Stage.NeighborOutput);
        NeighborEntry? entry = _table.Find(device, nextHop);
        if (entry is null)
        {
            if (TryMap(device, nextHop, out MacAddress mapped))
            {
                Emit(packet, device, mapped);
                return;
            }

            entry = _table.TryAdd(device, nextHop);
            if (!Check(packet, "the neighbour table has room", nextHop, entry is not null))
            {
                Drop(packet, Stage.NeighborOutput, DropReason.NeighborCreateFailed);
                return;
            }
        }

        Output(packet, entry!);
    }

    /// <summary>The entry of a neighbour that has spoken; a new one if it is not known yet.</summary>
    /// <returns>False if the table is full.</returns>
    public bool TryFindOrAdd(NetworkDevice device, IPv4Address address, [NotNullWhen(true)] out NeighborEntry? entry)
    {
        entry = _table.Find(device, address);
        if (entry is not null)
        {
            return true;
        }

        bool isMapped = TryMap(device, address, out MacAddress mapped);
        entry = _table.TryAdd(device, address);
        if (entry is not null && isMapped)
        {
            entry.Set(mapped, NeighborState.NoArp, Cpu.Now);
        }

        return entry is not null;
    }

    /// <summary>The entry of a neighbour; null if it is not known.</summary>
    public NeighborEntry? Find(NetworkDevice device, IPv4Address address) => _table.Find(device, address);

    /// <summary>A neighbour has told its link address (<c>neigh_update</c>). What has waited for it goes out.</summary>
    /// <param name="entry">The neighbour.</param>
    /// <param name="address">The link address.</param>
    /// <param name="state">How sure that is: reachable or stale.</param>
    /// <param name="mayOverride">Whether another address that was known before gives way.</param>
    public void Update(NeighborEntry entry, MacAddress address, NeighborState state, bool mayOverride)
    {
        NeighborState old = entry.State;
        if ((old & (NeighborState.NoArp | NeighborState.Permanent)) != NeighborState.None)
        {
            return;
        }

        long now = Cpu.Now;
        bool wasValid = (old & NeighborState.Valid) != NeighborState.None;
        bool isSame = wasValid && entry.LinkAddress == address;
        if ((state & NeighborState.Connected) != NeighborState.None)
        {
            entry.Confirmed = now;
        }

        if (wasValid)
        {
            if (!isSame && !mayOverride)
            {
                return;
            }

            state = isSame && state == NeighborState.Stale ? old : state;
        }

        if (state == old && isSame)
        {
            return;
        }

        entry.Set(address, state, now);
        if (!wasValid)
        {
            entry.Probes = 0;
            while (entry.TryTakeWaiting(out PacketBuffer packet))
            {
                Output(packet, entry);
            }
        }
    }

    /// <summary>Neighbours that need no entry: groups, broadcasts, and links without ARP (<c>arp_constructor</c>).</summary>
    private bool TryMap(NetworkDevice device, IPv4Address address, out MacAddress mapped)
    {
        mapped = device.Address;
        RouteType type = _routes.Current.TypeOf(address);
        if (type == RouteType.Multicast)
        {
            mapped = MacAddress.MulticastFor(address);
        }
        else if (!device.Has(DeviceFlags.NoArp) && !device.IsLoopback)
        {
            mapped = device.Broadcast;
            return type == RouteType.Broadcast || device.Has(DeviceFlags.PointToPoint);
        }

        return true;
    }

    private void Output(PacketBuffer packet, NeighborEntry entry)
    {
        NeighborState state = entry.State;
        if (state == NeighborState.Stale)
        {
            entry.Set(entry.LinkAddress, NeighborState.Delay, Cpu.Now);
        }
        else if (!Check(packet, "the neighbour's link address is known", state, (state & NeighborState.Valid) != NeighborState.None))
        {
            Resolve(packet, entry, state);
            return;
        }

        Emit(packet, entry.Device, entry.LinkAddress);
    }

    /// <summary>Lets a packet wait for its neighbour, and asks for that unless it was asked for already (<c>__neigh_event_send</c>).</summary>
    private void Resolve(PacketBuffer packet, NeighborEntry entry, NeighborState state)
    {
        int size = packet.TrueSize;
        while (entry.WaitingSize + size > WaitingLimit && entry.TryTakeWaiting(out PacketBuffer oldest))
        {
            Drop(oldest, Stage.NeighborOutput, DropReason.NeighborQueueFull);
        }

        // That an answer of ours waits is no verdict on what it answers.
        if (TTrace.Stages && packet.PacketType != PacketType.Outgoing)
        {
            Cpu.Observer.Held(packet, Stage.NeighborOutput);
        }

        entry.Wait(packet);
        if (state != NeighborState.Incomplete)
        {
            entry.Set(default, NeighborState.Incomplete, Cpu.Now);
            entry.Probes = 1;
            _arp.Solicit(packet, entry.Device, entry.Address);
        }
    }

    private void Emit(PacketBuffer packet, NetworkDevice device, MacAddress destination)
    {
        EthernetHeader header = new() { Destination = destination, Source = device.Address, Type = (EtherType)packet.Protocol };
        if (!Check(packet, "the link header can be written", packet.Headroom, packet.Headroom >= header.Length && packet.TryMakeWritable()))
        {
            Drop(packet, Stage.NeighborOutput, DropReason.NeighborHeaderFillFailed);
            return;
        }

        header.Emit(packet.Push(header.Length));
        packet.MarkLinkHeader();
        packet.LinkHeaderLength = header.Length;
        _devices.Transmit(packet, device);
    }
}
