using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Gro;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.V4;

/// <summary>
/// Sends packets: those of this host's own from their transport header on (<c>ip_send_skb</c>), and forwarded ones (<c>ip_output</c>).
/// </summary>
/// <remarks>
/// An answer is made in three steps: <see cref="TryRoute"/>, since without a way nothing is made at all; <see cref="OwnPackets.TryAllocate"/>, and writing;
/// <see cref="Send"/>.
/// </remarks>
internal sealed class IPv4Output<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly OutputRouting _routing;
    private readonly IPv4Settings _settings;
    private readonly NeighborOutput<TTrace, IPv4Address> _neighbors;
    private readonly PacketSteering<TTrace> _receive;
    private readonly IPv4Fragmenter<TTrace> _fragmenter;
    private readonly PacketSegmenter _segmenter;

    public IPv4Output(Cpu cpu, OutputRouting routing, IPv4Settings settings, NeighborOutput<TTrace, IPv4Address> neighbors, PacketSteering<TTrace> receive)
        : base(cpu)
    {
        _receive = receive;
        _routing = routing;
        _settings = settings;
        _neighbors = neighbors;
        _fragmenter = new IPv4Fragmenter<TTrace>(cpu);
        _segmenter = new PacketSegmenter(cpu);
    }

    /// <summary>Finds the way for a packet of our own (<c>ip_route_output_key</c>).</summary>
    /// <returns>False if there is none: the packet need not be made.</returns>
    public bool TryRoute(in IPv4SendOptions options, out OutputRoute route) =>
        _routing.Route(options.Destination, options.Source, options.TypeOfService, options.OutputDevice, out route) == RouteError.None;

    /// <summary>Puts the IP header in front of a packet of our own and sends it. The packet is gone then, whatever became of it.</summary>
    /// <param name="packet">The packet, its data beginning at the transport header, checksums done.</param>
    /// <param name="route">Its way, by <see cref="TryRoute"/>.</param>
    /// <param name="options">What the IP header says; a source given here goes before the route's.</param>
    public void Send(PacketBuffer packet, in OutputRoute route, in IPv4SendOptions options)
    {
        Enter(packet, Stage.IPv4Output);
        packet.MarkTransportHeader();
        int length = packet.Length + IPv4View.FixedLength + options.Options.PaddedLength;
        if (!Check(packet, "the packet fits an IPv4 header's length", length, length <= ushort.MaxValue))
        {
            Counters.Add(Counter.IpOutDiscards);
            Drop(packet, Stage.IPv4Output, DropReason.PacketTooBig);
            return;
        }

        WriteHeader(packet, route, options, (ushort)length);
        Counters.Add(Counter.IpOutRequests);
        if (route.Type == RouteType.Local || (route.Type == RouteType.Unicast && route.Device.IsLoopback))
        {
            // Whatever the route says, what is sent by the loopback device comes back to this host.
            packet.Destination = ForwardingInformation.LocalDelivery.Index;
        }
        else if (route.Type == RouteType.Broadcast && route.Device.IsLoopback)
        {
            packet.Destination = ForwardingInformation.BroadcastDelivery.Index;
        }
        else if (route.Type == RouteType.Broadcast)
        {
            LoopBroadcastBack(packet, route.Device);
        }

        Finish(packet, route.Type, route.Device, route.NextHop, route.Mtu);
    }

    /// <summary>Sends a packet that has its IP header to a next hop, in fragments if it is too long (<c>ip_finish_output</c>).</summary>
    public void Finish(PacketBuffer packet, RouteType type, NetworkDevice device, IPv4Address nextHop, int mtu)
    {
        packet.Device = device.Index;
        packet.Protocol = (ushort)EtherType.IPv4;

        // Of a packet that stands for several it is those that must be short enough (ip_finish_output_gso).
        int length = packet.IsMerged ? SegmentLayout.LongestSegment(packet) : packet.Length;
        if (Check(packet, "the packet is within the MTU", length, mtu, length <= mtu))
        {
            FinishFragment(packet, type, device, nextHop);
            return;
        }

        if (packet.IsMerged)
        {
            FinishSegments(packet, type, device, nextHop, mtu);
            return;
        }

        PacketList fragments = default;
        if (!_fragmenter.TryFragment(packet, mtu, ref fragments))
        {
            return;
        }

        while (fragments.TryTake(out PacketBuffer fragment))
        {
            Counters.Add(Counter.IpFragCreates);
            FinishFragment(fragment, type, device, nextHop);
        }

        Counters.Add(Counter.IpFragOKs);
    }

    private void FinishSegments(PacketBuffer packet, RouteType type, NetworkDevice device, IPv4Address nextHop, int mtu)
    {
        PacketList segments = default;
        if (!_segmenter.TrySegment(packet, ref segments))
        {
            Drop(packet, Stage.IPv4Output, DropReason.NotSpecified);
            return;
        }

        while (segments.TryTake(out PacketBuffer segment))
        {
            Finish(segment, type, device, nextHop, mtu);
        }
    }

    /// <summary>All is us, too: the host gets its broadcasts itself, as if by their device (<c>ip_mc_output</c>, <c>dev_loopback_xmit</c>).</summary>
    private void LoopBroadcastBack(PacketBuffer packet, NetworkDevice device)
    {
        if (packet.TryClone(out PacketBuffer copy))
        {
            copy.Device = device.Index;
            copy.Protocol = (ushort)EtherType.IPv4;
            copy.PacketType = PacketType.Loopback;
            copy.Destination = ForwardingInformation.BroadcastDelivery.Index;
            _receive.ReceiveOwn(copy);
        }
    }

    /// <summary><c>ip_finish_output2</c>.</summary>
    private void FinishFragment(PacketBuffer packet, RouteType type, NetworkDevice device, IPv4Address nextHop)
    {
        switch (type)
        {
            case RouteType.Multicast:
                Counters.Add(Counter.IpExtOutMcastPkts);
                Counters.Add(Counter.IpExtOutMcastOctets, packet.Length);
                break;
            case RouteType.Broadcast:
                Counters.Add(Counter.IpExtOutBcastPkts);
                Counters.Add(Counter.IpExtOutBcastOctets, packet.Length);
                break;
        }

        Counters.Add(Counter.IpOutTransmits);
        Counters.Add(Counter.IpExtOutOctets, packet.Length);
        _neighbors.Output(packet, device, nextHop);
    }

    private void WriteHeader(PacketBuffer packet, in OutputRoute route, in IPv4SendOptions options, ushort length)
    {
        IPv4Header header = new()
        {
            TypeOfService = options.TypeOfService,
            TotalLength = length,

            // Who may not be fragmented needs no identification (RFC 6864, section 4.1); the others' must only differ for a while.
            Identification = options.DontFragment ? (ushort)0 : (ushort)Cpu.NextRandom(),
            Flags = options.DontFragment ? IPv4Flags.DontFragment : IPv4Flags.None,
            TimeToLive = options.TimeToLive != 0 ? options.TimeToLive : route.HopLimit != 0 ? route.HopLimit : _settings.DefaultTimeToLive,
            Protocol = options.Protocol,
            Source = options.Source.IsAny ? route.Source : options.Source,
            Destination = options.Destination,
            Options = options.Options,
        };
        Span<byte> bytes = packet.Push(header.Length);
        header.Emit(bytes);
        if (IPv4Editor.TryParse(bytes, out IPv4Editor editor))
        {
            editor.HeaderChecksum = InternetChecksum.Compute(bytes);
        }

        packet.MarkNetworkHeader();
        packet.TrueSize = FrameMemoryCost.Of(FrameMemory.Allocated, packet.Length + NetworkDevice.EthernetHeaderLength + 1);
    }
}
