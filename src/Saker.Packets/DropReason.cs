namespace Saker.Packets;

/// <summary>
/// Why a packet was not delivered. Names and numbers up to 0xFFF are those of Linux 6.18's <c>enum skb_drop_reason</c>
/// (the kernel's documentation of it is include/net/dropreason-core.h); reasons that no received, forwarded or answered packet can meet
/// (Unix sockets, CAN, single queueing disciplines) are left out. From 0x1000 on stand the drops that the kernel makes with a counter only.
/// </summary>
/// <remarks>
/// The numbers are this kernel version's: other versions number differently. What is stable, and what users see, is the name,
/// see <see cref="DropReasonNames"/>.
/// </remarks>
public enum DropReason : ushort
{
    /// <summary><c>NOT_DROPPED_YET</c>: Not dropped: the value of a packet that is still on its way.</summary>
    None = 0,
    /// <summary><c>CONSUMED</c>: Not a drop: the packet reached its end in good order, and its memory is given back.</summary>
    Consumed = 1,
    /// <summary><c>NOT_SPECIFIED</c>: Dropped in a function that gives no reason of its own.</summary>
    NotSpecified = 2,

    // Sockets.
    /// <summary>
    /// <c>NO_SOCKET</c>: No socket wants the packet: <c>tcp_v4_rcv</c>, <c>__udp4_lib_rcv</c> or <c>ping_rcv</c> found none, or a
    /// handshake found no request or child socket.
    /// </summary>
    NoSocket = 3,
    /// <summary><c>SOCKET_CLOSE</c>: Still unread in the receive queue when its socket was closed.</summary>
    SocketClose = 4,
    /// <summary><c>SOCKET_FILTER</c>: Rejected by the BPF filter that is attached to the socket (<c>sk_filter_trim_cap</c>).</summary>
    SocketFilter = 5,
    /// <summary>
    /// <c>SOCKET_RCVBUFF</c>: The socket's receive buffer (<c>SO_RCVBUF</c>) has no room: <c>__udp_enqueue_schedule_skb</c>,
    /// <c>__sock_queue_rcv_skb</c>.
    /// </summary>
    SocketReceiveBuffer = 6,
    /// <summary>
    /// <c>PKT_TOO_SMALL</c>: The packet ends before the header that it must have, or a length field claims more or less than can be:
    /// <c>ip_rcv_core</c>, <c>tcp_v4_rcv</c>, <c>__udp4_lib_rcv</c>, <c>icmp_rcv</c>.
    /// </summary>
    PacketTooSmall = 9,
    /// <summary><c>TCP_CSUM</c>: Wrong TCP checksum (<c>tcp_v4_rcv</c>, <c>tcp_rcv_established</c>).</summary>
    TcpChecksum = 10,
    /// <summary>
    /// <c>UDP_CSUM</c>: Wrong UDP checksum (<c>__udp4_lib_rcv</c>, <c>udp_queue_rcv_one_skb</c>), or none over IPv6 where one is
    /// required.
    /// </summary>
    UdpChecksum = 11,

