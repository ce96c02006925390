namespace Saker.Stack.Routing;

/// <summary>
/// How long neighbours on a device are believed, and how often they are asked (Documentation/networking/ip-sysctl.rst, <c>/proc/sys/net/ipv4/neigh/</c> and <c>/proc/sys/net/ipv6/neigh/</c>).
/// Times are in nanoseconds; the defaults are the kernel's.
/// </summary>
public sealed record NeighborSettings
{
    /// <summary>The most neighbours of a family that are known at a time (<c>gc_thresh3</c>).</summary>
    public const int TableCapacity = 1024;

    private const long Second = 1_000_000_000;

    /// <summary>The kernel's defaults.</summary>
    public static NeighborSettings Default { get; } = new();

    /// <summary><c>retrans_time_ms</c>: between two requests.</summary>
    public long RetransmitTime { get; init; } = Second;

    /// <summary><c>delay_first_probe_time</c>: how long a neighbour that is used, and not sure any more, has to show that it is there before it is asked.</summary>
    public long DelayFirstProbeTime { get; init; } = 5 * Second;

    /// <summary><c>base_reachable_time_ms</c>: how long an answer is believed. The kernel draws a time around it; here it is the time.</summary>
    public long ReachableTime { get; init; } = 30 * Second;

    /// <summary><c>locktime</c>: how long the first of several answers stands.</summary>
    public long LockTime { get; init; } = Second;

    /// <summary><c>ucast_solicit</c>: requests to a neighbour that was there.</summary>
    public int UnicastProbes { get; init; } = 3;

    /// <summary><c>mcast_solicit</c>: requests to all for a neighbour that is not known.</summary>
    public int MulticastProbes { get; init; } = 3;

    /// <summary><c>unres_qlen_bytes</c>: memory that packets waiting for one neighbour may hold.</summary>
    public int WaitingLimit { get; init; } = 212_992;
}
