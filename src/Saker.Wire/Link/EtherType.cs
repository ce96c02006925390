namespace Saker.Wire;

/// <summary>
/// What an Ethernet frame carries (IEEE 802 numbers; RFC 9542). Numbers below <see cref="EtherTypes.First"/> never stand in a frame as a type:
/// there the field is a length (IEEE 802.3), and the few that have names here are what Linux calls such frames inside
/// (<c>linux/if_ether.h</c>).
/// </summary>
public enum EtherType : ushort
{
    /// <summary>No type.</summary>
    None = 0,

    /// <summary>Inside Linux: a raw 802.3 frame whose payload begins with 0xffff, as Novell sent IPX.</summary>
    Ieee8023 = 0x0001,

    /// <summary>Inside Linux: every type, what a tap asks for.</summary>
    All = 0x0003,

    /// <summary>Inside Linux: an 802.3 frame with a logical link control header.</summary>
    Ieee8022 = 0x0004,

    /// <summary>Inside Linux: a subnetwork access protocol header.</summary>
    Snap = 0x0005,

    /// <summary>Inside Linux: Ethernet loopback test.</summary>
    Loop = 0x0060,

    /// <summary>Internet protocol version 4.</summary>
    IPv4 = 0x0800,

    /// <summary>X.25.</summary>
    X25 = 0x0805,

    /// <summary>Address resolution protocol.</summary>
    Arp = 0x0806,

    /// <summary>Wake on LAN.</summary>
    WakeOnLan = 0x0842,

    /// <summary>ERSPAN version III.</summary>
    Erspan2 = 0x22eb,

    /// <summary>Audio video transport protocol (IEEE 1722).</summary>
    Avtp = 0x22f0,

    /// <summary>Transparent interconnection of lots of links (RFC 6325).</summary>
    Trill = 0x22f3,

    /// <summary>An Ethernet frame in a tunnel that carries several types, such as NVGRE ("transparent Ethernet bridging").</summary>
    TransparentEthernetBridging = 0x6558,

    /// <summary>Reverse address resolution protocol.</summary>
    ReverseArp = 0x8035,

    /// <summary>AppleTalk.</summary>
    AppleTalk = 0x809b,

    /// <summary>AppleTalk address resolution.</summary>
    AppleTalkArp = 0x80f3,

    /// <summary>A customer VLAN tag (IEEE 802.1Q).</summary>
    Vlan = 0x8100,

    /// <summary>Novell IPX.</summary>
    Ipx = 0x8137,

    /// <summary>Internet protocol version 6.</summary>
    IPv6 = 0x86dd,

    /// <summary>MAC control, such as pause frames (IEEE 802.3 annex 31).</summary>
    MacControl = 0x8808,

    /// <summary>Slow protocols, such as link aggregation control (IEEE 802.3 annex 57).</summary>
    SlowProtocols = 0x8809,

    /// <summary>PPP inside of GRE (RFC 2637).</summary>
    Ppp = 0x880b,

    /// <summary>Multiprotocol label switching, unicast (RFC 5332).</summary>
    Mpls = 0x8847,

    /// <summary>Multiprotocol label switching with a label that the upstream router assigned, formerly multicast (RFC 5332).</summary>
    MplsMulticast = 0x8848,

    /// <summary>PPP over Ethernet, discovery (RFC 2516).</summary>
    PppoeDiscovery = 0x8863,

    /// <summary>PPP over Ethernet, session (RFC 2516).</summary>
    PppoeSession = 0x8864,

    /// <summary>Port access control, EAP over LAN (IEEE 802.1X).</summary>
    Eapol = 0x888e,

    /// <summary>PROFINET.</summary>
    Profinet = 0x8892,

    /// <summary>ATA over Ethernet.</summary>
    AtaOverEthernet = 0x88a2,

    /// <summary>EtherCAT.</summary>
    EtherCat = 0x88a4,

    /// <summary>A service VLAN tag (IEEE 802.1ad).</summary>
    ServiceVlan = 0x88a8,

    /// <summary>ERSPAN version I and II.</summary>
    Erspan = 0x88be,

    /// <summary>802.11 pre-authentication.</summary>
    PreAuthentication = 0x88c7,

    /// <summary>Link layer discovery protocol (IEEE 802.1AB).</summary>
    Lldp = 0x88cc,

    /// <summary>Media redundancy protocol (IEC 62439-2).</summary>
    Mrp = 0x88e3,

    /// <summary>MAC security (IEEE 802.1AE).</summary>
    MacSec = 0x88e5,

    /// <summary>Provider backbone bridge (IEEE 802.1ah).</summary>
    ProviderBackboneBridge = 0x88e7,

    /// <summary>Multiple VLAN registration protocol.</summary>
    Mvrp = 0x88f5,

    /// <summary>Precision time protocol (IEEE 1588).</summary>
    PrecisionTime = 0x88f7,

    /// <summary>NC-SI, the side band of a baseboard controller.</summary>
    Ncsi = 0x88f8,

    /// <summary>Parallel redundancy protocol (IEC 62439-3).</summary>
    Prp = 0x88fb,

    /// <summary>Connectivity fault management (IEEE 802.1ag).</summary>
    ConnectivityFaultManagement = 0x8902,

    /// <summary>Fibre Channel over Ethernet.</summary>
    FibreChannel = 0x8906,

    /// <summary>Tunneled direct link setup.</summary>
    Tdls = 0x890d,

    /// <summary>Fibre Channel over Ethernet, initialization.</summary>
    FibreChannelInitialization = 0x8914,

    /// <summary>RDMA over converged Ethernet, version 1.</summary>
    InfiniBand = 0x8915,

    /// <summary>High-availability seamless redundancy (IEC 62439-3).</summary>
    Hsr = 0x892f,

    /// <summary>Network service header (RFC 8300).</summary>
    NetworkServiceHeader = 0x894f,

    /// <summary>Ethernet configuration testing protocol (loopback).</summary>
    ConfigurationTest = 0x9000,

    /// <summary>A VLAN tag of before IEEE 802.1ad, still seen stacked.</summary>
    LegacyVlan1 = 0x9100,

    /// <summary>As <see cref="LegacyVlan1"/>.</summary>
    LegacyVlan2 = 0x9200,

    /// <summary>As <see cref="LegacyVlan1"/>.</summary>
    LegacyVlan3 = 0x9300,

    /// <summary>A tag of a distributed switch.</summary>
    EdsaTag = 0xdada,
}

/// <summary>What a number in the type field means by its size and by its kind.</summary>
public static class EtherTypes
{
    /// <summary>The least number that is a type: 1536 (RFC 9542). What is less is a length.</summary>
    public const ushort First = 0x0600;

    extension(EtherType type)
    {
        /// <summary>Whether the field is a length and the frame one of IEEE 802.3.</summary>
        public bool IsLength => (ushort)type < First;

        /// <summary>Whether a VLAN tag follows that Linux takes off: 802.1Q or 802.1ad (its <c>eth_type_vlan</c>).</summary>
        public bool IsVlan => type is EtherType.Vlan or EtherType.ServiceVlan;
    }
}
