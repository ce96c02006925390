namespace Saker.Stack.Observation;

/// <summary>
/// The counters that Linux 6.18 keeps for its protocols, in the order in which /proc/net/snmp, /proc/net/netstat and /proc/net/snmp6 print
/// them. A counter is an index into a flat array, so that counting is one addition at a constant place.
/// </summary>
/// <remarks>
/// <para>Members are spelled as the kernel's names (protocol, then name), so that a search for either finds the other; see
/// <see cref="CounterNames"/> for the exact names.</para>
/// <para>Settings printed among the counters (Ip.Forwarding, Ip.DefaultTTL, Tcp.RtoAlgorithm, Tcp.RtoMin, Tcp.RtoMax, Tcp.MaxConn) are not
/// counters and are left out, and so is Multipath TCP (MPTcpExt), which Saker does not speak.</para>
/// <para>Sources: RFC 4293 (IP, ICMP), RFC 4022 (TCP), RFC 4113 (UDP); for the rest the kernel's networking/snmp_counter.rst.</para>
/// </remarks>
public enum Counter : ushort
{
    // /proc/net/snmp, Ip: IPv4 (RFC 4293).
    /// <summary>Datagrams that came in, faulty ones too; counted once after GRO (<c>ip_rcv_core</c>).</summary>
    IpInReceives,
    /// <summary>Dropped for a fault in the header: version, lengths, checksum, options, TTL used up.</summary>
    IpInHdrErrors,
    /// <summary>Dropped because the destination is not ours and forwarding is off, or cannot be anybody's.</summary>
    IpInAddrErrors,
    /// <summary>Forwarded (<c>ip_forward_finish</c>).</summary>
    IpForwDatagrams,
    /// <summary>Dropped because neither a protocol handler nor a raw socket wants the protocol number.</summary>
    IpInUnknownProtos,
    /// <summary>Dropped for want of memory and the like, though nothing was wrong with the datagram.</summary>
    IpInDiscards,
    /// <summary>Handed to a transport protocol or to ICMP (<c>ip_protocol_deliver_rcu</c>).</summary>
    IpInDelivers,
    /// <summary>Handed to IP for sending by this host; forwarded ones are not among them.</summary>
    IpOutRequests,
    /// <summary>Dropped on the way out, though nothing was wrong with the datagram.</summary>
    IpOutDiscards,
    /// <summary>Dropped on the way out for want of a route.</summary>
    IpOutNoRoutes,
    /// <summary>Reassemblies given up because a fragment did not come in time.</summary>
    IpReasmTimeout,
    /// <summary>Fragments that came in and had to be reassembled.</summary>
    IpReasmReqds,
    /// <summary>Datagrams reassembled.</summary>
    IpReasmOKs,
    /// <summary>Failures of reassembly: time-outs, contradicting fragments, memory limit.</summary>
    IpReasmFails,
    /// <summary>Datagrams that were fragmented for sending.</summary>
    IpFragOKs,
    /// <summary>Datagrams that should have been fragmented and could not, or must not.</summary>
    IpFragFails,
    /// <summary>Fragments made for sending.</summary>
    IpFragCreates,
    /// <summary>Handed to the link layer, own and forwarded ones, each fragment by itself.</summary>
    IpOutTransmits,

