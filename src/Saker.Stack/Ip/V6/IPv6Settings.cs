using System.Collections.Immutable;

namespace Saker.Stack.Ip.V6;

/// <summary>Settings of IPv6 as a whole (<c>/proc/sys/net/ipv6/</c>, Documentation/networking/ip-sysctl.rst). The defaults are the kernel's.</summary>
public sealed record IPv6Settings
{
    /// <summary><c>conf/all/forwarding</c>: packets for others are passed on.</summary>
    public bool Forwarding { get; init; }

    /// <summary><c>auto_flowlabels</c>: packets of our own get a flow label by default (1 and 3; RFC 6438).</summary>
    public int AutoFlowLabels { get; init; } = 1;

    /// <summary><c>flowlabel_reflect</c>: which answers bear the flow label of what they answer; 4: echo replies.</summary>
    public int FlowLabelReflect { get; init; }

    /// <summary><c>icmp/echo_ignore_all</c>: echo requests are not answered.</summary>
    public bool IcmpEchoIgnoreAll { get; init; }

    /// <summary><c>icmp/echo_ignore_multicast</c>: those to groups are not.</summary>
    public bool IcmpEchoIgnoreMulticast { get; init; }

    /// <summary><c>icmp/ratelimit</c>: least milliseconds between two limited messages to one host; 0: no limit.</summary>
    public int IcmpRateLimit { get; init; } = 1000;

    /// <summary><c>icmp/ratemask</c>: which types are limited, a bit each, from type 0 on: all errors but "packet too big".</summary>
    public ImmutableArray<ulong> IcmpRateMask { get; init; } = [~(1UL << 2), ulong.MaxValue, 0, 0];

    /// <summary><c>max_hbh_opts_number</c>: the most hop-by-hop options beside padding; below zero: none of the others may be unknown, either.</summary>
    public int MostHopByHopOptions { get; init; } = 8;

    /// <summary><c>max_dst_opts_number</c>: the same of destination options.</summary>
    public int MostDestinationOptions { get; init; } = 8;

    /// <summary><c>max_hbh_length</c>: the most bytes of a hop-by-hop options header.</summary>
    public int LongestHopByHopOptions { get; init; } = int.MaxValue;

    /// <summary><c>max_dst_opts_length</c>: the most bytes of a destination options header.</summary>
    public int LongestDestinationOptions { get; init; } = int.MaxValue;

    /// <summary>Whether a type is limited.</summary>
    internal bool IsLimited(byte type) => (IcmpRateMask[type >> 6] >> (type & 63) & 1) != 0;
}
