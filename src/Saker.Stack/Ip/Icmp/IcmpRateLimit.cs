using Saker.Packets;
using Saker.Stack.Ip.V4;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.Icmp;

/// <summary>
/// Keeps ICMP from being used to flood others (RFC 1812 section 4.3.2.8): so many messages a second in all, and so many to each host
/// (<c>icmpv4_global_allow</c>, <c>icmpv4_xrlim_allow</c>).
/// </summary>
internal sealed class IcmpRateLimit<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private const int HighestKnownType = 18;
    private const int HostBurst = 6;
    private const long Millisecond = 1_000_000;

    private readonly IPv4Settings _settings;
    private readonly IcmpCredit _credit;
    private readonly PeerTable<IPv4Address> _peers;

    public IcmpRateLimit(Cpu cpu, IPv4Settings settings, IcmpCredit credit, PeerTable<IPv4Address> peers)
        : base(cpu)
    {
        _settings = settings;
        _credit = credit;
        _peers = peers;
    }

    /// <summary>Whether a message may be made at all.</summary>
    /// <param name="packet">The packet that it answers.</param>
    /// <param name="type">Its type.</param>
    /// <param name="code">Its code.</param>
    /// <param name="isLimited">Whether <see cref="AllowHost"/> is to be asked, too.</param>
    public bool AllowGlobal(PacketBuffer packet, IcmpV4Type type, byte code, out bool isLimited)
    {
        isLimited = false;
        if (!IsLimited(type, code))
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

    /// <summary>Whether a message may be sent to a host.</summary>
    public bool AllowHost(PacketBuffer packet, IPv4Address target, bool byLoopback)
    {
        if (!byLoopback)
        {
            bool isAllowed = _peers.TryTake(target, _settings.IcmpRateLimit * Millisecond, HostBurst, Cpu.Now);
            if (!Check(packet, "icmp_ratelimit allows a message to this host", target, isAllowed))
            {
                Counters.Add(Counter.IcmpOutRateLimitHost);
                return false;
            }
        }

        // The kernel takes nothing, one or two from the credit, so that nobody can count what others are sent (CVE-2020-25705).
        _credit.Take((long)(Cpu.NextRandom() % 3));
        return true;
    }

    private bool IsLimited(IcmpV4Type type, byte code)
    {
        // Path MTU discovery is never held up.
        bool isFragmentationNeeded = type == IcmpV4Type.DestinationUnreachable && code == (byte)IcmpV4UnreachableCode.FragmentationNeeded;
        return (int)type <= HighestKnownType && !isFragmentationNeeded && (_settings.IcmpRateMask >> (int)type & 1) != 0;
    }
}