    // /proc/net/snmp, Icmp: ICMP (RFC 4293). The counters of single types are views, see IcmpTypeCounters.Source.
    /// <summary>Messages that came in, faulty ones too (<c>icmp_rcv</c>).</summary>
    IcmpInMsgs,
    /// <summary>Messages that came in with a wrong checksum, a wrong length, or an error found by their handler.</summary>
    IcmpInErrors,
    /// <summary>Messages that came in with a wrong checksum; counted in <see cref="IcmpInErrors"/> too.</summary>
    IcmpInCsumErrors,
    /// <summary>Destination unreachable: a view of <see cref="IcmpMsgInType0"/> + 3.</summary>
    IcmpInDestUnreachs,
    /// <summary>Time exceeded: a view of <see cref="IcmpMsgInType0"/> + 11.</summary>
    IcmpInTimeExcds,
    /// <summary>Parameter problem: a view of <see cref="IcmpMsgInType0"/> + 12.</summary>
    IcmpInParmProbs,
    /// <summary>Source quench: a view of <see cref="IcmpMsgInType0"/> + 4.</summary>
    IcmpInSrcQuenchs,
    /// <summary>Redirect: a view of <see cref="IcmpMsgInType0"/> + 5.</summary>
    IcmpInRedirects,
    /// <summary>Echo request: a view of <see cref="IcmpMsgInType0"/> + 8.</summary>
    IcmpInEchos,
    /// <summary>Echo reply: a view of <see cref="IcmpMsgInType0"/> + 0.</summary>
    IcmpInEchoReps,
    /// <summary>Timestamp request: a view of <see cref="IcmpMsgInType0"/> + 13.</summary>
    IcmpInTimestamps,
    /// <summary>Timestamp reply: a view of <see cref="IcmpMsgInType0"/> + 14.</summary>
    IcmpInTimestampReps,
    /// <summary>Address mask request: a view of <see cref="IcmpMsgInType0"/> + 17.</summary>
    IcmpInAddrMasks,
    /// <summary>Address mask reply: a view of <see cref="IcmpMsgInType0"/> + 18.</summary>
    IcmpInAddrMaskReps,
    /// <summary>Messages sent.</summary>
    IcmpOutMsgs,
    /// <summary>Messages that could not be sent.</summary>
    IcmpOutErrors,
    /// <summary>Messages not sent because of the host's rate limit (sysctl <c>icmp_msgs_per_sec</c>).</summary>
    IcmpOutRateLimitGlobal,
    /// <summary>Messages not sent because of the rate limit for one destination (sysctl <c>icmp_ratelimit</c>).</summary>
    IcmpOutRateLimitHost,
    /// <summary>Destination unreachable: a view of <see cref="IcmpMsgOutType0"/> + 3.</summary>
    IcmpOutDestUnreachs,
    /// <summary>Time exceeded: a view of <see cref="IcmpMsgOutType0"/> + 11.</summary>
    IcmpOutTimeExcds,
    /// <summary>Parameter problem: a view of <see cref="IcmpMsgOutType0"/> + 12.</summary>
    IcmpOutParmProbs,
    /// <summary>Source quench: a view of <see cref="IcmpMsgOutType0"/> + 4.</summary>
    IcmpOutSrcQuenchs,
    /// <summary>Redirect: a view of <see cref="IcmpMsgOutType0"/> + 5.</summary>
    IcmpOutRedirects,
    /// <summary>Echo request: a view of <see cref="IcmpMsgOutType0"/> + 8.</summary>
    IcmpOutEchos,
    /// <summary>Echo reply: a view of <see cref="IcmpMsgOutType0"/> + 0.</summary>
    IcmpOutEchoReps,
    /// <summary>Timestamp request: a view of <see cref="IcmpMsgOutType0"/> + 13.</summary>
    IcmpOutTimestamps,
    /// <summary>Timestamp reply: a view of <see cref="IcmpMsgOutType0"/> + 14.</summary>
    IcmpOutTimestampReps,
    /// <summary>Address mask request: a view of <see cref="IcmpMsgOutType0"/> + 17.</summary>
    IcmpOutAddrMasks,
    /// <summary>Address mask reply: a view of <see cref="IcmpMsgOutType0"/> + 18.</summary>
    IcmpOutAddrMaskReps,

    // /proc/net/snmp, IcmpMsg: ICMP by type number, 256 counters each way.
    /// <summary>Messages of type 0 that came in; the 255 types after it follow, see <see cref="IcmpTypeCounters"/>.</summary>
    IcmpMsgInType0,
    /// <summary>Messages of type 0 that were sent; the 255 types after it follow.</summary>
    IcmpMsgOutType0 = IcmpMsgInType0 + 256,

    // /proc/net/snmp, Tcp (RFC 4022).
    /// <summary>Connections begun by this host: CLOSED to SYN-SENT.</summary>
    TcpActiveOpens = IcmpMsgOutType0 + 256,
    /// <summary>Connections begun by a peer: a child socket was made for a handshake.</summary>
    TcpPassiveOpens,
    /// <summary>Connections that ended in SYN-SENT or SYN-RECEIVED.</summary>
    TcpAttemptFails,
    /// <summary>Connections that were reset in ESTABLISHED or CLOSE-WAIT.</summary>
    TcpEstabResets,
    /// <summary>Connections in ESTABLISHED or CLOSE-WAIT now: a gauge, which falls too.</summary>
    TcpCurrEstab,
    /// <summary>Segments that came in, faulty ones too; counted once after GRO (<c>tcp_v4_rcv</c>, <c>tcp_v6_rcv</c>).</summary>
    TcpInSegs,
    /// <summary>Segments sent, without retransmissions.</summary>
    TcpOutSegs,
    /// <summary>Segments sent again.</summary>
    TcpRetransSegs,
    /// <summary>Segments that came in with a wrong checksum or a malformed header.</summary>
    TcpInErrs,
    /// <summary>Segments sent with RST.</summary>
    TcpOutRsts,
    /// <summary>Segments that came in with a wrong checksum; counted in <see cref="TcpInErrs"/> too.</summary>
    TcpInCsumErrors,

    // /proc/net/snmp, Udp (RFC 4113).
    /// <summary>Datagrams that an application has read.</summary>
    UdpInDatagrams,
    /// <summary>Datagrams for a port on which no socket listens.</summary>
    UdpNoPorts,
    /// <summary>Datagrams not delivered for any other reason; the particular reason is counted beside it.</summary>
    UdpInErrors,
    /// <summary>Datagrams sent.</summary>
    UdpOutDatagrams,
    /// <summary>Datagrams dropped because the socket's receive buffer was full.</summary>
    UdpRcvbufErrors,
    /// <summary>Datagrams not sent because the socket's send buffer was full.</summary>
    UdpSndbufErrors,
    /// <summary>Datagrams with a wrong checksum.</summary>
    UdpInCsumErrors,
    /// <summary>Datagrams to a group or broadcast address that no socket wants; not an error.</summary>
    UdpIgnoredMulti,
    /// <summary>Datagrams dropped at the memory limit of the whole protocol (sysctl <c>udp_mem</c>).</summary>
    UdpMemErrors,

