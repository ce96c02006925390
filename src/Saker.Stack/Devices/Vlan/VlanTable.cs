using Saker.Packets;
using Saker.Stack.Core;
using Saker.Wire;

namespace Saker.Stack.Devices.Vlan;

/// <summary>The VLAN devices upon one device, by EtherType and id (<c>vlan_group</c>). Immutable; swapped whole.</summary>
internal sealed class VlanTable
{
    private readonly VlanDevice?[] _customer;
    private readonly VlanDevice?[] _service;

    private VlanTable(VlanDevice?[] customer, VlanDevice?[] service)
    {
        _customer = customer;
        _service = service;
    }

    /// <summary>No VLAN devices.</summary>
    public static VlanTable Empty { get; } = new([], []);

    /// <summary>These and one more.</summary>
    /// <exception cref="ArgumentException">There is one with this tag.</exception>
    public VlanTable With(VlanDevice vlan)
    {
        if (Find((ushort)vlan.Protocol, vlan.Id) is { } other)
        {
            throw new ArgumentException($"{other.Device} has the tag {(ushort)vlan.Protocol:x4}:{vlan.Id} upon {vlan.Lower} already.", nameof(vlan));
        }

        return vlan.Protocol == EtherType.Vlan ? new(Put(_customer), _service) : new(_customer, Put(_service));

        VlanDevice?[] Put(VlanDevice?[] vlans)
        {
            VlanDevice?[] changed = new VlanDevice?[VlanTagging.IdMask + 1];
            vlans.CopyTo(changed, 0);
            changed[vlan.Id] = vlan;
            return changed;
        }
    }

    /// <summary>Gives a packet to the device that has the tag beside it.</summary>
    /// <returns><see cref="PacketHookResult.GoOn"/> if there is none.</returns>
    public PacketHookResult Receive(PacketBuffer packet, PacketContext context) =>
        Find(packet.VlanProtocol, packet.VlanTag)?.Receive(packet, context) ?? PacketHookResult.GoOn;

    private VlanDevice? Find(ushort protocol, ushort tag)
    {
        VlanDevice?[] vlans = protocol == (ushort)EtherType.Vlan ? _customer : protocol == (ushort)EtherType.ServiceVlan ? _service : [];
        int id = tag & VlanTagging.IdMask;
        return id < vlans.Length ? vlans[id] : null;
    }
}
