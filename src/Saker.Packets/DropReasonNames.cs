using System.Collections.Frozen;

namespace Saker.Packets;

/// <summary>
/// The names of drop reasons as users know them: what the tracepoint <c>skb:kfree_skb</c> prints (<c>NO_SOCKET</c>, <c>IP_CSUM</c>),
/// and names with a prefix (<c>xdp:DROP</c>) for drops that this tracepoint does not see. No call allocates.
/// </summary>
public static class DropReasonNames
{
    private const int FirstOwn = 0x1000;

    private static readonly (DropReason Reason, string Name)[] Table =
    [
        (DropReason.None, "NOT_DROPPED_YET"),
        (DropReason.Consumed, "CONSUMED"),
        (DropReason.NotSpecified, "NOT_SPECIFIED"),
        (DropReason.NoSocket, "NO_SOCKET"),
        (DropReason.SocketClose, "SOCKET_CLOSE"),
        (DropReason.SocketFilter, "SOCKET_FILTER"),
        (DropReason.SocketReceiveBuffer, "SOCKET_RCVBUFF"),
        (DropReason.PacketTooSmall, "PKT_TOO_SMALL"),
        (DropReason.TcpChecksum, "TCP_CSUM"),
        (DropReason.UdpChecksum, "UDP_CSUM"),
        (DropReason.NetfilterDrop, "NETFILTER_DROP"),
        (DropReason.OtherHost, "OTHERHOST"),
        (DropReason.IPChecksum, "IP_CSUM"),
        (DropReason.IPInHeader, "IP_INHDR"),
        (DropReason.IPReversePathFilter, "IP_RPFILTER"),
        (DropReason.UnicastInL2Multicast, "UNICAST_IN_L2_MULTICAST"),
        (DropReason.XfrmPolicy, "XFRM_POLICY"),
        (DropReason.IPNoProtocol, "IP_NOPROTO"),
        (DropReason.ProtocolMemory, "PROTO_MEM"),
        (DropReason.TcpAuthenticationHeader, "TCP_AUTH_HDR"),
        (DropReason.TcpMd5NotFound, "TCP_MD5NOTFOUND"),
        (DropReason.TcpMd5Unexpected, "TCP_MD5UNEXPECTED"),
        (DropReason.TcpMd5Failure, "TCP_MD5FAILURE"),
        (DropReason.TcpAONotFound, "TCP_AONOTFOUND"),
        (DropReason.TcpAOUnexpected, "TCP_AOUNEXPECTED"),
        (DropReason.TcpAOKeyNotFound, "TCP_AOKEYNOTFOUND"),
        (DropReason.TcpAOFailure, "TCP_AOFAILURE"),
        (DropReason.SocketBacklog, "SOCKET_BACKLOG"),
        (DropReason.TcpFlags, "TCP_FLAGS"),
        (DropReason.TcpAbortOnData, "TCP_ABORT_ON_DATA"),
        (DropReason.TcpZeroWindow, "TCP_ZEROWINDOW"),
        (DropReason.TcpOldData, "TCP_OLD_DATA"),
        (DropReason.TcpOverWindow, "TCP_OVERWINDOW"),
        (DropReason.TcpOutOfOrderMerge, "TCP_OFOMERGE"),
        (DropReason.TcpRfc7323Paws, "TCP_RFC7323_PAWS"),
        (DropReason.TcpRfc7323PawsAck, "TCP_RFC7323_PAWS_ACK"),
        (DropReason.TcpRfc7323TimeWaitPaws, "TCP_RFC7323_TW_PAWS"),
        (DropReason.TcpRfc7323EchoReply, "TCP_RFC7323_TSECR"),
        (DropReason.TcpListenOverflow, "TCP_LISTEN_OVERFLOW"),
        (DropReason.TcpOldSequence, "TCP_OLD_SEQUENCE"),
        (DropReason.TcpInvalidSequence, "TCP_INVALID_SEQUENCE"),
        (DropReason.TcpInvalidEndSequence, "TCP_INVALID_END_SEQUENCE"),
        (DropReason.TcpInvalidAckSequence, "TCP_INVALID_ACK_SEQUENCE"),
        (DropReason.TcpReset, "TCP_RESET"),
        (DropReason.TcpInvalidSyn, "TCP_INVALID_SYN"),
        (DropReason.TcpClose, "TCP_CLOSE"),
        (DropReason.TcpFastOpen, "TCP_FASTOPEN"),
        (DropReason.TcpOldAck, "TCP_OLD_ACK"),
        (DropReason.TcpTooOldAck, "TCP_TOO_OLD_ACK"),
        (DropReason.TcpAckUnsentData, "TCP_ACK_UNSENT_DATA"),
        (DropReason.TcpOutOfOrderQueuePrune, "TCP_OFO_QUEUE_PRUNE"),
        (DropReason.TcpOutOfOrderDrop, "TCP_OFO_DROP"),
        (DropReason.IPOutNoRoutes, "IP_OUTNOROUTES"),
        (DropReason.BpfCgroupEgress, "BPF_CGROUP_EGRESS"),
        (DropReason.IPv6Disabled, "IPV6DISABLED"),
        (DropReason.NeighborCreateFailed, "NEIGH_CREATEFAIL"),
        (DropReason.NeighborFailed, "NEIGH_FAILED"),
        (DropReason.NeighborQueueFull, "NEIGH_QUEUEFULL"),
        (DropReason.NeighborDead, "NEIGH_DEAD"),
        (DropReason.NeighborHeaderFillFailed, "NEIGH_HH_FILLFAIL"),
        (DropReason.TcEgress, "TC_EGRESS"),
        (DropReason.SecurityHook, "SECURITY_HOOK"),
        (DropReason.QdiscDrop, "QDISC_DROP"),
        (DropReason.QdiscOverLimit, "QDISC_OVERLIMIT"),
        (DropReason.QdiscCongested, "QDISC_CONGESTED"),
        (DropReason.CpuBacklog, "CPU_BACKLOG"),
        (DropReason.Xdp, "XDP"),
        (DropReason.TcIngress, "TC_INGRESS"),
        (DropReason.UnhandledProtocol, "UNHANDLED_PROTO"),
        (DropReason.PacketChecksum, "SKB_CSUM"),
        (DropReason.GsoSegmentation, "SKB_GSO_SEG"),
        (DropReason.UserCopyFault, "SKB_UCOPY_FAULT"),
        (DropReason.DeviceHeader, "DEV_HDR"),
        (DropReason.DeviceNotReady, "DEV_READY"),
        (DropReason.FullRing, "FULL_RING"),
        (DropReason.NoMemory, "NOMEM"),
        (DropReason.HeaderTruncated, "HDR_TRUNC"),
        (DropReason.TapFilter, "TAP_FILTER"),
        (DropReason.TapTransmitFilter, "TAP_TXFILTER"),
        (DropReason.IcmpChecksum, "ICMP_CSUM"),
        (DropReason.InvalidProtocol, "INVALID_PROTO"),
        (DropReason.IPInAddressErrors, "IP_INADDRERRORS"),
        (DropReason.IPInNoRoutes, "IP_INNOROUTES"),
        (DropReason.IPLocalSource, "IP_LOCAL_SOURCE"),
        (DropReason.IPInvalidSource, "IP_INVALID_SOURCE"),
        (DropReason.IPLocalNet, "IP_LOCALNET"),
        (DropReason.IPInvalidDestination, "IP_INVALID_DEST"),
        (DropReason.PacketTooBig, "PKT_TOO_BIG"),
        (DropReason.DuplicateFragment, "DUP_FRAG"),
        (DropReason.FragmentReassemblyTimeout, "FRAG_REASM_TIMEOUT"),
        (DropReason.FragmentTooFar, "FRAG_TOO_FAR"),
        (DropReason.TcpMinimumTtl, "TCP_MINTTL"),
        (DropReason.IPv6BadExtensionHeader, "IPV6_BAD_EXTHDR"),
        (DropReason.IPv6NdiscFragment, "IPV6_NDISC_FRAG"),
        (DropReason.IPv6NdiscHopLimit, "IPV6_NDISC_HOP_LIMIT"),
        (DropReason.IPv6NdiscBadCode, "IPV6_NDISC_BAD_CODE"),
        (DropReason.IPv6NdiscBadOptions, "IPV6_NDISC_BAD_OPTIONS"),
        (DropReason.IPv6NdiscSolicitationOtherHost, "IPV6_NDISC_NS_OTHERHOST"),
        (DropReason.QueuePurge, "QUEUE_PURGE"),
        (DropReason.TcCookieError, "TC_COOKIE_ERROR"),
        (DropReason.PacketSocketError, "PACKET_SOCK_ERROR"),
        (DropReason.TcChainNotFound, "TC_CHAIN_NOTFOUND"),
        (DropReason.TcReclassifyLoop, "TC_RECLASSIFY_LOOP"),
        (DropReason.VxlanInvalidHeader, "VXLAN_INVALID_HDR"),
        (DropReason.VxlanVniNotFound, "VXLAN_VNI_NOT_FOUND"),
        (DropReason.MacInvalidSource, "MAC_INVALID_SOURCE"),
        (DropReason.VxlanEntryExists, "VXLAN_ENTRY_EXISTS"),
        (DropReason.NoTransmitTarget, "NO_TX_TARGET"),
        (DropReason.IPTunnelEcn, "IP_TUNNEL_ECN"),
        (DropReason.TunnelTransmitInfo, "TUNNEL_TXINFO"),
        (DropReason.LocalMac, "LOCAL_MAC"),
        (DropReason.ArpPrivateVlanDisabled, "ARP_PVLAN_DISABLE"),
        (DropReason.MacControlAddress, "MAC_IEEE_MAC_CONTROL"),
        (DropReason.BridgeIngressStpState, "BRIDGE_INGRESS_STP_STATE"),
        (DropReason.MemoryReserve, "PFMEMALLOC"),
        (DropReason.PspInput, "PSP_INPUT"),
        (DropReason.PspOutput, "PSP_OUTPUT"),
        (DropReason.RecursionLimit, "RECURSION_LIMIT"),
        (DropReason.XdpDrop, "xdp:DROP"),
        (DropReason.XdpAborted, "xdp:ABORTED"),
        (DropReason.XdpInvalid, "xdp:INVALID"),
        (DropReason.XdpTransmit, "xdp:TX"),
        (DropReason.XdpRedirect, "xdp:REDIRECT"),
        (DropReason.CardMissed, "card:rx_missed"),
        (DropReason.CardCrc, "card:rx_crc"),
        (DropReason.CardSteeringDrop, "card:steering_drop"),
        (DropReason.CardRunt, "card:rx_runt"),
        (DropReason.CardNoMemory, "card:alloc_buff_failed"),
        (DropReason.BacklogQueueFull, "backlog:queue_full"),
        (DropReason.BacklogNoMemory, "backlog:no_memory"),
    ];

