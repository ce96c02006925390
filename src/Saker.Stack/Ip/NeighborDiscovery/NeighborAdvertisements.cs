using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V6;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.NeighborDiscovery;

/// <summary>Learns from neighbour advertisements (<c>ndisc_recv_na</c>, RFC 4861 sections 7.1.2 and 7.2.5).</summary>
internal sealed class NeighborAdvertisements<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly NeighborOutput<TTrace, IPv6Address> _neighbors;

    public NeighborAdvertisements(Cpu cpu, NeighborOutput<TTrace, IPv6Address> neighbors)
        : base(cpu) => _neighbors = neighbors;

    /// <summary>Deals with an advertisement that lies linear, from its type on.</summary>
    /// <returns>Why the packet must be dropped.</returns>
    public DropReason Receive(PacketBuffer packet, NetworkDevice device, IPv6Interface ipv6, in IPv6Address destination)
    {
        Enter(packet, Stage.NeighborAdvertisement);
        if (!NeighborAdvertisementView.TryParse(packet.Linear[..packet.Length], out NeighborAdvertisementView message))
        {
            Check(packet, "24 bytes are there", packet.Length, false);
            return DropReason.PacketTooSmall;
        }

        IPv6Address target = message.Target;
        NeighborAdvertisementFlags flags = message.Flags;
        bool isSolicited = (flags & NeighborAdvertisementFlags.Solicited) != NeighborAdvertisementFlags.None;
        if (!Check(packet, "the target is no group", target, !target.IsMulticast)
            || !Check(packet, "what answers a solicitation is for one host", destination, !isSolicited || !destination.IsMulticast)
            || !Check(packet, "it answers a solicitation, or drop_unsolicited_na is off", isSolicited, isSolicited || !ipv6.Settings.DropUnsolicitedAdvertisements))
        {
            return DropReason.NotSpecified;
        }

        LinkAddressOption link = LinkAddressOption.Find(message.EnumerateOptions(), NeighborDiscoveryOptionType.TargetLinkLayerAddress);
        if (!Check(packet, "the options are well-formed", packet.Length, link.IsWellFormed))
        {
            return DropReason.IPv6NdiscBadOptions;
        }

        // Whoever claims an address of ours is not believed, and not told.
        if (!Check(packet, "the target link-layer address has six bytes", link.IsThere, !link.IsThere || link.Address is not null)
            || !Check(packet, "the target is no address of the device", target, !ipv6.Has(target)))
        {
            return DropReason.NotSpecified;
        }

        NeighborEntry<IPv6Address>? neighbor = _neighbors.Find(device, target);
        if (!Check(packet, "the target is a known neighbour", target, neighbor is not null && neighbor.State != NeighborState.Failed))
        {
            return DropReason.NotSpecified;
        }

        bool replaces = (flags & NeighborAdvertisementFlags.Override) != NeighborAdvertisementFlags.None;
        _neighbors.Update(
            neighbor!,
            link.Address,
            isSolicited ? NeighborState.Reachable : NeighborState.Stale,
            replaces ? NeighborOverride.Replace : NeighborOverride.Doubt);
        return DropReason.None;
    }
}
