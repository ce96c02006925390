using Saker.Packets;
using Saker.Stack.Ip.Icmp;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Transport.Udp;

/// <summary>UDP's and UDP-Lite's entry (<c>__udp4_lib_rcv</c>): lengths, checksum, and whose the datagram is.</summary>
internal sealed class UdpReceive<TTrace> : ReceiveStage<TTrace>, ITransportProtocol, ITransportErrorHandler
    where TTrace : struct, ITracing
{
    private readonly UdpSocketTable _sockets;
    private readonly ForwardingTables _tables;
    private readonly UdpDelivery<TTrace> _delivery;
    private readonly IcmpErrors<TTrace> _errors;
    private readonly bool _isLite;

    public UdpReceive(
        Cpu cpu, UdpSocketTable sockets, ForwardingTables tables, UdpDelivery<TTrace> delivery, IcmpErrors<TTrace> errors, bool isLite)
        : base(cpu)
    {
        _sockets = sockets;
        _tables = tables;
        _delivery = delivery;
        _errors = errors;
        _isLite = isLite;
    }

    /// <inheritdoc/>
    public IPProtocol Protocol => _isLite ? IPProtocol.UdpLite : IPProtocol.Udp;

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
        if (!Check(packet, "checksum is right", new Hex(udp.Checksum), IsGoodSoFar(packet, checksum)))
        {
            Counters.Add(_delivery.Count(Counter.UdpInCsumErrors, _isLite));
            return Fail(packet, DropReason.UdpChecksum);
        }

        UdpFlow flow = new(ip.Destination, udp.DestinationPort, ip.Source, udp.SourcePort, packet.Device, _isLite);
        if (_tables.Current[packet.Destination] is { IsBroadcastOrMulticast: true })
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
            Counters.Add(_delivery.Count(Counter.UdpInCsumErrors, _isLite));
            return Fail(packet, DropReason.UdpChecksum);
        }

        Counters.Add(_delivery.Count(Counter.UdpNoPorts, _isLite));
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
        UdpFlow flow = new(ip.Source, udp.SourcePort, ip.Destination, udp.DestinationPort, packet.Device, _isLite);
        if (!Check(packet, "a socket has sent the datagram", flow.LocalPort, _sockets.Find(flow) is not null))
        {
            Counters.Add(Counter.IcmpInErrors);
        }
    }

    /// <summary>Short datagrams are verified now; long ones, and those of which UDP-Lite covers a part only, when they are read.</summary>
    private static bool IsGoodSoFar(PacketBuffer packet, UdpChecksum checksum)
    {
        bool isForLater = packet.Length > TransportChecksum.ImmediateLength || (checksum.Covered != 0 && checksum.Covered < packet.Length);
        return !checksum.IsImpossible && (isForLater || checksum.Verify(packet));
    }

    private bool HasGoodLength(PacketBuffer packet, UdpView udp)
    {
        int length = udp.DatagramLength;
        if (!Check(packet, "datagram length is within the packet", length, packet.Length, length <= packet.Length))
        {
            return false;
        }

        if (_isLite)
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

    /// <summary>What the checksum covers (<c>udp4_csum_init</c>, <c>udplite_checksum_init</c>).</summary>
    private UdpChecksum Describe(PacketBuffer packet, IPv4View ip, UdpView udp)
    {
        int covered = packet.Length;
        bool isImpossible = false;
        if (_isLite)
        {
            int coverage = udp.DatagramLength;
            isImpossible = udp.Checksum == 0 || coverage is > 0 and < UdpView.FixedLength;
            covered = coverage == 0 ? covered : coverage;
        }

        return udp.Checksum == 0 && !_isLite
            ? default
            : new UdpChecksum(covered, InternetChecksum.PseudoHeader(ip.Source, ip.Destination, Protocol, packet.Length), isImpossible);
    }

    private int Fail(PacketBuffer packet, DropReason reason)
    {
        Counters.Add(_delivery.Count(Counter.UdpInErrors, _isLite));
        Drop(packet, Stage.UdpReceive, reason);
        return 0;
    }
}

/// <summary>What a datagram's checksum covers, so that it can be verified later. The default value is that of a datagram without one.</summary>
/// <param name="Covered">How many bytes from the UDP header on; 0: there is no checksum.</param>
/// <param name="PseudoHeader">Sum of the pseudo header.</param>
/// <param name="IsImpossible">Whether the coverage is one that cannot be.</param>
internal readonly record struct UdpChecksum(int Covered, uint PseudoHeader, bool IsImpossible)
{
    /// <summary>Verifies the checksum of a packet whose data begins at the UDP header; notes on the packet that it was right.</summary>
    public bool Verify(PacketBuffer packet) => Covered == 0 || TransportChecksum.Verify(packet, Covered, PseudoHeader);
}
