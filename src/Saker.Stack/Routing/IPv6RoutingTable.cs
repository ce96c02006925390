using System.Collections.Frozen;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>IPv6 routes by longest prefix (<c>fib6_table_lookup</c>). Immutable: made whole, read without locks.</summary>
/// <remarks>A hash table for each length that there is, the longest asked first: hosts have few lengths.</remarks>
internal sealed class IPv6RoutingTable
{
    private readonly Level[] _levels;

    /// <param name="routes">The routes. Among those to one prefix the order is: by metric, then as given.</param>
    public IPv6RoutingTable(IEnumerable<IPv6Route> routes) =>
        _levels =
        [
            .. routes
                .GroupBy(route => route.Destination.Length)
                .OrderByDescending(level => level.Key)
                .Select(level => new Level(level.Key, level
                    .GroupBy(route => route.Destination.Address)
                    .ToFrozenDictionary(same => same.Key, same => same.OrderBy(route => route.Priority).ToArray()))),
        ];

    /// <summary>The route to a destination; null: there is none.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="device">Index of the device that it leaves by; 0: any.</param>
    /// <param name="mustLeaveByDevice">Whether a route by another device is none; otherwise the device's is preferred among the best.</param>
    public IPv6Route? Find(in IPv6Address destination, int device, bool mustLeaveByDevice)
    {
        foreach (ref readonly Level level in _levels.AsSpan())
        {
            if (level.Routes.TryGetValue(new IPv6Prefix(destination, level.Length).Address, out IPv6Route[]? same) && Choose(same, device, mustLeaveByDevice) is { } route)
            {
                return route;
            }
        }

        return null;
    }

    private static IPv6Route? Choose(IPv6Route[] same, int device, bool mustLeaveByDevice)
    {
        IPv6Route? best = null;
        foreach (IPv6Route route in same)
        {
            bool isByDevice = device == 0 || route.Device is null || route.Device.Index == device;
            if (best is not null && route.Priority != best.Priority)
            {
                break;
            }

            if (isByDevice)
            {
                return route;
            }

            best ??= mustLeaveByDevice ? null : route;
        }

        return best;
    }

    private readonly record struct Level(int Length, FrozenDictionary<IPv6Address, IPv6Route[]> Routes);
}
