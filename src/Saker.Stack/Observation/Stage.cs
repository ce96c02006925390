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

    /// <summary>An ICMP error is made.</summary>
    IcmpSend,

    /// <summary>A TCP reset is made.</summary>
    TcpSendReset,

    /// <summary>A packet of our own goes out.</summary>
    IPv4Output,

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
