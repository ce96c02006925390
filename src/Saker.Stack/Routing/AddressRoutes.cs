using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>Makes the routes that the kernel makes when a device gets an address (<c>fib_add_ifaddr</c>).</summary>
public static class AddressRoutes
{
    private const uint KernelRouteMetric = 256;

    /// <summary>The routes of all addresses of a device that is up.</summary>
    public static IEnumerable<Route> Of(NetworkDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return (device.IPv4?.Addresses ?? []).SelectMany(address => Of(device, address)).Distinct();
    }

    /// <summary>The routes of all IPv6 addresses of a device that is up (<c>addrconf_prefix_route</c>).</summary>
    public static IEnumerable<IPv6Route> OfIPv6(NetworkDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return (device.IPv6?.Addresses ?? [])
            .Where(address => !address.HasNoPrefixRoute && (!device.IsLoopback || address.PrefixLength == IPv6Prefix.MaximumLength))
            .Select(address => address.Prefix)
            .Distinct()
            .Select(prefix => new IPv6Route(prefix, RouteType.Unicast) { Device = device, Priority = KernelRouteMetric });
    }

    private static IEnumerable<Route> Of(NetworkDevice device, IPv4InterfaceAddress address)
    {
        yield return Local(device, new IPv4Prefix(address.Address, 32), RouteType.Local, RouteScope.Host, address.Address);
        IPv4Address network = address.Prefix.Address;
        if (address.Broadcast is { } broadcast && !broadcast.IsLimitedBroadcast && !broadcast.IsAny)
        {
            yield return Local(device, new IPv4Prefix(broadcast, 32), RouteType.Broadcast, RouteScope.Link, address.Address);
        }

        // The prefix 0.0.0.0 has no route of its own; a secondary address shares the first one's.
        if (network.IsAny || address.IsSecondary || address.PrefixLength >= 32)
        {
            yield break;
        }

        yield return device.IsLoopback
            ? Local(device, address.Prefix, RouteType.Local, RouteScope.Host, address.Address)
            : new Route(address.Prefix, RouteType.Unicast)
            {
                Scope = RouteScope.Link,
                NextHops = [new NextHop(device, IPv4Address.Any)],
                PreferredSource = address.Address,
            };
    }

    private static Route Local(NetworkDevice device, IPv4Prefix prefix, RouteType type, RouteScope scope, IPv4Address source) =>
        new(prefix, type)
        {
            Table = Route.LocalTable,
            Scope = scope,
            NextHops = [new NextHop(device, IPv4Address.Any)],
            PreferredSource = source,
        };
}
