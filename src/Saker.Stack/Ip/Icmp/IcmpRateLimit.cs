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
    private const long Second = 1000 * Millisecond;
    private const long LeastRefill = Second / 50;

    private readonly IPv4Settings _settings;
    private readonly PeerTable _peers;
    private long _credit;
    private long _refilled = long.MinValue / 2;

    public IcmpRateLimit(Cpu cpu, IPv4Settings settings, PeerTable peers)
        : base(cpu)
    {
        _settings = settings;
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

        if (!Check(packet, "icmp_msgs_per_sec allows a message", _credit, TryRefill()))
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
            ref Peer peer = ref _peers.Find(target, Cpu.Now);
            if (!Check(
                packet,
                "icmp_ratelimit allows a message to this host",
                target,
                PeerTable.TryTake(ref peer, _settings.IcmpRateLimit * Millisecond, HostBurst, Cpu.Now)))
            {
                Counters.Add(Counter.IcmpOutRateLimitHost);
                return false;
            }
        }

        // The kernel takes nothing, one or two from the credit, so that nobody can count what others are sent (CVE-2020-25705).
        _credit -= (long)(Cpu.NextRandom() % 3);
        return true;
    }

    private bool IsLimited(IcmpV4Type type, byte code)
    {
        // Path MTU discovery is never held up.
        bool isFragmentationNeeded = type == IcmpV4Type.DestinationUnreachable && code == (byte)IcmpV4UnreachableCode.FragmentationNeeded;
        return (int)type <= HighestKnownType && !isFragmentationNeeded && (_settings.IcmpRateMask >> (int)type & 1) != 0;
    }

    /// <summary>Whether there is credit, once what time has brought is added (<c>icmp_global_allow</c>).</summary>
    private bool TryRefill()
    {
        if (_credit > 0)
        {
            return true;
        }

        long elapsed = Math.Min(Cpu.Now - _refilled, Second);
        long added = elapsed < LeastRefill ? 0 : _settings.IcmpMessagesPerSecond * elapsed / Second;
        if (added == 0)
        {
            return false;
        }

        _refilled = Cpu.Now;
        _credit = Math.Min(_credit + added, _settings.IcmpMessagesBurst);
        return true;
    }
}
