namespace Saker.Packets;

/// <summary>
/// To whom a frame is addressed on the link, as seen by the device that received it (<c>PACKET_HOST</c> and its siblings in
/// <c>linux/if_packet.h</c>; the numbers are the kernel's, readers of packet sockets see them).
/// </summary>
public enum PacketType : byte
{
    /// <summary>To this device's own address.</summary>
    Host = 0,

    /// <summary>To all stations.</summary>
    Broadcast = 1,

    /// <summary>To a group.</summary>
    Multicast = 2,

    /// <summary>To another station's address, seen only because the device is promiscuous or the link floods.</summary>
    OtherHost = 3,

    /// <summary>Sent by this host, as shown to taps.</summary>
    Outgoing = 4,

    /// <summary>Sent by this host to itself.</summary>
    Loopback = 5,
}
