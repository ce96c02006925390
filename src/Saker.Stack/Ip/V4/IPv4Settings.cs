namespace Saker.Stack.Ip.V4;

/// <summary>Settings of IPv4 as a whole (<c>/proc/sys/net/ipv4/</c>, Documentation/networking/ip-sysctl.rst). The defaults are the kernel's.</summary>
public sealed record IPv4Settings
{
    /// <summary><c>ip_default_ttl</c>: time to live of what this host sends.</summary>
    public byte DefaultTimeToLive { get; init; } = 64;

    /// <summary><c>ip_early_demux</c>: sockets are looked up before routing.</summary>
    public bool EarlyDemux { get; init; } = true;

    /// <summary><c>icmp_echo_ignore_all</c>: echo requests are not answered.</summary>
    public bool IcmpEchoIgnoreAll { get; init; }

    /// <summary><c>icmp_echo_enable_probe</c>: extended echo requests (RFC 8335) are answered.</summary>
    public bool IcmpEchoEnableProbe { get; init; }

    /// <summary><c>icmp_echo_ignore_broadcasts</c>: echo and timestamp requests to broadcast and multicast addresses are not answered.</summary>
    public bool IcmpEchoIgnoreBroadcasts { get; init; } = true;

    /// <summary><c>icmp_ignore_bogus_error_responses</c>: wrong answers to broadcasts are not logged.</summary>
    public bool IcmpIgnoreBogusErrorResponses { get; init; } = true;

    /// <summary><c>icmp_errors_use_inbound_ifaddr</c>: errors bear an address of the interface that the packet came in by.</summary>
    public bool IcmpErrorsUseInboundAddress { get; init; }

    /// <summary><c>icmp_ratelimit</c>: least milliseconds between two limited errors to one host; 0: no limit.</summary>
    public int IcmpRateLimit { get; init; } = 1000;

    /// <summary><c>icmp_ratemask</c>: which ICMP types are limited, a bit each.</summary>
    public uint IcmpRateMask { get; init; } = 0x1818;

    /// <summary><c>icmp_msgs_per_sec</c>: limited messages a second in all.</summary>
    public int IcmpMessagesPerSecond { get; init; } = 1000;

    /// <summary><c>icmp_msgs_burst</c>: how many of them at once.</summary>
    public int IcmpMessagesBurst { get; init; } = 50;

    /// <summary><c>ipfrag_time</c>: seconds for which a datagram's fragments wait for the others.</summary>
    public int FragmentTime { get; init; } = 30;

    /// <summary><c>ipfrag_max_dist</c>: how many fragments of a source may come between two of one datagram; with more the datagram begins anew. 0: any.</summary>
    public int FragmentMaximumDistance { get; init; } = 64;

    /// <summary><c>ipfrag_high_thresh</c>: bytes of packet memory that fragments may hold before no new datagram is begun.</summary>
    public long FragmentHighThreshold { get; init; } = 4 << 20;

    /// <summary><c>ip_forward_use_pmtu</c>: forwarding trusts learned path MTUs.</summary>
    public bool ForwardUsePathMtu { get; init; }

    /// <summary><c>ip_no_pmtu_disc</c>: 0 to 3, whether "fragmentation needed" is believed.</summary>
    public int NoPathMtuDiscovery { get; init; }
}
