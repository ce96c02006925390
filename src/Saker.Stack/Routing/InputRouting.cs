using System.Runtime.CompilerServices;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>Where a received IPv4 packet goes (<c>ip_route_input_noref</c>): which addresses cannot be, which route, and whether the source may come this way.</summary>
internal sealed class InputRouting<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly ForwardingTables _tables;
    private readonly SourceValidation<TTrace> _sources;
    private LocalRoute _lastLocal;

    public InputRouting(Cpu cpu, ForwardingTables tables, SourceValidation<TTrace> sources)
        : base(cpu)
    {
        _tables = tables;
        _sources = sources;
    }

    /// <summary>Routes a packet.</summary>
    public InputRoute Route(PacketBuffer packet, IPv4View header, NetworkDevice device)
    {
        InputRoute route = header.Destination.IsMulticast ? RouteMulticast(packet, header, device) : RouteUnicast(packet, header, device);
        if (route.Reason == DropReason.None)
        {
            Note(packet, "route", route.Destination);
        }

        return route;
    }

    /// <summary>The part of <c>ip_route_input_rcu</c> for groups.</summary>
    private InputRoute RouteMulticast(PacketBuffer packet, IPv4View header, NetworkDevice device)
    {
        if (device.IPv4 is not { } ipv4)
        {
            return InputRoute.Refused(DropReason.NotSpecified);
        }

        if (!Check(packet, "this host is in the group", header.Destination, ipv4.IsInGroup(header.Destination)))
        {
            return InputRoute.Refused(DropReason.NotSpecified);
        }

        IPv4Address source = header.Source;
        if (!Check(packet, "the source is no group and not all hosts", source, !source.IsMulticast && !source.IsLimitedBroadcast))
        {
            return InputRoute.Refused(DropReason.IPInvalidSource);
        }

        if (source.IsLoopback && !ipv4.Settings.RouteLocalnet)
        {
            Check(packet, "the source is not 127.0.0.0/8", source, false);
            return InputRoute.Refused(DropReason.IPLocalNet);
        }

        if (source.IsAny)
        {
            bool mayLackSource = header.Destination.IsLocalMulticast || header.Protocol == IPProtocol.Igmp;
            return Check(packet, "a source of 0.0.0.0 speaks to the link's groups or IGMP", source, mayLackSource)
                ? InputRoute.To(ForwardingInformation.MulticastDelivery)
                : InputRoute.Refused(DropReason.IPInvalidSource);
        }

        DropReason reason = _sources.Validate(packet, source, IPv4Address.Any, header.TypeOfService, 0, device, out _);
        return new InputRoute(reason, ForwardingInformation.MulticastDelivery);
    }

    /// <summary><c>ip_route_input_slow</c>.</summary>
    private InputRoute RouteUnicast(PacketBuffer packet, IPv4View header, NetworkDevice device)
    {
        if (device.IPv4 is not { } ipv4)
        {
            return InputRoute.Refused(DropReason.NotSpecified);
        }

        Enter(packet, Stage.RouteInput);
        IPv4Address source = header.Source;
        IPv4Address target = header.Destination;
        if (TTrace.Details || !MayBeOnAnyWire(source) || !MayBeOnAnyWire(target))
        {
            if (!Check(packet, "the source is no group and not all hosts", source, !source.IsMulticast && !source.IsLimitedBroadcast))
            {
                return InputRoute.Refused(DropReason.IPInvalidSource);
            }

            if (target.IsLimitedBroadcast || (source.IsAny && target.IsAny))
            {
                return RouteBroadcast(packet, header, device);
            }

            DropReason martian = FindMartian(packet, source, target, ipv4.Settings);
            if (martian != DropReason.None)
            {
                return InputRoute.Refused(martian);
            }
        }

        ForwardingInformation tables = _tables.Current;
        RouteAnswer answer = Lookup(tables, target, (byte)(header.TypeOfService & 0xfc));
        if (!Check(packet, "a route leads to the destination", answer, answer.Found))
        {
            // Who does not forward says, whatever the route's error, that it has no way to the host.
            return InputRoute.To(ipv4.Settings.Forwarding ? ForwardingInformation.Unreachable(answer.Error) : ForwardingInformation.HostUnreachable);
        }

        switch (answer.Type)
        {
            case RouteType.Broadcast when !ipv4.Settings.BroadcastForwarding:
                return RouteBroadcast(packet, header, device);
            case RouteType.Local:
                DropReason reason = _sources.Validate(packet, source, target, header.TypeOfService, 0, device, out _);
                return new InputRoute(reason, ForwardingInformation.LocalDelivery);
        }

        if (!Check(packet, "forwarding is on", device.Name, ipv4.Settings.Forwarding))
        {
            return InputRoute.To(ForwardingInformation.HostUnreachable);
        }

        if (answer.Type is not (RouteType.Unicast or RouteType.Broadcast))
        {
            return InputRoute.Refused(DropReason.IPInvalidDestination);
        }

        return RouteForward(packet, header, device, answer);
    }

    /// <summary>Whether an address is of none of the kinds that are looked at more closely: most are not, and one look tells.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool MayBeOnAnyWire(IPv4Address address)
    {
        const uint This = 0, Loopback = 127, Groups = 224;
        uint first = address.Value >> 24;
        return first - 1 < Groups - 1 - This && first != Loopback;
    }

    /// <summary>Addresses that no packet on a wire can bear ("martians").</summary>
    private DropReason FindMartian(PacketBuffer packet, IPv4Address source, IPv4Address target, IPv4InterfaceSettings settings)
    {
        if (!Check(packet, "the source is not 0.0.0.0", source, !source.IsAny))
        {
            return DropReason.IPInvalidSource;
        }

        if (!Check(packet, "the destination is not 0.0.0.0", target, !target.IsAny))
        {
            return DropReason.IPInvalidDestination;
        }

        bool isLocalnet = target.IsLoopback || source.IsLoopback;
        return Check(packet, "neither is 127.0.0.0/8, or route_localnet is on", source, target, !isLocalnet || settings.RouteLocalnet)
            ? DropReason.None
            : DropReason.IPLocalNet;
    }

    private InputRoute RouteBroadcast(PacketBuffer packet, IPv4View header, NetworkDevice device)
    {
        DropReason reason = header.Source.IsAny
            ? DropReason.None
            : _sources.Validate(packet, header.Source, IPv4Address.Any, header.TypeOfService, 0, device, out _);
        return new InputRoute(reason, ForwardingInformation.BroadcastDelivery);
    }

    /// <summary><c>ip_mkroute_input</c>.</summary>
    private InputRoute RouteForward(PacketBuffer packet, IPv4View header, NetworkDevice device, RouteAnswer answer)
    {
        if (answer.NextHop?.Device is not { } output || answer.Destination is not { } destination)
        {
            return InputRoute.Refused(DropReason.NotSpecified);
        }

        DropReason reason = _sources.Validate(
            packet, header.Source, header.Destination, header.TypeOfService, output.Index, device, out bool isOnLink);
        if (reason == DropReason.None && ReferenceEquals(output, device) && isOnLink && device.IPv4!.Settings.SendRedirects)
        {
            // On a shared medium, who is on the link can reach everybody there; else only whose prefix the next hop shares.
            bool isNearer = device.IPv4.Settings.SharedMedia || SourceAddresses.IsOnLink(device, header.Source, destination.Gateway);
            packet.Control<IPv4Control>().TellOfBetterGateway = isNearer;
            Note(packet, "redirect", isNearer);
        }

        return new InputRoute(reason, destination);
    }

    /// <summary>Asks the tables, unless the answer is the one that was last found to be local.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RouteAnswer Lookup(ForwardingInformation tables, IPv4Address target, byte typeOfService)
    {
        if (ReferenceEquals(_lastLocal.Tables, tables) && _lastLocal.Address == target && _lastLocal.TypeOfService == typeOfService)
        {
            return _lastLocal.Answer;
        }

        RouteAnswer answer = tables.Lookup(new RouteQuery(target) { TypeOfService = typeOfService });
        if (answer.Type == RouteType.Local)
        {
            _lastLocal = new LocalRoute(tables, target, typeOfService, answer);
        }

        return answer;
    }

    /// <summary>
    /// The last answer that was a local route: most of what a host receives is for one address (the kernel remembers so within a list,
    /// <c>ip_route_use_hint</c>). Tables do not change, so that their identity tells whether it still holds.
    /// </summary>
    private readonly record struct LocalRoute(ForwardingInformation? Tables, IPv4Address Address, byte TypeOfService, RouteAnswer Answer);
}

/// <summary>What routing says of a received packet.</summary>
/// <param name="Reason">Why it must be dropped; <see cref="DropReason.None"/>: it need not.</param>
/// <param name="Destination">Where it goes; for one that is dropped, nowhere that means anything.</param>
internal readonly record struct InputRoute(DropReason Reason, Destination Destination)
{
    /// <summary>The packet goes there.</summary>
    public static InputRoute To(Destination destination) => new(DropReason.None, destination);

    /// <summary>The packet must be dropped.</summary>
    public static InputRoute Refused(DropReason reason) => new(reason, ForwardingInformation.HostUnreachable);
}
