namespace Saker.Stack.Sockets.Packet;

/// <summary>What a packet socket tells of a packet's state (<c>tp_status</c> of <c>struct tpacket_auxdata</c>; the numbers are those of <c>linux/if_packet.h</c>).</summary>
[Flags]
public enum PacketStatus
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Always set: it is the reader's.</summary>
    User = 1 << 0,

    /// <summary>Its checksum is still to be filled in: the host sent it itself.</summary>
    ChecksumNotReady = 1 << 3,

    /// <summary>The VLAN tag counts.</summary>
    VlanValid = 1 << 4,

    /// <summary>The VLAN tag's EtherType counts.</summary>
    VlanProtocolValid = 1 << 6,

    /// <summary>Its checksum was verified.</summary>
    ChecksumValid = 1 << 7,

    /// <summary>It stands for several TCP segments.</summary>
    MergedTcp = 1 << 8,
}
