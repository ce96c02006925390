using System.Buffers.Binary;
using Saker.Packets;
using Saker.Stack.Core;
using Saker.Wire;

namespace Saker.Stack.Devices.Vlan;

/// <summary>Takes VLAN tags out of frames and puts them back. A tag that was taken out is carried beside the packet (<see cref="PacketBuffer.VlanTag"/>).</summary>
internal static class VlanTagging
{
    /// <summary>Bytes of a tag.</summary>
    public const int TagLength = 4;

    /// <summary>The bits of a tag that are the VLAN's number.</summary>
    public const ushort IdMask = 0x0fff;

    /// <summary>
    /// Takes the outermost tag out of a packet whose data begins at it (<c>skb_vlan_untag</c>). A packet that has a tag beside it already stays as it is.
    /// </summary>
    /// <returns>False if the frame is too short, or there is no memory.</returns>
    public static bool TryTakeOut(PacketBuffer packet)
    {
        if (packet.HasVlanTag)
        {
            return true;
        }

        // The kernel insists on two bytes behind the tag's four, for the length field of 802.3 frames.
        if (!packet.TryMakeLinear(TagLength + 2) || !packet.TryMakeWritable())
        {
            return false;
        }

        Span<byte> tag = packet.Linear;
        packet.SetVlanTag(packet.Protocol, BinaryPrimitives.ReadUInt16BigEndian(tag));
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(tag[2..]);
        packet.Pull(TagLength);
        packet.Protocol = EthernetTypeOf.Field(type, packet.Linear);
        packet.CloseLinkHeaderGap(2 * MacAddress.Size, TagLength);
        packet.MarkNetworkHeader();
        packet.MarkTransportHeader();
        return true;
    }

    /// <summary>
    /// Puts the tag beside a frame into its bytes, behind the addresses; the frame's data begins at the link header (<c>__vlan_hwaccel_push_inside</c>).
    /// </summary>
    /// <returns>False if there is no room for it.</returns>
    public static bool TryPutBack(PacketBuffer frame)
    {
        if (!TryInsert(frame, 2 * MacAddress.Size))
        {
            return false;
        }

        frame.Protocol = frame.VlanProtocol;
        frame.ClearVlanTag();
        return true;
    }

    /// <summary>
    /// Puts the tag beside a received packet back where it was, at the end of the link header. The data begins at the network header still, and the packet keeps its protocol.
    /// </summary>
    /// <returns>False if there is no room for it.</returns>
    public static bool TryShow(PacketBuffer packet)
    {
        int link = packet.LinkHeader.Length - packet.Linear.Length;
        packet.Push(link);
        if (!TryInsert(packet, link - sizeof(ushort)))
        {
            return false;
        }

        packet.Pull(link + TagLength);
        packet.LinkHeaderLength = link + TagLength;
        packet.ClearVlanTag();
        return true;
    }

    private static bool TryInsert(PacketBuffer frame, int position)
    {
        if (frame.Headroom < TagLength || !frame.TryMakeLinear(position + sizeof(ushort)) || !frame.TryMakeWritable())
        {
            return false;
        }

        frame.Push(TagLength);
        Span<byte> bytes = frame.Linear;
        bytes.Slice(TagLength, position).CopyTo(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[position..], frame.VlanProtocol);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[(position + 2)..], frame.VlanTag);
        frame.MarkLinkHeader();
        return true;
    }
}
