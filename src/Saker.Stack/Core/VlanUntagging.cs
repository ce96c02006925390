using Saker.Packets;
using Saker.Wire;

namespace Saker.Stack.Core;

/// <summary>Takes VLAN tags out of frames (<c>skb_vlan_untag</c>).</summary>
internal static class VlanUntagging
{
    private const int TagLength = 4;

    /// <summary>
    /// Takes the outermost tag out of a packet whose data begins at it; it is carried beside the packet from now on. A packet that has a tag beside it already stays as
    /// it is.
    /// </summary>
    /// <returns>False if the frame is too short, or there is no memory.</returns>
    public static bool TryUntag(PacketBuffer packet)
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
        packet.SetVlanTag(packet.Protocol, (ushort)((tag[0] << 8) | tag[1]));
        ushort type = (ushort)((tag[2] << 8) | tag[3]);
        packet.Pull(TagLength);
        packet.Protocol = EthernetTypeOf.Field(type, packet.Linear);
        packet.CloseLinkHeaderGap(2 * MacAddress.Size, TagLength);
        packet.MarkNetworkHeader();
        packet.MarkTransportHeader();
        return true;
    }
}