    // Internet Protocol, first part.
    /// <summary><c>NETFILTER_DROP</c>: A netfilter hook gave the verdict drop (<c>nf_hook_slow</c>).</summary>
    NetfilterDrop = 12,
    /// <summary>
    /// <c>OTHERHOST</c>: The frame bore another station's MAC address and came in only because the device is promiscuous, or a VLAN tag
    /// for which there is no device.
    /// </summary>
    OtherHost = 13,
    /// <summary><c>IP_CSUM</c>: Wrong checksum of the IPv4 header (<c>ip_rcv_core</c>).</summary>
    IPChecksum = 14,
    /// <summary>
    /// <c>IP_INHDR</c>: A fault in the IP header: version, header length, total length, options, or TTL used up in forwarding. Comes
    /// with <c>InHdrErrors</c>.
    /// </summary>
    IPInHeader = 15,
    /// <summary>
    /// <c>IP_RPFILTER</c>: The route back to the source does not lead out of the device that the packet came in by
    /// (<c>fib_validate_source</c>, sysctl <c>rp_filter</c>).
    /// </summary>
    IPReversePathFilter = 16,
    /// <summary>
    /// <c>UNICAST_IN_L2_MULTICAST</c>: A unicast IP destination in a frame sent to a group MAC address (sysctl
    /// <c>drop_unicast_in_l2_multicast</c>; RFC 1122, 3.3.6).
    /// </summary>
    UnicastInL2Multicast = 17,
    /// <summary>
    /// <c>XFRM_POLICY</c>: An IPsec policy does not admit the packet as it came (<c>xfrm4_policy_check</c>, <c>xfrm6_policy_check</c>).
    /// </summary>
    XfrmPolicy = 18,
    /// <summary>
    /// <c>IP_NOPROTO</c>: No handler and no raw socket for the protocol number (<c>ip_protocol_deliver_rcu</c>,
    /// <c>ip6_protocol_deliver_rcu</c>).
    /// </summary>
    IPNoProtocol = 19,
    /// <summary>
    /// <c>PROTO_MEM</c>: The memory limit of the whole protocol is reached (sysctls <c>udp_mem</c>, <c>tcp_mem</c>), or a TCP receive
    /// buffer could not be pruned enough.
    /// </summary>
    ProtocolMemory = 20,

