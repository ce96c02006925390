using System.Collections.Immutable;
using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Host.Snapshots.Reading;

/// <summary>Reads the next hops of a route.</summary>
internal sealed class NextHopReader(SnapshotDevices devices, SnapshotInterfaces interfaces)
{
    private const int LargestWeight = 256;

    /// <summary>Whether one of the gateways is of another family than the route.</summary>
    public static bool HasOtherFamily(SnapshotEntry route) => route.Has("via") || route.Entries("nexthops").Any(hop => hop.Has("via"));

    /// <summary>The next hops that are alive: dead ones are passed over by every lookup.</summary>
    public ImmutableArray<NextHop> Read(SnapshotEntry route, RouteScope routeScope)
    {
        if (route.Has("nexthops"))
        {
            return [.. route.Entries("nexthops").Select(hop => ReadOne(hop, routeScope)).OfType<NextHop>()];
        }

        if (!route.Has("dev"))
        {
            if (!route.Has("nhid"))
            {
                route.Fault("'dev' is missing");
            }

            return [];
        }

        return ReadOne(route, routeScope) is { } only ? [only] : [];
    }

    /// <summary>
    /// How far a next hop is (<c>fib_create_info</c>, <c>fib_check_nh</c>): behind a route for this host is nothing; what is reached without a gateway is a host
    /// next door; a gateway is as far as the route that leads to it, which is on the link, or here where it is an address of our own.
    /// </summary>
    public RouteScope ScopeOf(IPv4Address gateway, RouteScope routeScope) =>
        routeScope == RouteScope.Host ? RouteScope.Nowhere
        : gateway.IsAny || interfaces.IsOwn(gateway) ? RouteScope.Host
        : RouteScope.Link;

    private NextHop? ReadOne(SnapshotEntry entry, RouteScope routeScope)
    {
        if (!entry.Has("dev"))
        {
            entry.Fault("'dev' is missing");
            return null;
        }

        IReadOnlyList<string> flags = entry.Words("flags");
        if (devices.Find(entry, "dev") is not { } device || flags.Contains("dead", StringComparer.Ordinal))
        {
            return null;
        }

        IPv4Address gateway = entry.Address("gateway") ?? IPv4Address.Any;
        return new NextHop(device, gateway, (int)(entry.Number("weight", 1, LargestWeight) ?? 1))
        {
            Scope = entry.Has("via") ? RouteScope.Link : ScopeOf(gateway, routeScope),
            IsOnLink = flags.Contains("onlink", StringComparer.Ordinal),
            IsLinkDown = flags.Contains("linkdown", StringComparer.Ordinal) && SnapshotInterfaces.IgnoresRoutesWithLinkDown(device),
        };
    }
}
