using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V6;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.NeighborDiscovery;

/// <summary>Answers neighbour solicitations, and learns who asks (<c>ndisc_recv_ns</c>, RFC 4861 sections 7.1.1 and 7.2.3).</summary>
internal sealed class NeighborSolicitations<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly NeighborOutput<TTrace, IPv6Address> _neighbors;
    private readonly NeighborDiscoveryOutput<TTrace> _output;

    public NeighborSolicitations(Cpu cpu, NeighborOutput<TTrace, IPv6Address> neighbors, NeighborDiscoveryOutput<TTrace> output)
        : base(cpu)
    {
        _neighbors = neighbors;
        _output = output;
    }

    /// <summary>Deals with a solicitation that lies linear, from its type on.</summary>
    /// <returns>Why the packet must be dropped.</returns>
    public DropReason Receive(PacketBuffer packet, NetworkDevice device, IPv6Interface ipv6, in IPv6Address source, in IPv6Address destination)
    {
        Enter(packet, Stage.NeighborSolicitation);
        if (!NeighborSolicitationView.TryParse(packet.Linear[..packet.Length], out NeighborSolicitationView message))
        {
            Check(packet, "24 bytes are there", packet.Length, false);
            return DropReason.PacketTooSmall;
        }

        // A sender without an address asks whether somebody has the one that it wants (RFC 4862 section 5.4).
        IPv6Address target = message.Target;
        bool isProbe = source.IsUnspecified;
        if (!Check(packet, "the target is no group", target, !target.IsMulticast)
            || !Check(packet, "who has no address asks the solicited-node group", destination, !isProbe || destination.IsSolicitedNodeMulticast))
        {
            return DropReason.NotSpecified;
        }

        LinkAddressOption link = LinkAddressOption.Find(message.EnumerateOptions(), NeighborDiscoveryOptionType.SourceLinkLayerAddress);
        if (!Check(packet, "the options are well-formed", packet.Length, link.IsWellFormed))
        {
            return DropReason.IPv6NdiscBadOptions;
        }

        if (!Check(packet, "the source link-layer address has six bytes, and who has no address tells none", link.IsThere, !link.IsThere || (link.Address is not null && !isProbe)))
        {
            return DropReason.NotSpecified;
        }

        if (!Check(packet, "the target is an address of the device", target, ipv6.Has(target)))
        {
            return DropReason.IPv6NdiscSolicitationOtherHost;
        }

        NeighborAdvertisementFlags flags = ipv6.Settings.Forwarding ? NeighborAdvertisementFlags.Router : NeighborAdvertisementFlags.None;
        if (isProbe)
        {
            _output.Advertise(packet, device, target, IPv6Address.AllNodes, flags | NeighborAdvertisementFlags.Override, true);
            return DropReason.NotSpecified;
        }

        bool asksAll = destination.IsMulticast;
        if (!TryLearn(device, source, link.Address, mayAdd: !asksAll || link.Address is not null))
        {
            return DropReason.NotSpecified;
        }

        flags |= NeighborAdvertisementFlags.Solicited | (asksAll ? NeighborAdvertisementFlags.Override : NeighborAdvertisementFlags.None);
        _output.Advertise(packet, device, target, source, flags, asksAll || ipv6.Settings.ForceTargetLinkAddress);
        return DropReason.None;
    }

    /// <summary>Notes where the sender is, since it is about to speak with us.</summary>
    /// <returns>False if it is not known and cannot be noted: there would be no way to answer.</returns>
    private bool TryLearn(NetworkDevice device, in IPv6Address source, MacAddress? link, bool mayAdd)
    {
        NeighborEntry<IPv6Address>? neighbor = _neighbors.Find(device, source);
        if (neighbor is null && mayAdd)
        {
            _neighbors.TryFindOrAdd(device, source, out neighbor);
        }

        if (neighbor is not null)
        {
            _neighbors.Update(neighbor, link, NeighborState.Stale, NeighborOverride.Replace);
        }

        return neighbor is not null;
    }
}
