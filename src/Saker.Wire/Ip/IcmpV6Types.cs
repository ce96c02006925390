namespace Saker.Wire;

/// <summary>The types of ICMP messages of IPv6 (RFC 4443 and others; IANA "ICMPv6 Parameters"). Those below 128 tell of errors.</summary>
public enum IcmpV6Type : byte
{
    /// <summary>A packet did not reach its destination (<see cref="IcmpV6UnreachableCode"/>).</summary>
    DestinationUnreachable = 1,

    /// <summary>A packet did not fit into the next link.</summary>
    PacketTooBig = 2,

    /// <summary>A packet grew too old (<see cref="IcmpV6TimeExceededCode"/>).</summary>
    TimeExceeded = 3,

    /// <summary>A header was wrong (<see cref="IcmpV6ParameterProblemCode"/>).</summary>
    ParameterProblem = 4,

    /// <summary>Send this back.</summary>
    EchoRequest = 128,

    /// <summary>The answer to an echo request.</summary>
    EchoReply = 129,

    /// <summary>Which groups are listened to? (RFC 2710, RFC 3810)</summary>
    MulticastListenerQuery = 130,

    /// <summary>A group is listened to (RFC 2710).</summary>
    MulticastListenerReport = 131,

    /// <summary>A group is no longer listened to (RFC 2710).</summary>
    MulticastListenerDone = 132,

    /// <summary>Which routers are here? (RFC 4861)</summary>
    RouterSolicitation = 133,

    /// <summary>A router tells of itself and of the link (RFC 4861).</summary>
    RouterAdvertisement = 134,

    /// <summary>Who has this address? (RFC 4861)</summary>
    NeighborSolicitation = 135,

    /// <summary>I have it (RFC 4861).</summary>
    NeighborAdvertisement = 136,

    /// <summary>A better first hop (RFC 4861).</summary>
    Redirect = 137,

    /// <summary>Router renumbering (RFC 2894).</summary>
    RouterRenumbering = 138,

    /// <summary>What is your name? (RFC 4620)</summary>
    NodeInformationQuery = 139,

    /// <summary>The answer to it (RFC 4620).</summary>
    NodeInformationReply = 140,

    /// <summary>Which addresses has this link-layer address? (RFC 3122)</summary>
    InverseNeighborSolicitation = 141,

    /// <summary>The answer to it (RFC 3122).</summary>
    InverseNeighborAdvertisement = 142,

    /// <summary>What is listened to, with sources (RFC 3810).</summary>
    MulticastListenerReportV2 = 143,

    /// <summary>Home agent address discovery, request (RFC 6275).</summary>
    HomeAgentDiscoveryRequest = 144,

    /// <summary>Home agent address discovery, reply (RFC 6275).</summary>
    HomeAgentDiscoveryReply = 145,

    /// <summary>Mobile prefix solicitation (RFC 6275).</summary>
    MobilePrefixSolicitation = 146,

    /// <summary>Mobile prefix advertisement (RFC 6275).</summary>
    MobilePrefixAdvertisement = 147,

    /// <summary>Certification path solicitation (RFC 3971).</summary>
    CertificationPathSolicitation = 148,

    /// <summary>Certification path advertisement (RFC 3971).</summary>
    CertificationPathAdvertisement = 149,

    /// <summary>Multicast router advertisement (RFC 4286).</summary>
    MulticastRouterAdvertisement = 151,

    /// <summary>Multicast router solicitation (RFC 4286).</summary>
    MulticastRouterSolicitation = 152,

    /// <summary>Multicast router termination (RFC 4286).</summary>
    MulticastRouterTermination = 153,

    /// <summary>Fast handovers (RFC 5568).</summary>
    FastHandover = 154,

    /// <summary>Routing of low-power networks (RFC 6550).</summary>
    LowPowerRouting = 155,

    /// <summary>Duplicate address request (RFC 6775).</summary>
    DuplicateAddressRequest = 157,

    /// <summary>Duplicate address confirmation (RFC 6775).</summary>
    DuplicateAddressConfirmation = 158,

    /// <summary>Is this interface of yours up? (RFC 8335)</summary>
    ExtendedEchoRequest = 160,

    /// <summary>The answer to it (RFC 8335).</summary>
    ExtendedEchoReply = 161,
}

/// <summary>Why a packet did not reach its destination (RFC 4443 section 3.1).</summary>
public enum IcmpV6UnreachableCode : byte
{
    /// <summary>No route.</summary>
    NoRoute = 0,

    /// <summary>A rule forbids it.</summary>
    Prohibited = 1,

    /// <summary>The source address is of too small a scope.</summary>
    BeyondScope = 2,

    /// <summary>The address does not answer.</summary>
    AddressUnreachable = 3,

    /// <summary>Nobody listens on the port.</summary>
    PortUnreachable = 4,

    /// <summary>A rule forbids the source address.</summary>
    SourcePolicy = 5,

    /// <summary>The route rejects.</summary>
    RejectRoute = 6,

    /// <summary>Error in a source routing header (RFC 6554).</summary>
    SourceRoutingError = 7,

    /// <summary>The headers are too long (RFC 8883).</summary>
    HeadersTooLong = 8,
}

/// <summary>Why a packet grew too old (RFC 4443 section 3.3).</summary>
public enum IcmpV6TimeExceededCode : byte
{
    /// <summary>It crossed too many links.</summary>
    HopLimit = 0,

    /// <summary>Its fragments did not all come in time.</summary>
    Reassembly = 1,
}

/// <summary>What was wrong with a header (RFC 4443 section 3.4).</summary>
public enum IcmpV6ParameterProblemCode : byte
{
    /// <summary>A field.</summary>
    ErroneousHeader = 0,

    /// <summary>The next header is unknown.</summary>
    UnrecognizedNextHeader = 1,

    /// <summary>An option is unknown.</summary>
    UnrecognizedOption = 2,

    /// <summary>The first fragment has not all headers (RFC 7112).</summary>
    IncompleteFirstFragment = 3,

    /// <summary>The upper layer's header is wrong at a segment's end (RFC 8754).</summary>
    SegmentRoutingUpperLayer = 4,

    /// <summary>The next header is unknown to a router (RFC 8883).</summary>
    UnrecognizedNextHeaderAtRouter = 5,

    /// <summary>An extension header is too long (RFC 8883).</summary>
    ExtensionHeaderTooLong = 6,

    /// <summary>The chain of extension headers is too long (RFC 8883).</summary>
    HeaderChainTooLong = 7,

    /// <summary>There are too many extension headers (RFC 8883).</summary>
    TooManyExtensionHeaders = 8,

    /// <summary>There are too many options (RFC 8883).</summary>
    TooManyOptions = 9,

    /// <summary>An option is too long (RFC 8883).</summary>
    OptionTooLong = 10,
}