    // TCP.
    /// <summary><c>TCP_AUTH_HDR</c>: TCP-MD5 and TCP-AO options together, twice, or malformed (<c>tcp_inbound_hash</c>).</summary>
    TcpAuthenticationHeader = 21,
    /// <summary><c>TCP_MD5NOTFOUND</c>: The socket expects an MD5 signature (RFC 2385) and the segment has none.</summary>
    TcpMd5NotFound = 22,
    /// <summary><c>TCP_MD5UNEXPECTED</c>: The segment bears an MD5 signature that the socket has no key for.</summary>
    TcpMd5Unexpected = 23,
    /// <summary><c>TCP_MD5FAILURE</c>: The MD5 signature is wrong.</summary>
    TcpMd5Failure = 24,
    /// <summary><c>TCP_AONOTFOUND</c>: The socket expects TCP-AO (RFC 5925) and the segment has none.</summary>
    TcpAONotFound = 25,
    /// <summary><c>TCP_AOUNEXPECTED</c>: The segment bears TCP-AO and the socket does not use it.</summary>
    TcpAOUnexpected = 26,
    /// <summary><c>TCP_AOKEYNOTFOUND</c>: No key has the segment's TCP-AO key id.</summary>
    TcpAOKeyNotFound = 27,
    /// <summary><c>TCP_AOFAILURE</c>: The TCP-AO message authentication code is wrong.</summary>
    TcpAOFailure = 28,
    /// <summary><c>SOCKET_BACKLOG</c>: The socket was in use by the application and its backlog is full (<c>tcp_add_backlog</c>).</summary>
    SocketBacklog = 29,
    /// <summary><c>TCP_FLAGS</c>: None of ACK, RST and SYN is set, or SYN and FIN together reached a listener.</summary>
    TcpFlags = 30,
    /// <summary>
    /// <c>TCP_ABORT_ON_DATA</c>: Data arrived after the application had closed the socket, which resets the connection
    /// (<c>tcp_rcv_state_process</c>).
    /// </summary>
    TcpAbortOnData = 31,
    /// <summary><c>TCP_ZEROWINDOW</c>: Data arrived while the advertised receive window was zero (<c>tcp_data_queue</c>).</summary>
    TcpZeroWindow = 32,
    /// <summary><c>TCP_OLD_DATA</c>: All bytes were received before: a needless retransmission (<c>tcp_data_queue</c>).</summary>
    TcpOldData = 33,
    /// <summary><c>TCP_OVERWINDOW</c>: The first byte lies beyond the right edge of the receive window (<c>tcp_data_queue</c>).</summary>
    TcpOverWindow = 34,
    /// <summary><c>TCP_OFOMERGE</c>: All bytes are in the out-of-order queue already (<c>tcp_data_queue_ofo</c>).</summary>
    TcpOutOfOrderMerge = 35,
    /// <summary>
    /// <c>TCP_RFC7323_PAWS</c>: The timestamp is older than the last one accepted: protection against wrapped sequence numbers (RFC
    /// 7323, 5).
    /// </summary>
    TcpRfc7323Paws = 36,
    /// <summary>
    /// <c>TCP_RFC7323_PAWS_ACK</c>: As <see cref="TcpRfc7323Paws"/>, for a pure acknowledgment that was merely overtaken: no duplicate
    /// ACK is sent.
    /// </summary>
    TcpRfc7323PawsAck = 37,
    /// <summary>
    /// <c>TCP_RFC7323_TW_PAWS</c>: As <see cref="TcpRfc7323Paws"/>, for a connection in TIME-WAIT (<c>tcp_timewait_state_process</c>).
    /// </summary>
    TcpRfc7323TimeWaitPaws = 38,
    /// <summary><c>TCP_RFC7323_TSECR</c>: The echoed timestamp of a handshake's last ACK was never sent (<c>tcp_check_req</c>).</summary>
    TcpRfc7323EchoReply = 39,
    /// <summary><c>TCP_LISTEN_OVERFLOW</c>: The listener's accept queue is full.</summary>
    TcpListenOverflow = 40,
    /// <summary><c>TCP_OLD_SEQUENCE</c>: The segment ends left of the receive window: a duplicate (<c>tcp_sequence</c>).</summary>
    TcpOldSequence = 41,
    /// <summary><c>TCP_INVALID_SEQUENCE</c>: The segment begins right of the receive window (<c>tcp_sequence</c>).</summary>
    TcpInvalidSequence = 42,
    /// <summary>
    /// <c>TCP_INVALID_END_SEQUENCE</c>: The segment begins inside the receive window and ends right of it (<c>tcp_sequence</c>).
    /// </summary>
    TcpInvalidEndSequence = 43,
    /// <summary>
    /// <c>TCP_INVALID_ACK_SEQUENCE</c>: The acknowledgment number does not lie between what is unacknowledged and what was sent.
    /// </summary>
    TcpInvalidAckSequence = 44,
    /// <summary><c>TCP_RESET</c>: The segment was a RST: it ended the connection, or was ignored.</summary>
    TcpReset = 45,
    /// <summary><c>TCP_INVALID_SYN</c>: A SYN on a synchronized connection: answered by a challenge ACK (RFC 5961, 4).</summary>
    TcpInvalidSyn = 46,
    /// <summary><c>TCP_CLOSE</c>: The socket is in state CLOSED.</summary>
    TcpClose = 47,
    /// <summary><c>TCP_FASTOPEN</c>: A request socket of TCP Fast Open refused the segment (RFC 7413).</summary>
    TcpFastOpen = 48,
    /// <summary><c>TCP_OLD_ACK</c>: The acknowledgment is older than the last one, within the window (<c>tcp_ack</c>).</summary>
    TcpOldAck = 49,
    /// <summary>
    /// <c>TCP_TOO_OLD_ACK</c>: The acknowledgment is older than the greatest window seen (<c>tcp_ack</c>; RFC 5961, 5.2).
    /// </summary>
    TcpTooOldAck = 50,
    /// <summary><c>TCP_ACK_UNSENT_DATA</c>: The acknowledgment covers bytes that were never sent (<c>tcp_ack</c>).</summary>
    TcpAckUnsentData = 51,
    /// <summary>
    /// <c>TCP_OFO_QUEUE_PRUNE</c>: Thrown out of the out-of-order queue to free receive memory (<c>tcp_prune_ofo_queue</c>).
    /// </summary>
    TcpOutOfOrderQueuePrune = 52,
    /// <summary>
    /// <c>TCP_OFO_DROP</c>: An out-of-order segment whose bytes had all arrived when its turn came (<c>tcp_ofo_queue</c>).
    /// </summary>
    TcpOutOfOrderDrop = 53,

