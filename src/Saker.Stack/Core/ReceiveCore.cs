using System.Runtime.CompilerServices;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Core;

/// <summary>
/// The fan-out above the link layer (<c>__netif_receive_skb_core</c>): who sees a packet, and which protocol gets it.
/// </summary>
internal sealed class ReceiveCore<TTrace> : ReceiveStage<TTrace>, IPacketListReceiver
    where TTrace : struct, ITracing
{
    private const int VlanTagLength = 4;
    private const ushort VlanIdMask = 0x0fff;

    private readonly PacketTypeTable _types;
    private readonly DeviceTable _devices;
    private readonly PacketTaps<TTrace> _taps;

    public ReceiveCore(Cpu cpu, DeviceTable devices, PacketTypeTable types, PacketTaps<TTrace> taps)
        : base(cpu)
    {
        _devices = devices;
        _types = types;
        _taps = taps;
    }

    /// <summary>
    /// Takes a poll's packets and hands them to their protocols: neighbours in the list that want the same handler go together
    /// (<c>netif_receive_skb_list</c>).
    /// </summary>
    public void Receive(ref PacketList packets)
    {
        PacketList together = default;
        IPacketTypeHandler? handlerOfList = null;
        Cpu.Softnet.CountProcessed(packets.Count);
        while (packets.TryTake(out PacketBuffer packet))
        {
            IPacketTypeHandler? handler = FindHandler(packet);
            if (handler is null)
            {
                continue;
            }

            if (!ReferenceEquals(handler, handlerOfList))
            {
                if (handlerOfList is not null)
                {
                    handlerOfList.Receive(ref together);
                    together = default;
                }

                handlerOfList = handler;
            }

            together.Add(packet);
        }

        handlerOfList?.Receive(ref together);
    }

    /// <summary>Decides about one packet; null: its way has ended here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private IPacketTypeHandler? FindHandler(PacketBuffer packet)
    {
        Enter(packet, Stage.ReceiveCore);
        packet.MarkNetworkHeader();
        packet.MarkTransportHeader();

        if (((EtherType)packet.Protocol).IsVlan && !TryUntag(packet))
        {
            Drop(packet, Stage.ReceiveCore, DropReason.NotSpecified);
            return null;
        }

        _taps.Show(packet);

        if (packet.HasVlanTag && !TrySettleVlanTag(packet))
        {
            Drop(packet, Stage.ReceiveCore, DropReason.NotSpecified);
            return null;
        }

        IPacketTypeHandler? handler = _types.Find(packet.Protocol);
        if (Check(packet, "a protocol has registered for this type", new Hex(packet.Protocol), handler is not null))
        {
            return handler;
        }

        _devices[packet.Device].Counters.Of(Cpu).Add(DeviceCounter.RxDropped);
        Drop(packet, Stage.ReceiveCore, DropReason.UnhandledProtocol);
        return null;
    }

    /// <summary>Takes the outermost tag out of the frame; it is carried beside the packet from now on (<c>skb_vlan_untag</c>).</summary>
    private static bool TryUntag(PacketBuffer packet)
    {
        // The kernel insists on two bytes behind the tag's four, for the length field of 802.3 frames.
        if (packet.HasVlanTag)
        {
            return true;
        }

        if (!packet.TryMakeLinear(VlanTagLength + 2) || !packet.TryMakeWritable())
        {
            return false;
        }

        Span<byte> tag = packet.Linear;
        packet.SetVlanTag(packet.Protocol, (ushort)((tag[0] << 8) | tag[1]));
        ushort type = (ushort)((tag[2] << 8) | tag[3]);
        packet.Pull(VlanTagLength);
        packet.Protocol = EthernetTypeOf.Field(type, packet.Linear);
        packet.CloseLinkHeaderGap(2 * MacAddress.Size, VlanTagLength);
        packet.MarkNetworkHeader();
        packet.MarkTransportHeader();
        return true;
    }

    /// <summary>
    /// Nobody has a device for the tag: a VLAN id makes the packet another host's, and a mere priority is forgotten
    /// (<c>vlan_do_receive</c> without VLAN devices, and what follows it).
    /// </summary>
    private bool TrySettleVlanTag(PacketBuffer packet)
    {
        while (true)
        {
            if (!Check(packet, "the VLAN id has a device, or is 0", packet.VlanTag & VlanIdMask, (packet.VlanTag & VlanIdMask) == 0))
            {
                packet.PacketType = PacketType.OtherHost;
                packet.ClearVlanTag();
                return true;
            }

            packet.ClearVlanTag();
            if (!((EtherType)packet.Protocol).IsVlan)
            {
                return true;
            }

            if (!TryUntag(packet))
            {
                return false;
            }
        }
    }
}
