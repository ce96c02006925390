using Saker.Packets;

namespace Saker.Stack.Core;

/// <summary>Takes packets from below the receive core, a list at a time (<c>netif_receive_skb_list_internal</c>).</summary>
internal interface IPacketListReceiver
{
    /// <summary>Takes packets whose data begins at the network header, or at a VLAN tag in front of it. They are the receiver's from now on.</summary>
    void Receive(ref PacketList packets);
}