    // Sending: answers and forwarded packets.
    /// <summary><c>IP_OUTNOROUTES</c>: No route for a packet to be sent.</summary>
    IPOutNoRoutes = 54,
    /// <summary><c>BPF_CGROUP_EGRESS</c>: An eBPF program on the sending socket's cgroup refused the packet.</summary>
    BpfCgroupEgress = 55,
    /// <summary>
    /// <c>IPV6DISABLED</c>: IPv6 is switched off on the device (sysctl <c>disable_ipv6</c>; <c>ip6_rcv_core</c>, <c>ip6_output</c>).
    /// </summary>
    IPv6Disabled = 56,
    /// <summary>
    /// <c>NEIGH_CREATEFAIL</c>: No neighbour entry could be made for the next hop (<c>ip_finish_output2</c>,
    /// <c>ip6_finish_output2</c>).
    /// </summary>
    NeighborCreateFailed = 57,
    /// <summary>
    /// <c>NEIGH_FAILED</c>: The next hop did not answer ARP or neighbour discovery (<c>__neigh_event_send</c>,
    /// <c>neigh_invalidate</c>).
    /// </summary>
    NeighborFailed = 58,
    /// <summary>
    /// <c>NEIGH_QUEUEFULL</c>: Too many bytes wait for the next hop's address (sysctl <c>unres_qlen_bytes</c>; the oldest goes).
    /// </summary>
    NeighborQueueFull = 59,
    /// <summary><c>NEIGH_DEAD</c>: The neighbour entry is being removed.</summary>
    NeighborDead = 60,
    /// <summary>
    /// <c>NEIGH_HH_FILLFAIL</c>: The cached link-layer header does not fit in front of the packet (<c>neigh_hh_output</c>).
    /// </summary>
    NeighborHeaderFillFailed = 61,
    /// <summary><c>TC_EGRESS</c>: A classifier at the egress hook gave the verdict drop (<c>sch_handle_egress</c>).</summary>
    TcEgress = 62,
    /// <summary><c>SECURITY_HOOK</c>: A security module refused the packet.</summary>
    SecurityHook = 63,
    /// <summary><c>QDISC_DROP</c>: The queueing discipline did not take the packet.</summary>
    QdiscDrop = 64,
    /// <summary><c>QDISC_OVERLIMIT</c>: The queueing discipline is at its limit of packets or bytes.</summary>
    QdiscOverLimit = 65,
    /// <summary><c>QDISC_CONGESTED</c>: The queueing discipline's active queue management chose the packet.</summary>
    QdiscCongested = 66,

