using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices.Vlan;
using Saker.Stack.Observation;

namespace Saker.Stack.Devices.Bridge;

/// <summary>Lets frames leave by a bridge's ports, or go up to this host.</summary>
internal static class BridgeForwarding
{
    /// <summary>
    /// Sends a frame whose station is known by its port (<c>br_forward</c>). Where it goes up, too, a clone is sent, and the frame remains the caller's.
    /// </summary>
    public static void Forward(PacketBuffer packet, BridgePort? to, in BridgedFrame frame, PacketContext context)
    {
        if (to is not null && MayLeave(packet, to, to.Settings, frame, context))
        {
            if (!frame.GoesUp)
            {
                Send(packet, to, frame, context);
            }
            else
            {
                _ = TrySendClone(packet, to, frame, context);
            }
        }
        else if (!frame.GoesUp)
        {
            context.Drop(packet, Stage.BridgeForward, DropReason.NotSpecified);
        }
    }

    /// <summary>
    /// Sends a frame by all ports that it may leave by (<c>br_flood</c>): clones, and the frame itself by the last one unless it goes up, too.
    /// </summary>
    public static void Flood(PacketBuffer packet, FloodKind kind, in BridgedFrame frame, PacketContext context) =>
        Flood(packet, kind, default, frame, context);

    /// <summary>Sends a frame of a group by the ports that it goes to (<c>br_multicast_flood</c>), whatever they say of flooding.</summary>
    public static void SendToGroup(PacketBuffer packet, in GroupPorts ports, in BridgedFrame frame, PacketContext context) =>
        Flood(packet, FloodKind.Group, ports, frame, context);

    private static void Flood(PacketBuffer packet, FloodKind kind, in GroupPorts ports, in BridgedFrame frame, PacketContext context)
    {
        BridgePort? previous = null;
        foreach (BridgePort port in frame.Bridge.Ports)
        {
            BridgePortSettings settings = port.Settings;
            if (!(kind == FloodKind.Group ? ports.Contains(port.Number) : TakesFlooded(settings, kind, frame)) || !MayLeave(packet, port, settings, frame, context))
            {
                continue;
            }

            if (previous is not null && !TrySendClone(packet, previous, frame, context))
            {
                EndFlood(packet, DropReason.NoMemory, frame, context);
                return;
            }

            previous = port;
        }

        if (previous is null)
        {
            EndFlood(packet, DropReason.NoTransmitTarget, frame, context);
        }
        else if (!frame.GoesUp)
        {
            Send(packet, previous, frame, context);
        }
        else
        {
            _ = TrySendClone(packet, previous, frame, context);
        }
    }

    /// <summary>Hands a frame to this host, which receives it by the bridge's device (<c>br_pass_frame_up</c>).</summary>
    public static void PassUp(PacketBuffer packet, in BridgedFrame frame, PacketContext context)
    {
        NetworkDevice device = frame.Bridge.Device;
        context.Enter(packet, Stage.BridgeLocal);
        context.Count(device, DeviceCounter.RxPackets);
        context.Count(device, DeviceCounter.RxBytes, packet.Length);
        BridgeVlans vlans = frame.Bridge.Vlans;
        bool isMember = !frame.IsFiltered || vlans.Contains(frame.Vlan);
        if (!isMember && !context.Check(packet, "the bridge belongs to the VLAN, or is promiscuous", frame.Vlan, device.Has(DeviceFlags.Promiscuous)))
        {
            context.Drop(packet, Stage.BridgeLocal, DropReason.NotSpecified);
            return;
        }

        BridgeVlanFilter.Leave(packet, frame, vlans);
        packet.Device = device.Index;
        context.Receive(packet);
    }

    private static void EndFlood(PacketBuffer packet, DropReason reason, in BridgedFrame frame, PacketContext context)
    {
        if (!frame.GoesUp)
        {
            context.Drop(packet, Stage.BridgeForward, reason);
        }
    }

    private static bool TakesFlooded(BridgePortSettings settings, FloodKind kind, in BridgedFrame frame) => kind switch
    {
        FloodKind.Unicast => settings.FloodsUnicast,
        FloodKind.Multicast => settings.FloodsMulticast || frame.IsOwn,
        _ => settings.FloodsBroadcast || frame.IsOwn,
    };

    /// <summary>Whether a frame may leave by a port (<c>should_deliver</c>).</summary>
    private static bool MayLeave(PacketBuffer packet, BridgePort port, BridgePortSettings settings, in BridgedFrame frame, PacketContext context) =>
        context.Check(packet, "the frame came by another port, or the port is a hairpin", port, frame.Source != port.Device.Index || settings.IsHairpin)
        && context.Check(packet, "the port forwards", settings.State, settings.State == BridgePortState.Forwarding)
        && (!frame.IsFiltered || context.Check(packet, "the port belongs to the VLAN", frame.Vlan, port.Vlans.Contains(frame.Vlan)))
        && context.Check(packet, "the ports are not both isolated", port, !(frame.IsFromIsolated && settings.IsIsolated));

    private static bool TrySendClone(PacketBuffer packet, BridgePort to, in BridgedFrame frame, PacketContext context)
    {
        if (!packet.TryClone(out PacketBuffer clone))
        {
            context.Count(frame.Bridge.Device, DeviceCounter.TxDropped);
            return false;
        }

        Send(clone, to, frame, context);
        return true;
    }

    /// <summary>Sends a frame by a port (<c>__br_forward</c> and <c>br_dev_queue_push_xmit</c>).</summary>
    private static void Send(PacketBuffer packet, BridgePort to, in BridgedFrame frame, PacketContext context)
    {
        context.Enter(packet, Stage.BridgeForward);
        context.Note(packet, "port", to);
        BridgeVlanFilter.Leave(packet, frame, to.Vlans);
        NetworkDevice device = to.Device;
        packet.Device = device.Index;
        packet.Push(NetworkDevice.EthernetHeaderLength);
        if (!context.Check(packet, "the port is up and its MTU is no less", device.Mtu, Fits(packet, device)))
        {
            context.Drop(packet, Stage.BridgeForward, DropReason.NotSpecified);
            return;
        }

        if (!frame.IsOwn)
        {
            context.TellForwarded(packet, Stage.BridgeForward);
        }

        context.Transmit(packet, device);
    }

    /// <summary>Whether a device can send a frame (<c>is_skb_forwardable</c>); a VLAN tag within the frame has room beside the MTU.</summary>
    private static bool Fits(PacketBuffer frame, NetworkDevice device) =>
        device.Has(DeviceFlags.Up)
        && (frame.Length <= device.Mtu + NetworkDevice.EthernetHeaderLength + VlanTagging.TagLength || frame.IsMerged);
}
