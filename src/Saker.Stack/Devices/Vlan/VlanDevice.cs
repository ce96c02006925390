using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Observation;
using Saker.Wire;

namespace Saker.Stack.Devices.Vlan;

/// <summary>
/// A VLAN device: receives what comes by the device below it with its tag, and tags what it sends (<c>vlan_do_receive</c>, <c>vlan_dev_hard_start_xmit</c>;
/// IEEE 802.1Q).
/// </summary>
/// <remarks>The priority in a received tag has no effect, and sent tags have priority 0, as with the kernel's default maps.</remarks>
public sealed class VlanDevice : ISoftwareDevice
{
    /// <summary>The highest id that a VLAN can have.</summary>
    public const ushort LargestId = 4094;

    /// <summary>Makes a VLAN device.</summary>
    /// <param name="device">The device that receives and sends untagged packets. It may have a link address of its own.</param>
    /// <param name="lower">The device below it.</param>
    /// <param name="id">The VLAN's number, 0 to 4094.</param>
    /// <param name="protocol">The EtherType of its tags: 802.1Q or 802.1ad.</param>
    /// <exception cref="ArgumentException">The number or the EtherType is none that a VLAN device has, or the device is to stand upon itself.</exception>
    public VlanDevice(NetworkDevice device, NetworkDevice lower, ushort id, EtherType protocol = EtherType.Vlan)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(lower);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(id, LargestId);
        if (protocol is not (EtherType.Vlan or EtherType.ServiceVlan))
        {
            throw new ArgumentException($"Tags of the type {(ushort)protocol:x4} make no VLAN: it takes 8100 (802.1Q) or 88a8 (802.1ad).", nameof(protocol));
        }

        if (device == lower)
        {
            throw new ArgumentException($"{device} cannot be a VLAN upon itself.", nameof(lower));
        }

        Device = device;
        Lower = lower;
        Id = id;
        Protocol = protocol;
    }

    /// <summary>The device that receives and sends untagged packets.</summary>
    public NetworkDevice Device { get; }

    /// <summary>The device below it.</summary>
    public NetworkDevice Lower { get; }

    /// <summary>The VLAN's number.</summary>
    public ushort Id { get; }

    /// <summary>The EtherType of its tags.</summary>
    public EtherType Protocol { get; }

    /// <summary>
    /// Whether received packets look as if there had been no tag (<c>reorder_hdr</c>). Without it taps on the device find the tag in the link header.
    /// </summary>
    public bool ReorderHeader { get; init; } = true;

    /// <summary>Whether the tag is put back; never for a device above, which takes packets without it.</summary>
    private bool IsTagShown => !ReorderHeader && Device.Hooks?.ReceiveHandler is null;

    /// <summary>Takes a packet that bears this device's tag beside it, its data beginning at the network header.</summary>
    /// <returns><see cref="PacketHookResult.Again"/>, the packet being this device's now; or it was dropped.</returns>
    internal PacketHookResult Receive(PacketBuffer packet, PacketContext context)
    {
        context.Enter(packet, Stage.VlanReceive);
        context.Note(packet, "VLAN device", Device);
        if (!context.Check(packet, "the VLAN device is up", Device.Has(DeviceFlags.Up), Device.Has(DeviceFlags.Up))
            || (IsTagShown && !VlanTagging.TryShow(packet)))
        {
            context.Drop(packet, Stage.VlanReceive, DropReason.NotSpecified);
            return PacketHookResult.Dropped;
        }

        packet.Device = Device.Index;
        packet.ClearVlanTag();

        // The device below took it for another host's, not knowing this device's address.
        if (packet.PacketType == PacketType.OtherHost && MacAddress.ReadFrom(packet.LinkHeader) == Device.Address)
        {
            packet.PacketType = PacketType.Host;
        }

        context.Count(Device, DeviceCounter.RxPackets);
        context.Count(Device, DeviceCounter.RxBytes, packet.Length);
        if (packet.PacketType == PacketType.Multicast)
        {
            context.Count(Device, DeviceCounter.Multicast);
        }

        return PacketHookResult.Again;
    }

    /// <inheritdoc/>
    bool ISoftwareDevice.Transmit(PacketBuffer frame, NetworkDevice device, PacketContext context)
    {
        context.Enter(frame, Stage.VlanTransmit);
        int length = frame.Length;
        frame.SetVlanTag((ushort)Protocol, Id);
        if (!context.Transmit(frame, Lower))
        {
            context.Count(device, DeviceCounter.TxDropped);
            return false;
        }

        context.Count(device, DeviceCounter.TxPackets);
        context.Count(device, DeviceCounter.TxBytes, length);
        return true;
    }
}
