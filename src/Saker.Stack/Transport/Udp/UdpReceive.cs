using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Transport.Udp;

/// <summary>UDP's and UDP-Lite's entry (<c>__udp4_lib_rcv</c>, <c>__udp6_lib_rcv</c>): lengths, checksum, and whose the datagram is.</summary>
internal sealed class UdpReceive<TTrace, TKind, TFlow> : ReceiveStage<TTrace>, ITransportProtocol, ITransportErrorHandler, IIcmpV6ErrorHandler
    where TTrace : struct, ITracing
    where TKind : struct, IUdpKind
    where TFlow : struct, IUdpFlow<TFlow>
{
    private readonly UdpSocketTable _sockets;
    private readonly UdpDelivery<TTrace, TKind, TFlow> _delivery;
    private readonly IPortErrors _errors;

    public UdpReceive(Cpu cpu, UdpSocketTable sockets, UdpDelivery<TTrace, TKind, TFlow> delivery, IPortErrors errors)
        : base(cpu)
    {
        _sockets = sockets;
        _delivery = delivery;
        _errors = errors;
    }

    /// <inheritdoc/>
    public IPProtocol Protocol => TKind.IsLite ? IPProtocol.UdpLite : IPProtocol.Udp;

    /// <inheritdoc/>
    public int Receive(PacketBuffer packet)
    {
        Enter(packet, TFlow.ReceiveStage);
        if (!Check(packet, "8 bytes of header are there", packet.Length, packet.TryMakeLinear(UdpView.FixedLength))
            || !UdpView.TryParse(packet.Linear, out UdpView udp)
            || !TFlow.TryRead(packet, udp, TKind.IsLite, out TFlow flow))
        {
            return Fail(packet, DropReason.NotSpecified);
        }

        if (!HasGoodLength(packet, udp))
        {
            return Fail(packet, DropReason.PacketTooSmall);
        }

        UdpChecksum checksum = Describe(packet, flow, udp);
        bool isForLater = checksum.IsForLater(packet);
        if (!Check(packet, "checksum is right", new Hex(udp.Checksum), !HasImpossibleChecksum(udp) && (isForLater || checksum.Verify(packet))))
        {
            return FailChecksum(packet, DropReason.UdpChecksum);
        }

        // What is verified now needs no second look.
        checksum = isForLater ? checksum : default;

        // RFC 8200, section 8.1: over IPv6 a datagram has a checksum. Sockets are asked first, since some take others (RFC 6936).
        bool isProtected = TKind.IsLite || TFlow.MayLackChecksum || udp.Checksum != 0;
        if (ForwardingInformation.IsGroup(packet.Destination))
        {
            if (Check(packet, "there is a checksum", new Hex(udp.Checksum), isProtected))
            {
                _delivery.DeliverToGroup(packet, flow, checksum);
            }
            else
            {
                _delivery.Ignore(packet);
            }

            return 0;
        }

        UdpSocket? socket = flow.Find(_sockets);
        if (Check(packet, "a socket wants the datagram", flow.LocalPort, socket is not null))
        {
            if (!Check(packet, "there is a checksum", new Hex(udp.Checksum), isProtected))
            {
                return FailChecksum(packet, DropReason.UdpChecksum);
            }

            _delivery.Deliver(packet, socket!, checksum);
            return 0;
        }

        if (!Check(packet, "checksum is right", new Hex(udp.Checksum), isProtected && checksum.Verify(packet)))
        {
            return FailChecksum(packet, TFlow.MayLackChecksum ? DropReason.UdpChecksum : DropReason.NoSocket);
        }

        Counters.Add(TFlow.Count(TKind.Count(Counter.UdpNoPorts)));
        _errors.SendPortUnreachable(packet);
        Drop(packet, TFlow.ReceiveStage, DropReason.NoSocket);
        return 0;
    }

    /// <inheritdoc/>
    public void ReceiveError(PacketBuffer packet, in IcmpErrorReport report)
    {
        if (!IPv4View.TryParse(packet.Linear, out IPv4View ip) || !UdpView.TryParse(packet.Linear[ip.HeaderLength..], out UdpView udp))
        {
            return;
        }

        // The quoted datagram was ours: its source is the local end.
        UdpFlow flow = new(ip.Source, udp.SourcePort, ip.Destination, udp.DestinationPort, packet.Device, TKind.IsLite);
        if (!Check(packet, "a socket has sent the datagram", flow.LocalPort, _sockets.Find(flow) is not null))
        {
            Counters.Add(Counter.IcmpInErrors);
        }
    }

    /// <inheritdoc/>
    public void ReceiveIPv6Error(PacketBuffer packet, int transport)
    {
        if (!IPv6View.TryParse(packet.Linear, out IPv6View ip) || !UdpView.TryParse(packet.Linear[transport..], out UdpView udp))
        {
            return;
        }

        UdpIPv6Flow flow = new(ip.Source, udp.SourcePort, ip.Destination, udp.DestinationPort, packet.Device, TKind.IsLite);
        if (!Check(packet, "a socket has sent the datagram", flow.LocalPort, _sockets.Find(flow) is not null))
        {
            Counters.Add(Counter.Icmp6InErrors);
        }
    }

    private bool HasGoodLength(PacketBuffer packet, UdpView udp)
    {
        // Over IPv6 a length of 0 is that of a jumbogram (RFC 2675, section 4), whatever its length.
        int length = udp.DatagramLength == 0 && !TFlow.MayLackChecksum ? packet.Length : udp.DatagramLength;
        if (!Check(packet, "datagram length is within the packet", length, packet.Length, length <= packet.Length))
        {
            return false;
        }

        if (TKind.IsLite)
        {
            return true;
        }

        if (!Check(packet, "datagram length holds the header", length, length >= UdpView.FixedLength))
        {
            return false;
        }

        packet.Trim(length);
        return true;
    }

    /// <summary>
    /// A checksum that cannot be: UDP-Lite must have one, and it must cover the header (RFC 3828, section 3.1).
    /// </summary>
    private static bool HasImpossibleChecksum(UdpView udp) =>
        TKind.IsLite && (udp.Checksum == 0 || (int)udp.DatagramLength is > 0 and < UdpView.FixedLength);

    /// <summary>What the checksum covers (<c>udp4_csum_init</c>, <c>udp6_csum_init</c>, <c>udplite_checksum_init</c>).</summary>
    private UdpChecksum Describe(PacketBuffer packet, TFlow flow, UdpView udp)
    {
        if (!TKind.IsLite && udp.Checksum == 0)
        {
            return default;
        }

        int coverage = TKind.IsLite ? udp.DatagramLength : 0;
        return new UdpChecksum(coverage == 0 ? packet.Length : coverage, flow.PseudoHeader(Protocol, packet.Length));
    }

    private int FailChecksum(PacketBuffer packet, DropReason reason)
    {
        Counters.Add(TFlow.Count(TKind.Count(Counter.UdpInCsumErrors)));
        return Fail(packet, reason);
    }

    private int Fail(PacketBuffer packet, DropReason reason)
    {
        Counters.Add(TFlow.Count(TKind.Count(Counter.UdpInErrors)));
        Drop(packet, TFlow.ReceiveStage, reason);
        return 0;
    }
}
