using Saker.Packets;
using Saker.Stack.Ip.Icmp;
using Saker.Stack.Ip.Reassembly;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Stack.Transport;
using Saker.Stack.Transport.Raw;
using Saker.Wire;

namespace Saker.Stack.Ip.V4;

/// <summary>Packets for this host go to their protocol (<c>ip_local_deliver</c>, <c>ip_protocol_deliver_rcu</c>).</summary>
internal sealed class IPv4LocalDelivery<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly ITransportProtocol?[] _protocols = new ITransportProtocol?[256];
    private readonly IPv4Reassembly<TTrace> _reassembly;
    private readonly RawDelivery<TTrace> _raw;
    private readonly IcmpErrors<TTrace> _errors;

    public IPv4LocalDelivery(
        Cpu cpu,
        IPv4Reassembly<TTrace> reassembly,
        IEnumerable<ITransportProtocol> protocols,
        RawDelivery<TTrace> raw,
        IcmpErrors<TTrace> errors)
        : base(cpu)
    {
        _reassembly = reassembly;
        foreach (ITransportProtocol protocol in protocols)
        {
            _protocols[(byte)protocol.Protocol] = protocol;
        }

        _raw = raw;
        _errors = errors;
    }

    /// <summary>Delivers a packet that was routed to this host. Its data begins at the IP header.</summary>
    public void Deliver(PacketBuffer packet)
    {
        Enter(packet, Stage.LocalDelivery);
        if (!IPv4View.TryParse(packet.Linear, out IPv4View header))
        {
            Drop(packet, Stage.LocalDelivery, DropReason.NotSpecified);
            return;
        }

        if (header.IsFragment)
        {
            DeliverReassembled(packet, header.Protocol);
            return;
        }

        DeliverWhole(packet, header.Protocol);
    }

    /// <summary>Delivers the datagram that a fragment completes; where pieces are missing, the fragment waits for them.</summary>
    private void DeliverReassembled(PacketBuffer packet, IPProtocol protocol)
    {
        if (_reassembly.TryComplete(ref packet))
        {
            DeliverWhole(packet, protocol);
        }
    }

    private void DeliverWhole(PacketBuffer packet, IPProtocol protocol)
    {
        // ip_rcv_core has found the whole header to be there and linear.
        packet.Pull(packet.TransportHeaderOffset);
        DeliverToProtocol(packet, protocol);
    }

    private void DeliverToProtocol(PacketBuffer packet, IPProtocol protocol)
    {
        Enter(packet, Stage.ProtocolDelivery);
        while (true)
        {
            bool takenRaw = _raw.Deliver(packet, protocol);
            ITransportProtocol? handler = _protocols[(byte)protocol];
            if (!Check(packet, "a protocol has registered for this number", protocol, handler is not null))
            {
                EndWithoutProtocol(packet, takenRaw);
                return;
            }

            int result = handler!.Receive(packet);
            if (result >= 0)
            {
                Counters.Add(Counter.IpInDelivers);
                return;
            }

            // A tunnel has taken its header off and names what it found below.
            protocol = (IPProtocol)(byte)-result;
        }
    }

    private void EndWithoutProtocol(PacketBuffer packet, bool takenRaw)
    {
        if (takenRaw)
        {
            Counters.Add(Counter.IpInDelivers);
            Consume(packet, Stage.ProtocolDelivery);
            return;
        }

        Counters.Add(Counter.IpInUnknownProtos);
        _errors.Send(packet, IcmpV4Type.DestinationUnreachable, (byte)IcmpV4UnreachableCode.Protocol, 0);
        Drop(packet, Stage.ProtocolDelivery, DropReason.IPNoProtocol);
    }
}
