using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Wire;

namespace Saker.Stack.Transport.Udp;

/// <summary>Both ends of a datagram of IPv6 as the receiver sees them, ports in host order.</summary>
internal readonly record struct UdpIPv6Flow(
    IPv6Address LocalAddress, ushort LocalPort, IPv6Address RemoteAddress, ushort RemotePort, int Device, bool IsLite) : IUdpFlow<UdpIPv6Flow>
{
    /// <summary>RFC 8200 section 8.1: over IPv6 datagrams have a checksum. Sockets that take others (RFC 6936) are not built.</summary>
    public static bool MayLackChecksum => false;

    /// <inheritdoc/>
    public static Stage ReceiveStage => Stage.UdpIPv6Receive;

    /// <inheritdoc/>
    public static Stage GroupStage => Stage.UdpIPv6Multicast;

    /// <inheritdoc/>
    public static bool TryRead(PacketBuffer packet, UdpView udp, bool isLite, out UdpIPv6Flow flow)
    {
        bool isThere = IPv6View.TryParse(packet.NetworkHeader, out IPv6View ip);
        flow = isThere ? new UdpIPv6Flow(ip.Destination, udp.DestinationPort, ip.Source, udp.SourcePort, packet.Device, isLite) : default;
        return isThere;
    }

    /// <summary>The kernel has no such counter for UDP-Lite over IPv6.</summary>
    public static bool CountsIgnored(bool isLite) => !isLite;

    /// <inheritdoc/>
    public static Counter Count(Counter counter) =>
        counter < Counter.UdpLiteInDatagrams
            ? counter + (Counter.Udp6InDatagrams - Counter.UdpInDatagrams)
            : counter + (Counter.UdpLite6InDatagrams - Counter.UdpLiteInDatagrams);

    /// <inheritdoc/>
    public uint PseudoHeader(IPProtocol protocol, int length) => InternetChecksum.PseudoHeader(RemoteAddress, LocalAddress, protocol, length);

    /// <inheritdoc/>
    public UdpSocket? Find(UdpSocketTable sockets) => sockets.Find(this);

    /// <inheritdoc/>
    public bool IsWantedBy(UdpSocket socket) => UdpSocketTable.WantsGroup(socket, this);
}
