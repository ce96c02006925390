using System.Diagnostics.CodeAnalysis;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>
/// Puts the next hop's link address in front of packets, asking for it first where it is not known (<c>neigh_output</c>, <c>neigh_resolve_output</c>).
/// </summary>
/// <typeparam name="TTrace">How much the observer is told.</typeparam>
/// <typeparam name="TAddress">The next hop's address.</typeparam>
internal sealed class NeighborOutput<TTrace, TAddress> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
    where TAddress : struct, INetworkAddress<TAddress>, IEquatable<TAddress>
{
    private readonly NeighborTable<TAddress> _table;
    private readonly INeighborProtocol<TAddress> _protocol;
    private readonly DeviceOutput<TTrace> _devices;
    private readonly NeighborResolution<TTrace, TAddress> _resolution;

    public NeighborOutput(Cpu cpu, NeighborTable<TAddress> table, INeighborProtocol<TAddress> protocol, DeviceOutput<TTrace> devices)
        : base(cpu)
    {
        _table = table;
        _protocol = protocol;
        _devices = devices;
        _resolution = new NeighborResolution<TTrace, TAddress>(cpu, this, protocol);
    }

    /// <summary>Sends a packet whose data begins at its network header to a neighbour.</summary>
    public void Output(PacketBuffer packet, NetworkDevice device, TAddress nextHop)
    {
        Enter(packet, Stage.NeighborOutput);
        NeighborEntry<TAddress>? entry = _table.Find(device, nextHop);
        if (entry is null)
        {
            if (_protocol.TryMap(device, nextHop, out MacAddress mapped))
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
    public bool TryFindOrAdd(NetworkDevice device, TAddress address, [NotNullWhen(true)] out NeighborEntry<TAddress>? entry)
    {
        entry = _table.Find(device, address);
        if (entry is not null)
        {
            return true;
        }

        bool isMapped = _protocol.TryMap(device, address, out MacAddress mapped);
        entry = _table.TryAdd(device, address);
        if (entry is not null && isMapped)
        {
            entry.Set(mapped, NeighborState.NoArp, Cpu.Now);
        }

        return entry is not null;
    }

    /// <summary>The entry of a neighbour; null if it is not known.</summary>
    public NeighborEntry<TAddress>? Find(NetworkDevice device, TAddress address) => _table.Find(device, address);

    /// <inheritdoc cref="NeighborResolution{TTrace, TAddress}.Update"/>
    public void Update(NeighborEntry entry, MacAddress? address, NeighborState state, NeighborOverride @override) =>
        _resolution.Update(entry, address, state, @override);

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
}
