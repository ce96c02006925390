using Saker.Wire;

namespace Saker.Stack.Devices.Bridge;

/// <summary>What is set of a bridge, by the names of <c>ip link … type bridge</c>. Immutable; swapped whole.</summary>
public sealed record BridgeSettings
{
    /// <summary>The kernel's ageing time: five minutes.</summary>
    public static TimeSpan DefaultAgeingTime => TimeSpan.FromMinutes(5);

    /// <summary>How long a learned station is remembered that is not heard of again (<c>ageing_time</c>); zero: nothing is learned.</summary>
    public TimeSpan AgeingTime { get; init; } = DefaultAgeingTime;

    /// <summary>
    /// Which frames to the reserved addresses 01:80:c2:00:00:00 to 0f are forwarded, a bit for each (<c>group_fwd_mask</c>). Those of spanning tree, of pause frames and of
    /// link aggregation (0, 1 and 2) never are by this mask, as in the kernel.
    /// </summary>
    public ushort GroupForwardMask { get; init; }

    /// <summary>
    /// A spanning tree protocol runs, in the kernel or as a daemon (<c>stp_state</c>): its frames go up, and are not forwarded. The protocol itself is not built: the states of
    /// the ports are what is set.
    /// </summary>
    public bool HasSpanningTree { get; init; }

    /// <summary>Nothing is learned from frames to reserved addresses (<c>no_linklocal_learn</c>).</summary>
    public bool LearnsNothingFromLinkLocal { get; init; }

    /// <summary>
    /// The bridge listens to who wants which group, and sends groups only where they are wanted, as long as somebody on the link asks for it (<c>mcast_snooping</c>). It speaks
    /// as IGMPv2 and MLDv1 do, the kernel's defaults, and asks nobody itself.
    /// </summary>
    public bool SnoopsMulticast { get; init; } = true;

    /// <summary>Frames belong to VLANs, and go only where their VLAN does (<c>vlan_filtering</c>).</summary>
    public bool IsVlanFiltering { get; init; }

    /// <summary>The EtherType of the tags that count (<c>vlan_protocol</c>).</summary>
    public EtherType VlanProtocol { get; init; } = EtherType.Vlan;

    /// <summary>The mask without the bits that it cannot have (<c>BR_GROUPFWD_RESTRICTED</c>).</summary>
    internal int EffectiveGroupForwardMask => GroupForwardMask & ~0b111;

    /// <summary>What a bridge of service VLANs (IEEE 802.1ad) forwards in any case (<c>group_fwd_mask_required</c>).</summary>
    internal int RequiredGroupForwardMask => IsVlanFiltering && VlanProtocol == EtherType.ServiceVlan ? 0xb801 : 0;
}
