using System.Collections.Immutable;
using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>What a route does with a packet (rtnetlink(7); the numbers are the kernel's).</summary>
public enum RouteType : byte
{
    /// <summary>Unknown.</summary>
    Unspecified = 0,

    /// <summary>Goes to a next hop or, on the link, to its destination.</summary>
    Unicast = 1,

    /// <summary>Is for this host.</summary>
    Local = 2,

    /// <summary>Is for this host, and to be sent as a broadcast.</summary>
    Broadcast = 3,

    /// <summary>Is for this host, and to be sent as unicast.</summary>
    Anycast = 4,

    /// <summary>Goes to a group.</summary>
    Multicast = 5,

    /// <summary>Is dropped without a word.</summary>
    Blackhole = 6,

    /// <summary>Is dropped; the sender is told that the host cannot be reached.</summary>
    Unreachable = 7,

    /// <summary>Is dropped; the sender is told that this is forbidden.</summary>
    Prohibit = 8,

    /// <summary>Is not in this table: the next one is asked.</summary>
    Throw = 9,
}

/// <summary>How far away what a route leads to is (<c>RT_SCOPE_</c>; the numbers are the kernel's).</summary>
public enum RouteScope : byte
{
    /// <summary>Anywhere, behind a gateway.</summary>
    Universe = 0,

    /// <summary>Inside this site.</summary>
    Site = 200,

    /// <summary>On this link.</summary>
    Link = 253,

    /// <summary>This host.</summary>
    Host = 254,

    /// <summary>Nowhere.</summary>
    Nowhere = 255,
}

/// <summary>One of the ways a route can go.</summary>
/// <param name="Device">The device it leaves by; null for routes that lead nowhere.</param>
/// <param name="Gateway">The next hop; 0.0.0.0: the destination itself.</param>
/// <param name="Weight">Its share among several, from one.</param>
public sealed record NextHop(NetworkDevice? Device, IPv4Address Gateway, int Weight = 1)
{
    /// <summary>How far the next hop is: one step nearer than what it leads to (<c>nhc_scope</c>).</summary>
    public RouteScope Scope { get; init; } = RouteScope.Nowhere;

    /// <summary>Whether the gateway is on the link though no route leads to it (<c>onlink</c>).</summary>
    public bool IsOnLink { get; init; }

    /// <summary>Whether the link below is down.</summary>
    public bool IsLinkDown { get; init; }
}

/// <summary>A route of IPv4 as <c>ip route</c> shows it.</summary>
/// <param name="Destination">Where it leads.</param>
/// <param name="Type">What it does.</param>
public sealed record Route(IPv4Prefix Destination, RouteType Type)
{
    /// <summary>The main table.</summary>
    public const int MainTable = 254;

    /// <summary>The local table: the kernel's own routes to this host's addresses.</summary>
    public const int LocalTable = 255;

    /// <summary>The table that is asked last.</summary>
    public const int DefaultTable = 253;

    /// <summary>The table it stands in.</summary>
    public int Table { get; init; } = MainTable;

    /// <summary>How far what it leads to is.</summary>
    public RouteScope Scope { get; init; }

    /// <summary>Its metric: among routes to the same prefix the smallest is taken.</summary>
    public uint Priority { get; init; }

    /// <summary>The DSCP that it is for, as a TOS byte; 0: any.</summary>
    public byte TypeOfService { get; init; }

    /// <summary>Its next hops; empty for routes that lead nowhere.</summary>
    public ImmutableArray<NextHop> NextHops { get; init; } = [];

    /// <summary>The source address for packets of our own.</summary>
    public IPv4Address? PreferredSource { get; init; }

    /// <summary>The longest packet that it takes; 0: as long as the device's.</summary>
    public int Mtu { get; init; }

    /// <summary>The time to live of packets of our own (<c>hoplimit</c>); 0: the usual.</summary>
    public byte HopLimit { get; init; }

    /// <summary>Whether one of its next hops is reached by a device (<c>fib_info_nh_uses_dev</c>).</summary>
    public bool LeavesBy(NetworkDevice device)
    {
        foreach (NextHop hop in NextHops)
        {
            if (ReferenceEquals(hop.Device, device))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        string via = NextHops.IsEmpty ? string.Empty
            : (NextHops[0].Gateway.IsAny ? string.Empty : $" via {NextHops[0].Gateway}") + $" dev {NextHops[0].Device}";
        return $"{Type.ToString().ToLowerInvariant()} {Destination}{via}";
    }
}
