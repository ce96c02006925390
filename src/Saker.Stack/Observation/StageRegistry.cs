using System.Collections.Immutable;

namespace Saker.Stack.Observation;

/// <summary>What is to be known of a stage.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Function">The kernel function whose part it plays: the name that users see.</param>
/// <param name="Folder">Where its code stands in Saker.Stack.</param>
/// <param name="Summary">What happens there, in one sentence.</param>
public sealed record StageDescription(Stage Stage, string Function, string Folder, string Summary);

/// <summary>All stages of the receive path.</summary>
public static class StageRegistry
{
    /// <summary>Every stage, in the order of the way.</summary>
    public static ImmutableArray<StageDescription> All { get; } =
    [
        new(Stage.Card, "card", "Nic", "The card copies a frame into the buffers of its queue's ring, and interrupts when it is time."),
        new(Stage.DriverPoll, "i40e_clean_rx_irq", "Driver", "The driver's poll makes a packet of a frame in the ring, counts it, and reads its Ethernet header."),
        new(Stage.GroReceive, "dev_gro_receive", "Gro", "Neighbouring segments of a flow are merged into one packet."),
        new(Stage.GroComplete, "gro_complete", "Gro", "A packet of several segments gets its headers and goes up."),
        new(Stage.Steering, "get_rps_cpu", "Softirq", "The flow's hash chooses the CPU that works on the packet, where the queue has a map of CPUs."),
        new(Stage.BacklogQueue, "enqueue_to_backlog", "Softirq", "The packet waits for its CPU, if that has not too many waiting."),
        new(Stage.Backlog, "process_backlog", "Softirq", "The CPU takes the packets that wait for it."),
        new(Stage.ReceiveCore, "__netif_receive_skb_core", "Core", "A VLAN tag is taken off, taps see the packet, what hangs on the device decides about it, and its protocol gets it."),
        new(Stage.Taps, "packet_rcv", "Core", "A tap sees the packet."),
        new(Stage.TrafficIngress, "sch_handle_ingress", "Core/TrafficControl", "Programs and filters on the device decide about a received packet."),
        new(Stage.NetfilterIngress, "nf_hook_ingress", "Netfilter", "Functions at the device's netfilter hook decide about a received packet."),
        new(Stage.VlanReceive, "vlan_do_receive", "Devices/Vlan", "The VLAN device that has the packet's tag takes it; it goes through the receive core again."),
        new(Stage.BridgeReceive, "br_handle_frame", "Devices/Bridge", "A bridge's port takes the frame, learns its sender, and looks where its destination is."),
        new(Stage.BridgeForward, "br_forward", "Devices/Bridge", "The frame leaves by one port of the bridge, or by many."),
        new(Stage.BridgeLocal, "br_pass_frame_up", "Devices/Bridge", "The frame is for this host, too: the bridge's own device receives it."),
        new(Stage.ArpReceive, "arp_rcv", "Ip/Arp", "Is this an ARP packet of Ethernet and IPv4, for us to see?"),
        new(Stage.ArpProcess, "arp_process", "Ip/Arp", "Requests for our addresses are answered; what is learned goes into the neighbour table."),
        new(Stage.LlcReceive, "llc_rcv", "Core", "802.2 frames: lengths are checked; nobody is there to receive them."),
        new(Stage.IPv6Receive, "ipv6_rcv", "Ip/V6", "Version, addresses and length of the header; padding is cut off."),
        new(Stage.IPv6HopByHop, "ipv6_parse_hopopts", "Ip/V6", "Hop-by-hop options are read: padding, router alerts, and unknown ones that say themselves what is to be done."),
        new(Stage.IPv6Route, "ip6_route_input", "Ip/V6", "Is the packet for this host, for a group, or for somebody else?"),
        new(Stage.IPv6Multicast, "ip6_mc_input", "Ip/V6", "A packet for a group goes on if this host is in it."),
        new(Stage.IPv6LocalDelivery, "ip6_input", "Ip/V6", "The packet is for this host."),
        new(Stage.IPv6ProtocolDelivery, "ip6_protocol_deliver_rcu", "Ip/V6", "Header by header: raw sockets get a copy, then the header or the protocol is dealt with."),
        new(Stage.IPv6DestinationOptions, "ipv6_destopt_rcv", "Ip/V6", "Destination options are read as hop-by-hop ones are."),
        new(Stage.IPv6RoutingHeader, "ipv6_rthdr_rcv", "Ip/V6", "A routing header that leads nowhere any more is passed, another refused."),
        new(Stage.IPv6Fragment, "ipv6_frag_rcv", "Ip/V6", "The only fragment of a packet goes on; others are not put together yet."),
        new(Stage.IcmpV6Receive, "icmpv6_rcv", "Ip/IcmpV6", "Checksum and type."),
        new(Stage.IcmpV6Echo, "icmpv6_echo_reply", "Ip/IcmpV6", "An echo request is answered."),
        new(Stage.IcmpV6Error, "icmpv6_notify", "Ip/IcmpV6", "An error about a packet that we sent: its protocol is told."),
        new(Stage.NeighborDiscovery, "ndisc_rcv", "Ip/NeighborDiscovery", "Does the message come from the link, in one piece?"),
        new(Stage.NeighborSolicitation, "ndisc_recv_ns", "Ip/NeighborDiscovery", "A solicitation for an address of the device is answered; what is learned goes into the neighbour table."),
        new(Stage.NeighborAdvertisement, "ndisc_recv_na", "Ip/NeighborDiscovery", "What a known neighbour says of itself goes into the neighbour table."),
        new(Stage.IPv4Receive, "ip_rcv_core", "Ip/V4", "Version, lengths and checksum of the header; padding is cut off."),
        new(Stage.IPv4Route, "ip_rcv_finish_core", "Ip/V4", "Where does the packet go, and may it come in by this kind of frame?"),
        new(Stage.RouteInput, "ip_route_input_slow", "Routing", "Impossible addresses are refused, and the forwarding information base is asked."),
        new(Stage.ValidateSource, "fib_validate_source", "Routing", "Our own addresses cannot come in, and with a reverse path filter the way back must lead the same way."),
        new(Stage.IPv4Options, "ip_rcv_options", "Ip/V4", "The options are read, and a source route is followed if that is allowed."),
        new(Stage.LocalDelivery, "ip_local_deliver", "Ip/V4", "The packet is for this host."),
        new(Stage.Defragment, "ip_defrag", "Ip/Reassembly", "Fragments wait for their datagram's others."),
        new(Stage.ProtocolDelivery, "ip_protocol_deliver_rcu", "Ip/V4", "Raw sockets get a copy, then the protocol's handler gets the packet."),
        new(Stage.RawDelivery, "raw_local_deliver", "Transport/Raw", "A raw socket of this protocol gets a copy."),
        new(Stage.IcmpReceive, "icmp_rcv", "Ip/Icmp", "Checksum and type; requests to broadcasts are ignored."),
        new(Stage.IcmpEcho, "icmp_echo", "Ip/Icmp", "An echo request is answered."),
        new(Stage.IcmpTimestamp, "icmp_timestamp", "Ip/Icmp", "A timestamp request is answered."),
        new(Stage.IcmpError, "icmp_unreach", "Ip/Icmp", "An error about a packet that we sent: its protocol is told."),
        new(Stage.IcmpRedirect, "icmp_redirect", "Ip/Icmp", "A gateway knows a better one."),
        new(Stage.PingReceive, "ping_rcv", "Ip/Icmp", "An echo reply goes to the ping socket that asked."),
        new(Stage.IgmpReceive, "igmp_rcv", "Ip/Igmp", "Queries and reports about groups."),
        new(Stage.PimReceive, "pim_rcv", "Ip/Igmp", "Messages of multicast routing, for a daemon that is not there."),
        new(Stage.UdpReceive, "__udp4_lib_rcv", "Transport/Udp", "Lengths, checksum, and the socket that wants the datagram."),
        new(Stage.UdpMulticast, "__udp4_lib_mcast_deliver", "Transport/Udp", "Every socket of the port that wants a broadcast or multicast datagram gets one."),
        new(Stage.UdpIPv6Receive, "__udp6_lib_rcv", "Transport/Udp", "The same over IPv6, where a datagram must have a checksum."),
        new(Stage.UdpIPv6Multicast, "__udp6_lib_mcast_deliver", "Transport/Udp", "Every socket of the port that wants a multicast datagram of IPv6 gets one."),
        new(Stage.UdpQueue, "udp_queue_rcv_skb", "Transport/Udp", "The datagram is put in the socket's receive queue, if its buffer has room."),
        new(Stage.UdpRead, "udp_recvmsg", "Transport/Udp", "The application reads; the checksum of a long datagram is verified only now."),
        new(Stage.TcpReceive, "tcp_v4_rcv", "Transport/Tcp", "Header, checksum, and the socket that wants the segment."),
        new(Stage.TcpListen, "tcp_rcv_state_process", "Transport/Tcp", "A listener takes a SYN, and refuses what begins no connection."),
        new(Stage.IPv4Forward, "ip_forward", "Ip/V4", "The packet goes on to another host."),
        new(Stage.IPv4Error, "ip_error", "Ip/V4", "There is no way for the packet: a router tells the sender."),
        new(Stage.IPv6Forward, "ip6_forward", "Ip/V6", "The packet is for another host, and who is no router drops it."),
        new(Stage.IPv6Error, "ip6_pkt_drop", "Ip/V6", "There is no way for the packet: the sender is told."),
        new(Stage.IcmpSend, "icmp_send", "Ip/Icmp", "An ICMP error is made, if one may be."),
        new(Stage.IcmpV6Send, "icmp6_send", "Ip/IcmpV6", "An ICMPv6 error is made, if one may be."),
        new(Stage.TcpSendReset, "tcp_v4_send_reset", "Transport/Tcp", "A segment that nobody expects is answered with a reset."),
        new(Stage.IPv4Output, "ip_output", "Ip/V4", "A packet of our own goes out."),
        new(Stage.IPv6Output, "ip6_output", "Ip/V6", "A packet of our own goes out over IPv6."),
        new(Stage.NeighborOutput, "neigh_output", "Routing", "The next hop's link address is put in front of the packet, or asked for."),
        new(Stage.NetfilterEgress, "nf_hook_egress", "Netfilter", "Functions at the device's netfilter hook decide about a frame to be sent."),
        new(Stage.TrafficEgress, "sch_handle_egress", "Core/TrafficControl", "Programs and filters on the device decide about a frame to be sent."),
        new(Stage.VlanTransmit, "vlan_dev_hard_start_xmit", "Devices/Vlan", "A VLAN device tags a frame and hands it to the device below."),
        new(Stage.BridgeTransmit, "br_dev_xmit", "Devices/Bridge", "What this host sends by a bridge's own device looks for its port."),
    ];

    private static ImmutableArray<StageDescription> ByStage { get; } = [.. Enum.GetValues<Stage>().Select(stage => All.FirstOrDefault(entry => entry.Stage == stage)!)];

    /// <summary>What is to be known of a stage.</summary>
    public static StageDescription Describe(Stage stage) => ByStage[(int)stage];

    /// <summary>The kernel function whose part a stage plays.</summary>
    public static string Function(Stage stage) => ByStage[(int)stage]?.Function ?? string.Empty;
}