    // /proc/net/snmp, UdpLite (RFC 3828): as UDP.
    /// <summary>Datagrams that an application has read.</summary>
    UdpLiteInDatagrams,
    /// <summary>Datagrams for a port on which no socket listens.</summary>
    UdpLiteNoPorts,
    /// <summary>Datagrams not delivered for any other reason; the particular reason is counted beside it.</summary>
    UdpLiteInErrors,
    /// <summary>Datagrams sent.</summary>
    UdpLiteOutDatagrams,
    /// <summary>Datagrams dropped because the socket's receive buffer was full.</summary>
    UdpLiteRcvbufErrors,
    /// <summary>Datagrams not sent because the socket's send buffer was full.</summary>
    UdpLiteSndbufErrors,
    /// <summary>Datagrams with a wrong checksum.</summary>
    UdpLiteInCsumErrors,
    /// <summary>Datagrams to a group or broadcast address that no socket wants; not an error.</summary>
    UdpLiteIgnoredMulti,
    /// <summary>Datagrams dropped at the memory limit of the whole protocol (sysctl <c>udp_mem</c>).</summary>
    UdpLiteMemErrors,

    // /proc/net/netstat, TcpExt: what Linux counts beyond RFC 4022 (kernel documentation: networking/snmp_counter.rst).
    /// <summary>SYN cookies sent.</summary>
    TcpExtSyncookiesSent,
    /// <summary>Valid SYN cookies that came back.</summary>
    TcpExtSyncookiesRecv,
    /// <summary>Invalid SYN cookies that came back.</summary>
    TcpExtSyncookiesFailed,
    /// <summary>RSTs that came in for connections in SYN-RECEIVED.</summary>
    TcpExtEmbryonicRsts,
    /// <summary>Times that receive memory was so short that queues were collapsed or pruned.</summary>
    TcpExtPruneCalled,
    /// <summary>Segments dropped because pruning did not free enough.</summary>
    TcpExtRcvPruned,
    /// <summary>Times that the out-of-order queue was thrown away to free receive memory.</summary>
    TcpExtOfoPruned,
    /// <summary>ICMP errors whose quoted sequence number is not outstanding.</summary>
    TcpExtOutOfWindowIcmps,
    /// <summary>ICMP errors not acted on because an application had the socket locked.</summary>
    TcpExtLockDroppedIcmps,
    /// <summary>ARP requests not answered because of <c>arp_filter</c>.</summary>
    TcpExtArpFilter,
    /// <summary>Sockets whose TIME-WAIT ended by its timer.</summary>
    TcpExtTW,
    /// <summary>TIME-WAIT sockets whose ports a new outgoing connection took over.</summary>
    TcpExtTWRecycled,
    /// <summary>TIME-WAIT sockets ended early.</summary>
    TcpExtTWKilled,
    /// <summary>Segments rejected in SYN-SENT for the timestamp they echo.</summary>
    TcpExtPAWSActive,
    /// <summary>Segments rejected for an old timestamp (PAWS, RFC 7323).</summary>
    TcpExtPAWSEstab,
    /// <summary>Segments rejected because they end beyond the receive window.</summary>
    TcpExtBeyondWindow,
    /// <summary>Handshake ACKs rejected because they echo a timestamp that was never sent.</summary>
    TcpExtTSEcrRejected,
    /// <summary>Pure ACKs rejected for an old timestamp that look merely overtaken.</summary>
    TcpExtPAWSOldAck,
    /// <summary>Segments rejected for an old timestamp in TIME-WAIT.</summary>
    TcpExtPAWSTimewait,
    /// <summary>ACKs sent by the delayed-ACK timer.</summary>
    TcpExtDelayedACKs,
    /// <summary>Delayed ACKs put off once more because an application had the socket locked.</summary>
    TcpExtDelayedACKLocked,
    /// <summary>Segments that had been received before: the ACK may have been lost, so the next ones go out at once.</summary>
    TcpExtDelayedACKLost,
    /// <summary>Handshakes refused because the accept queue was full.</summary>
    TcpExtListenOverflows,
    /// <summary>Segments that a listener dropped, for any reason.</summary>
    TcpExtListenDrops,
    /// <summary>Data segments handled by header prediction, the fast path.</summary>
    TcpExtTCPHPHits,
    /// <summary>ACKs without data handled by the slow path.</summary>
    TcpExtTCPPureAcks,
    /// <summary>ACKs without data handled by header prediction.</summary>
    TcpExtTCPHPAcks,
    /// <summary>Times that recovery began without SACK.</summary>
    TcpExtTCPRenoRecovery,
    /// <summary>Times that recovery began with SACK.</summary>
    TcpExtTCPSackRecovery,
    /// <summary>Times that a receiver dropped what it had SACKed.</summary>
    TcpExtTCPSACKReneging,
    /// <summary>Reorderings found by SACK.</summary>
    TcpExtTCPSACKReorder,
    /// <summary>Reorderings found by duplicate ACKs.</summary>
    TcpExtTCPRenoReorder,
    /// <summary>Reorderings found when a hole was filled without need, by timestamp.</summary>
    TcpExtTCPTSReorder,
    /// <summary>Window reductions undone whole, by timestamp.</summary>
    TcpExtTCPFullUndo,
    /// <summary>Window reductions undone at a partial ACK.</summary>
    TcpExtTCPPartialUndo,
    /// <summary>Window reductions undone by D-SACK.</summary>
    TcpExtTCPDSACKUndo,
    /// <summary>Window reductions undone after a time-out.</summary>
    TcpExtTCPLossUndo,
    /// <summary>Retransmissions that SACK shows to be lost too.</summary>
    TcpExtTCPLostRetransmit,
    /// <summary>Time-outs in recovery without SACK.</summary>
    TcpExtTCPRenoFailures,
    /// <summary>Time-outs in recovery with SACK.</summary>
    TcpExtTCPSackFailures,
    /// <summary>Time-outs in state loss.</summary>
    TcpExtTCPLossFailures,
    /// <summary>Retransmissions outside of state loss.</summary>
    TcpExtTCPFastRetrans,
    /// <summary>Retransmissions in state loss.</summary>
    TcpExtTCPSlowStartRetrans,
    /// <summary>Retransmission time-outs.</summary>
    TcpExtTCPTimeouts,
    /// <summary>Tail loss probes sent (RFC 8985, 7).</summary>
    TcpExtTCPLossProbes,
    /// <summary>Losses that a tail loss probe repaired.</summary>
    TcpExtTCPLossProbeRecovery,
    /// <summary>Recoveries without SACK that ended in a time-out.</summary>
    TcpExtTCPRenoRecoveryFail,
    /// <summary>Recoveries with SACK that ended in a time-out.</summary>
    TcpExtTCPSackRecoveryFail,
    /// <summary>Buffers of a receive queue put together to save memory.</summary>
    TcpExtTCPRcvCollapsed,
    /// <summary>Segments merged into the last one of a socket's backlog.</summary>
    TcpExtTCPBacklogCoalesce,
    /// <summary>D-SACKs sent for data that had been acknowledged.</summary>
    TcpExtTCPDSACKOldSent,
    /// <summary>D-SACKs sent for data in the out-of-order queue.</summary>
    TcpExtTCPDSACKOfoSent,
    /// <summary>D-SACKs that came in for acknowledged data.</summary>
    TcpExtTCPDSACKRecv,
    /// <summary>D-SACKs that came in for out-of-order data.</summary>
    TcpExtTCPDSACKOfoRecv,
    /// <summary>Connections reset because data came after close, or by SO_LINGER with time 0.</summary>
    TcpExtTCPAbortOnData,
    /// <summary>Connections reset because they were closed with data unread.</summary>
    TcpExtTCPAbortOnClose,
    /// <summary>Connections given up for want of memory for orphans.</summary>
    TcpExtTCPAbortOnMemory,
    /// <summary>Connections given up when a timer ran out of tries.</summary>
    TcpExtTCPAbortOnTimeout,
    /// <summary>Connections ended in FIN-WAIT-2 because of TCP_LINGER2.</summary>
    TcpExtTCPAbortOnLinger,
    /// <summary>RSTs that could not be sent for want of memory.</summary>
    TcpExtTCPAbortFailed,
    /// <summary>Times that TCP as a whole came under memory pressure (sysctl <c>tcp_mem</c>).</summary>
    TcpExtTCPMemoryPressures,
    /// <summary>Milliseconds that TCP as a whole spent under memory pressure.</summary>
    TcpExtTCPMemoryPressuresChrono,
    /// <summary>SACK blocks ignored as invalid.</summary>
    TcpExtTCPSACKDiscard,
    /// <summary>D-SACK blocks ignored as too old.</summary>
    TcpExtTCPDSACKIgnoredOld,
    /// <summary>D-SACK blocks ignored where there was nothing to undo.</summary>
    TcpExtTCPDSACKIgnoredNoUndo,
    /// <summary>Time-outs found needless by F-RTO (RFC 5682).</summary>
    TcpExtTCPSpuriousRTOs,
    /// <summary>Segments without the MD5 signature that the socket expects.</summary>
    TcpExtTCPMD5NotFound,
    /// <summary>Segments with an MD5 signature that the socket does not expect.</summary>
    TcpExtTCPMD5Unexpected,
    /// <summary>Segments with a wrong MD5 signature.</summary>
    TcpExtTCPMD5Failure,
    /// <summary>SACKed bytes moved to the buffer before.</summary>
    TcpExtTCPSackShifted,
    /// <summary>SACKed buffers joined with the one before.</summary>
    TcpExtTCPSackMerged,
    /// <summary>SACKed buffers that could not be joined.</summary>
    TcpExtTCPSackShiftFallback,
    /// <summary>Segments dropped because the socket's backlog was full.</summary>
    TcpExtTCPBacklogDrop,
    /// <summary>Packets dropped because they lie in memory kept for freeing memory.</summary>
    TcpExtPFMemallocDrop,
    /// <summary>Segments dropped for a TTL below IP_MINTTL.</summary>
    TcpExtTCPMinTTLDrop,
    /// <summary>Handshake ACKs without data ignored because of TCP_DEFER_ACCEPT.</summary>
    TcpExtTCPDeferAcceptDrop,
    /// <summary>Packets dropped by the reverse-path filter (sysctl <c>rp_filter</c>).</summary>
    TcpExtIPReversePathFilter,
    /// <summary>Sockets that got no TIME-WAIT because there are too many (sysctl <c>tcp_max_tw_buckets</c>).</summary>
    TcpExtTCPTimeWaitOverflow,
    /// <summary>SYNs answered by a cookie because the request queue was full.</summary>
    TcpExtTCPReqQFullDoCookies,
    /// <summary>SYNs dropped because the request queue was full and cookies are off.</summary>
    TcpExtTCPReqQFullDrop,
    /// <summary>Retransmissions that the layer below did not take.</summary>
    TcpExtTCPRetransFail,
    /// <summary>Segments merged into the last one of a receive queue.</summary>
    TcpExtTCPRcvCoalesce,
    /// <summary>Segments queued out of order.</summary>
    TcpExtTCPOFOQueue,
    /// <summary>Out-of-order segments dropped for want of receive memory.</summary>
    TcpExtTCPOFODrop,
    /// <summary>Out-of-order segments whose bytes were, wholly or partly, there already.</summary>
    TcpExtTCPOFOMerge,
    /// <summary>Challenge ACKs sent (RFC 5961).</summary>
    TcpExtTCPChallengeACK,
    /// <summary>Challenge ACKs sent in answer to a SYN.</summary>
    TcpExtTCPSYNChallenge,
    /// <summary>Outgoing Fast Open connections whose data in the SYN was acknowledged.</summary>
    TcpExtTCPFastOpenActive,
    /// <summary>Outgoing Fast Open connections that failed.</summary>
    TcpExtTCPFastOpenActiveFail,
    /// <summary>Incoming Fast Open connections accepted.</summary>
    TcpExtTCPFastOpenPassive,
    /// <summary>Incoming Fast Open connections with an invalid cookie.</summary>
    TcpExtTCPFastOpenPassiveFail,
    /// <summary>Incoming Fast Open connections refused because too many wait.</summary>
    TcpExtTCPFastOpenListenOverflow,
    /// <summary>Requests for a Fast Open cookie that came in.</summary>
    TcpExtTCPFastOpenCookieReqd,
    /// <summary>Times that Fast Open was switched off because the network swallows it.</summary>
    TcpExtTCPFastOpenBlackhole,
    /// <summary>Retransmissions not made because the original still waits in this host.</summary>
    TcpExtTCPSpuriousRtxHostQueues,
    /// <summary>Packets received by busy polling.</summary>
    TcpExtBusyPollRxPackets,
    /// <summary>Times that small writes were held back to be joined.</summary>
    TcpExtTCPAutoCorking,
    /// <summary>Times that the advertised window opened from zero.</summary>
    TcpExtTCPFromZeroWindowAdv,
    /// <summary>Times that the advertised window closed to zero.</summary>
    TcpExtTCPToZeroWindowAdv,
    /// <summary>Times that zero was the window to advertise, which may not shrink.</summary>
    TcpExtTCPWantZeroWindowAdv,
    /// <summary>SYNs and SYN-ACKs sent again.</summary>
    TcpExtTCPSynRetrans,
    /// <summary>Segments sent with data for the first time.</summary>
    TcpExtTCPOrigDataSent,
    /// <summary>Slow starts ended by HyStart's ACK train.</summary>
    TcpExtTCPHystartTrainDetect,
    /// <summary>Sum of the congestion windows at which that happened.</summary>
    TcpExtTCPHystartTrainCwnd,
    /// <summary>Slow starts ended by HyStart's delay increase.</summary>
    TcpExtTCPHystartDelayDetect,
    /// <summary>Sum of the congestion windows at which that happened.</summary>
    TcpExtTCPHystartDelayCwnd,
    /// <summary>ACKs not sent in SYN-RECEIVED because of the rate limit (sysctl <c>tcp_invalid_ratelimit</c>).</summary>
    TcpExtTCPACKSkippedSynRecv,
    /// <summary>ACKs to segments with an old timestamp not sent because of the rate limit.</summary>
    TcpExtTCPACKSkippedPAWS,
    /// <summary>ACKs to segments out of the window not sent because of the rate limit.</summary>
    TcpExtTCPACKSkippedSeq,
    /// <summary>ACKs not sent in FIN-WAIT-2 because of the rate limit.</summary>
    TcpExtTCPACKSkippedFinWait2,
    /// <summary>ACKs not sent in TIME-WAIT because of the rate limit.</summary>
    TcpExtTCPACKSkippedTimeWait,
    /// <summary>Challenge ACKs not sent because of the rate limit.</summary>
    TcpExtTCPACKSkippedChallenge,
    /// <summary>Window probes sent.</summary>
    TcpExtTCPWinProbe,
    /// <summary>Keep-alive probes sent.</summary>
    TcpExtTCPKeepAlive,
    /// <summary>Path MTU probes that failed.</summary>
    TcpExtTCPMTUPFail,
    /// <summary>Path MTU probes that got through.</summary>
    TcpExtTCPMTUPSuccess,
    /// <summary>Segments known to have reached the peer.</summary>
    TcpExtTCPDelivered,
    /// <summary>Segments known to have reached the peer with congestion marked.</summary>
    TcpExtTCPDeliveredCE,
    /// <summary>ACKs left out because a later one covers them.</summary>
    TcpExtTCPAckCompressed,
    /// <summary>Segments dropped because they came while the window was zero.</summary>
    TcpExtTCPZeroWindowDrop,
    /// <summary>In-order segments dropped for want of receive memory.</summary>
    TcpExtTCPRcvQDrop,
    /// <summary>Times that a buffer to be sent was not split because the write queue is too large.</summary>
    TcpExtTCPWqueueTooBig,
    /// <summary>Fast Open cookies that the older of two keys made.</summary>
    TcpExtTCPFastOpenPassiveAltKey,
    /// <summary>Times that a time-out chose another path by a new flow hash.</summary>
    TcpExtTcpTimeoutRehash,
    /// <summary>Times that duplicate data chose another path for the ACKs.</summary>
    TcpExtTcpDuplicateDataRehash,
    /// <summary>Segments that D-SACKs reported.</summary>
    TcpExtTCPDSACKRecvSegs,
    /// <summary>D-SACKs ignored because they report more than was retransmitted.</summary>
    TcpExtTCPDSACKIgnoredDubious,
    /// <summary>Handshakes moved to another listener of the group.</summary>
    TcpExtTCPMigrateReqSuccess,
    /// <summary>Handshakes that could not be moved to another listener.</summary>
    TcpExtTCPMigrateReqFailure,
    /// <summary>Times that congestion chose another path (protective load balancing).</summary>
    TcpExtTCPPLBRehash,
    /// <summary>Segments without the TCP-AO option that the socket expects.</summary>
    TcpExtTCPAORequired,
    /// <summary>Segments with a wrong TCP-AO code.</summary>
    TcpExtTCPAOBad,
    /// <summary>Segments with a TCP-AO key id that no key has.</summary>
    TcpExtTCPAOKeyNotFound,
    /// <summary>Segments with a right TCP-AO code.</summary>
    TcpExtTCPAOGood,
    /// <summary>ICMP errors ignored because of TCP-AO (RFC 5925, 7.8).</summary>
    TcpExtTCPAODroppedIcmps,

