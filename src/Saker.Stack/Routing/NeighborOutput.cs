using System.Diagnostics.CodeAnalysis;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Ip.Arp;
using Saker.Stack.Ip.Icmp;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>
/// Puts the next hop's link address in front of packets, asking for it first where it is not known (<c>neigh_output</c>, <c>neigh_resolve_output</c>).
/// </summary>
internal sealed class NeighborOutput<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly NeighborTable _table;
    private readonly ForwardingTables _routes;
    private readonly DeviceOutput<TTrace> _devices;
    private readonly NeighborResolution<TTrace> _resolution;

    public NeighborOutput(Cpu cpu, NeighborTable table, ForwardingTables routes, DeviceOutput<TTrace> devices, ArpOutput<TTrace> arp)
        : base(cpu)
    {
        _table = table;
        _routes = routes;
        _devices = devices;
        _resolution = new NeighborResolution<TTrace>(cpu, this, arp);
    }

    /// <summary>Tells senders that a neighbour does not answer. It needs this output itself, and so comes later.</summary>
    public IcmpErrors<TTrace>? Errors
    {
        set => _resolution.Errors = value;
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

        _resolution.Send(packet, entry!);
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

    /// <inheritdoc cref="NeighborResolution{TTrace}.Update"/>
    public void Update(NeighborEntry entry, MacAddress address, NeighborState state, bool mayOverride) =>
        _resolution.Update(entry, address, state, mayOverride);

    /// <summary>Puts the link header in front of a packet and sends it.</summary>
    public void Emit(PacketBuffer packet, NetworkDevice device, MacAddress destination)
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
}
