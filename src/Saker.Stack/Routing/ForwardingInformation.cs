using System.Runtime.CompilerServices;
using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>What is asked of the forwarding information base (<c>struct flowi4</c>).</summary>
internal readonly record struct RouteQuery(IPv4Address Destination)
{
    /// <summary>The device that the packet must leave by; 0: any.</summary>
    public int OutputDevice { get; init; }

    /// <summary>The packet's DSCP, as a TOS byte without ECN.</summary>
    public byte TypeOfService { get; init; }

    /// <summary>Only routes that lead at least this near.</summary>
    public RouteScope Scope { get; init; }

    /// <summary>Whether next hops whose link is down count, too.</summary>
    public bool IgnoreLinkState { get; init; }
}

/// <summary>The answer (<c>struct fib_result</c>).</summary>
internal readonly record struct RouteAnswer(RouteError Error, Route? Route, NextHop? NextHop)
{
    public bool Found => Error == RouteError.None;

    public RouteType Type => Route?.Type ?? RouteType.Unspecified;

    public override string ToString() => Route?.ToString() ?? "none";
}

/// <summary>
/// The forwarding information base: routes, and the addresses of this host. Immutable: made whole by the control thread, read without locks.
/// </summary>
/// <remarks>
/// Without rules of an administrator's own, the kernel keeps the local and the main table in one trie, so that the longest prefix of both wins; then comes the
/// default table. Policy rules are not evaluated.
/// </remarks>
public sealed class ForwardingInformation
{
    private const int FixedDestinations = 8;

    private readonly RoutingTable _localAndMain;
    private readonly RoutingTable? _default;
    private readonly OwnAddresses _addresses;
    private readonly Destination?[] _destinations;
    private readonly Dictionary<(Route Route, NextHop Hop), Destination> _byHop;

    /// <summary>Makes a forwarding information base.</summary>
    /// <param name="routes">All routes of all tables; tables other than local, main and default are not asked.</param>
    /// <param name="devices">The devices with their addresses.</param>
    public ForwardingInformation(IReadOnlyCollection<Route> routes, IReadOnlyCollection<NetworkDevice> devices)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(devices);
        _localAndMain = new RoutingTable(routes.Where(route => route.Table is Route.LocalTable or Route.MainTable));
        Route[] last = [.. routes.Where(route => route.Table == Route.DefaultTable)];
        _default = last.Length == 0 ? null : new RoutingTable(last);

        _addresses = new OwnAddresses(devices);

        // The kernel looks at the table only to notice local routes that no address explains.
        HasCustomLocalRoutes = routes.Any(route => route.Type == RouteType.Local && !IsMadeForAnAddress(route, devices));

        List<Destination> destinations = [LocalDelivery, BroadcastDelivery, MulticastDelivery, HostUnreachable, NetworkUnreachable, Prohibited, Blackholed];
        _byHop = new Dictionary<(Route Route, NextHop Hop), Destination>(ByIdentity.Instance);
        foreach (Route route in routes.Where(route => route.Type is RouteType.Unicast or RouteType.Broadcast))
        {
            foreach (NextHop hop in route.NextHops)
            {
                Destination destination = new()
                {
                    Index = FixedDestinations + _byHop.Count,
                    Type = route.Type,
                    Input = InputAction.Forward,
                    Device = hop.Device,
                    Gateway = hop.Gateway,
                    Mtu = route.Mtu != 0 ? route.Mtu : hop.Device?.Mtu ?? 0,
                };
                if (_byHop.TryAdd((route, hop), destination))
                {
                    destinations.Add(destination);
                }
            }
        }

