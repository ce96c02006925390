using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Observation;
using Saker.Wire;

namespace Saker.Stack.Devices.Bridge;

/// <summary>Takes the frames of a bridge's port (<c>br_handle_frame</c>), learns where their senders are, and decides where they go.</summary>
internal sealed class BridgePortReceiver : IReceiveHandler
{
    private const int PauseAddress = 1;

    private readonly BridgePort _port;
    private readonly EthernetBridge _bridge;

    public BridgePortReceiver(BridgePort port)
    {
        _port = port;
        _bridge = port.Bridge;
    }

    /// <inheritdoc/>
    public ReceiveHandlerResult Handle(PacketBuffer packet, PacketContext context)
    {
        if (packet.PacketType == PacketType.Loopback)
        {
            return ReceiveHandlerResult.Pass;
        }

        context.Enter(packet, Stage.BridgeReceive);
        if (!EthernetView.TryParse(packet.LinkHeader, out EthernetView link)
            || !context.Check(packet, "the source is a station's address", link.Source, link.Source.IsUnicast))
        {
            return Refuse(packet, DropReason.MacInvalidSource, context);
        }

        MacAddress destination = link.Destination;
        BridgeSettings settings = _bridge.Settings;
        BridgePortSettings port = _port.Settings;
        if (destination.IsLinkLocalReserved)
        {
            int address = (int)(destination.Value & 0xf);
            if (!context.Check(packet, "the destination is not that of pause frames", destination, address != PauseAddress))
            {
                return Refuse(packet, DropReason.MacControlAddress, context);
            }

            if (!context.Check(packet, "the reserved address is one to be forwarded", address, IsForwarded(address, settings, port)))
            {
                LearnFromReserved(packet, link.Source, settings, port, context);
                return ReceiveHandlerResult.Pass;
            }
        }

        if (!context.Check(packet, "the port forwards or learns", port.State, port.IsLearningState))
        {
            return Refuse(packet, DropReason.BridgeIngressStpState, context);
        }

        if (destination == _bridge.Device.Address)
        {
            packet.PacketType = PacketType.Host;
        }

        Decide(packet, link.Source, destination, settings, port, context);
        return ReceiveHandlerResult.Consumed;
    }

    /// <summary>Whether a frame to a reserved address is treated as any other (IEEE 802.1D, table 7-10; <c>group_fwd_mask</c>).</summary>
    private static bool IsForwarded(int address, BridgeSettings settings, BridgePortSettings port)
    {
        int mask = settings.EffectiveGroupForwardMask | port.GroupForwardMask | settings.RequiredGroupForwardMask;
        return ((mask >> address) & 1) != 0 || (address == 0 && !settings.HasSpanningTree);
    }

    /// <summary>A frame to a reserved address goes up by the port's own device; its sender is learned nevertheless (<c>__br_handle_local_finish</c>).</summary>
    private void LearnFromReserved(PacketBuffer packet, MacAddress source, BridgeSettings settings, BridgePortSettings port, PacketContext context)
    {
        ushort vlan = 0;
        if (port.Learns
            && port.IsLearningState
            && !settings.LearnsNothingFromLinkLocal
            && (!settings.IsVlanFiltering || BridgeVlanFilter.TryClassify(packet, settings.VlanProtocol, _port.Vlans, out vlan)))
        {
            _bridge.Forwarding.Learn(source, vlan, _port.Number, context.Cpu.Now);
        }
    }

