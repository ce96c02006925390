using System.Net;

namespace Saker.Bpf;

/// <summary>A route of <see cref="TableHost"/>. Its family is its destination's.</summary>
/// <param name="Destination">The prefix.</param>
/// <param name="Device">The index of the device that it goes by; 0 where its type sends nowhere.</param>
public sealed record FibRoute(IPNetwork Destination, uint Device = 0)
{
    /// <summary>The number of the table of own and broadcast addresses.</summary>
    public const uint LocalTable = 255;

    /// <summary>The number of the table of all that is not told another.</summary>
    public const uint MainTable = 254;

    /// <summary>The number of the table that is asked last.</summary>
    public const uint DefaultTable = 253;

    /// <summary>What it does with packets.</summary>
    public FibRouteType Type { get; init; } = FibRouteType.Unicast;

    /// <summary>The table that it is in.</summary>
    public uint Table { get; init; } = MainTable;

    /// <summary>The gateway, which for a route of IPv4 may be of IPv6; null: the destination itself is the next hop.</summary>
    public IPAddress? NextHop { get; init; }

    /// <summary>The metric: of routes that are otherwise alike the lowest counts. The kernel gives those of IPv6 1024 unless told otherwise; here it is 0.</summary>
    public uint Metric { get; init; }

    /// <summary>The type of service that a packet must have, bits 0x1c, of IPv4; 0: any.</summary>
    public byte TypeOfService { get; init; }

    /// <summary>The source address of packets that the host sends by it; null: the host chooses one.</summary>
    public IPAddress? PreferredSource { get; init; }

    /// <summary>
    /// The MTU in bytes, where it is locked (<c>mtu lock</c>); 0: the device's counts. A route's MTU that is not locked is nothing to a packet that is forwarded, unless
    /// <c>net.ipv4.ip_forward_use_pmtu</c> says so, which is the same as locked.
    /// </summary>
    public uint LockedMtu { get; init; }

    /// <summary>Whether it wants a header put before packets (<c>encap</c>).</summary>
    public bool HasTunnel { get; init; }
}

/// <summary>What a route does with packets (<c>RTN_*</c>), with the kernel's numbers.</summary>
public enum FibRouteType : byte
{
    /// <summary>They go to a next hop.</summary>
    Unicast = 1,

    /// <summary>They are for the host.</summary>
    Local = 2,

    /// <summary>They are for the host and others, by the link's broadcast.</summary>
    Broadcast = 3,

    /// <summary>They are for the host as one of several.</summary>
    Anycast = 4,

    /// <summary>They are for a group.</summary>
    Multicast = 5,

    /// <summary>They vanish.</summary>
    Blackhole = 6,

    /// <summary>They are refused as unreachable.</summary>
    Unreachable = 7,

    /// <summary>They are refused as forbidden.</summary>
    Prohibit = 8,

    /// <summary>The table has no answer: the next rule's is asked.</summary>
    Throw = 9,
}
