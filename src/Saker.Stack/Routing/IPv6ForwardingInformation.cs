using System.Collections.Frozen;
using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>
/// IPv6's forwarding information base: the addresses of this host, and the routes of the local and the main table. Immutable: made whole by the control thread, read
/// without locks. Policy rules are not evaluated.
/// </summary>
internal sealed class IPv6ForwardingInformation
{
    private readonly FrozenDictionary<IPv6Address, NetworkDevice[]> _addresses;
    private readonly IPv6RoutingTable _local;
    private readonly IPv6RoutingTable _main;

    /// <param name="routes">All routes.</param>
    /// <param name="devices">The devices with their addresses.</param>
    public IPv6ForwardingInformation(IReadOnlyCollection<IPv6Route> routes, IReadOnlyCollection<NetworkDevice> devices)
    {
        _addresses = devices
            .Where(device => device.IPv6 is not null)
            .SelectMany(device => device.IPv6!.Addresses.Select(address => (address.Address, Device: device)))
            .GroupBy(entry => entry.Address)
            .ToFrozenDictionary(group => group.Key, group => group.Select(entry => entry.Device).ToArray());

        // What leads to this host's own addresses is answered by the addresses themselves, groups by their devices.
        _local = new IPv6RoutingTable(routes.Where(route => route.Table == Route.LocalTable && route.Type != RouteType.Multicast && !_addresses.ContainsKey(route.Destination.Address)));
        _main = new IPv6RoutingTable(routes.Where(route => route.Table == Route.MainTable));
    }

    /// <summary>Whether what comes in by a device for an address is for this host: one for the link is only on its own device (<c>rt6_device_match</c>).</summary>
    public bool IsOwn(in IPv6Address address, NetworkDevice device) =>
        _addresses.TryGetValue(address, out NetworkDevice[]? owners) && (!address.IsLinkLocal || Array.IndexOf(owners, device) >= 0);

    /// <summary>Whether an address is one of this host's, on whichever device.</summary>
    public bool IsOwn(in IPv6Address address) => _addresses.ContainsKey(address);

    /// <summary>Looks a route up (<c>fib6_lookup</c>); null: there is none.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="device">Index of the device that it leaves by; 0: any.</param>
    /// <param name="mustLeaveByDevice">Whether a route by another device is none.</param>
    public IPv6Route? Lookup(in IPv6Address destination, int device, bool mustLeaveByDevice)
    {
        IPv6Route? route = _local.Find(destination, device, mustLeaveByDevice) ?? _main.Find(destination, device, mustLeaveByDevice);
        return route is { Type: RouteType.Throw } ? null : route;
    }
}