    // /proc/net/netstat, IpExt: the rest of RFC 4293 for IPv4.
    /// <summary>Dropped because forwarding is on and there is no route.</summary>
    IpExtInNoRoutes,
    /// <summary>Dropped because the frame ends before the total length that the header tells.</summary>
    IpExtInTruncatedPkts,
    /// <summary>Datagrams that came in for a multicast address.</summary>
    IpExtInMcastPkts,
    /// <summary>Datagrams sent to a multicast address.</summary>
    IpExtOutMcastPkts,
    /// <summary>Datagrams that came in for a broadcast address.</summary>
    IpExtInBcastPkts,
    /// <summary>Datagrams sent to a broadcast address.</summary>
    IpExtOutBcastPkts,
    /// <summary>Bytes that came in, IP header included, link header not.</summary>
    IpExtInOctets,
    /// <summary>Bytes sent, IP header included, link header not.</summary>
    IpExtOutOctets,
    /// <summary>Bytes of <see cref="IpExtInMcastPkts"/>.</summary>
    IpExtInMcastOctets,
    /// <summary>Bytes of <see cref="IpExtOutMcastPkts"/>.</summary>
    IpExtOutMcastOctets,
    /// <summary>Bytes of <see cref="IpExtInBcastPkts"/>.</summary>
    IpExtInBcastOctets,
    /// <summary>Bytes of <see cref="IpExtOutBcastPkts"/>.</summary>
    IpExtOutBcastOctets,
    /// <summary>Datagrams with a wrong header checksum; counted in <see cref="IpInHdrErrors"/> too.</summary>
    IpExtInCsumErrors,
    /// <summary>Frames whose ECN field says 00, not ECN-capable; counts frames, also those that GRO merged.</summary>
    IpExtInNoECTPkts,
    /// <summary>Frames whose ECN field says 01, ECT(1).</summary>
    IpExtInECT1Pkts,
    /// <summary>Frames whose ECN field says 10, ECT(0).</summary>
    IpExtInECT0Pkts,
    /// <summary>Frames whose ECN field says 11, congestion experienced.</summary>
    IpExtInCEPkts,
    /// <summary>Reassemblies given up because fragments overlap.</summary>
    IpExtReasmOverlaps,

