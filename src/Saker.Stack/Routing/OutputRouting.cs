using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>Where a packet of our own goes, and by which of our addresses.</summary>
/// <param name="Type">What kind of destination it is.</param>
/// <param name="Device">The device that it leaves by.</param>
/// <param name="Gateway">The next hop; 0.0.0.0: the destination itself.</param>
/// <param name="Source">Our address; 0.0.0.0 if there is none to be had.</param>
/// <param name="Target">Where it goes.</param>
/// <param name="Mtu">The longest packet on this way.</param>
internal readonly record struct OutputRoute(
    RouteType Type, NetworkDevice Device, IPv4Address Gateway, IPv4Address Source, IPv4Address Target, int Mtu)
{
    /// <summary>Who gets it on the link.</summary>
    public IPv4Address NextHop => Gateway.IsAny ? Target : Gateway;

    /// <summary>The time to live that the route sets; 0: none.</summary>
    public byte HopLimit { get; init; }
}

/// <summary>Routes packets of this host's own (<c>ip_route_output_key_hash</c>).</summary>
internal sealed class OutputRouting
{
    private const int LargestMtu = 0xffff;

    private readonly ForwardingTables _tables;
    private readonly DeviceTable _devices;
    private readonly SourceAddresses _sources;
    private readonly NetworkDevice? _loopback;

    public OutputRouting(ForwardingTables tables, DeviceTable devices)
    {
        _tables = tables;
        _devices = devices;
        _sources = new SourceAddresses(devices);
        _loopback = devices.All.FirstOrDefault(device => device.IsLoopback);
    }

    /// <summary>This host's addresses, to choose from.</summary>
    public SourceAddresses Sources => _sources;

    /// <summary>Finds the way to a destination.</summary>
    /// <param name="target">The destination; 0.0.0.0: this host.</param>
    /// <param name="source">The source, which must be our own; 0.0.0.0: to be chosen.</param>
    /// <param name="typeOfService">The TOS byte.</param>
    /// <param name="outputDevice">The device that it must leave by; 0: any.</param>
    /// <param name="route">The way.</param>
    /// <returns>Why there is none.</returns>
    public RouteError Route(IPv4Address target, IPv4Address source, byte typeOfService, int outputDevice, out OutputRoute route)
    {
        route = default;
        ForwardingInformation tables = _tables.Current;
        RouteError error = CheckSource(tables, target, source, ref outputDevice);
        if (error != RouteError.None)
        {
            return error;
        }

        NetworkDevice? device = null;
        if (outputDevice != 0)
        {
            device = _devices.Find(outputDevice);
            if (device?.IPv4 is null || !device.Has(DeviceFlags.Up))
            {
                return RouteError.NetworkUnreachable;
            }

            if (target.IsLocalMulticast || target.IsLimitedBroadcast)
            {
                return Make(target, Or(source, device, default, RouteScope.Link), device, default, TypeByAddress(target), device.Mtu, out route);
            }

            source = target.IsMulticast ? Or(source, device, default, RouteScope.Universe)
                : target.IsAny ? Or(source, device, default, RouteScope.Host)
                : source;
        }

        if (target.IsAny)
        {
            target = source.IsAny ? IPv4Address.Loopback : source;
            return _loopback is null
                ? RouteError.NetworkUnreachable
                : Make(target, target, _loopback, default, RouteType.Local, _loopback.Mtu, out route);
        }

        RouteAnswer answer = tables.Lookup(new RouteQuery(target) { TypeOfService = (byte)(typeOfService & 0xfc), OutputDevice = outputDevice });
        if (!answer.Found)
        {
            // With a device given, the target is taken to be on its link.
            return device is null
                ? answer.Error
                : Make(target, Or(source, device, default, RouteScope.Link), device, default, TypeByAddress(target), device.Mtu, out route);
        }

        return Follow(answer, target, source, out route);
    }

