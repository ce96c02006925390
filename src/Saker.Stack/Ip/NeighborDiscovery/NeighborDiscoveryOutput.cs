using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Ip.IcmpV6;
using Saker.Stack.Ip.V6;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Stack.Ip.NeighborDiscovery;

/// <summary>Finds IPv6's neighbours by asking for them, and tells where this host is (<c>nd_tbl</c>, <c>ndisc_send_ns</c>, <c>ndisc_send_na</c>).</summary>
internal sealed class NeighborDiscoveryOutput<TTrace> : INeighborProtocol<IPv6Address>
    where TTrace : struct, ITracing
{
    private const byte FromTheLink = 255;
    private const int LinkAddressOptionLength = 8;

    /// <summary>Sends messages. They need neighbours themselves, and so come later.</summary>
    public IcmpV6Output<TTrace>? Messages { get; set; }

    /// <summary>Tells senders that a neighbour does not answer. They come later, too.</summary>
    public IcmpV6Errors<TTrace>? Errors { get; set; }

    /// <inheritdoc/>
    public NeighborSettings SettingsOf(NetworkDevice device) => device.IPv6?.Settings.Neighbors ?? NeighborSettings.Default;

    /// <summary><c>ndisc_constructor</c>.</summary>
    public bool TryMap(NetworkDevice device, IPv6Address address, out MacAddress mapped)
    {
        mapped = device.Address;
        if (address.IsMulticast)
        {
            mapped = MacAddress.MulticastFor(address);
        }
        else if (!device.Has(DeviceFlags.NoArp) && !device.IsLoopback)
        {
            mapped = device.Broadcast;
            return device.Has(DeviceFlags.PointToPoint);
        }

        return true;
    }

    /// <summary>Asks for a neighbour, by the address of the packet that waits if that is one of the device's (<c>ndisc_solicit</c>).</summary>
    public void Solicit(PacketBuffer waiting, NetworkDevice device, IPv6Address target, MacAddress? known)
    {
        IPv6Address source = !waiting.IsNull && IPv6View.TryParse(waiting.Linear, out IPv6View header) ? header.Source : default;
        if (device.IPv6?.Has(source) != true)
        {
            source = IPv6SourceAddresses.LinkLocalOf(device);
        }

        if (source.IsUnspecified)
        {
            return;
        }

        IPv6Address destination = known is null ? target.SolicitedNodeMulticast : target;
        Span<byte> message = stackalloc byte[NeighborSolicitationView.FixedLength + LinkAddressOptionLength];
        new NeighborSolicitationHeader { Target = target }.Emit(message);
        Send(waiting, device, source, destination, message, NeighborDiscoveryOptionType.SourceLinkLayerAddress, true);
    }

    /// <summary>Tells where an address of the device is.</summary>
    /// <param name="cause">The packet that asks.</param>
    /// <param name="device">The device.</param>
    /// <param name="target">The address.</param>
    /// <param name="destination">Whom it is told.</param>
    /// <param name="flags">What is said of it.</param>
    /// <param name="withLinkAddress">Whether the link address is said, which who asks for it directly knows.</param>
    public void Advertise(
        PacketBuffer cause, NetworkDevice device, in IPv6Address target, in IPv6Address destination, NeighborAdvertisementFlags flags, bool withLinkAddress)
    {
        Span<byte> message = stackalloc byte[NeighborAdvertisementView.FixedLength + LinkAddressOptionLength];
        new NeighborAdvertisementHeader { Target = target, Flags = flags }.Emit(message);
        Send(cause, device, target, destination, message, NeighborDiscoveryOptionType.TargetLinkLayerAddress, withLinkAddress);
    }

    /// <summary><c>ndisc_error_report</c>.</summary>
    public void TellUnreachable(PacketBuffer packet) =>
        Errors?.Send(packet, IcmpV6Type.DestinationUnreachable, (byte)IcmpV6UnreachableCode.AddressUnreachable, 0);

    private void Send(
        PacketBuffer cause,
        NetworkDevice device,
        in IPv6Address source,
        in IPv6Address destination,
        Span<byte> message,
        NeighborDiscoveryOptionType option,
        bool withLinkAddress)
    {
        int length = message.Length - LinkAddressOptionLength;
        if (withLinkAddress)
        {
            new NeighborDiscoveryOptionsWriter(message[length..]).AddLinkLayerAddress(option, device.Address);
            length = message.Length;
        }

        if (IcmpV6View.TryParse(message, out IcmpV6View view)
            && Messages!.TryAllocate(cause, view.ToHeader(), length - IcmpV6View.FixedLength, out PacketBuffer packet))
        {
            packet.Write(IcmpV6View.FixedLength, message[IcmpV6View.FixedLength..length]);
            IPv6OutputRoute route = new(destination.IsMulticast ? RouteType.Multicast : RouteType.Unicast, device, destination, source, device.Mtu);
            Messages.Push(packet, route, new IPv6SendOptions
            {
                Protocol = IPProtocol.IcmpV6,
                Destination = destination,
                HopLimit = FromTheLink,
                HasNoFlowLabel = true,
            });
        }
    }
}
