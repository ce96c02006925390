namespace Saker.Wire;

/// <summary>What an IPv4 packet carries, or which IPv6 header comes next (IANA "Assigned Internet Protocol Numbers").</summary>
public enum IPProtocol : byte
{
    /// <summary>IPv6 hop-by-hop options.</summary>
    HopByHop = 0,

    /// <summary>Internet control message protocol of IPv4.</summary>
    IcmpV4 = 1,

    /// <summary>Internet group management protocol.</summary>
    Igmp = 2,

    /// <summary>IPv4 in IP.</summary>
    IPv4 = 4,

    /// <summary>Transmission control protocol.</summary>
    Tcp = 6,

    /// <summary>Exterior gateway protocol.</summary>
    Egp = 8,

    /// <summary>PARC universal packet protocol.</summary>
    Pup = 12,

    /// <summary>User datagram protocol.</summary>
    Udp = 17,

    /// <summary>XNS internet datagram protocol.</summary>
    Idp = 22,

    /// <summary>ISO transport protocol class 4.</summary>
    Tp = 29,

    /// <summary>Datagram congestion control protocol.</summary>
    Dccp = 33,

    /// <summary>IPv6 in IP.</summary>
    IPv6 = 41,

    /// <summary>IPv6 routing header.</summary>
    Routing = 43,

    /// <summary>IPv6 fragment header.</summary>
    Fragment = 44,

    /// <summary>Resource reservation protocol.</summary>
    Rsvp = 46,

    /// <summary>Generic routing encapsulation.</summary>
    Gre = 47,

    /// <summary>Encapsulating security payload.</summary>
    Esp = 50,

    /// <summary>Authentication header.</summary>
    AuthenticationHeader = 51,

    /// <summary>Internet control message protocol of IPv6.</summary>
    IcmpV6 = 58,

    /// <summary>No next header (IPv6).</summary>
    NoNextHeader = 59,

    /// <summary>IPv6 destination options.</summary>
    DestinationOptions = 60,

    /// <summary>Open shortest path first.</summary>
    Ospf = 89,

    /// <summary>Multicast transport protocol.</summary>
    Mtp = 92,

    /// <summary>The pseudo header for IPsec in BEET mode, as Linux uses the number.</summary>
    BeetPseudoHeader = 94,

    /// <summary>Encapsulation header.</summary>
    Encapsulation = 98,

    /// <summary>Protocol independent multicast.</summary>
    Pim = 103,

    /// <summary>Compressed payload.</summary>
    Compression = 108,

    /// <summary>Virtual router redundancy protocol.</summary>
    Vrrp = 112,

    /// <summary>Layer two tunneling protocol version 3.</summary>
    L2tp = 115,

    /// <summary>Stream control transmission protocol.</summary>
    Sctp = 132,

    /// <summary>IPv6 mobility header.</summary>
    Mobility = 135,

    /// <summary>UDP with partial checksums.</summary>
    UdpLite = 136,

    /// <summary>Multiprotocol label switching in IP.</summary>
    Mpls = 137,

    /// <summary>Host identity protocol.</summary>
    HostIdentity = 139,

    /// <summary>Ethernet after an IPv6 segment routing header.</summary>
    Ethernet = 143,

    /// <summary>AGGFRAG payload of ESP (RFC 9347).</summary>
    AggregationFragmentation = 144,

    /// <summary>For experiments.</summary>
    Experiment1 = 253,

    /// <summary>For experiments.</summary>
    Experiment2 = 254,

    /// <summary>Raw packets; reserved on the wire.</summary>
    Raw = 255,
}