    /// <summary>The address that an answer to a received packet bears (<c>fib_compute_spec_dst</c>): the one that was asked, unless that was a group's or all's.</summary>
    public IPv4Address AnswerSource(Destination destination, IPv4View header, NetworkDevice device)
    {
        if (destination is { Type: RouteType.Local, Input: InputAction.DeliverLocally })
        {
            return header.Destination;
        }

        if (header.Source.IsAny)
        {
            return _sources.Select(device, header.Source, RouteScope.Link);
        }

        RouteAnswer back = _tables.Current.Lookup(new RouteQuery(header.Source) { TypeOfService = (byte)(header.TypeOfService & 0xfc) });
        return back.Found ? _sources.Of(back) : _sources.Select(device, header.Source, RouteScope.Universe);
    }

    private static RouteType TypeByAddress(IPv4Address target) =>
        target.IsLimitedBroadcast ? RouteType.Broadcast : target.IsMulticast ? RouteType.Multicast : RouteType.Unicast;

    /// <summary>The way that the tables tell of (the second half of <c>ip_route_output_key_hash_rcu</c>).</summary>
    private RouteError Follow(RouteAnswer answer, IPv4Address target, IPv4Address source, out OutputRoute route)
    {
        Route found = answer.Route!;
        if (answer.Type == RouteType.Local)
        {
            IPv4Address own = found.PreferredSource is { IsAny: false } preferred ? preferred : target;
            NetworkDevice? local = _loopback ?? answer.NextHop?.Device;
            route = default;
            return local is null
                ? RouteError.NetworkUnreachable
                : Make(target, source.IsAny ? own : source, local, default, RouteType.Local, local.Mtu, out route);
        }

        if (answer.NextHop?.Device is not { } device)
        {
            route = default;
            return RouteError.NetworkUnreachable;
        }

        source = source.IsAny ? _sources.Of(answer) : source;
        RouteType type = TypeByAddress(target) is var byAddress && byAddress != RouteType.Unicast ? byAddress : answer.Type;

        // A group that only the default route leads to is on the link.
        bool isDirect = type == RouteType.Broadcast || (type == RouteType.Multicast && found.Destination.Length < 4);
        int mtu = found.Mtu != 0 && !isDirect ? found.Mtu : device.Mtu;
        RouteError error = Make(target, source, device, isDirect ? default : answer.NextHop.Gateway, type, mtu, out route);
        route = route with { HopLimit = isDirect ? (byte)0 : found.HopLimit };
        return error;
    }

    /// <summary><c>__mkroute_output</c>.</summary>
    private static RouteError Make(
        IPv4Address target, IPv4Address source, NetworkDevice device, IPv4Address gateway, RouteType type, int mtu, out OutputRoute route)
    {
        route = new OutputRoute(type, device, gateway, source, target, Math.Min(mtu, LargestMtu));
        bool leaksLoopback = source.IsLoopback && !device.IsLoopback && device.IPv4 is not { Settings.RouteLocalnet: true };
        return leaksLoopback || target.IsAny || device.IPv4 is null ? RouteError.Invalid : RouteError.None;
    }

    /// <summary>A source that is given must be an address of ours; what goes to a group or to all leaves by its device.</summary>
    private static RouteError CheckSource(ForwardingInformation tables, IPv4Address target, IPv4Address source, ref int outputDevice)
    {
        if (source.IsAny)
        {
            return RouteError.None;
        }

        if (source.IsMulticast || source.IsLimitedBroadcast)
        {
            return RouteError.Invalid;
        }

        NetworkDevice? owner = tables.DeviceOf(source);
        if (outputDevice == 0 && (target.IsMulticast || target.IsLimitedBroadcast))
        {
            outputDevice = owner?.Index ?? 0;
        }

        return owner is null && tables.TypeOf(source) != RouteType.Local ? RouteError.Invalid : RouteError.None;
    }

    private IPv4Address Or(IPv4Address source, NetworkDevice device, IPv4Address target, RouteScope scope) =>
        source.IsAny ? _sources.Select(device, target, scope) : source;
}
