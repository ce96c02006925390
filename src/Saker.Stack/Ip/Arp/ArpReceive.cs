using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.Arp;

/// <summary>ARP's entry (<c>arp_rcv</c>): is this for us to see, and of Ethernet and IPv4 at all?</summary>
internal sealed class ArpReceive<TTrace> : ReceiveStage<TTrace>, IPacketTypeHandler
    where TTrace : struct, ITracing
{
    private readonly DeviceTable _devices;
    private readonly ArpProcess<TTrace> _next;

    public ArpReceive(Cpu cpu, DeviceTable devices, ArpProcess<TTrace> next)
        : base(cpu)
    {
        _devices = devices;
        _next = next;
    }

    /// <inheritdoc/>
    public ushort Protocol => (ushort)EtherType.Arp;

    /// <inheritdoc/>
    public void Receive(ref PacketList packets)
    {
        while (packets.TryTake(out PacketBuffer packet))
        {
            Receive(packet);
        }
    }

    private void Receive(PacketBuffer packet)
    {
        Enter(packet, Stage.ArpReceive);
        NetworkDevice device = _devices[packet.Device];
        if (!Check(packet, "the device speaks ARP", device, !device.Has(DeviceFlags.NoArp))
            || !Check(packet, "the frame was for this host", packet.PacketType, packet.PacketType is not (PacketType.OtherHost or PacketType.Loopback)))
        {
            // Not for us, but nothing is wrong with it: the kernel does not call this a drop.
            Consume(packet, Stage.ArpReceive);
            return;
        }

        if (!Check(packet, "28 bytes are there", packet.Length, packet.TryMakeLinear(ArpView.EthernetIPv4Length))
            || !ArpView.TryParse(packet.Linear, out ArpView arp))
        {
            Drop(packet, Stage.ArpReceive, DropReason.PacketTooSmall);
            return;
        }

        if (!Check(packet, "addresses have 6 and 4 bytes", arp.HardwareLength, arp.ProtocolLength, arp.IsEthernetIPv4))
        {
            Drop(packet, Stage.ArpReceive, DropReason.NotSpecified);
            return;
        }

        _next.Process(packet, device, arp.ToHeader());
    }
}
