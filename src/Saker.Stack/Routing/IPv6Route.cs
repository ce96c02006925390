using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>A route of IPv6 as <c>ip -6 route</c> shows it (<c>struct fib6_info</c>), by one next hop.</summary>
/// <param name="Destination">Where it leads.</param>
/// <param name="Type">What it does.</param>
public sealed record IPv6Route(IPv6Prefix Destination, RouteType Type)
{
    /// <summary>The table it stands in: <see cref="Route.LocalTable"/> or <see cref="Route.MainTable"/>; others are not asked.</summary>
    public int Table { get; init; } = Route.MainTable;

    /// <summary>Its metric: among routes to the same prefix the smallest is taken.</summary>
    public uint Priority { get; init; }

    /// <summary>The device it leaves by; null for routes that lead nowhere.</summary>
    public NetworkDevice? Device { get; init; }

    /// <summary>The next hop; ::: the destination itself.</summary>
    public IPv6Address Gateway { get; init; }

    /// <summary>The source address for packets of our own; ::: by the rules of RFC 6724.</summary>
    public IPv6Address PreferredSource { get; init; }

    /// <summary>The longest packet that it takes; 0: as long as the device's.</summary>
    public int Mtu { get; init; }

    /// <summary>The hop limit of packets of our own; 0: the device's.</summary>
    public byte HopLimit { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Type.ToString().ToLowerInvariant()} {Destination}{(Gateway.IsUnspecified ? string.Empty : $" via {Gateway}")}{(Device is null ? string.Empty : $" dev {Device}")}";
}