    // /proc/net/snmp6, Ip6: IPv6 (RFC 4293).
    /// <summary>Datagrams that came in, faulty ones too; counted once after GRO (<c>ip6_rcv_core</c>).</summary>
    Ip6InReceives,
    /// <summary>Dropped for a fault in the header or an extension header, or a hop limit used up.</summary>
    Ip6InHdrErrors,
    /// <summary>Not forwarded because larger than the next link's MTU.</summary>
    Ip6InTooBigErrors,
    /// <summary>Dropped for want of a route.</summary>
    Ip6InNoRoutes,
    /// <summary>Dropped for an address that may not be there, or a destination that is not ours.</summary>
    Ip6InAddrErrors,
    /// <summary>Dropped because neither a protocol handler nor a raw socket wants the next header.</summary>
    Ip6InUnknownProtos,
    /// <summary>Dropped because the frame ends before the payload length that the header tells.</summary>
    Ip6InTruncatedPkts,
    /// <summary>Dropped for want of memory, because IPv6 is off on the device, and the like.</summary>
    Ip6InDiscards,
    /// <summary>Handed to a transport protocol or to ICMPv6.</summary>
    Ip6InDelivers,
    /// <summary>Forwarded.</summary>
    Ip6OutForwDatagrams,
    /// <summary>Handed to IPv6 for sending by this host.</summary>
    Ip6OutRequests,
    /// <summary>Dropped on the way out, though nothing was wrong with the datagram.</summary>
    Ip6OutDiscards,
    /// <summary>Dropped on the way out for want of a route.</summary>
    Ip6OutNoRoutes,
    /// <summary>Reassemblies given up because a fragment did not come in time.</summary>
    Ip6ReasmTimeout,
    /// <summary>Fragments that came in and had to be reassembled.</summary>
    Ip6ReasmReqds,
    /// <summary>Datagrams reassembled.</summary>
    Ip6ReasmOKs,
    /// <summary>Failures of reassembly.</summary>
    Ip6ReasmFails,
    /// <summary>Datagrams that were fragmented for sending.</summary>
    Ip6FragOKs,
    /// <summary>Datagrams that should have been fragmented and could not.</summary>
    Ip6FragFails,
    /// <summary>Fragments made for sending.</summary>
    Ip6FragCreates,
    /// <summary>Datagrams that came in for a multicast address.</summary>
    Ip6InMcastPkts,
    /// <summary>Datagrams sent to a multicast address.</summary>
    Ip6OutMcastPkts,
    /// <summary>Bytes that came in, IPv6 header included, link header not.</summary>
    Ip6InOctets,
    /// <summary>Bytes sent, IPv6 header included, link header not.</summary>
    Ip6OutOctets,
    /// <summary>Bytes of <see cref="Ip6InMcastPkts"/>.</summary>
    Ip6InMcastOctets,
    /// <summary>Bytes of <see cref="Ip6OutMcastPkts"/>.</summary>
    Ip6OutMcastOctets,
    /// <summary>Always 0: IPv6 has no broadcast.</summary>
    Ip6InBcastOctets,
    /// <summary>Always 0: IPv6 has no broadcast.</summary>
    Ip6OutBcastOctets,
    /// <summary>Frames whose ECN field says 00, not ECN-capable; counts frames, also those that GRO merged.</summary>
    Ip6InNoECTPkts,
    /// <summary>Frames whose ECN field says 01, ECT(1).</summary>
    Ip6InECT1Pkts,
    /// <summary>Frames whose ECN field says 10, ECT(0).</summary>
    Ip6InECT0Pkts,
    /// <summary>Frames whose ECN field says 11, congestion experienced.</summary>
    Ip6InCEPkts,
    /// <summary>Handed to the link layer, own and forwarded ones, each fragment by itself.</summary>
    Ip6OutTransmits,

