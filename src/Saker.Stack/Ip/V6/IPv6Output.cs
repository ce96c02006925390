using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.V6;

/// <summary>Sends packets of this host's own, from their transport header on (<c>ip6_send_skb</c>, <c>ip6_output</c>).</summary>
internal sealed class IPv6Output<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly IPv6OutputRouting _routing;
    private readonly IPv6Settings _settings;
    private readonly NeighborOutput<TTrace, IPv6Address> _neighbors;
    private readonly FlowHash _flowHash;

    public IPv6Output(Cpu cpu, IPv6OutputRouting routing, IPv6Settings settings, NeighborOutput<TTrace, IPv6Address> neighbors, FlowHash flowHash)
        : base(cpu)
    {
        _routing = routing;
        _settings = settings;
        _neighbors = neighbors;
        _flowHash = flowHash;
    }

    /// <summary>Finds the way for a packet of our own.</summary>
    /// <returns>False if there is none: the packet need not be made.</returns>
    public bool TryRoute(in IPv6SendOptions options, out IPv6OutputRoute route)
    {
        RouteError error = _routing.Route(options, out route);
        if (error == RouteError.NetworkUnreachable)
        {
            Counters.Add(Counter.Ip6OutNoRoutes);
        }

        return error == RouteError.None;
    }

    /// <summary>Puts the fixed header in front of a packet of our own and sends it. The packet is gone then, whatever became of it.</summary>
    /// <param name="packet">The packet, its data beginning at the transport header, checksums done.</param>
    /// <param name="route">Its way, and its source.</param>
    /// <param name="options">What the header says.</param>
    public void Send(PacketBuffer packet, in IPv6OutputRoute route, in IPv6SendOptions options)
    {
        Enter(packet, Stage.IPv6Output);
        packet.MarkTransportHeader();
        if (!Check(packet, "the packet fits an IPv6 header's length", packet.Length, packet.Length <= ushort.MaxValue)
            || !Check(packet, "disable_ipv6 is off", route.Device, route.Device.IPv6 is { Settings.Disabled: false }))
        {
            Counters.Add(Counter.Ip6OutDiscards);
            Drop(packet, Stage.IPv6Output, packet.Length <= ushort.MaxValue ? DropReason.IPv6Disabled : DropReason.PacketTooBig);
            return;
        }

        WriteHeader(packet, route, options);
        Counters.Add(Counter.Ip6OutRequests);
        if (route.Type == RouteType.Local || route.Device.IsLoopback)
        {
            packet.Destination = ForwardingInformation.LocalDelivery.Index;
        }

        packet.Device = route.Device.Index;
        packet.Protocol = (ushort)EtherType.IPv6;
        if (!Check(packet, "the packet is within the MTU", packet.Length, route.Mtu, packet.Length <= route.Mtu))
        {
            // Fragments of IPv6 are not made yet.
            EndUnsupported(packet, Stage.IPv6Output);
            return;
        }

        if (route.Type == RouteType.Multicast)
        {
            Counters.Add(Counter.Ip6OutMcastPkts);
            Counters.Add(Counter.Ip6OutMcastOctets, packet.Length);
        }

        Counters.Add(Counter.Ip6OutTransmits);
        Counters.Add(Counter.Ip6OutOctets, packet.Length);
        _neighbors.Output(packet, route.Device, route.NextHop);
    }

    private void WriteHeader(PacketBuffer packet, in IPv6OutputRoute route, in IPv6SendOptions options)
    {
        IPv6Header header = new()
        {
            TrafficClass = options.TrafficClass,
            FlowLabel = options.FlowLabel != 0 || options.HasNoFlowLabel || (_settings.AutoFlowLabels & 1) == 0
                ? options.FlowLabel
                : MakeFlowLabel(route.Source, options),
            PayloadLength = (ushort)packet.Length,
            NextHeader = options.Protocol,
            HopLimit = options.HopLimit != 0 ? options.HopLimit : route.HopLimit,
            Source = route.Source,
            Destination = options.Destination,
        };
        header.Emit(packet.Push(header.Length));
        packet.MarkNetworkHeader();
        packet.TrueSize = FrameMemoryCost.Of(FrameMemory.Allocated, packet.Length + NetworkDevice.EthernetHeaderLength + 1);
    }

    /// <summary>A label that is the same for all packets of a flow, and never 0 (RFC 6437 section 3, <c>ip6_make_flowlabel</c>).</summary>
    private uint MakeFlowLabel(in IPv6Address source, in IPv6SendOptions options)
    {
        uint hash = _flowHash.Compute(new FlowKey
        {
            NetworkProtocol = EtherType.IPv6,
            Protocol = options.Protocol,
            Family = FlowAddressFamily.IPv6,
            Source = source,
            Destination = options.Destination,
        });
        return Math.Max(hash & IPv6View.MaximumFlowLabel, 1);
    }
}
