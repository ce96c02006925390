using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V6;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.NeighborDiscovery;

/// <summary>Neighbour discovery's entry (<c>ndisc_rcv</c>): what no message from the link lacks (RFC 4861 section 7.1), and who deals with which.</summary>
internal sealed class NeighborDiscoveryReceive<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private const byte FromTheLink = 255;

    private readonly DeviceTable _devices;
    private readonly NeighborSolicitations<TTrace> _solicitations;
    private readonly NeighborAdvertisements<TTrace> _advertisements;

    public NeighborDiscoveryReceive(
        Cpu cpu,
        DeviceTable devices,
        NeighborOutput<TTrace, IPv6Address> neighbors,
        NeighborDiscoveryOutput<TTrace> output)
        : base(cpu)
    {
        _devices = devices;
        _solicitations = new NeighborSolicitations<TTrace>(cpu, neighbors, output);
        _advertisements = new NeighborAdvertisements<TTrace>(cpu, neighbors);
    }

    /// <summary>Deals with a message. The data begins behind the ICMPv6 header.</summary>
    /// <returns>Why the packet must be dropped.</returns>
    public DropReason Receive(PacketBuffer packet, in IcmpV6Header message)
    {
        Enter(packet, Stage.NeighborDiscovery);
        NetworkDevice device = _devices[packet.Device];
        if (device.IPv6 is not { } ipv6 || !IPv6View.TryParse(packet.NetworkHeader, out IPv6View ip))
        {
            return DropReason.NotSpecified;
        }

        bool isFragment = packet.Control<IPv6Control>().IsFragment && ipv6.Settings.SuppressFragmentedNeighborDiscovery;
        if (!Check(packet, "it came in one piece, or suppress_frag_ndisc is off", isFragment, !isFragment))
        {
            return DropReason.IPv6NdiscFragment;
        }

        // The bytes may move when they are made linear.
        (IPv6Address source, IPv6Address destination) = (ip.Source, ip.Destination);
        packet.Push(message.Length);
        if (!Check(packet, "hop limit is 255: no router has passed it on", ip.HopLimit, ip.HopLimit == FromTheLink))
        {
            return DropReason.IPv6NdiscHopLimit;
        }

        if (!Check(packet, "code is 0", message.Code, message.Code == 0))
        {
            return DropReason.IPv6NdiscBadCode;
        }

        if (!packet.TryMakeLinear(packet.Length))
        {
            return DropReason.NotSpecified;
        }

        switch (message.Type)
        {
            case IcmpV6Type.NeighborSolicitation:
                return _solicitations.Receive(packet, device, ipv6, source, destination);
            case IcmpV6Type.NeighborAdvertisement:
                return _advertisements.Receive(packet, device, ipv6, destination);
            default:
                // Router solicitations are for routers.
                Check(packet, "the device is a router's", device, ipv6.Settings.Forwarding);
                return DropReason.NotSpecified;
        }
    }
}