    // /proc/net/snmp6, Icmp6: ICMPv6 (RFC 4293). The counters of single types are views, see IcmpTypeCounters.Source.
    /// <summary>Messages that came in, faulty ones too (<c>icmpv6_rcv</c>).</summary>
    Icmp6InMsgs,
    /// <summary>Messages that came in faulty, or whose handler found an error.</summary>
    Icmp6InErrors,
    /// <summary>Messages sent.</summary>
    Icmp6OutMsgs,
    /// <summary>Messages that could not be sent.</summary>
    Icmp6OutErrors,
    /// <summary>Messages that came in with a wrong checksum; counted in <see cref="Icmp6InErrors"/> too.</summary>
    Icmp6InCsumErrors,
    /// <summary>Messages not sent because of the rate limit for one destination (sysctl <c>net.ipv6.icmp.ratelimit</c>).</summary>
    Icmp6OutRateLimitHost,
    /// <summary>Destination unreachable: a view of <see cref="Icmp6InType0"/> + 1.</summary>
    Icmp6InDestUnreachs,
    /// <summary>Packet too big: a view of <see cref="Icmp6InType0"/> + 2.</summary>
    Icmp6InPktTooBigs,
    /// <summary>Time exceeded: a view of <see cref="Icmp6InType0"/> + 3.</summary>
    Icmp6InTimeExcds,
    /// <summary>Parameter problem: a view of <see cref="Icmp6InType0"/> + 4.</summary>
    Icmp6InParmProblems,
    /// <summary>Echo request: a view of <see cref="Icmp6InType0"/> + 128.</summary>
    Icmp6InEchos,
    /// <summary>Echo reply: a view of <see cref="Icmp6InType0"/> + 129.</summary>
    Icmp6InEchoReplies,
    /// <summary>Multicast listener query: a view of <see cref="Icmp6InType0"/> + 130.</summary>
    Icmp6InGroupMembQueries,
    /// <summary>Multicast listener report: a view of <see cref="Icmp6InType0"/> + 131.</summary>
    Icmp6InGroupMembResponses,
    /// <summary>Multicast listener done: a view of <see cref="Icmp6InType0"/> + 132.</summary>
    Icmp6InGroupMembReductions,
    /// <summary>Router solicitation: a view of <see cref="Icmp6InType0"/> + 133.</summary>
    Icmp6InRouterSolicits,
    /// <summary>Router advertisement: a view of <see cref="Icmp6InType0"/> + 134.</summary>
    Icmp6InRouterAdvertisements,
    /// <summary>Neighbour solicitation: a view of <see cref="Icmp6InType0"/> + 135.</summary>
    Icmp6InNeighborSolicits,
    /// <summary>Neighbour advertisement: a view of <see cref="Icmp6InType0"/> + 136.</summary>
    Icmp6InNeighborAdvertisements,
    /// <summary>Redirect: a view of <see cref="Icmp6InType0"/> + 137.</summary>
    Icmp6InRedirects,
    /// <summary>Version 2 multicast listener report: a view of <see cref="Icmp6InType0"/> + 143.</summary>
    Icmp6InMLDv2Reports,
    /// <summary>Destination unreachable: a view of <see cref="Icmp6OutType0"/> + 1.</summary>
    Icmp6OutDestUnreachs,
    /// <summary>Packet too big: a view of <see cref="Icmp6OutType0"/> + 2.</summary>
    Icmp6OutPktTooBigs,
    /// <summary>Time exceeded: a view of <see cref="Icmp6OutType0"/> + 3.</summary>
    Icmp6OutTimeExcds,
    /// <summary>Parameter problem: a view of <see cref="Icmp6OutType0"/> + 4.</summary>
    Icmp6OutParmProblems,
    /// <summary>Echo request: a view of <see cref="Icmp6OutType0"/> + 128.</summary>
    Icmp6OutEchos,
    /// <summary>Echo reply: a view of <see cref="Icmp6OutType0"/> + 129.</summary>
    Icmp6OutEchoReplies,
    /// <summary>Multicast listener query: a view of <see cref="Icmp6OutType0"/> + 130.</summary>
    Icmp6OutGroupMembQueries,
    /// <summary>Multicast listener report: a view of <see cref="Icmp6OutType0"/> + 131.</summary>
    Icmp6OutGroupMembResponses,
    /// <summary>Multicast listener done: a view of <see cref="Icmp6OutType0"/> + 132.</summary>
    Icmp6OutGroupMembReductions,
    /// <summary>Router solicitation: a view of <see cref="Icmp6OutType0"/> + 133.</summary>
    Icmp6OutRouterSolicits,
    /// <summary>Router advertisement: a view of <see cref="Icmp6OutType0"/> + 134.</summary>
    Icmp6OutRouterAdvertisements,
    /// <summary>Neighbour solicitation: a view of <see cref="Icmp6OutType0"/> + 135.</summary>
    Icmp6OutNeighborSolicits,
    /// <summary>Neighbour advertisement: a view of <see cref="Icmp6OutType0"/> + 136.</summary>
    Icmp6OutNeighborAdvertisements,
    /// <summary>Redirect: a view of <see cref="Icmp6OutType0"/> + 137.</summary>
    Icmp6OutRedirects,
    /// <summary>Version 2 multicast listener report: a view of <see cref="Icmp6OutType0"/> + 143.</summary>
    Icmp6OutMLDv2Reports,
    /// <summary>Messages of type 0 that came in; the 255 types after it follow, see <see cref="IcmpTypeCounters"/>.</summary>
    Icmp6InType0,
    /// <summary>Messages of type 0 that were sent; the 255 types after it follow.</summary>
    Icmp6OutType0 = Icmp6InType0 + 256,

