using Saker.Packets;
using Saker.Stack.Ip.V4;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Stack.Transport;
using Saker.Wire;

namespace Saker.Stack.Ip.Icmp;

/// <summary>Passes ICMP errors to the protocol whose packet they are about (<c>icmp_unreach</c>, <c>icmp_redirect</c>, <c>icmp_socket_deliver</c>).</summary>
internal sealed class IcmpErrorReceive<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private const int HighestUnreachableCode = 15;
    private const int MtuFromTaggedProtocols = 3;
    private const int MtuIsIgnored = 2;

    /// <summary>What protocols are sure to find behind the IP header that the message quotes (RFC 792).</summary>
    private const int QuotedTransport = 8;

    private readonly ForwardingTables _tables;
    private readonly IPv4Settings _settings;
    private readonly ITransportErrorHandler?[] _handlers = new ITransportErrorHandler?[256];

    public IcmpErrorReceive(Cpu cpu, ForwardingTables tables, IPv4Settings settings, IEnumerable<ITransportErrorHandler> handlers)
        : base(cpu)
    {
        _tables = tables;
        _settings = settings;
        foreach (ITransportErrorHandler handler in handlers)
        {
            _handlers[(byte)handler.Protocol] = handler;
        }
    }

    /// <summary>Takes an error other than a redirect. The data begins behind the ICMP header; the packet remains the caller's.</summary>
    /// <returns>Why it must be dropped.</returns>
    public DropReason Receive(PacketBuffer packet, in IcmpV4Header message)
    {
        Enter(packet, Stage.IcmpError);
        if (!Check(packet, "an IP header is quoted", packet.Length, packet.TryMakeLinear(IPv4View.FixedLength))
            || !IPv4View.TryParse(packet.Linear, out IPv4View quoted))
        {
            Counters.Add(Counter.IcmpInErrors);
            return DropReason.NotSpecified;
        }

        if (!Check(packet, "the quoted header's length is at least 20", quoted.HeaderLength, quoted.HeaderLength >= IPv4View.FixedLength))
        {
            Counters.Add(Counter.IcmpInErrors);
            return DropReason.IPInHeader;
        }

        if (!IsForProtocol(packet, message, quoted, out uint information))
        {
            return DropReason.None;
        }

        // RFC 1122, section 3.2.2: nobody sends errors about broadcasts.
        if (!_settings.IcmpIgnoreBogusErrorResponses
            && !Check(packet, "the quoted packet was no broadcast", quoted.Destination, _tables.Current.TypeOf(quoted.Destination) != RouteType.Broadcast))
        {
            return DropReason.None;
        }

        Deliver(packet, new IcmpErrorReport(message.Type, message.Code, information));
        return DropReason.None;
    }

    /// <summary>Takes a redirect. The data begins behind the ICMP header; the packet remains the caller's.</summary>
    /// <returns>Why it must be dropped.</returns>
    public DropReason ReceiveRedirect(PacketBuffer packet, in IcmpV4Header message)
    {
        Enter(packet, Stage.IcmpRedirect);
        if (!Check(packet, "an IP header is quoted", packet.Length, packet.Length >= IPv4View.FixedLength))
        {
            Counters.Add(Counter.IcmpInErrors);
            return DropReason.PacketTooSmall;
        }

        if (!packet.TryMakeLinear(IPv4View.FixedLength))
        {
            return DropReason.NoMemory;
        }

        Deliver(packet, new IcmpErrorReport(message.Type, message.Code, message.RestOfHeader));
        return DropReason.None;
    }

    /// <summary>Whether an error is one that protocols hear of, and what else it tells them.</summary>
    private bool IsForProtocol(PacketBuffer packet, in IcmpV4Header message, IPv4View quoted, out uint information)
    {
        information = 0;
        switch (message.Type)
        {
            case IcmpV4Type.DestinationUnreachable:
                if ((message.Code & 15) == (byte)IcmpV4UnreachableCode.FragmentationNeeded)
                {
                    int discovery = _settings.NoPathMtuDiscovery;
                    bool isBelieved = discovery != MtuIsIgnored && (discovery != MtuFromTaggedProtocols || quoted.Protocol == IPProtocol.Tcp);
                    if (!Check(packet, "ip_no_pmtu_disc lets the MTU be believed", discovery, isBelieved))
                    {
                        return false;
                    }

                    information = discovery is 0 or MtuFromTaggedProtocols ? message.RestOfHeader & 0xffff : 0;
                }

                return Check(packet, "the code is a known one", message.Code, message.Code <= HighestUnreachableCode);

            case IcmpV4Type.ParameterProblem:
                information = message.RestOfHeader >> 24;
                return true;

            case IcmpV4Type.TimeExceeded:
                return Check(
                    packet, "the time was not that of reassembly", message.Code, message.Code != (byte)IcmpV4TimeExceededCode.Reassembly);

            default:
                return true;
        }
    }

    private void Deliver(PacketBuffer packet, in IcmpErrorReport report)
    {
        if (!IPv4View.TryParse(packet.Linear, out IPv4View quoted))
        {
            return;
        }

        IPProtocol protocol = quoted.Protocol;
        int needed = quoted.HeaderLength + QuotedTransport;
        if (!Check(packet, "the header and 8 bytes behind it are quoted", packet.Length, needed, packet.TryMakeLinear(needed)))
        {
            Counters.Add(Counter.IcmpInErrors);
            return;
        }

        // Sockets of protocol 255 only send: nobody may reach them by what it quotes (icmp_socket_deliver).
        if (!Check(packet, "the protocol is not that of sockets that only send", protocol, protocol != IPProtocol.Raw))
        {
            Counters.Add(Counter.IcmpInErrors);
            return;
        }

        ITransportErrorHandler? handler = _handlers[(byte)protocol];
        if (Check(packet, "the protocol wants to hear of errors", protocol, handler is not null))
        {
            handler!.ReceiveError(packet, report);
        }
    }
}
