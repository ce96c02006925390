namespace Saker.Stack.Observation;

/// <summary>The places that a packet can come to, in the order of the way. <see cref="StageRegistry"/> tells each one's kernel function.</summary>
public enum Stage : byte
{
    /// <summary>No stage: before the way begins.</summary>
    None,

    /// <summary>The card puts a frame into a queue's ring.</summary>
    Card,

    /// <summary>The driver's poll makes a packet of a frame.</summary>
    DriverPoll,

    /// <summary>The packet is offered for merging with others of its flow.</summary>
    GroReceive,

    /// <summary>A packet of several segments is complete.</summary>
    GroComplete,

    /// <summary>Which CPU works on the packet.</summary>
    Steering,

    /// <summary>The way into a CPU's backlog.</summary>
    BacklogQueue,

    /// <summary>The poll of a CPU's backlog.</summary>
    Backlog,

    /// <summary>The fan-out above the link layer.</summary>
    ReceiveCore,

    /// <summary>A tap sees the packet.</summary>
    Taps,

    /// <summary>Traffic control decides about a received packet.</summary>
    TrafficIngress,

    /// <summary>Netfilter decides about a received packet, before its protocol is known.</summary>
    NetfilterIngress,

    /// <summary>A VLAN device takes the packet.</summary>
    VlanReceive,

    /// <summary>A bridge gets the frame of one of its ports, and decides where it goes.</summary>
    BridgeReceive,

    /// <summary>The frame leaves by a bridge's port.</summary>
    BridgeForward,

    /// <summary>The frame goes up by the bridge's own device.</summary>
    BridgeLocal,

    /// <summary>ARP's entry.</summary>
    ArpReceive,

    /// <summary>ARP answers, or learns.</summary>
    ArpProcess,

    /// <summary>LLC's entry.</summary>
    LlcReceive,

    /// <summary>IPv6's entry.</summary>
    IPv6Receive,

    /// <summary>Hop-by-hop options behind an IPv6 header.</summary>
    IPv6HopByHop,

    /// <summary>IPv6 asks where a packet goes.</summary>
    IPv6Route,

    /// <summary>A packet for a group of IPv6.</summary>
    IPv6Multicast,

    /// <summary>An IPv6 packet for this host.</summary>
    IPv6LocalDelivery,

    /// <summary>IPv6 goes along the headers to the protocol.</summary>
    IPv6ProtocolDelivery,

    /// <summary>Destination options.</summary>
    IPv6DestinationOptions,

    /// <summary>A routing header.</summary>
    IPv6RoutingHeader,

    /// <summary>A fragment header.</summary>
    IPv6Fragment,

    /// <summary>ICMPv6's entry.</summary>
    IcmpV6Receive,

    /// <summary>ICMPv6 answers an echo request.</summary>
    IcmpV6Echo,

    /// <summary>An ICMPv6 error about something that we sent.</summary>
    IcmpV6Error,

    /// <summary>Neighbour discovery's entry.</summary>
    NeighborDiscovery,

    /// <summary>Somebody asks where an address is.</summary>
    NeighborSolicitation,

    /// <summary>Somebody says where an address is.</summary>
    NeighborAdvertisement,

    /// <summary>IPv4's entry: the header's checks.</summary>
    IPv4Receive,

    /// <summary>IPv4 asks where a packet goes.</summary>
    IPv4Route,

    /// <summary>Impossible addresses, and the route.</summary>
    RouteInput,

    /// <summary>Whether the source may come this way.</summary>
    ValidateSource,

    /// <summary>IPv4's options.</summary>
    IPv4Options,

    /// <summary>A packet for this host.</summary>
    LocalDelivery,

    /// <summary>Fragments are put together.</summary>
    Defragment,

    /// <summary>The packet goes to its protocol.</summary>
    ProtocolDelivery,

    /// <summary>Raw sockets get a copy.</summary>
    RawDelivery,

    /// <summary>ICMP's entry.</summary>
    IcmpReceive,

    /// <summary>ICMP answers an echo request.</summary>
    IcmpEcho,

    /// <summary>ICMP answers a timestamp request.</summary>
    IcmpTimestamp,

    /// <summary>An ICMP error about something that we sent.</summary>
    IcmpError,

    /// <summary>An ICMP redirect.</summary>
    IcmpRedirect,

    /// <summary>An echo reply.</summary>
    PingReceive,

    /// <summary>IGMP's entry.</summary>
    IgmpReceive,

    /// <summary>The entry of protocol independent multicast.</summary>
    PimReceive,

    /// <summary>UDP's entry.</summary>
    UdpReceive,

    /// <summary>UDP to all sockets of a group.</summary>
    UdpMulticast,

    /// <summary>UDP's entry over IPv6.</summary>
    UdpIPv6Receive,

    /// <summary>UDP over IPv6 to all sockets of a group.</summary>
    UdpIPv6Multicast,

    /// <summary>UDP puts a datagram in a socket's queue.</summary>
    UdpQueue,

    /// <summary>The application reads the datagram.</summary>
    UdpRead,

    /// <summary>TCP's entry.</summary>
    TcpReceive,

    /// <summary>A listener looks at a segment.</summary>
    TcpListen,

    /// <summary>A packet for another host.</summary>
    IPv4Forward,

    /// <summary>A packet for which there is no way.</summary>
    IPv4Error,

    /// <summary>An IPv6 packet for another host.</summary>
    IPv6Forward,

    /// <summary>An IPv6 packet for which there is no way.</summary>
    IPv6Error,

    /// <summary>An ICMP error is made.</summary>
    IcmpSend,

    /// <summary>An ICMPv6 error is made.</summary>
    IcmpV6Send,

    /// <summary>A TCP reset is made.</summary>
    TcpSendReset,

    /// <summary>A packet of our own goes out.</summary>
    IPv4Output,

    /// <summary>A packet of our own goes out over IPv6.</summary>
    IPv6Output,

    /// <summary>The next hop's link address is put in front.</summary>
    NeighborOutput,

    /// <summary>Netfilter decides about a frame to be sent.</summary>
    NetfilterEgress,

    /// <summary>Traffic control decides about a frame to be sent.</summary>
    TrafficEgress,

    /// <summary>A VLAN device tags a frame that it sends.</summary>
    VlanTransmit,

    /// <summary>A bridge sends what this host sends by it.</summary>
    BridgeTransmit,
}