    // /proc/net/snmp6, Udp6: UDP over IPv6 (RFC 4113).
    /// <summary>Datagrams that an application has read.</summary>
    Udp6InDatagrams = Icmp6OutType0 + 256,
    /// <summary>Datagrams for a port on which no socket listens.</summary>
    Udp6NoPorts,
    /// <summary>Datagrams not delivered for any other reason; the particular reason is counted beside it.</summary>
    Udp6InErrors,
    /// <summary>Datagrams sent.</summary>
    Udp6OutDatagrams,
    /// <summary>Datagrams dropped because the socket's receive buffer was full.</summary>
    Udp6RcvbufErrors,
    /// <summary>Datagrams not sent because the socket's send buffer was full.</summary>
    Udp6SndbufErrors,
    /// <summary>Datagrams with a wrong checksum.</summary>
    Udp6InCsumErrors,
    /// <summary>Datagrams to a group or broadcast address that no socket wants; not an error.</summary>
    Udp6IgnoredMulti,
    /// <summary>Datagrams dropped at the memory limit of the whole protocol (sysctl <c>udp_mem</c>).</summary>
    Udp6MemErrors,

    // /proc/net/snmp6, UdpLite6: UDP-Lite over IPv6.
    /// <summary>Datagrams that an application has read.</summary>
    UdpLite6InDatagrams,
    /// <summary>Datagrams for a port on which no socket listens.</summary>
    UdpLite6NoPorts,
    /// <summary>Datagrams not delivered for any other reason; the particular reason is counted beside it.</summary>
    UdpLite6InErrors,
    /// <summary>Datagrams sent.</summary>
    UdpLite6OutDatagrams,
    /// <summary>Datagrams dropped because the socket's receive buffer was full.</summary>
    UdpLite6RcvbufErrors,
    /// <summary>Datagrams not sent because the socket's send buffer was full.</summary>
    UdpLite6SndbufErrors,
    /// <summary>Datagrams with a wrong checksum.</summary>
    UdpLite6InCsumErrors,
    /// <summary>Datagrams dropped at the memory limit of the whole protocol (sysctl <c>udp_mem</c>).</summary>
    UdpLite6MemErrors,
}
