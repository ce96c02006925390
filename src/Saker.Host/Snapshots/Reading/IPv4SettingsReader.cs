using Saker.Stack.Ip.V4;

namespace Saker.Host.Snapshots.Reading;

/// <summary>Finds the settings of IPv4 as a whole.</summary>
internal static class IPv4SettingsReader
{
    private const string Prefix = "net.ipv4.";

    public static IPv4Settings Read(Sysctls sysctls)
    {
        IPv4Settings kernel = new();
        return new IPv4Settings
        {
            DefaultTimeToLive = (byte?)sysctls.Number(Prefix + "ip_default_ttl", 1, byte.MaxValue) ?? kernel.DefaultTimeToLive,
            EarlyDemux = sysctls.Flag(Prefix + "ip_early_demux") ?? kernel.EarlyDemux,
            IcmpEchoIgnoreAll = sysctls.Flag(Prefix + "icmp_echo_ignore_all") ?? kernel.IcmpEchoIgnoreAll,
            IcmpEchoEnableProbe = sysctls.Flag(Prefix + "icmp_echo_enable_probe") ?? kernel.IcmpEchoEnableProbe,
            IcmpEchoIgnoreBroadcasts = sysctls.Flag(Prefix + "icmp_echo_ignore_broadcasts") ?? kernel.IcmpEchoIgnoreBroadcasts,
            IcmpIgnoreBogusErrorResponses = sysctls.Flag(Prefix + "icmp_ignore_bogus_error_responses") ?? kernel.IcmpIgnoreBogusErrorResponses,
            IcmpErrorsUseInboundAddress = sysctls.Flag(Prefix + "icmp_errors_use_inbound_ifaddr") ?? kernel.IcmpErrorsUseInboundAddress,
            IcmpRateLimit = sysctls.Number(Prefix + "icmp_ratelimit", 0) ?? kernel.IcmpRateLimit,
            IcmpRateMask = sysctls.Bits(Prefix + "icmp_ratemask") ?? kernel.IcmpRateMask,
            IcmpMessagesPerSecond = sysctls.Number(Prefix + "icmp_msgs_per_sec", 0) ?? kernel.IcmpMessagesPerSecond,
            IcmpMessagesBurst = sysctls.Number(Prefix + "icmp_msgs_burst", 0) ?? kernel.IcmpMessagesBurst,
            ForwardUsePathMtu = sysctls.Flag(Prefix + "ip_forward_use_pmtu") ?? kernel.ForwardUsePathMtu,
        };
    }
}
