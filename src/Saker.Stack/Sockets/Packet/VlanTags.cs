using System.Buffers.Binary;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Stack.Sockets.Packet;

/// <summary>What a packet socket tells of VLAN tags, those beside a packet and those that a reader without the link header would not see.</summary>
internal static class VlanTags
{
    private const int TypeOffset = 2 * MacAddress.Size;
    private const int TagLength = 4;

    /// <summary>More tags than that are none of Ethernet's (<c>VLAN_MAX_DEPTH</c>, of which the type field takes one).</summary>
    private const int MostTags = 6;

    /// <summary>The tag beside a packet; for a reader without the link header also one that stands within the frame (<c>vlan_get_tci</c>).</summary>
    public static (PacketStatus Status, ushort Tag, ushort Protocol) Of(PacketBuffer packet, PacketSocketKind kind)
    {
        const PacketStatus Valid = PacketStatus.VlanValid | PacketStatus.VlanProtocolValid;
        if (packet.HasVlanTag)
        {
            return (Valid, packet.VlanTag, packet.VlanProtocol);
        }

        if (kind != PacketSocketKind.Datagram || !((EtherType)packet.Protocol).IsVlan)
        {
            return default;
        }

        ReadOnlySpan<byte> link = packet.LinkHeader;
        ushort tag = link.Length < NetworkDevice.EthernetHeaderLength + sizeof(ushort) ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(link[NetworkDevice.EthernetHeaderLength..]);
        return (Valid, tag, packet.Protocol);
    }

    /// <summary>The protocol behind all tags within a frame (<c>vlan_get_protocol_dgram</c>); 0 where the frame ends among them.</summary>
    public static ushort InnermostProtocol(PacketBuffer packet)
    {
        ushort type = packet.Protocol;
        ReadOnlySpan<byte> link = packet.LinkHeader;
        int tags = 0;
        for (int offset = TypeOffset; ((EtherType)type).IsVlan; offset += TagLength)
        {
            if (link.Length < offset + sizeof(ushort) || tags++ > MostTags)
            {
                return 0;
            }

            type = BinaryPrimitives.ReadUInt16BigEndian(link[offset..]);
        }

        return type;
    }
}
