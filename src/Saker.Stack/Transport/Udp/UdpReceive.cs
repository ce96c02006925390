using System.Runtime.CompilerServices;
using Saker.Packets;
using Saker.Stack.Ip.Icmp;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Transport.Udp;

/// <summary>UDP's and UDP-Lite's entry (<c>__udp4_lib_rcv</c>): lengths, checksum, and whose the datagram is.</summary>
internal sealed class UdpReceive<TTrace, TKind> : ReceiveStage<TTrace>, ITransportProtocol, ITransportErrorHandler
    where TTrace : struct, ITracing
    where TKind : struct, IUdpKind
{
    private readonly UdpSocketTable _sockets;
    private readonly UdpDelivery<TTrace, TKind> _delivery;
    private readonly IcmpErrors<TTrace> _errors;

    public UdpReceive(Cpu cpu, UdpSocketTable sockets, UdpDelivery<TTrace, TKind> delivery, IcmpErrors<TTrace> errors)
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
        Enter(packet, Stage.UdpReceive);
        if (!Check(packet, "8 bytes of header are there", packet.Length, packet.TryMakeLinear(UdpView.FixedLength))
            || !UdpView.TryParse(packet.Linear, out UdpView udp)
            || !IPv4View.TryParse(packet.NetworkHeader, out IPv4View ip))
        {
            return Fail(packet, DropReason.NotSpecified);
        }

        if (!HasGoodLength(packet, udp))
        {
            return Fail(packet, DropReason.PacketTooSmall);
        }

        UdpChecksum checksum = Describe(packet, ip, udp);
        bool isForLater = checksum.IsForLater(packet);
        if (!Check(packet, "checksum is right", new Hex(udp.Checksum), !HasImpossibleCoverage(udp) && (isForLater || checksum.Verify(packet))))
        {
            Counters.Add(TKind.Count(Counter.UdpInCsumErrors));
            return Fail(packet, DropReason.UdpChecksum);
        }

        // What is verified now needs no second look.
        checksum = isForLater ? checksum : default;

        UdpFlow flow = new(ip.Destination, udp.DestinationPort, ip.Source, udp.SourcePort, packet.Device, TKind.IsLite);
        if (ForwardingInformation.IsGroup(packet.Destination))
        {
            _delivery.DeliverToGroup(packet, flow, checksum);
            return 0;
        }

        UdpSocket? socket = _sockets.Find(flow);
        if (Check(packet, "a socket wants the datagram", flow.LocalPort, socket is not null))
        {
            _delivery.Deliver(packet, socket!, checksum);
            return 0;
        }

        if (!Check(packet, "checksum is right", new Hex(udp.Checksum), checksum.Verify(packet)))
        {
            Counters.Add(TKind.Count(Counter.UdpInCsumErrors));
            return Fail(packet, DropReason.UdpChecksum);
        }

        Counters.Add(TKind.Count(Counter.UdpNoPorts));
        _errors.Send(packet, IcmpV4Type.DestinationUnreachable, (byte)IcmpV4UnreachableCode.Port, 0);
        Drop(packet, Stage.UdpReceive, DropReason.NoSocket);
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

    private bool HasGoodLength(PacketBuffer packet, UdpView udp)
    {
        int length = udp.DatagramLength;
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

    /// <summary>UDP-Lite must have a checksum, and it must cover the header (RFC 3828, section 3.1).</summary>
    private static bool HasImpossibleCoverage(UdpView udp) =>
        TKind.IsLite && (udp.Checksum == 0 || (int)udp.DatagramLength is > 0 and < UdpView.FixedLength);

    /// <summary>What the checksum covers (<c>udp4_csum_init</c>, <c>udplite_checksum_init</c>).</summary>
    private UdpChecksum Describe(PacketBuffer packet, IPv4View ip, UdpView udp)
    {
        if (!TKind.IsLite && udp.Checksum == 0)
        {
            return default;
        }

        int coverage = TKind.IsLite ? udp.DatagramLength : 0;
        return new UdpChecksum(
            coverage == 0 ? packet.Length : coverage, InternetChecksum.PseudoHeader(ip.Source, ip.Destination, Protocol, packet.Length));
    }

    private int Fail(PacketBuffer packet, DropReason reason)
    {
        Counters.Add(TKind.Count(Counter.UdpInErrors));
        Drop(packet, Stage.UdpReceive, reason);
        return 0;
    }
}

/// <summary>What a datagram's checksum covers, so that it can be verified later. The default value is that of a datagram without one.</summary>
/// <param name="Covered">How many bytes from the UDP header on; 0: there is no checksum.</param>
/// <param name="PseudoHeader">Sum of the pseudo header.</param>
internal readonly record struct UdpChecksum(int Covered, uint PseudoHeader)
{
    /// <summary>Whether it is verified when the datagram is read: that of a long one, and where UDP-Lite covers a part only. That of a short one is verified now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsForLater(PacketBuffer packet) => packet.Length > TransportChecksum.ImmediateLength || (Covered != 0 && Covered < packet.Length);

    /// <summary>Verifies the checksum of a packet whose data begins at the UDP header; notes on the packet that it was right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Verify(PacketBuffer packet) => Covered == 0 || TransportChecksum.Verify(packet, Covered, PseudoHeader);
}
