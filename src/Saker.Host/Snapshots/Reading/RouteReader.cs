using System.Collections.Immutable;
using Saker.Stack.Devices;
using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Host.Snapshots.Reading;

/// <summary>Reads <c>routes</c>: those of IPv4, of all tables, and those of IPv6 that are asked.</summary>
internal sealed class RouteReader(SnapshotDevices devices, SnapshotInterfaces interfaces, SnapshotLimitations limitations)
{
    private readonly NextHopReader _hops = new(devices, interfaces);
    private readonly RouteLimitations _limited = new();
    private readonly List<IPv6Route> _ipv6Routes = [];

    /// <summary>The routes of IPv6, once the others have been read.</summary>
    public IReadOnlyList<IPv6Route> IPv6Routes => _ipv6Routes;

    public IReadOnlyList<Route> Read(SnapshotDocument snapshot)
    {
        List<Route> routes = [];
        IPv6RouteReader ipv6 = new(devices, _limited);
        bool isOther = false;
        foreach (SnapshotEntry entry in snapshot.Entries(SnapshotPart.Routes))
        {
            isOther = EntryFamily.IsOtherRoute(entry, isOther);
            if (isOther)
            {
                if (ipv6.Read(entry) is { } ipv6Route)
                {
                    _ipv6Routes.Add(ipv6Route);
                }
            }
            else if (Read(entry) is { } route)
            {
                routes.Add(route);
            }
        }

        AddMissingLocalTable(routes);
        _limited.AddTo(limitations);
        return routes;
    }

    private static IPv4Prefix? ReadDestination(SnapshotEntry entry)
    {
        if (entry.RequiredText("dst") is not { } text)
        {
            return null;
        }

        if (text == "default")
        {
            return new IPv4Prefix(IPv4Address.Any, 0);
        }

        if (IPv4Prefix.TryParse(text, out IPv4Prefix prefix))
        {
            return prefix;
        }

        if (IPv4Address.TryParse(text, out IPv4Address address))
        {
            return new IPv4Prefix(address, IPv4Prefix.MaximumLength);
        }

        RouteNames.FaultDestination(entry);
        return null;
    }

    /// <summary>
    /// What <c>ip</c> does not say is global. That cannot be where the type demands a nearer one (<c>fib_props</c>), so files made by hand may leave it out.
    /// </summary>
    private static RouteScope ScopeOf(SnapshotEntry entry, RouteType type) => RouteNames.Scope(entry) ?? type switch
    {
        RouteType.Local => RouteScope.Host,
        RouteType.Broadcast or RouteType.Anycast => RouteScope.Link,
        _ => RouteScope.Universe,
    };

    private Route? Read(SnapshotEntry entry)
    {
        if (ReadDestination(entry) is not { } destination || RouteNames.Type(entry) is not { } type || !TryReadTable(entry, type, out int table))
        {
            return null;
        }

        RouteScope scope = ScopeOf(entry, type);
        ImmutableArray<NextHop> hops = [];
        if (type is RouteType.Unicast or RouteType.Local or RouteType.Broadcast or RouteType.Anycast or RouteType.Multicast)
        {
            hops = _hops.Read(entry, scope);
            _limited.NoteHops(entry, hops.Length);
            if (hops.IsEmpty)
            {
                // All are dead: the kernel passes such a route over.
                return null;
            }
        }

        return new Route(destination, type)
        {
            Table = table,
            Scope = scope,
            Priority = (uint)(entry.Number("metric", 0, uint.MaxValue) ?? 0),
            TypeOfService = RouteNames.TypeOfService(entry),
            NextHops = hops,
            PreferredSource = entry.Address("prefsrc"),
            Mtu = (int)RouteNames.Metric(entry, "mtu", int.MaxValue),
            HopLimit = (byte)RouteNames.Metric(entry, "hoplimit", byte.MaxValue),
        };
    }

    /// <summary>Reads the table's number; false: it has none that can be asked, and the route is left out.</summary>
    private bool TryReadTable(SnapshotEntry entry, RouteType type, out int table)
    {
        // Asked for one table only, ip does not say which; the kernel's own entries stand in the local one.
        bool isKernels = type is RouteType.Local or RouteType.Broadcast or RouteType.Anycast;
        table = isKernels ? Route.LocalTable : Route.MainTable;
        if (entry.Text("table") is not { } name)
        {
            return true;
        }

        uint? number = RouteNames.Table(name);
        if (number is not (Route.LocalTable or Route.MainTable or Route.DefaultTable))
        {
            _limited.NoteTable(name);
        }

        if (number is not <= int.MaxValue)
        {
            return false;
        }

        table = (int)number;
        return true;
    }

    /// <summary>What <c>ip route</c> prints without <c>table all</c> lacks the local table; its routes follow from the addresses.</summary>
    private void AddMissingLocalTable(List<Route> routes)
    {
        if (routes.Exists(route => route.Table == Route.LocalTable))
        {
            return;
        }

        Route[] local =
        [
            .. devices.All
                .Where(device => device.Has(DeviceFlags.Up))
                .SelectMany(AddressRoutes.Of)
                .Where(route => route.Table == Route.LocalTable)
                .Select(route => route with { NextHops = [.. route.NextHops.Select(hop => hop with { Scope = _hops.ScopeOf(hop.Gateway, route.Scope) })] }),
        ];
        if (local.Length != 0)
        {
            routes.AddRange(local);
            limitations.Add($"routes: none of table local; they are taken from the addresses (collect them with '{SnapshotPart.Routes.Command}')");
        }
    }
}
