using System.Runtime.CompilerServices;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.V4;

/// <summary>
/// Finds out where valid packets go and sends them there (<c>ip_rcv_finish</c>, <c>dst_input</c>): routing, options, what may come in by a broadcast frame.
/// </summary>
internal sealed class IPv4Dispatch<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly DeviceTable _devices;
    private readonly ForwardingTables _tables;
    private readonly InputRouting<TTrace> _routing;
    private readonly IPv4Options<TTrace> _options;
    private readonly IPv4LocalDelivery<TTrace> _local;
    private readonly IPv4Forward<TTrace> _forward;
    private readonly IPv4Error<TTrace> _error;

    public IPv4Dispatch(
        Cpu cpu,
        DeviceTable devices,
        ForwardingTables tables,
        InputRouting<TTrace> routing,
        IPv4Options<TTrace> options,
        IPv4LocalDelivery<TTrace> local,
        IPv4Forward<TTrace> forward,
        IPv4Error<TTrace> error)
        : base(cpu)
    {
        _devices = devices;
        _tables = tables;
        _routing = routing;
        _options = options;
        _local = local;
        _forward = forward;
        _error = error;
    }

    /// <summary>Takes packets that <see cref="IPv4Receive{TTrace}"/> found valid.</summary>
    public void Receive(ref PacketList packets)
    {
        while (packets.TryTake(out PacketBuffer packet))
        {
            Enter(packet, Stage.IPv4Route);
            if (!IPv4View.TryParse(packet.Linear, out IPv4View header))
            {
                Drop(packet, Stage.IPv4Route, DropReason.NotSpecified);
                continue;
            }

            NetworkDevice device = _devices[packet.Device];

            // What this host has sent to itself brings its destination along.
            InputRoute route = packet.Destination != 0 && _tables.Current[packet.Destination] is { } destination
                ? InputRoute.To(destination)
                : _routing.Route(packet, header, device);
            if (route.Reason == DropReason.None)
            {
                packet.Destination = route.Destination.Index;
                route = Admit(packet, header.HeaderLength, device, route.Destination);
            }

            if (route.Reason != DropReason.None)
            {
                Fail(packet, route.Reason);
                continue;
            }

            Deliver(packet, route.Destination);
        }
    }

    /// <summary>Hands a routed packet to where it goes (<c>dst_input</c>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Deliver(PacketBuffer packet, Destination destination)
    {
        switch (destination.Input)
        {
            case InputAction.DeliverLocally:
                _local.Deliver(packet);
                break;
            case InputAction.Forward:
                _forward.Forward(packet, destination);
                break;
            case InputAction.Error:
                _error.Answer(packet, destination);
                break;
            default:
                Drop(packet, Stage.IPv4Route, DropReason.NotSpecified);
                break;
        }
    }

    /// <summary>What is left of <c>ip_rcv_finish_core</c> once the way is known.</summary>
    private InputRoute Admit(PacketBuffer packet, int headerLength, NetworkDevice device, Destination destination)
    {
        if (headerLength > IPv4View.FixedLength)
        {
            InputRoute route = FollowOptions(packet, headerLength, device, destination);
            if (route.Reason != DropReason.None)
            {
                return route;
            }

            destination = route.Destination;
        }

        switch (destination.Type)
        {
            case RouteType.Multicast:
                Counters.Add(Counter.IpExtInMcastPkts);
                Counters.Add(Counter.IpExtInMcastOctets, packet.Length);
                break;
            case RouteType.Broadcast:
                Counters.Add(Counter.IpExtInBcastPkts);
                Counters.Add(Counter.IpExtInBcastOctets, packet.Length);
                break;
            default:
                // RFC 1122, section 3.3.6: a unicast datagram has no business in a link-layer broadcast.
                bool isGroupFrame = packet.PacketType is PacketType.Broadcast or PacketType.Multicast;
                if (isGroupFrame && device.IPv4 is { Settings.DropUnicastInL2Multicast: true })
                {
                    Check(packet, "unicast may come in a broadcast frame", "drop_unicast_in_l2_multicast is 1", false);
                    return InputRoute.Refused(DropReason.UnicastInL2Multicast);
                }

                break;
        }

        return InputRoute.To(destination);
    }

    /// <summary>Options may change where the packet goes.</summary>
    private InputRoute FollowOptions(PacketBuffer packet, int headerLength, NetworkDevice device, Destination destination)
    {
        DropReason reason = _options.Receive(packet, headerLength, device, ref destination);
        return new InputRoute(reason, destination);
    }

    private void Fail(PacketBuffer packet, DropReason reason)
    {
        if (reason == DropReason.IPReversePathFilter)
        {
            Counters.Add(Counter.TcpExtIPReversePathFilter);
        }

        Drop(packet, Stage.IPv4Route, reason);
    }
}