    // Card to protocol.
    /// <summary>
    /// <c>CPU_BACKLOG</c>: The CPU's backlog is full (sysctl <c>netdev_max_backlog</c>), or its flow limit chose the packet
    /// (<c>enqueue_to_backlog</c>).
    /// </summary>
    CpuBacklog = 71,
    /// <summary>
    /// <c>XDP</c>: An XDP program dropped a packet that had its <c>sk_buff</c> already (<c>do_xdp_generic</c>). Before that point: <see
    /// cref="XdpDrop"/>.
    /// </summary>
    Xdp = 72,
    /// <summary><c>TC_INGRESS</c>: A classifier at the ingress hook gave the verdict drop (<c>sch_handle_ingress</c>).</summary>
    TcIngress = 73,
    /// <summary><c>UNHANDLED_PROTO</c>: Nobody has registered for the EtherType (<c>__netif_receive_skb_core</c>).</summary>
    UnhandledProtocol = 74,
    /// <summary><c>SKB_CSUM</c>: A checksum to be sent could not be computed (<c>skb_checksum_help</c>).</summary>
    PacketChecksum = 75,
    /// <summary><c>SKB_GSO_SEG</c>: A packet larger than the device takes could not be cut into segments.</summary>
    GsoSegmentation = 76,
    /// <summary>
    /// <c>SKB_UCOPY_FAULT</c>: Fragments that lie in user memory could not be copied (<c>skb_orphan_frags_rx</c>, TUN and TAP).
    /// </summary>
    UserCopyFault = 77,
    /// <summary><c>DEV_HDR</c>: The driver's own header or metadata is invalid (the virtio header of TUN and TAP).</summary>
    DeviceHeader = 78,
    /// <summary><c>DEV_READY</c>: The device is down, or its queue is not set up.</summary>
    DeviceNotReady = 79,
    /// <summary><c>FULL_RING</c>: The device's ring is full (TUN and TAP when nobody reads).</summary>
    FullRing = 80,
    /// <summary><c>NOMEM</c>: Out of memory.</summary>
    NoMemory = 81,
    /// <summary><c>HDR_TRUNC</c>: A header could not be made contiguous, or a trim failed (TUN and TAP).</summary>
    HeaderTruncated = 82,
    /// <summary><c>TAP_FILTER</c>: Rejected by the eBPF filter of a TUN or TAP device (<c>TUNSETFILTEREBPF</c>).</summary>
    TapFilter = 83,
    /// <summary><c>TAP_TXFILTER</c>: Rejected by the address filter of a TAP device (<c>TUNSETTXFILTER</c>).</summary>
    TapTransmitFilter = 84,

    // Internet Protocol, second part.
    /// <summary><c>ICMP_CSUM</c>: Wrong ICMP checksum (<c>icmp_rcv</c>, <c>icmpv6_rcv</c>).</summary>
    IcmpChecksum = 85,
    /// <summary>
    /// <c>INVALID_PROTO</c>: Something a protocol forbids, such as an ICMP timestamp request to a broadcast address (RFC 1122, 3.2.2).
    /// </summary>
    InvalidProtocol = 86,
    /// <summary><c>IP_INADDRERRORS</c>: The destination is not ours and forwarding is off. Comes with <c>InAddrErrors</c>.</summary>
    IPInAddressErrors = 87,
    /// <summary><c>IP_INNOROUTES</c>: Forwarding is on and there is no route to the destination. Comes with <c>InNoRoutes</c>.</summary>
    IPInNoRoutes = 88,
    /// <summary>
    /// <c>IP_LOCAL_SOURCE</c>: The source is an address of this host, on a packet from outside (sysctl <c>accept_local</c>).
    /// </summary>
    IPLocalSource = 89,
    /// <summary>
    /// <c>IP_INVALID_SOURCE</c>: The source can be no station's: multicast, broadcast, or zero where zero is not allowed.
    /// </summary>
    IPInvalidSource = 90,
    /// <summary><c>IP_LOCALNET</c>: A loopback address (127.0.0.0/8) from outside (sysctl <c>route_localnet</c>).</summary>
    IPLocalNet = 91,
    /// <summary><c>IP_INVALID_DEST</c>: The destination is the zero network.</summary>
    IPInvalidDestination = 92,
    /// <summary>
    /// <c>PKT_TOO_BIG</c>: Larger than the next link's MTU and not to be fragmented, or a reassembled datagram over 65,535 bytes.
    /// </summary>
    PacketTooBig = 93,
    /// <summary><c>DUP_FRAG</c>: The fragment's bytes are all there already.</summary>
    DuplicateFragment = 94,
    /// <summary>
    /// <c>FRAG_REASM_TIMEOUT</c>: The rest of the datagram did not come in time (sysctls <c>ipfrag_time</c>, <c>ip6frag_time</c>).
    /// </summary>
    FragmentReassemblyTimeout = 95,
    /// <summary>
    /// <c>FRAG_TOO_FAR</c>: Too many fragments of other datagrams from this source came between (sysctl <c>ipfrag_max_dist</c>).
    /// </summary>
    FragmentTooFar = 96,
    /// <summary><c>TCP_MINTTL</c>: TTL or hop limit below the socket's <c>IP_MINTTL</c> or <c>IPV6_MINHOPCOUNT</c> (RFC 5082).</summary>
    TcpMinimumTtl = 97,
    /// <summary><c>IPV6_BAD_EXTHDR</c>: An IPv6 extension header or one of its options is malformed.</summary>
    IPv6BadExtensionHeader = 98,
    /// <summary><c>IPV6_NDISC_FRAG</c>: Neighbour discovery in fragments (sysctl <c>suppress_frag_ndisc</c>; RFC 6980).</summary>
    IPv6NdiscFragment = 99,
    /// <summary>
    /// <c>IPV6_NDISC_HOP_LIMIT</c>: Neighbour discovery with a hop limit other than 255: it has passed a router (RFC 4861, 6.1 and
    /// 7.1).
    /// </summary>
    IPv6NdiscHopLimit = 100,
    /// <summary><c>IPV6_NDISC_BAD_CODE</c>: Neighbour discovery with an ICMPv6 code other than 0.</summary>
    IPv6NdiscBadCode = 101,
    /// <summary><c>IPV6_NDISC_BAD_OPTIONS</c>: Neighbour discovery with malformed options, such as one of length 0.</summary>
    IPv6NdiscBadOptions = 102,
    /// <summary>
    /// <c>IPV6_NDISC_NS_OTHERHOST</c>: A neighbour solicitation for an address that is not ours and that we are no proxy for.
    /// </summary>
    IPv6NdiscSolicitationOtherHost = 103,
    /// <summary><c>QUEUE_PURGE</c>: On a queue that was emptied as a whole (<c>skb_queue_purge</c>).</summary>
    QueuePurge = 104,

