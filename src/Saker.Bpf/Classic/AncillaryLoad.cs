namespace Saker.Bpf.Classic;

/// <summary>
/// What a load can take that stands beside the packet and not in it (<c>SKF_AD_*</c> of <c>linux/filter.h</c>): places above <see cref="AncillaryLoads.Offset"/> of the
/// packet, whose number this is.
/// </summary>
public enum AncillaryLoad
{
    /// <summary>The packet's protocol: an EtherType, or a number of Linux's below 1536.</summary>
    Protocol = 0,

    /// <summary>For whom it is: the numbers of <c>PACKET_HOST</c> and its like.</summary>
    PacketType = 4,

    /// <summary>The index of its device. Of a packet without a device the program ends with 0.</summary>
    Interface = 8,

    /// <summary>Where from A on the packet has the netlink attribute X; 0: nowhere.</summary>
    NetlinkAttribute = 12,

    /// <summary>The same within the attribute that begins at A.</summary>
    NestedNetlinkAttribute = 16,

    /// <summary>Its mark.</summary>
    Mark = 20,

    /// <summary>The receive queue that it came by.</summary>
    Queue = 24,

    /// <summary>The kind of its device (<c>ARPHRD_*</c>). Of a packet without a device the program ends with 0.</summary>
    HardwareType = 28,

    /// <summary>Its flow's hash, where it has one.</summary>
    ReceiveHash = 32,

    /// <summary>The CPU that works on it.</summary>
    Cpu = 36,

    /// <summary>A ^ X, which old programs ask for in this way.</summary>
    XorX = 40,

    /// <summary>The VLAN tag that was taken out of it: priority and id.</summary>
    VlanTag = 44,

    /// <summary>Whether a VLAN tag was taken out of it: 0 or 1.</summary>
    VlanTagPresent = 48,

    /// <summary>Where its payload begins, behind its transport header.</summary>
    PayloadOffset = 52,

    /// <summary>A random number.</summary>
    Random = 56,

    /// <summary>The EtherType of the VLAN tag that was taken out of it.</summary>
    VlanProtocol = 60,
}

/// <summary>Where the places of a packet lie that are not counted from its beginning (<c>linux/filter.h</c>).</summary>
public static class AncillaryLoads
{
    /// <summary>From here on lies what stands beside the packet (<c>SKF_AD_OFF</c>, -0x1000).</summary>
    public const uint Offset = 0xffff_f000;

    /// <summary>From here on lies the network header (<c>SKF_NET_OFF</c>, -0x100000).</summary>
    public const uint NetworkOffset = 0xfff0_0000;

    /// <summary>From here on lies the link-layer header (<c>SKF_LL_OFF</c>, -0x200000).</summary>
    public const uint LinkOffset = 0xffe0_0000;

    private static readonly string[] Names =
    [
        "proto", "type", "ifidx", "nla", "nlan", "mark", "queue", "hatype", "rxhash", "cpu", "xor_x", "vlan_tci", "vlanp", "poff", "random", "vlan_tpid",
    ];

    /// <summary>What lies at a place; null: nothing that is known.</summary>
    internal static AncillaryLoad? At(uint place) =>
        place >= Offset && place - Offset is var number && number <= (uint)AncillaryLoad.VlanProtocol && number % 4 == 0 ? (AncillaryLoad)number : null;

    /// <summary>Its name in a listing.</summary>
    internal static string NameOf(AncillaryLoad load) => Names[(int)load / 4];
}
