using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>
/// The forwarding information base: routes, and the addresses of this host. Immutable: made whole by the control thread, read without locks.
/// </summary>
/// <remarks>
/// Without rules of an administrator's own, the kernel keeps the local and the main table in one trie, so that the longest prefix of both wins; then comes the
/// default table. Policy rules are not evaluated.
/// </remarks>
public sealed class ForwardingInformation
{
    private const int BroadcastIndex = 2;
    private const int MulticastIndex = 3;

    private readonly RoutingTable _localAndMain;
    private readonly RoutingTable? _default;
    private readonly OwnAddresses _addresses;
    private readonly Destination?[] _destinations;

    /// <summary>Makes a forwarding information base.</summary>
    /// <param name="routes">All routes of all tables; tables other than local, main and default are not asked.</param>
    /// <param name="devices">The devices with their addresses.</param>
    /// <param name="ipv6Routes">The routes of IPv6.</param>
    public ForwardingInformation(
        IReadOnlyCollection<Route> routes, IReadOnlyCollection<NetworkDevice> devices, IReadOnlyCollection<IPv6Route>? ipv6Routes = null)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(devices);
        List<Destination> destinations = [LocalDelivery, BroadcastDelivery, MulticastDelivery, HostUnreachable, NetworkUnreachable, Prohibited, Blackholed];
        Destination? DestinationOf(Route route, NextHop hop)
        {
            if (route.Type is not (RouteType.Unicast or RouteType.Broadcast))
            {
                return null;
            }

            destinations.Add(new Destination
            {
                Index = destinations.Count + 1,
                Type = route.Type,
                Input = InputAction.Forward,
                Device = hop.Device,
                Gateway = hop.Gateway,
                Mtu = route.Mtu != 0 ? route.Mtu : hop.Device?.Mtu ?? 0,
            });
            return destinations[^1];
        }

        ILookup<bool, Route> byTable = routes.Where(route => route.Table is Route.LocalTable or Route.MainTable or Route.DefaultTable)
            .ToLookup(route => route.Table == Route.DefaultTable);
        _localAndMain = new RoutingTable(byTable[false].SelectMany(route => RouteAnswer.Of(route, DestinationOf)));
        _default = byTable.Contains(true) ? new RoutingTable(byTable[true].SelectMany(route => RouteAnswer.Of(route, DestinationOf))) : null;
        _destinations = [null, .. destinations];
        _addresses = new OwnAddresses(devices);
        IPv6 = new IPv6ForwardingInformation(ipv6Routes ?? [], devices);

        // The kernel looks at the table only to notice local routes that no address explains.
        HasCustomLocalRoutes = routes.Any(route => route.Type == RouteType.Local && !IsMadeForAnAddress(route, devices));
    }

    /// <summary>The same of IPv6. Packets of IPv6 bear <see cref="LocalDelivery"/> and <see cref="MulticastDelivery"/>, too.</summary>
    internal IPv6ForwardingInformation IPv6 { get; }

    /// <summary>For this host.</summary>
    public static Destination LocalDelivery { get; } = new() { Index = 1, Type = RouteType.Local, Input = InputAction.DeliverLocally };

    /// <summary>For all on the link, this host included.</summary>
    public static Destination BroadcastDelivery { get; } = new() { Index = BroadcastIndex, Type = RouteType.Broadcast, Input = InputAction.DeliverLocally };

    /// <summary>For a group that this host is in.</summary>
    public static Destination MulticastDelivery { get; } = new() { Index = MulticastIndex, Type = RouteType.Multicast, Input = InputAction.DeliverLocally };

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

    /// <summary>Whether what a received packet bears brings it to this host as one of all on the link, or of a group.</summary>
    internal static bool IsGroup(int destination) => destination is BroadcastIndex or MulticastIndex;

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

        RouteAnswer? answer = Ask(_localAndMain, new RouteQuery(address));
        return answer is { Found: true } ? answer.Type : RouteType.Unicast;
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
        RouteAnswer? answer = Ask(_localAndMain, query);
        if (answer is not { Found: true } && _default is not null)
        {
            answer = Ask(_default, query);
        }

        return answer is null or { Error: RouteError.TryNextTable } ? RouteAnswer.None : answer;
    }

    /// <summary>What a table answers; null: nothing, so that the next table is asked (<c>fib_table_lookup</c>).</summary>
    private static RouteAnswer? Ask(RoutingTable table, in RouteQuery query)
    {
        RouteAnswer? answer = table.First(query.Destination);
        while (answer is not null && !answer.Answers(query))
        {
            answer = answer.Next;
        }

        return answer;
    }
}