    // Traffic control, taps, tunnels, bridges.
    /// <summary><c>TC_COOKIE_ERROR</c>: A classifier returned to a chain whose saved state is gone.</summary>
    TcCookieError = 105,
    /// <summary>
    /// <c>PACKET_SOCK_ERROR</c>: A packet socket's filter took the packet and the socket could not queue it (<c>packet_rcv</c>).
    /// </summary>
    PacketSocketError = 106,
    /// <summary><c>TC_CHAIN_NOTFOUND</c>: A classifier jumped to a chain that does not exist.</summary>
    TcChainNotFound = 107,
    /// <summary><c>TC_RECLASSIFY_LOOP</c>: Classifiers sent the packet round too often.</summary>
    TcReclassifyLoop = 108,
    /// <summary><c>VXLAN_INVALID_HDR</c>: Flags or reserved bits of the VXLAN header are wrong (RFC 7348, 5).</summary>
    VxlanInvalidHeader = 109,
    /// <summary><c>VXLAN_VNI_NOT_FOUND</c>: No VXLAN device has the header's network identifier.</summary>
    VxlanVniNotFound = 110,
    /// <summary><c>MAC_INVALID_SOURCE</c>: The source MAC address is a group address, zero, or the tunnel's own.</summary>
    MacInvalidSource = 111,
    /// <summary><c>VXLAN_ENTRY_EXISTS</c>: The source MAC address belongs to a forwarding entry that may not move.</summary>
    VxlanEntryExists = 112,
    /// <summary><c>NO_TX_TARGET</c>: No destination is known to send the frame to (bridge, VXLAN).</summary>
    NoTransmitTarget = 113,
    /// <summary><c>IP_TUNNEL_ECN</c>: The outer header says congestion, the inner that it cannot bear that (RFC 6040, 4.2).</summary>
    IPTunnelEcn = 114,
    /// <summary><c>TUNNEL_TXINFO</c>: Tunnel metadata is missing or of the wrong kind.</summary>
    TunnelTransmitInfo = 115,
    /// <summary><c>LOCAL_MAC</c>: The source MAC address is this device's own.</summary>
    LocalMac = 116,
    /// <summary>
    /// <c>ARP_PVLAN_DISABLE</c>: The ARP target lies behind the port that the request came in by, and answering for it there is off.
    /// </summary>
    ArpPrivateVlanDisabled = 117,
    /// <summary>
    /// <c>MAC_IEEE_MAC_CONTROL</c>: Sent to 01:80:C2:00:00:01, MAC control (IEEE 802.1D, table 7-10), which a bridge does not forward.
    /// </summary>
    MacControlAddress = 118,
    /// <summary><c>BRIDGE_INGRESS_STP_STATE</c>: The bridge port's spanning-tree state takes no frames in.</summary>
    BridgeIngressStpState = 119,
    /// <summary>
    /// <c>PFMEMALLOC</c>: The packet lies in memory kept for freeing memory, and its receiver is not one of those that do
    /// (<c>sk_filter_trim_cap</c>).
    /// </summary>
    MemoryReserve = 123,
    /// <summary><c>PSP_INPUT</c>: The socket requires PSP encryption and the packet did not come so.</summary>
    PspInput = 125,
    /// <summary><c>PSP_OUTPUT</c>: The packet should leave with PSP encryption and cannot.</summary>
    PspOutput = 126,
    /// <summary><c>RECURSION_LIMIT</c>: Devices upon devices send to each other too deep (<c>__dev_queue_xmit</c>).</summary>
    RecursionLimit = 127,

