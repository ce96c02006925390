using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Wire;

namespace Saker.Stack.Transport.Udp;

/// <summary>
/// Both ends of a datagram as the receiver sees them, ports in host order, and what its family does differently: as a type, so that the JIT compiles a path for each.
/// </summary>
/// <typeparam name="TSelf">The flow.</typeparam>
internal interface IUdpFlow<TSelf>
    where TSelf : struct, IUdpFlow<TSelf>
{
    /// <summary>Whether a checksum of zero says that there is none.</summary>
    static abstract bool MayLackChecksum { get; }

    /// <summary>UDP's entry.</summary>
    static abstract Stage ReceiveStage { get; }

    /// <summary>Datagrams to groups.</summary>
    static abstract Stage GroupStage { get; }

    /// <summary>The local port.</summary>
    ushort LocalPort { get; }

    /// <summary>Reads the ends of a datagram, whose network header is marked.</summary>
    static abstract bool TryRead(PacketBuffer packet, UdpView udp, bool isLite, out TSelf flow);

    /// <summary>Whether datagrams to groups that no socket wants are counted.</summary>
    static abstract bool CountsIgnored(bool isLite);

    /// <summary>The family's counter that stands where one of IPv4 stands.</summary>
    static abstract Counter Count(Counter counter);

    /// <summary>Sum of the pseudo header.</summary>
    uint PseudoHeader(IPProtocol protocol, int length);

    /// <summary>The socket that a datagram to one host goes to.</summary>
    UdpSocket? Find(UdpSocketTable sockets);

    /// <summary>Whether a socket wants a datagram to a group or to all.</summary>
    bool IsWantedBy(UdpSocket socket);
}
