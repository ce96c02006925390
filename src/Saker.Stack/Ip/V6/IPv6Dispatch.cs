using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Ip.IcmpV6;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.V6;

/// <summary>Finds out where valid packets go and sends them there (<c>ip6_rcv_finish</c>, <c>ip6_route_input</c>, <c>dst_input</c>).</summary>
internal sealed class IPv6Dispatch<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly DeviceTable _devices;
    private readonly ForwardingTables _tables;
    private readonly IPv6Settings _settings;
    private readonly IPv6LocalDelivery<TTrace> _local;
    private readonly IcmpV6Errors<TTrace> _errors;

    public IPv6Dispatch(
        Cpu cpu, DeviceTable devices, ForwardingTables tables, IPv6Settings settings, IPv6LocalDelivery<TTrace> local, IcmpV6Errors<TTrace> errors)
        : base(cpu)
    {
        _devices = devices;
        _tables = tables;
        _settings = settings;
        _local = local;
        _errors = errors;
    }

    /// <summary>Takes a packet that <see cref="IPv6Receive{TTrace}"/> found valid.</summary>
    public void Receive(PacketBuffer packet)
    {
        Enter(packet, Stage.IPv6Route);
        if (!IPv6View.TryParse(packet.Linear, out IPv6View header))
        {
            Drop(packet, Stage.IPv6Route, DropReason.NotSpecified);
            return;
        }

        IPv6Address target = header.Destination;
        NetworkDevice device = _devices[packet.Device];
        if (target.IsMulticast)
        {
            ReceiveMulticast(packet, target, device);
            return;
        }

        // What this host has sent to itself brings its destination along.
        IPv6ForwardingInformation tables = _tables.Current.IPv6;
        if (packet.Destination != 0 || Check(packet, "the destination is an address of this host", target, tables.IsOwn(target, device)))
        {
            packet.Destination = ForwardingInformation.LocalDelivery.Index;
            _local.Deliver(packet);
            return;
        }

        IPv6Route? route = tables.Lookup(target, device.Index, target.IsLinkLocal);
        if (!Check(packet, "a route leads to the destination", route, route is { Type: not (RouteType.Blackhole or RouteType.Unreachable or RouteType.Prohibit) }))
        {
            Refuse(packet, target, route);
            return;
        }

        Note(packet, "route", route);
        if (route!.Type == RouteType.Local)
        {
            packet.Destination = ForwardingInformation.LocalDelivery.Index;
            _local.Deliver(packet);
            return;
        }

        Forward(packet, device);
    }

    /// <summary><c>ip6_mc_input</c>.</summary>
    private void ReceiveMulticast(PacketBuffer packet, in IPv6Address group, NetworkDevice device)
    {
        Enter(packet, Stage.IPv6Multicast);
        Counters.Add(Counter.Ip6InMcastPkts);
        Counters.Add(Counter.Ip6InMcastOctets, packet.Length);
        if (!Check(packet, "this host is in the group", group, device.IPv6?.IsInGroup(group) == true))
        {
            Drop(packet, Stage.IPv6Multicast, DropReason.NotSpecified);
            return;
        }

        packet.Destination = ForwardingInformation.MulticastDelivery.Index;
        _local.Deliver(packet);
    }

    /// <summary>A packet for another host (<c>ip6_forward</c>): who is no router drops it.</summary>
    private void Forward(PacketBuffer packet, NetworkDevice device)
    {
        Enter(packet, Stage.IPv6Forward);
        if (Check(packet, "forwarding is on", device.Name, _settings.Forwarding))
        {
            EndUnsupported(packet, Stage.IPv6Forward);
            return;
        }

        Counters.Add(Counter.Ip6InAddrErrors);
        Drop(packet, Stage.IPv6Forward, DropReason.IPInAddressErrors);
    }

    /// <summary>There is no way to the destination (<c>ip6_pkt_drop</c>): the sender is told.</summary>
    private void Refuse(PacketBuffer packet, in IPv6Address target, IPv6Route? route)
    {
        Enter(packet, Stage.IPv6Error);
        if (route is { Type: RouteType.Blackhole })
        {
            Drop(packet, Stage.IPv6Error, DropReason.NotSpecified);
            return;
        }

        bool isAddress = !target.IsUnspecified;
        Counters.Add(isAddress ? Counter.Ip6InNoRoutes : Counter.Ip6InAddrErrors);
        IcmpV6UnreachableCode code = route is { Type: RouteType.Prohibit } ? IcmpV6UnreachableCode.Prohibited : IcmpV6UnreachableCode.NoRoute;
        _errors.Send(packet, IcmpV6Type.DestinationUnreachable, (byte)code, 0);
        Drop(packet, Stage.IPv6Error, isAddress ? DropReason.IPInNoRoutes : DropReason.IPInAddressErrors);
    }
}
