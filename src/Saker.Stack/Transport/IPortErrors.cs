using Saker.Packets;

namespace Saker.Stack.Transport;

/// <summary>Tells senders that nobody listens at a port, by ICMP or ICMPv6.</summary>
internal interface IPortErrors
{
    /// <summary>Tells a packet's sender, if it may be told. The packet remains the caller's; its network header is marked.</summary>
    void SendPortUnreachable(PacketBuffer packet);
}
