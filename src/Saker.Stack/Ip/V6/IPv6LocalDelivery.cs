using Saker.Packets;
using Saker.Stack.Ip.IcmpV6;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Stack.Transport;
using Saker.Stack.Transport.Raw;
using Saker.Wire;

namespace Saker.Stack.Ip.V6;

/// <summary>Packets for this host go along their extension headers to their protocol (<c>ip6_input</c>, <c>ip6_protocol_deliver_rcu</c>).</summary>
internal sealed class IPv6LocalDelivery<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly ITransportProtocol?[] _protocols = new ITransportProtocol?[256];
    private readonly IPv6OptionHeaders<TTrace> _options;
    private readonly IPv6ExtensionHeaders<TTrace> _headers;
    private readonly RawDelivery<TTrace> _raw;
    private readonly IcmpV6Errors<TTrace> _errors;

    public IPv6LocalDelivery(
        Cpu cpu,
        IPv6OptionHeaders<TTrace> options,
        IEnumerable<ITransportProtocol> protocols,
        RawDelivery<TTrace> raw,
        IcmpV6Errors<TTrace> errors)
        : base(cpu)
    {
        _options = options;
        _headers = new IPv6ExtensionHeaders<TTrace>(cpu, errors);
        foreach (ITransportProtocol protocol in protocols)
        {
            _protocols[(byte)protocol.Protocol] = protocol;
        }

        _raw = raw;
        _errors = errors;
    }

    /// <summary>Delivers a packet that is for this host. Its data begins at the fixed header, and its transport header is what follows that and hop-by-hop options.</summary>
    public void Deliver(PacketBuffer packet)
    {
        Enter(packet, Stage.IPv6LocalDelivery);
        Enter(packet, Stage.IPv6ProtocolDelivery);
        IPv6HeaderStep step;
        do
        {
            step = DeliverNext(packet);
        }
        while (step == IPv6HeaderStep.GoOn);

        if (step == IPv6HeaderStep.Delivered)
        {
            Counters.Add(Counter.Ip6InDelivers);
        }
    }

    private IPv6HeaderStep DeliverNext(PacketBuffer packet)
    {
        if (!Check(packet, "the header before ends within the packet", packet.TransportHeaderOffset, packet.TryPull(packet.TransportHeaderOffset)))
        {
            Counters.Add(Counter.Ip6InDiscards);
            Drop(packet, Stage.IPv6ProtocolDelivery, DropReason.NotSpecified);
            return IPv6HeaderStep.Ended;
        }

        int nextHeaderOffset = packet.Control<IPv6Control>().NextHeaderOffset;
        IPProtocol next = (IPProtocol)packet.NetworkHeader[nextHeaderOffset];
        bool takenRaw = _raw.DeliverIPv6(packet, next);
        switch (next)
        {
            case IPProtocol.DestinationOptions:
                return _options.ReceiveDestination(packet) ? IPv6HeaderStep.GoOn : IPv6HeaderStep.Ended;
            case IPProtocol.Routing:
                return _headers.ReceiveRouting(packet);
            case IPProtocol.Fragment:
                return _headers.ReceiveFragment(packet);
            case IPProtocol.NoNextHeader:
                Drop(packet, Stage.IPv6ProtocolDelivery, DropReason.NotSpecified);
                return IPv6HeaderStep.Delivered;
        }

        if (Check(packet, "a protocol has registered for this number", next, _protocols[(byte)next] is not null))
        {
            _protocols[(byte)next]!.Receive(packet);
            return IPv6HeaderStep.Delivered;
        }

        if (takenRaw)
        {
            Consume(packet, Stage.IPv6ProtocolDelivery);
            return IPv6HeaderStep.Delivered;
        }

        Counters.Add(Counter.Ip6InUnknownProtos);
        _errors.Send(packet, IcmpV6Type.ParameterProblem, (byte)IcmpV6ParameterProblemCode.UnrecognizedNextHeader, (uint)nextHeaderOffset);
        Drop(packet, Stage.IPv6ProtocolDelivery, DropReason.IPNoProtocol);
        return IPv6HeaderStep.Ended;
    }
}
