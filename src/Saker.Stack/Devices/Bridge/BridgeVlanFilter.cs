using Saker.Packets;
using Saker.Stack.Devices.Vlan;
using Saker.Wire;

namespace Saker.Stack.Devices.Bridge;

/// <summary>To which VLAN a frame belongs, and with which tag it leaves, on a bridge that filters by VLAN.</summary>
internal static class BridgeVlanFilter
{
    /// <summary>
    /// Finds the VLAN of a frame that comes in (<c>br_allowed_ingress</c>). The frame bears a tag of that VLAN beside it from now on, whether it had one or not.
    /// </summary>
    /// <param name="packet">The frame, whose data begins at the network header.</param>
    /// <param name="protocol">The EtherType of the bridge's tags.</param>
    /// <param name="vlans">The VLANs of the port.</param>
    /// <param name="vlan">The VLAN.</param>
    /// <returns>False if the port does not belong to it, or there is no memory.</returns>
    public static bool TryEnter(PacketBuffer packet, EtherType protocol, BridgeVlans vlans, out ushort vlan)
    {
        vlan = 0;
        if (!packet.HasVlanTag && packet.Protocol == (ushort)protocol && !VlanTagging.TryTakeOut(packet))
        {
            return false;
        }

        if (packet.HasVlanTag && packet.VlanProtocol != (ushort)protocol && !TryPutBack(packet))
        {
            return false;
        }

        if (packet.HasVlanTag)
        {
            vlan = (ushort)(packet.VlanTag & VlanTagging.IdMask);
        }

        if (vlan != 0)
        {
            return vlans.Contains(vlan);
        }

        // No tag, or one that tells a mere priority, which stays.
        vlan = vlans.PortVlan;
        packet.SetVlanTag((ushort)protocol, (ushort)((packet.HasVlanTag ? packet.VlanTag : 0) | vlan));
        return vlan != 0;
    }

    /// <summary>The VLAN of a frame that goes no further than to this port, or 0 (<c>br_should_learn</c>).</summary>
    /// <returns>False if the port does not belong to it.</returns>
    public static bool TryClassify(PacketBuffer packet, EtherType protocol, BridgeVlans vlans, out ushort vlan)
    {
        vlan = packet.HasVlanTag && packet.VlanProtocol == (ushort)protocol ? (ushort)(packet.VlanTag & VlanTagging.IdMask) : (ushort)0;
        if (vlan != 0)
        {
            return vlans.Contains(vlan);
        }

        vlan = vlans.PortVlan;
        return vlan != 0;
    }

    /// <summary>Takes the tag off a frame where it leaves its VLAN without one (<c>br_handle_vlan</c>).</summary>
    public static void Leave(PacketBuffer packet, in BridgedFrame frame, BridgeVlans vlans)
    {
        if (frame.IsFiltered && vlans.IsUntagged(frame.Vlan))
        {
            packet.ClearVlanTag();
        }
    }

    /// <summary>A tag that does not count here becomes a part of the bytes again.</summary>
    private static bool TryPutBack(PacketBuffer packet)
    {
        packet.Push(NetworkDevice.EthernetHeaderLength);
        bool isBack = VlanTagging.TryPutBack(packet);
        packet.Pull(NetworkDevice.EthernetHeaderLength);
        return isBack;
    }
}
