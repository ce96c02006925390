using Saker.Packets;
using Saker.Stack.Ip.IcmpV6;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.V6;

/// <summary>What a header on the way to the protocol leads to.</summary>
internal enum IPv6HeaderStep
{
    /// <summary>The next header.</summary>
    GoOn,

    /// <summary>The packet has its end, and counts as delivered.</summary>
    Delivered,

    /// <summary>The packet has its end.</summary>
    Ended,
}

/// <summary>Routing and fragment headers of packets for this host (<c>ipv6_rthdr_rcv</c>, <c>ipv6_frag_rcv</c>).</summary>
internal sealed class IPv6ExtensionHeaders<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private const int Unit = 8;

    private readonly IcmpV6Errors<TTrace> _errors;

    public IPv6ExtensionHeaders(Cpu cpu, IcmpV6Errors<TTrace> errors)
        : base(cpu) => _errors = errors;

    /// <summary>A routing header, at which the packet's data begins: one that leads nowhere any more is passed, others nobody follows (RFC 5095).</summary>
    public IPv6HeaderStep ReceiveRouting(PacketBuffer packet)
    {
        Enter(packet, Stage.IPv6RoutingHeader);
        if (!Check(packet, "8 bytes of routing header are there", packet.Length, packet.TryMakeLinear(Unit))
            || !IPv6RoutingView.TryParse(packet.Linear, out IPv6RoutingView header)
            || !Check(packet, "the whole routing header is there", header.HeaderLength, packet.Length, packet.TryMakeLinear(header.HeaderLength))
            || !IPv6RoutingView.TryParse(packet.Linear, out header)
            || !IPv6View.TryParse(packet.NetworkHeader, out IPv6View ip))
        {
            Counters.Add(Counter.Ip6InHdrErrors);
            return End(packet, DropReason.NotSpecified);
        }

        if (!Check(packet, "the packet was for this host alone", ip.Destination, !ip.Destination.IsMulticast && packet.PacketType == PacketType.Host))
        {
            Counters.Add(Counter.Ip6InAddrErrors);
            return End(packet, DropReason.NotSpecified);
        }

        if (header.Type is IPv6RoutingType.SegmentRouting or IPv6RoutingType.LowPowerSourceRoute)
        {
            EndUnsupported(packet, Stage.IPv6RoutingHeader);
            return IPv6HeaderStep.Ended;
        }

        int position = -packet.NetworkHeaderOffset;
        if (!Check(packet, "no node is left to be visited", header.SegmentsLeft, header.SegmentsLeft == 0))
        {
            Counters.Add(Counter.Ip6InHdrErrors);
            _errors.Send(packet, IcmpV6Type.ParameterProblem, (byte)IcmpV6ParameterProblemCode.ErroneousHeader, (uint)position + IPv6RoutingView.TypePosition);
            return End(packet, DropReason.NotSpecified);
        }

        packet.Control<IPv6Control>().NextHeaderOffset = position;
        packet.MarkTransportHeader(position + header.HeaderLength);
        return IPv6HeaderStep.GoOn;
    }

    /// <summary>A fragment header, at which the packet's data begins. The only fragment of a packet goes on; others are not put together yet.</summary>
    public IPv6HeaderStep ReceiveFragment(PacketBuffer packet)
    {
        Enter(packet, Stage.IPv6Fragment);
        int position = -packet.NetworkHeaderOffset;
        ref IPv6Control control = ref packet.Control<IPv6Control>();
        if (!Check(packet, "it is the first fragment header", control.IsFragment, !control.IsFragment))
        {
            return FailFragment(packet, position);
        }

        Counters.Add(Counter.Ip6ReasmReqds);
        if (!Check(packet, "8 bytes of fragment header are there", packet.Length, packet.TryMakeLinear(IPv6FragmentView.FixedLength))
            || !IPv6FragmentView.TryParse(packet.Linear, out IPv6FragmentView header))
        {
            return FailFragment(packet, position);
        }

        if (!Check(packet, "it is the only fragment", header.FragmentOffset, header.MoreFragments, header.IsAtomic))
        {
            EndUnsupported(packet, Stage.IPv6Fragment);
            return IPv6HeaderStep.Ended;
        }

        Counters.Add(Counter.Ip6ReasmOKs);
        control.IsFragment = true;
        control.NextHeaderOffset = position;
        packet.MarkTransportHeader(position + IPv6FragmentView.FixedLength);
        return IPv6HeaderStep.GoOn;
    }

    private IPv6HeaderStep FailFragment(PacketBuffer packet, int position)
    {
        Counters.Add(Counter.Ip6InHdrErrors);
        _errors.Send(packet, IcmpV6Type.ParameterProblem, (byte)IcmpV6ParameterProblemCode.ErroneousHeader, (uint)position);
        Drop(packet, Stage.IPv6Fragment, DropReason.NotSpecified);
        return IPv6HeaderStep.Ended;
    }

    private IPv6HeaderStep End(PacketBuffer packet, DropReason reason)
    {
        Drop(packet, Stage.IPv6RoutingHeader, reason);
        return IPv6HeaderStep.Ended;
    }
}