    // Drops that the kernel makes without the tracepoint skb:kfree_skb: no sk_buff exists yet. The names are Saker's.
    /// <summary><c>xdp:DROP</c>: An XDP program in the driver returned <c>XDP_DROP</c>.</summary>
    XdpDrop = 0x1000,
    /// <summary>
    /// <c>xdp:ABORTED</c>: An XDP program in the driver returned <c>XDP_ABORTED</c> (tracepoint <c>xdp:xdp_exception</c>).
    /// </summary>
    XdpAborted = 0x1001,
    /// <summary>
    /// <c>xdp:INVALID</c>: An XDP program in the driver returned a number that is no action (<c>bpf_warn_invalid_xdp_action</c>).
    /// </summary>
    XdpInvalid = 0x1002,
    /// <summary><c>xdp:TX</c>: An XDP program returned <c>XDP_TX</c> and the frame could not be sent.</summary>
    XdpTransmit = 0x1003,
    /// <summary>
    /// <c>xdp:REDIRECT</c>: An XDP program returned <c>XDP_REDIRECT</c> and the target did not take the frame (tracepoint
    /// <c>xdp:xdp_redirect_err</c>).
    /// </summary>
    XdpRedirect = 0x1004,
    /// <summary><c>card:rx_missed</c>: The receive ring held no empty descriptor: head had reached tail.</summary>
    CardMissed = 0x1010,
    /// <summary><c>card:rx_crc</c>: The frame check sequence was wrong.</summary>
    CardCrc = 0x1012,
    /// <summary><c>card:steering_drop</c>: A receive classification rule of the card (<c>ethtool -N</c>) has the action drop.</summary>
    CardSteeringDrop = 0x1013,
    /// <summary><c>card:rx_runt</c>: The frame ended before its Ethernet header did.</summary>
    CardRunt = 0x1014,
    /// <summary><c>card:alloc_buff_failed</c>: The driver had no memory for a packet (<c>i40e_clean_rx_irq</c>).</summary>
    CardNoMemory = 0x1015,
    /// <summary>
    /// <c>backlog:queue_full</c>: The ring between two CPUs had no room, though the kernel's own limit (<see cref="CpuBacklog"/>) was
    /// not reached.
    /// </summary>
    BacklogQueueFull = 0x1020,
    /// <summary><c>backlog:no_memory</c>: A CPU had no packet memory for what another CPU gave it, or to make that another's.</summary>
    BacklogNoMemory = 0x1021,
}
