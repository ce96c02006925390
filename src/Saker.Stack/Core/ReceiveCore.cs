using System.Runtime.CompilerServices;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Core;

/// <summary>
/// The fan-out above the link layer (<c>__netif_receive_skb_core</c>): who sees a packet, and which protocol gets it. An ordinary, untagged packet of a stack on whose devices nothing
/// hangs is decided about here; all others go their rounds (<see cref="ReceiveRounds{TTrace}"/>).
/// </summary>
internal sealed class ReceiveCore<TTrace> : ReceiveStage<TTrace>, IPacketListReceiver
    where TTrace : struct, ITracing
{
    private readonly PacketTypeTable _types;
    private readonly DeviceTable _devices;
    private readonly HookTable _hooks;
    private readonly ReceiveRounds<TTrace> _rounds;

    public ReceiveCore(Cpu cpu, DeviceTable devices, PacketTypeTable types, HookTable hooks, PacketContext context, PacketTaps<TTrace> taps)
        : base(cpu)
    {
        _devices = devices;
        _types = types;
        _hooks = hooks;
        _rounds = new ReceiveRounds<TTrace>(cpu, devices, types, hooks, context, taps);
    }

    /// <summary>
    /// Takes a poll's packets and hands them to their protocols: neighbours in the list that came by the same device and want the same handler go together
    /// (<c>netif_receive_skb_list</c>).
    /// </summary>
    public void Receive(ref PacketList packets)
    {
        PacketList together = default;
        IPacketTypeHandler? handlerOfList = null;
        int deviceOfList = 0;
        Cpu.Softnet.CountProcessed(packets.Count);
        while (packets.TryTake(out PacketBuffer packet))
        {
            int device = packet.Device;
            IPacketTypeHandler? handler = FindHandler(packet);
            if (handler is null)
            {
                continue;
            }

            if (!ReferenceEquals(handler, handlerOfList) || device != deviceOfList)
            {
                if (handlerOfList is not null)
                {
                    handlerOfList.Receive(ref together);
                    together = default;
                }

                handlerOfList = handler;
                deviceOfList = device;
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
        if (_hooks.IsNeeded || !packet.IsOrdinary || ((EtherType)packet.Protocol).IsVlan)
        {
            return _rounds.Find(packet);
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
}
