using Saker.Packets;
using Saker.Stack.Ip.V4;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Stack.Transport;
using Saker.Wire;

namespace Saker.Stack.Ip.Icmp;

/// <summary>ICMP's entry (<c>icmp_rcv</c>): checksum, broadcasts, and who deals with which type.</summary>
internal sealed class IcmpReceive<TTrace> : ReceiveStage<TTrace>, ITransportProtocol
    where TTrace : struct, ITracing
{
    private const IcmpV4Type HighestKnownType = IcmpV4Type.AddressMaskReply;

    private readonly ForwardingTables _tables;
    private readonly IPv4Settings _settings;
    private readonly IcmpReplies<TTrace> _replies;
    private readonly IcmpErrorReceive<TTrace> _errors;

    public IcmpReceive(Cpu cpu, ForwardingTables tables, IPv4Settings settings, IcmpReplies<TTrace> replies, IcmpErrorReceive<TTrace> errors)
        : base(cpu)
    {
        _tables = tables;
        _settings = settings;
        _replies = replies;
        _errors = errors;
    }

    /// <inheritdoc/>
    public IPProtocol Protocol => IPProtocol.IcmpV4;

    /// <inheritdoc/>
    public int Receive(PacketBuffer packet)
    {
        Enter(packet, Stage.IcmpReceive);
        Counters.Add(Counter.IcmpInMsgs);
        bool isIntact = packet.ChecksumState == ChecksumState.Unnecessary || TransportChecksum.Verify(packet, packet.Length, 0);
        if (!Check(packet, "checksum is right", packet.Length, isIntact))
        {
            Counters.Add(Counter.IcmpInCsumErrors);
            return Fail(packet, DropReason.IcmpChecksum);
        }

        if (!Check(packet, "8 bytes of header are there", packet.Length, packet.TryMakeLinear(IcmpV4View.FixedLength))
            || !IcmpV4View.TryParse(packet.Linear, out IcmpV4View view))
        {
            return Fail(packet, DropReason.NotSpecified);
        }

        IcmpV4Header message = view.ToHeader();
        packet.Pull(IcmpV4View.FixedLength);
        Counters.Add(Counter.IcmpMsgInType((byte)message.Type));
        if (message.Type == IcmpV4Type.ExtendedEchoRequest)
        {
            _replies.Echo(packet, message);
            Consume(packet, Stage.IcmpReceive);
            return 0;
        }

        if (_tables.Current[packet.Destination] is { IsBroadcastOrMulticast: true }
            && !Check(packet, "the type may come to a broadcast address", message.Type, MayBeBroadcast(message.Type)))
        {
            return Fail(packet, DropReason.InvalidProtocol);
        }

        if (message.Type is IcmpV4Type.EchoReply or IcmpV4Type.ExtendedEchoReply)
        {
            // There are no ping sockets: nobody has asked.
            Enter(packet, Stage.PingReceive);
            Drop(packet, Stage.PingReceive, DropReason.NoSocket);
            return 0;
        }

        // RFC 1122, section 3.2.2: messages of unknown types are discarded.
        if (!Check(packet, "the type is a known one", message.Type, message.Type <= HighestKnownType))
        {
            return Fail(packet, DropReason.UnhandledProtocol);
        }

        DropReason reason = Handle(packet, message);
        if (reason == DropReason.None)
        {
            Consume(packet, Stage.IcmpReceive);
        }
        else
        {
            Drop(packet, Stage.IcmpReceive, reason);
        }

        return 0;
    }

    /// <summary>What may come to a broadcast or multicast address (RFC 1122, sections 3.2.2.6 and 3.2.2.8).</summary>
    private bool MayBeBroadcast(IcmpV4Type type) => type switch
    {
        IcmpV4Type.EchoRequest or IcmpV4Type.TimestampRequest => !_settings.IcmpEchoIgnoreBroadcasts,
        IcmpV4Type.AddressMaskRequest or IcmpV4Type.AddressMaskReply => true,
        _ => false,
    };

    private DropReason Handle(PacketBuffer packet, in IcmpV4Header message)
    {
        switch (message.Type)
        {
            case IcmpV4Type.EchoRequest:
                _replies.Echo(packet, message);
                return DropReason.None;
            case IcmpV4Type.TimestampRequest:
                return _replies.Timestamp(packet, message);
            case IcmpV4Type.DestinationUnreachable:
            case IcmpV4Type.SourceQuench:
            case IcmpV4Type.TimeExceeded:
            case IcmpV4Type.ParameterProblem:
                return _errors.Receive(packet, message);
            case IcmpV4Type.Redirect:
                return _errors.ReceiveRedirect(packet, message);
            default:
                // The kernel takes the other known types in and does nothing (icmp_discard).
                return DropReason.None;
        }
    }

    private int Fail(PacketBuffer packet, DropReason reason)
    {
        Counters.Add(Counter.IcmpInErrors);
        Drop(packet, Stage.IcmpReceive, reason);
        return 0;
    }
}
