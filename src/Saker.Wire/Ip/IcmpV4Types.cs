namespace Saker.Wire;

/// <summary>The types of ICMP messages of IPv4 (RFC 792, 950, 1256, 8335; IANA "ICMP parameters").</summary>
public enum IcmpV4Type : byte
{
    /// <summary>The answer to an echo request.</summary>
    EchoReply = 0,

    /// <summary>A packet did not reach its destination (<see cref="IcmpV4UnreachableCode"/>).</summary>
    DestinationUnreachable = 3,

    /// <summary>Send less; deprecated (RFC 6633).</summary>
    SourceQuench = 4,

    /// <summary>A better first router (<see cref="IcmpV4RedirectCode"/>).</summary>
    Redirect = 5,

    /// <summary>Alternate host address; deprecated (RFC 6918).</summary>
    AlternateHostAddress = 6,

    /// <summary>Send this back.</summary>
    EchoRequest = 8,

    /// <summary>A router tells of itself (RFC 1256).</summary>
    RouterAdvertisement = 9,

    /// <summary>Which routers are here? (RFC 1256)</summary>
    RouterSolicitation = 10,

    /// <summary>A packet grew too old (<see cref="IcmpV4TimeExceededCode"/>).</summary>
    TimeExceeded = 11,

    /// <summary>A header was wrong (<see cref="IcmpV4ParameterProblemCode"/>).</summary>
    ParameterProblem = 12,

    /// <summary>What time is it?</summary>
    TimestampRequest = 13,

    /// <summary>The answer to it.</summary>
    TimestampReply = 14,

    /// <summary>Which network is this? Deprecated (RFC 6918).</summary>
    InformationRequest = 15,

    /// <summary>The answer to it.</summary>
    InformationReply = 16,

    /// <summary>Which mask has this network? (RFC 950) Deprecated (RFC 6918).</summary>
    AddressMaskRequest = 17,

    /// <summary>The answer to it.</summary>
    AddressMaskReply = 18,

    /// <summary>Traceroute (RFC 1393); deprecated.</summary>
    Traceroute = 30,

    /// <summary>Datagram conversion error (RFC 1475); deprecated.</summary>
    DatagramConversionError = 31,

    /// <summary>Photuris security failures (RFC 2521).</summary>
    Photuris = 40,

    /// <summary>Experimental mobility protocols (RFC 4065).</summary>
    Mobility = 41,

    /// <summary>Is that interface up? (RFC 8335)</summary>
    ExtendedEchoRequest = 42,

    /// <summary>The answer to it (<see cref="IcmpV4ExtendedEchoReplyCode"/>).</summary>
    ExtendedEchoReply = 43,
}

/// <summary>Why a packet did not reach its destination (RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1).</summary>
public enum IcmpV4UnreachableCode : byte
{
    /// <summary>No way to the network.</summary>
    Network = 0,

    /// <summary>No way to the host.</summary>
    Host = 1,

    /// <summary>The host does not speak the protocol.</summary>
    Protocol = 2,

    /// <summary>Nobody listens at the port.</summary>
    Port = 3,

    /// <summary>The packet was too large and may not be cut; <see cref="IcmpV4View.NextHopMtu"/> tells what would fit (RFC 1191).</summary>
    FragmentationNeeded = 4,

    /// <summary>A source route did not lead there.</summary>
    SourceRouteFailed = 5,

    /// <summary>The network is not known.</summary>
    NetworkUnknown = 6,

    /// <summary>The host is not known.</summary>
    HostUnknown = 7,

    /// <summary>The sender's host is cut off.</summary>
    SourceHostIsolated = 8,

    /// <summary>Administration forbids the network.</summary>
    NetworkProhibited = 9,

    /// <summary>Administration forbids the host.</summary>
    HostProhibited = 10,

    /// <summary>No way to the network with this type of service.</summary>
    NetworkTypeOfService = 11,

    /// <summary>No way to the host with this type of service.</summary>
    HostTypeOfService = 12,

    /// <summary>A filter forbids the packet.</summary>
    CommunicationProhibited = 13,

    /// <summary>The precedence is not allowed for the host.</summary>
    PrecedenceViolation = 14,

    /// <summary>The precedence is below what the network wants.</summary>
    PrecedenceCutoff = 15,
}

/// <summary>For what the other router is the better one (RFC 792).</summary>
public enum IcmpV4RedirectCode : byte
{
    /// <summary>For the network.</summary>
    Network = 0,

    /// <summary>For the host.</summary>
    Host = 1,

    /// <summary>For the network with this type of service.</summary>
    NetworkTypeOfService = 2,

    /// <summary>For the host with this type of service.</summary>
    HostTypeOfService = 3,
}

/// <summary>Which time ran out (RFC 792).</summary>
public enum IcmpV4TimeExceededCode : byte
{
    /// <summary>The time to live, on the way.</summary>
    TimeToLive = 0,

    /// <summary>The time to wait for the other fragments.</summary>
    Reassembly = 1,
}

/// <summary>What was wrong with a header (RFC 792, RFC 1122 section 3.2.2.5).</summary>
public enum IcmpV4ParameterProblemCode : byte
{
    /// <summary>The octet at <see cref="IcmpV4View.Pointer"/>.</summary>
    Pointer = 0,

    /// <summary>An option is missing.</summary>
    MissingOption = 1,

    /// <summary>A length.</summary>
    BadLength = 2,
}

/// <summary>What a router is for that advertises itself (RFC 1256, RFC 5944).</summary>
public enum IcmpV4RouterAdvertisementCode : byte
{
    /// <summary>For all traffic.</summary>
    Normal = 0,

    /// <summary>For mobile nodes only.</summary>
    NotForCommonTraffic = 16,
}

/// <summary>Whether an extended echo request could be answered (RFC 8335 section 3).</summary>
public enum IcmpV4ExtendedEchoReplyCode : byte
{
    /// <summary>It could.</summary>
    NoError = 0,

    /// <summary>It was malformed.</summary>
    MalformedQuery = 1,

    /// <summary>There is no such interface.</summary>
    NoSuchInterface = 2,

    /// <summary>There is no such neighbour.</summary>
    NoSuchTableEntry = 3,

    /// <summary>Several interfaces fit.</summary>
    MultipleInterfaces = 4,
}