        _destinations = [null, .. destinations];
    }

    /// <summary>For this host.</summary>
    public static Destination LocalDelivery { get; } = new() { Index = 1, Type = RouteType.Local, Input = InputAction.DeliverLocally };

    /// <summary>For all on the link, this host included.</summary>
    public static Destination BroadcastDelivery { get; } = new() { Index = 2, Type = RouteType.Broadcast, Input = InputAction.DeliverLocally };

    /// <summary>For a group that this host is in.</summary>
    public static Destination MulticastDelivery { get; } = new() { Index = 3, Type = RouteType.Multicast, Input = InputAction.DeliverLocally };

    /// <summary>No way to the host.</summary>
    public static Destination HostUnreachable { get; } =
        new() { Index = 4, Type = RouteType.Unreachable, Input = InputAction.Error, Error = RouteError.HostUnreachable };

    /// <summary>No way to the network.</summary>
    public static Destination NetworkUnreachable { get; } =
        new() { Index = 5, Type = RouteType.Unreachable, Input = InputAction.Error, Error = RouteError.NetworkUnreachable };

    /// <summary>Forbidden by a route.</summary>
    public static Destination Prohibited { get; } =
        new() { Index = 6, Type = RouteType.Unreachable, Input = InputAction.Error, Error = RouteError.AccessDenied };

    /// <summary>Swallowed by a route.</summary>
    public static Destination Blackholed { get; } =
        new() { Index = 7, Type = RouteType.Unreachable, Input = InputAction.Error, Error = RouteError.Invalid };

    /// <summary>Whether the local table has routes beside those of the addresses.</summary>
    internal bool HasCustomLocalRoutes { get; }

    /// <summary>A destination by what a packet bears.</summary>
    public Destination? this[int index] => (uint)index < (uint)_destinations.Length ? _destinations[index] : null;

    /// <summary>Whether a local route is there since a device has an address: the address itself, and on a loopback device its whole prefix.</summary>
    private static bool IsMadeForAnAddress(Route route, IReadOnlyCollection<NetworkDevice> devices) =>
        devices.Any(device => device.IPv4 is { } ipv4 && ipv4.Addresses.Any(address =>
            route.Destination == new IPv4Prefix(address.Address, 32) || (device.IsLoopback && route.Destination == address.Prefix)));

    /// <summary>Whether an address is one of this host's (<c>inet_lookup_ifaddr_rcu</c>).</summary>
    public bool IsOwnAddress(IPv4Address address) => _addresses.Contains(address);

    /// <summary>The device that bears an address; null if it is not this host's.</summary>
    public NetworkDevice? DeviceOf(IPv4Address address) => _addresses.DeviceOf(address);

    /// <summary>What kind of address it is for this host (<c>inet_addr_type</c>): unicast unless something else is known.</summary>
    internal RouteType TypeOf(IPv4Address address)
    {
        if (address.IsAny || address.IsLimitedBroadcast)
        {
            return RouteType.Broadcast;
        }

        if (address.IsMulticast)
        {
            return RouteType.Multicast;
        }

        RouteAnswer answer = Lookup(_localAndMain, new RouteQuery(address));
        return answer.Found ? answer.Type : RouteType.Unicast;
    }

    /// <summary>The destination that an error stands for.</summary>
    internal static Destination Unreachable(RouteError error) => error switch
    {
        RouteError.NetworkUnreachable => NetworkUnreachable,
        RouteError.AccessDenied => Prohibited,
        RouteError.Invalid => Blackholed,
        _ => HostUnreachable,
    };

    /// <summary>Looks a route up (<c>fib_lookup</c>).</summary>
    internal RouteAnswer Lookup(in RouteQuery query)
    {
        RouteAnswer answer = Lookup(_localAndMain, query);
        if (!answer.Found && _default is not null)
        {
            answer = Lookup(_default, query);
        }

        return answer.Error == RouteError.TryNextTable ? new RouteAnswer(RouteError.NetworkUnreachable, null, null) : answer;
    }

    /// <summary>The destination of an answer that leads to another host, or to all on another link.</summary>
    internal Destination DestinationOf(in RouteAnswer answer) => _byHop[(answer.Route!, answer.NextHop!)];

    private static RouteAnswer Lookup(RoutingTable table, in RouteQuery query)
    {
        foreach (Route[] routes in table.Matching(query.Destination))
        {
            foreach (Route route in routes)
            {
                if ((route.TypeOfService != 0 && route.TypeOfService != query.TypeOfService) || route.Scope < query.Scope)
                {
                    continue;
                }

                switch (route.Type)
                {
                    case RouteType.Blackhole:
                        return new RouteAnswer(RouteError.Invalid, route, null);
                    case RouteType.Unreachable:
                        return new RouteAnswer(RouteError.HostUnreachable, route, null);
                    case RouteType.Prohibit:
                        return new RouteAnswer(RouteError.AccessDenied, route, null);
                    case RouteType.Throw:
                        return new RouteAnswer(RouteError.TryNextTable, route, null);
                }

                foreach (NextHop hop in route.NextHops)
                {
                    if ((!hop.IsLinkDown || query.IgnoreLinkState) && (query.OutputDevice == 0 || query.OutputDevice == hop.Device?.Index))
                    {
                        return new RouteAnswer(RouteError.None, route, hop);
                    }
                }
            }
        }

        // The walk up the trie ends without an answer: the caller asks the next table.
        return new RouteAnswer(RouteError.TryNextTable, null, null);
    }

    /// <summary>Tells ways apart by the very objects: looking into them would cost every forwarded packet a walk over all their members.</summary>
    private sealed class ByIdentity : IEqualityComparer<(Route Route, NextHop Hop)>
    {
        public static readonly ByIdentity Instance = new();

        public bool Equals((Route Route, NextHop Hop) x, (Route Route, NextHop Hop) y) => ReferenceEquals(x.Route, y.Route) && ReferenceEquals(x.Hop, y.Hop);

        public int GetHashCode((Route Route, NextHop Hop) way) =>
            HashCode.Combine(RuntimeHelpers.GetHashCode(way.Route), RuntimeHelpers.GetHashCode(way.Hop));
    }
}
