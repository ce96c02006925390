namespace Saker.Stack.Sockets.Packet;

/// <summary>What a packet socket asks of a device as long as it is open (<c>PACKET_ADD_MEMBERSHIP</c>; the numbers are those of <c>linux/if_packet.h</c>).</summary>
public enum PacketMembership
{
    /// <summary>Every frame of the link (<c>PACKET_MR_PROMISC</c>).</summary>
    Promiscuous = 1,

    /// <summary>The frames to every group (<c>PACKET_MR_ALLMULTI</c>).</summary>
    AllMulticast = 2,
}
