using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Ip.Icmp;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Stack.Ip.Arp;

/// <summary>Finds IPv4's neighbours by ARP (<c>arp_tbl</c>).</summary>
internal sealed class ArpNeighbors<TTrace> : INeighborProtocol<IPv4Address>
    where TTrace : struct, ITracing
{
    private readonly ForwardingTables _routes;
    private readonly ArpOutput<TTrace> _output;

    public ArpNeighbors(ForwardingTables routes, ArpOutput<TTrace> output)
    {
        _routes = routes;
        _output = output;
    }

    /// <summary>Tells senders that a neighbour does not answer. It needs the neighbours itself, and so comes later.</summary>
    public IcmpErrors<TTrace>? Errors { get; set; }

    /// <inheritdoc/>
    public NeighborSettings SettingsOf(NetworkDevice device) => device.IPv4?.Settings.Neighbors ?? NeighborSettings.Default;

    /// <summary><c>arp_constructor</c>.</summary>
    public bool TryMap(NetworkDevice device, IPv4Address address, out MacAddress mapped)
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

    /// <inheritdoc/>
    public void Solicit(PacketBuffer waiting, NetworkDevice device, IPv4Address target, MacAddress? known) =>
        _output.Solicit(waiting, device, target, known ?? device.Broadcast);

    /// <summary><c>arp_error_report</c>.</summary>
    public void TellUnreachable(PacketBuffer packet) =>
        Errors?.Send(packet, IcmpV4Type.DestinationUnreachable, (byte)IcmpV4UnreachableCode.Host, 0);
}
