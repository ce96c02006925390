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
    /// <returns>Why it must be dropped; <see cref="DropReason.None"/>: it goes to <paramref name="destination"/>.</returns>
    public DropReason Route(PacketBuffer packet, IPv4View header, NetworkDevice device, out Destination destination)
    {
        DropReason reason = header.Destination.IsMulticast
            ? RouteMulticast(packet, header, device, out destination)
            : RouteUnicast(packet, header, device, out destination);
        if (reason == DropReason.None)
        {
            Note(packet, "route", destination);
        }

        return reason;
    }

    /// <summary>The part of <c>ip_route_input_rcu</c> for groups.</summary>
    private DropReason RouteMulticast(PacketBuffer packet, IPv4View header, NetworkDevice device, out Destination destination)
    {
        destination = ForwardingInformation.MulticastDelivery;
        if (device.IPv4 is not { } ipv4)
        {
            return DropReason.NotSpecified;
        }

        if (!Check(packet, "this host is in the group", header.Destination, ipv4.IsInGroup(header.Destination)))
        {
            return DropReason.NotSpecified;
        }

        IPv4Address source = header.Source;
        if (!Check(packet, "the source is no group and not all hosts", source, !source.IsMulticast && !source.IsLimitedBroadcast))
        {
            return DropReason.IPInvalidSource;
        }

        if (source.IsLoopback && !ipv4.Settings.RouteLocalnet)
        {
            Check(packet, "the source is not 127.0.0.0/8", source, false);
            return DropReason.IPLocalNet;
        }

        if (source.IsAny)
        {
            bool mayLackSource = header.Destination.IsLocalMulticast || header.Protocol == IPProtocol.Igmp;
            return Check(packet, "a source of 0.0.0.0 speaks to the link's groups or IGMP", source, mayLackSource)
                ? DropReason.None
                : DropReason.IPInvalidSource;
        }

        return _sources.Validate(packet, source, IPv4Address.Any, header.TypeOfService, 0, device, out _);
    }

    /// <summary><c>ip_route_input_slow</c>.</summary>
    private DropReason RouteUnicast(PacketBuffer packet, IPv4View header, NetworkDevice device, out Destination destination)
    {
        destination = ForwardingInformation.LocalDelivery;
        if (device.IPv4 is not { } ipv4)
        {
            return DropReason.NotSpecified;
        }

        Enter(packet, Stage.RouteInput);
        IPv4Address source = header.Source;
        IPv4Address target = header.Destination;
        if (!Check(packet, "the source is no group and not all hosts", source, !source.IsMulticast && !source.IsLimitedBroadcast))
        {
            return DropReason.IPInvalidSource;
        }

        if (target.IsLimitedBroadcast || (source.IsAny && target.IsAny))
        {
            return RouteBroadcast(packet, header, device, out destination);
        }

        DropReason martian = FindMartian(packet, source, target, ipv4.Settings);
        if (martian != DropReason.None)
        {
            return martian;
        }

        ForwardingInformation tables = _tables.Current;
        RouteAnswer answer = Lookup(tables, target, (byte)(header.TypeOfService & 0xfc));
        if (!Check(packet, "a route leads to the destination", answer, answer.Found))
        {
            // Who does not forward says, whatever the route's error, that it has no way to the host.
            destination = ipv4.Settings.Forwarding ? ForwardingInformation.Unreachable(answer.Error) : ForwardingInformation.HostUnreachable;
            return DropReason.None;
        }

        switch (answer.Type)
        {
            case RouteType.Broadcast when !ipv4.Settings.BroadcastForwarding:
                return RouteBroadcast(packet, header, device, out destination);
            case RouteType.Local:
                return _sources.Validate(packet, source, target, header.TypeOfService, 0, device, out _);
        }

        if (!Check(packet, "forwarding is on", device.Name, ipv4.Settings.Forwarding))
        {
            destination = ForwardingInformation.HostUnreachable;
            return DropReason.None;
        }

        if (answer.Type is not (RouteType.Unicast or RouteType.Broadcast))
        {
            return DropReason.IPInvalidDestination;
        }

        return RouteForward(packet, header, device, tables, answer, out destination);
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

    private DropReason RouteBroadcast(PacketBuffer packet, IPv4View header, NetworkDevice device, out Destination destination)
    {
        destination = ForwardingInformation.BroadcastDelivery;
        return header.Source.IsAny
            ? DropReason.None
            : _sources.Validate(packet, header.Source, IPv4Address.Any, header.TypeOfService, 0, device, out _);
    }

    /// <summary><c>ip_mkroute_input</c>.</summary>
    private DropReason RouteForward(
        PacketBuffer packet,
        IPv4View header,
        NetworkDevice device,
        ForwardingInformation tables,
        RouteAnswer answer,
        out Destination destination)
    {
        destination = ForwardingInformation.HostUnreachable;
        if (answer.NextHop?.Device is not { } output)
        {
            return DropReason.NotSpecified;
        }

        DropReason reason = _sources.Validate(
            packet, header.Source, header.Destination, header.TypeOfService, output.Index, device, out bool isOnLink);
        if (reason != DropReason.None)
        {
            return reason;
        }

        destination = answer.Destination!;
        if (ReferenceEquals(output, device) && isOnLink && device.IPv4!.Settings.SendRedirects)
        {
            // On a shared medium, who is on the link can reach everybody there; else only whose prefix the next hop shares.
            bool isNearer = device.IPv4.Settings.SharedMedia || SourceAddresses.IsOnLink(device, header.Source, destination.Gateway);
            packet.Control<IPv4Control>().TellOfBetterGateway = isNearer;
            Note(packet, "redirect", isNearer);
        }

        return DropReason.None;
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