    /// <summary>Learns the sender, and lets the frame go where its destination is (<c>br_handle_frame_finish</c>).</summary>
    private void Decide(
        PacketBuffer packet, MacAddress source, MacAddress destination, BridgeSettings settings, BridgePortSettings port, PacketContext context)
    {
        ushort vlan = 0;
        bool mayEnter = !settings.IsVlanFiltering || BridgeVlanFilter.TryEnter(packet, settings.VlanProtocol, _port.Vlans, out vlan);
        if (settings.IsVlanFiltering && !context.Check(packet, "the port belongs to the VLAN", vlan, mayEnter))
        {
            context.Drop(packet, Stage.BridgeReceive, DropReason.NotSpecified);
            return;
        }

        long now = context.Cpu.Now;
        if (port.IsLocked && !context.Check(packet, "the sender is known to be behind the locked port", source, IsKnownHere(source, vlan, now)))
        {
            context.Drop(packet, Stage.BridgeReceive, DropReason.NotSpecified);
            return;
        }

        if (port.Learns)
        {
            _bridge.Forwarding.Learn(source, vlan, _port.Number, now);
        }

        GroupMessage message = default;
        if (destination.IsMulticast && !destination.IsBroadcast && settings.SnoopsMulticast && !_bridge.Groups.IsOverrun)
        {
            message = GroupMessage.Read(packet);
            bool isSound = message.Kind != GroupMessageKind.Malformed && _bridge.Groups.TryHear(packet, message, _port.Number, vlan, now);
            if (!context.Check(packet, "the multicast packet has no faults", message.Kind, isSound))
            {
                context.Drop(packet, Stage.BridgeReceive, DropReason.NotSpecified);
                return;
            }
        }

        if (!context.Check(packet, "the port forwards", port.State, port.State == BridgePortState.Forwarding))
        {
            context.Drop(packet, Stage.BridgeReceive, DropReason.BridgeIngressStpState);
            return;
        }

        if (_bridge.Groups.TryFind(message, vlan, now, out GroupPorts ports))
        {
            SendToGroup(packet, ports, port, settings, vlan, context);
        }
        else
        {
            Send(packet, destination, port, settings, vlan, context);
        }
    }

    /// <summary>A packet of a group goes where the group is wanted.</summary>
    private void SendToGroup(PacketBuffer packet, in GroupPorts ports, BridgePortSettings port, BridgeSettings settings, ushort vlan, PacketContext context)
    {
        NetworkDevice device = _bridge.Device;
        bool isWanted = ports.HasHost || device.Has(DeviceFlags.AllMulticast);
        if (isWanted)
        {
            context.Count(device, DeviceCounter.Multicast);
        }

        BridgedFrame frame = new()
        {
            Bridge = _bridge,
            Settings = settings,
            Source = _port.Device.Index,
            IsFromIsolated = port.IsIsolated,
            Vlan = vlan,
            GoesUp = isWanted || device.Has(DeviceFlags.Promiscuous),
        };
        BridgeForwarding.SendToGroup(packet, ports, frame, context);
        if (frame.GoesUp)
        {
            BridgeForwarding.PassUp(packet, frame, context);
        }
    }

    private void Send(PacketBuffer packet, MacAddress destination, BridgePortSettings port, BridgeSettings settings, ushort vlan, PacketContext context)
    {
        ForwardingTarget target = default;
        bool isKnown = !destination.IsMulticast && _bridge.Forwarding.TryFind(destination, vlan, context.Cpu.Now, out target);
        BridgedFrame frame = new()
        {
            Bridge = _bridge,
            Settings = settings,
            Source = _port.Device.Index,
            IsFromIsolated = port.IsIsolated,
            Vlan = vlan,
            GoesUp = target.IsLocal || destination.IsMulticast || _bridge.Device.Has(DeviceFlags.Promiscuous),
        };
        if (isKnown)
        {
            context.Note(packet, "the station's port (0: this host)", target.IsLocal ? 0 : target.Port);
            if (!target.IsLocal)
            {
                BridgeForwarding.Forward(packet, _bridge.PortOf(target.Port), frame, context);
            }
        }
        else
        {
            FloodKind kind = KindOf(destination);
            if (kind == FloodKind.Multicast)
            {
                context.Count(_bridge.Device, DeviceCounter.Multicast);
            }

            BridgeForwarding.Flood(packet, kind, frame, context);
        }

        if (frame.GoesUp)
        {
            BridgeForwarding.PassUp(packet, frame, context);
        }
    }

    /// <summary>To how many a frame is whose station is not known.</summary>
    internal static FloodKind KindOf(MacAddress destination) =>
        !destination.IsMulticast ? FloodKind.Unicast : destination.IsBroadcast ? FloodKind.Broadcast : FloodKind.Multicast;

    private bool IsKnownHere(MacAddress source, ushort vlan, long now) =>
        _bridge.Forwarding.TryFind(source, vlan, now, out ForwardingTarget known) && known.Port == _port.Number && !known.IsLocal;

    private static ReceiveHandlerResult Refuse(PacketBuffer packet, DropReason reason, PacketContext context)
    {
        context.Drop(packet, Stage.BridgeReceive, reason);
        return ReceiveHandlerResult.Consumed;
    }
}
