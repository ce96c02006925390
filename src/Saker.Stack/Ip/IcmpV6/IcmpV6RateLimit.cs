using Saker.Packets;
using Saker.Stack.Ip.Icmp;
using Saker.Stack.Ip.V6;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.IcmpV6;

/// <summary>
/// Keeps ICMPv6 from being used to flood others (RFC 4443 section 2.4): so many messages a second in all, on the same account as IPv4's, and so many to each host
/// (<c>icmpv6_global_allow</c>, <c>icmpv6_xrlim_allow</c>).
/// </summary>
internal sealed class IcmpV6RateLimit<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private const int HostBurst = 6;
    private const int BitsOfDoubledRate = 32;
    private const long Millisecond = 1_000_000;

    private readonly IPv6Settings _settings;
    private readonly IcmpCredit _credit;
    private readonly PeerTable<IPv6Address> _peers;

    public IcmpV6RateLimit(Cpu cpu, IPv6Settings settings, IcmpCredit credit, PeerTable<IPv6Address> peers)
        : base(cpu)
    {
        _settings = settings;
        _credit = credit;
        _peers = peers;
    }

    /// <summary>Whether a message may be made at all.</summary>
    /// <param name="packet">The packet that it answers.</param>
    /// <param name="type">Its type.</param>
    /// <param name="fromLoopback">Whether the packet came by the loopback device: nobody else is flooded then.</param>
    /// <param name="isLimited">Whether <see cref="AllowHost"/> is to be asked, too.</param>
    public bool AllowGlobal(PacketBuffer packet, IcmpV6Type type, bool fromLoopback, out bool isLimited)
    {
        isLimited = false;
        if (fromLoopback || !_settings.IsLimited((byte)type))
        {
            return true;
        }

        if (!Check(packet, "icmp_msgs_per_sec allows a message", _credit.Left, _credit.IsAvailable(Cpu.Now)))
        {
            Counters.Add(Counter.IcmpOutRateLimitGlobal);
            return false;
        }

        isLimited = true;
        return true;
    }

    /// <summary>Whether a message may be sent to a host. Who is reached by a shorter prefix may be sent more.</summary>
    public bool AllowHost(PacketBuffer packet, in IPv6Address target, in IPv6OutputRoute route)
    {
        if (!route.Device.IsLoopback)
        {
            long cost = _settings.IcmpRateLimit * Millisecond >> ((IPv6Prefix.MaximumLength - route.PrefixLength) / BitsOfDoubledRate);
            if (!Check(packet, "icmp/ratelimit allows a message to this host", target, _peers.TryTake(target, cost, HostBurst, Cpu.Now)))
            {
                Counters.Add(Counter.Icmp6OutRateLimitHost);
                return false;
            }
        }

        // The kernel takes nothing, one or two from the credit, so that nobody can count what others are sent (CVE-2020-25705).
        _credit.Take((long)(Cpu.NextRandom() % 3));
        return true;
    }
}
