namespace Saker.Host.Sysctls;

/// <summary>The sysctls of IPv4 as a whole.</summary>
internal static class IPv4Sysctls
{
    // The kernel counts the time in ticks, of which an int must hold it; at the usual 250 a second.
    private const int MostSeconds = int.MaxValue / 250;

    public static HostSysctl[] Rows { get; } =
    [
        new("net.ipv4.ip_forward", SysctlType.Flag, "0", (settings, _) => settings,
            "Packets for others are passed on: another name for conf.all.forwarding. A change sets the forwarding of every device and of default, and conf.all.accept_redirects to the opposite.")
        {
            AliasOf = "net.ipv4.conf.all.forwarding",
        },
        new("net.ipv4.ip_forward_use_pmtu", SysctlType.ByteFlag, "0",
            (settings, value) => settings with { IPv4 = settings.IPv4 with { ForwardUsePathMtu = value.IsOn } },
            "Packets that are passed on are cut to learned path MTUs.")
        {
            IsDecisive = false,
        },
        new("net.ipv4.ip_default_ttl", new SysctlType("number", 1, byte.MaxValue), "64",
            (settings, value) => settings with { IPv4 = settings.IPv4 with { DefaultTimeToLive = (byte)value.Number } },
            "The time to live of what this host sends."),
        new("net.ipv4.ip_early_demux", SysctlType.ByteFlag, "1",
            (settings, value) => settings with { IPv4 = settings.IPv4 with { EarlyDemux = value.IsOn } },
            "Sockets are looked up before routes: faster, and with the same end.")
        {
            IsDecisive = false,
        },
        new("net.ipv4.ip_no_pmtu_disc", SysctlType.ByteLevel(3), "0",
            (settings, value) => settings with { IPv4 = settings.IPv4 with { NoPathMtuDiscovery = (int)value.Number } },
            "Whether ICMP's \"fragmentation needed\" is believed: 0 yes, 1 sockets hear of it without the MTU, 2 it is ignored, 3 only of protocols that check it, such as TCP."),
        new("net.ipv4.ipfrag_time", new SysctlType("seconds", -MostSeconds, MostSeconds), "30",
            (settings, value) => settings with { IPv4 = settings.IPv4 with { FragmentTime = (int)value.Number } },
            "How long the fragments of a datagram wait for the others."),
        new("net.ipv4.ipfrag_high_thresh", new SysctlType("bytes", 0, long.MaxValue), "4194304",
            (settings, value) => settings with { IPv4 = settings.IPv4 with { FragmentHighThreshold = value.Number } },
            "How much packet memory fragments may hold before no further datagram is begun; the kernel wants at least ipfrag_low_thresh."),
        new("net.ipv4.ipfrag_max_dist", SysctlType.From(0, "fragments"), "64",
            (settings, value) => settings with { IPv4 = settings.IPv4 with { FragmentMaximumDistance = (int)value.Number } },
            "How many fragments of the same source may come between two of one datagram before the datagram begins anew; 0 sets no limit."),
        new("net.ipv4.icmp_echo_ignore_all", SysctlType.StrictFlag, "0",
            (settings, value) => settings with { IPv4 = settings.IPv4 with { IcmpEchoIgnoreAll = value.IsOn } },
            "Echo requests are not answered."),
        new("net.ipv4.icmp_echo_ignore_broadcasts", SysctlType.StrictFlag, "1",
            (settings, value) => settings with { IPv4 = settings.IPv4 with { IcmpEchoIgnoreBroadcasts = value.IsOn } },
            "Echo and timestamp requests to broadcast and multicast addresses are not answered."),
        new("net.ipv4.icmp_echo_enable_probe", SysctlType.StrictFlag, "0",
            (settings, value) => settings with { IPv4 = settings.IPv4 with { IcmpEchoEnableProbe = value.IsOn } },
            "Extended echo requests (RFC 8335) are answered."),
        new("net.ipv4.icmp_ignore_bogus_error_responses", SysctlType.StrictFlag, "1",
            (settings, value) => settings with { IPv4 = settings.IPv4 with { IcmpIgnoreBogusErrorResponses = value.IsOn } },
            "ICMP errors about packets to a broadcast address reach sockets; off, they are logged and end there."),
        new("net.ipv4.icmp_errors_use_inbound_ifaddr", SysctlType.StrictFlag, "0",
            (settings, value) => settings with { IPv4 = settings.IPv4 with { IcmpErrorsUseInboundAddress = value.IsOn } },
            "ICMP errors bear an address of the device that the packet came in by, not of the one that they leave by."),
        new("net.ipv4.icmp_ratelimit", SysctlType.From(0, "milliseconds"), "1000",
            (settings, value) => settings with { IPv4 = settings.IPv4 with { IcmpRateLimit = (int)value.Number } },
            "The least time between two limited ICMP messages to one host; 0 sets no limit. (The kernel rounds it up to its ticks.)"),
        new("net.ipv4.icmp_ratemask", SysctlType.BitMask, "6168",
            (settings, value) => settings with { IPv4 = settings.IPv4 with { IcmpRateMask = (uint)(int)value.Number } },
            "Which ICMP types are limited, a bit each; 6168 is unreachable, source quench, time exceeded and parameter problem."),
        new("net.ipv4.icmp_msgs_per_sec", SysctlType.From(0, "number"), "1000",
            (settings, value) => settings with { IPv4 = settings.IPv4 with { IcmpMessagesPerSecond = (int)value.Number } },
            "How many limited ICMP messages the host sends in a second, to all together."),
        new("net.ipv4.icmp_msgs_burst", SysctlType.From(0, "number"), "50",
            (settings, value) => settings with { IPv4 = settings.IPv4 with { IcmpMessagesBurst = (int)value.Number } },
            "How many of these it may send at once."),
        new("net.ipv4.tcp_rmem", new SysctlType("bytes", 1, int.MaxValue, Count: 3), "4096 131072 33554432",
            (settings, value) => settings with { TcpReceiveBuffer = (int)value.Numbers[1] },
            "How much packet memory a TCP socket may hold that it received: at least, at the beginning, at most.")
        {
            IsDecisive = false,
        },
    ];
}
