using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Observation;
using Saker.Wire;

namespace Saker.Stack.Devices.Bridge;

/// <summary>Sends what this host sends by a bridge's own device, by its ports (<c>br_dev_xmit</c>).</summary>
internal sealed class BridgeTransmit : ISoftwareDevice
{
    private readonly EthernetBridge _bridge;

    public BridgeTransmit(EthernetBridge bridge) => _bridge = bridge;

    /// <inheritdoc/>
    public bool TakesVlanTag => true;

    /// <inheritdoc/>
    public bool Transmit(PacketBuffer frame, NetworkDevice device, PacketContext context)
    {
        context.Enter(frame, Stage.BridgeTransmit);
        context.Count(device, DeviceCounter.TxPackets);
        context.Count(device, DeviceCounter.TxBytes, frame.Length);
        if (!EthernetView.TryParse(frame.Linear, out EthernetView link))
        {
            context.Drop(frame, Stage.BridgeTransmit, DropReason.NotSpecified);
            return false;
        }

        MacAddress destination = link.Destination;
        BridgeSettings settings = _bridge.Settings;
        ushort vlan = 0;
        frame.MarkLinkHeader();
        frame.Pull(NetworkDevice.EthernetHeaderLength);
        if (settings.IsVlanFiltering && !BridgeVlanFilter.TryEnter(frame, settings.VlanProtocol, _bridge.Vlans, out vlan))
        {
            context.Drop(frame, Stage.BridgeTransmit, DropReason.NotSpecified);
            return false;
        }

        GroupMessage message = default;
        if (destination.IsMulticast && !destination.IsBroadcast && settings.SnoopsMulticast && !_bridge.Groups.IsOverrun)
        {
            message = GroupMessage.Read(frame);
            if (message.Kind == GroupMessageKind.Malformed || !_bridge.Groups.TryHear(frame, message, 0, vlan, context.Cpu.Now))
            {
                context.Drop(frame, Stage.BridgeTransmit, DropReason.NotSpecified);
                return false;
            }
        }

        BridgedFrame bridged = new() { Bridge = _bridge, Settings = settings, Source = device.Index, IsOwn = true, Vlan = vlan };
        if (!destination.IsMulticast && _bridge.Forwarding.TryFind(destination, vlan, context.Cpu.Now, out ForwardingTarget target))
        {
            BridgeForwarding.Forward(frame, _bridge.PortOf(target.Port), bridged, context);
        }
        else if (_bridge.Groups.TryFind(message, vlan, context.Cpu.Now, out GroupPorts ports))
        {
            BridgeForwarding.SendToGroup(frame, ports, bridged, context);
        }
        else
        {
            BridgeForwarding.Flood(frame, BridgePortReceiver.KindOf(destination), bridged, context);
        }

        return true;
    }
}