    private static readonly string?[] KernelByNumber = ByNumber(first: 0, end: FirstOwn);
    private static readonly string?[] OwnByNumber = ByNumber(first: FirstOwn, end: ushort.MaxValue + 1);

    private static readonly FrozenDictionary<string, DropReason>.AlternateLookup<ReadOnlySpan<char>> ByName =
        Table.ToFrozenDictionary(entry => entry.Name, entry => entry.Reason, StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The reason's name. A number that is no <see cref="DropReason"/> throws.</summary>
    public static string KernelName(this DropReason reason)
    {
        int number = (int)reason;
        string?[] names = number < FirstOwn ? KernelByNumber : OwnByNumber;
        int index = number < FirstOwn ? number : number - FirstOwn;
        return (index < names.Length ? names[index] : null)
            ?? throw new ArgumentOutOfRangeException(nameof(reason), reason, "This number is no drop reason.");
    }

    /// <summary>Finds the reason that has this name, spelled exactly so.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, out DropReason reason) => ByName.TryGetValue(name, out reason);

    private static string?[] ByNumber(int first, int end)
    {
        var entries = Table.Where(entry => (int)entry.Reason >= first && (int)entry.Reason < end).ToArray();
        var names = new string?[entries.Max(entry => (int)entry.Reason) - first + 1];
        foreach (var (reason, name) in entries)
        {
            names[(int)reason - first] = name;
        }

        return names;
    }
}
