using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Wire;

namespace Saker.Stack.Transport.Udp;

/// <summary>Both ends of a datagram of IPv4 as the receiver sees them, ports in host order.</summary>
internal readonly record struct UdpFlow(
    IPv4Address LocalAddress, ushort LocalPort, IPv4Address RemoteAddress, ushort RemotePort, int Device, bool IsLite) : IUdpFlow<UdpFlow>
{
    /// <inheritdoc/>
    public static bool MayLackChecksum => true;

    /// <inheritdoc/>
    public static Stage ReceiveStage => Stage.UdpReceive;

    /// <inheritdoc/>
    public static Stage GroupStage => Stage.UdpMulticast;

    /// <inheritdoc/>
    public static bool TryRead(PacketBuffer packet, UdpView udp, bool isLite, out UdpFlow flow)
    {
        bool isThere = IPv4View.TryParse(packet.NetworkHeader, out IPv4View ip);
        flow = isThere ? new UdpFlow(ip.Destination, udp.DestinationPort, ip.Source, udp.SourcePort, packet.Device, isLite) : default;
        return isThere;
    }

    /// <inheritdoc/>
    public static bool CountsIgnored(bool isLite) => true;

    /// <inheritdoc/>
    public static Counter Count(Counter counter) => counter;

    /// <inheritdoc/>
    public uint PseudoHeader(IPProtocol protocol, int length) => InternetChecksum.PseudoHeader(RemoteAddress, LocalAddress, protocol, length);

    /// <inheritdoc/>
    public UdpSocket? Find(UdpSocketTable sockets) => sockets.Find(this);

    /// <inheritdoc/>
    public bool IsWantedBy(UdpSocket socket) => UdpSocketTable.WantsGroup(socket, this);
}
