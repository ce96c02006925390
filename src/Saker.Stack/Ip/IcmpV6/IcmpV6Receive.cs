using Saker.Packets;
using Saker.Stack.Ip.NeighborDiscovery;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Stack.Transport;
using Saker.Wire;

namespace Saker.Stack.Ip.IcmpV6;

/// <summary>ICMPv6's entry (<c>icmpv6_rcv</c>): checksum, and who deals with which type.</summary>
internal sealed class IcmpV6Receive<TTrace> : ReceiveStage<TTrace>, ITransportProtocol
    where TTrace : struct, ITracing
{
    private const byte FirstInformational = 128;

    private readonly IcmpV6Replies<TTrace> _replies;
    private readonly IcmpV6ErrorReceive<TTrace> _errors;
    private readonly NeighborDiscoveryReceive<TTrace> _neighbors;

    public IcmpV6Receive(Cpu cpu, IcmpV6Replies<TTrace> replies, IcmpV6ErrorReceive<TTrace> errors, NeighborDiscoveryReceive<TTrace> neighbors)
        : base(cpu)
    {
        _replies = replies;
        _errors = errors;
        _neighbors = neighbors;
    }

    /// <inheritdoc/>
    public IPProtocol Protocol => IPProtocol.IcmpV6;

    /// <inheritdoc/>
    public int Receive(PacketBuffer packet)
    {
        Enter(packet, Stage.IcmpV6Receive);
        Counters.Add(Counter.Icmp6InMsgs);
        if (!Check(packet, "checksum is right", packet.Length, IsIntact(packet)))
        {
            Counters.Add(Counter.Icmp6InCsumErrors);
            return Fail(packet, DropReason.IcmpChecksum);
        }

        if (!Check(packet, "8 bytes of header are there", packet.Length, packet.TryMakeLinear(IcmpV6View.FixedLength))
            || !IcmpV6View.TryParse(packet.Linear, out IcmpV6View view))
        {
            return Fail(packet, DropReason.NotSpecified);
        }

        IcmpV6Header message = view.ToHeader();
        packet.Pull(IcmpV6View.FixedLength);
        Counters.Add(Counter.Icmp6InType((byte)message.Type));
        switch (message.Type)
        {
            case IcmpV6Type.MulticastListenerQuery or IcmpV6Type.MulticastListenerReport:
            case IcmpV6Type.RouterAdvertisement or IcmpV6Type.Redirect:
                EndUnsupported(packet, Stage.IcmpV6Receive);
                return 0;
            case IcmpV6Type.EchoReply or IcmpV6Type.ExtendedEchoReply:
                // There are no ping sockets: nobody has asked.
                Enter(packet, Stage.PingReceive);
                Drop(packet, Stage.PingReceive, DropReason.NoSocket);
                return 0;
        }

        DropReason reason = Handle(packet, message);
        if (reason == DropReason.None)
        {
            Consume(packet, Stage.IcmpV6Receive);
        }
        else
        {
            Drop(packet, Stage.IcmpV6Receive, reason);
        }

        return 0;
    }

    private static bool IsIntact(PacketBuffer packet) =>
        packet.ChecksumState == ChecksumState.Unnecessary
        || (IPv6View.TryParse(packet.NetworkHeader, out IPv6View ip) && TransportChecksum.Verify(packet, packet.Length, ip.PseudoHeader(IPProtocol.IcmpV6, packet.Length)));

    /// <summary>Whoever deals with a type. The data begins behind the header.</summary>
    /// <returns>Why the packet must be dropped.</returns>
    private DropReason Handle(PacketBuffer packet, in IcmpV6Header message)
    {
        switch (message.Type)
        {
            case IcmpV6Type.EchoRequest:
                return _replies.Echo(packet, message);
            case IcmpV6Type.RouterSolicitation or IcmpV6Type.NeighborSolicitation or IcmpV6Type.NeighborAdvertisement:
                return _neighbors.Receive(packet, message);
            default:
                // RFC 4443, section 2.4: errors of unknown types go to the protocol that sent what they are about, other messages nowhere.
                return Check(packet, "the type is a known one", message.Type, (byte)message.Type < FirstInformational)
                    ? _errors.Receive(packet, message)
                    : DropReason.NotSpecified;
        }
    }

    private int Fail(PacketBuffer packet, DropReason reason)
    {
        Counters.Add(Counter.Icmp6InErrors);
        Drop(packet, Stage.IcmpV6Receive, reason);
        return 0;
    }
}
