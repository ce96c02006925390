using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Devices.Vlan;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Core;

/// <summary>
/// The rounds of the receive core: a packet passes all that hangs on its device, and again for each further device that it is handed to, until it is known which protocol
/// gets it (<c>__netif_receive_skb_core</c> from <c>another_round</c> on).
/// </summary>
/// <remarks>
/// The kernel lets each receiver wait until it knows of the next, so that the last one gets the packet itself. Here taps look at once and take clones. What is left of
/// that order is who ends a packet that nobody else wants: the last tap that saw it since it came past a hook, tag or handler.
/// </remarks>
internal sealed class ReceiveRounds<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly DeviceTable _devices;
    private readonly PacketTypeTable _types;
    private readonly HookTable _hooks;
    private readonly PacketContext _context;
    private readonly PacketTaps<TTrace> _taps;

    public ReceiveRounds(Cpu cpu, DeviceTable devices, PacketTypeTable types, HookTable hooks, PacketContext context, PacketTaps<TTrace> taps)
        : base(cpu)
    {
        _devices = devices;
        _types = types;
        _hooks = hooks;
        _context = context;
        _taps = taps;
    }

    /// <summary>Decides about one packet, whose network header is marked; null: its way has ended here.</summary>
    public IPacketTypeHandler? Find(PacketBuffer packet)
    {
        Passage passage = new(_devices[packet.Device]);
        while (true)
        {
            switch (GoRound(packet, ref passage))
            {
                case PacketHookResult.GoOn:
                    return Deliver(packet, ref passage);
                case PacketHookResult.Again:
                    Cpu.Softnet.CountProcessed(1);
                    Enter(packet, Stage.ReceiveCore);
                    Note(packet, "device", _devices[packet.Device]);
                    break;
                default:
                    return null;
            }
        }
    }

    private PacketHookResult GoRound(PacketBuffer packet, ref Passage passage)
    {
        DeviceHooks hooks = _devices[packet.Device].Hooks ?? DeviceHooks.None;
        PacketHookResult result = hooks.GenericXdp?.Run(packet, _context) ?? PacketHookResult.GoOn;
        if (result != PacketHookResult.GoOn)
        {
            return result;
        }

        if (((EtherType)packet.Protocol).IsVlan && !VlanTagging.TryTakeOut(packet))
        {
            return Lose(packet);
        }

        if (!packet.IsFromReserve)
        {
            Show(packet, ref passage, _hooks.Taps.All);
            Show(packet, ref passage, hooks.Taps.All);
        }

        result = Ask(packet, ref passage, hooks.TrafficIngress);
        if (result == PacketHookResult.GoOn)
        {
            result = Ask(packet, ref passage, hooks.NetfilterIngress);
        }

        if (result == PacketHookResult.GoOn && packet.IsFromReserve && !MayUseReserve(packet))
        {
            return End(packet, ref passage, DropReason.MemoryReserve);
        }

        if (result == PacketHookResult.GoOn && packet.HasVlanTag)
        {
            passage.Tapped = DropReason.None;
            result = hooks.Vlans.Receive(packet, _context);
        }

        if (result == PacketHookResult.GoOn && hooks.ReceiveHandler is { } handler)
        {
            result = Hand(packet, ref passage, handler);
        }

        return result == PacketHookResult.GoOn && packet.HasVlanTag ? SettleVlanTag(packet) : result;
    }

    private PacketHookResult Ask(PacketBuffer packet, ref Passage passage, IPacketHook? hook)
    {
        if (hook is null)
        {
            return PacketHookResult.GoOn;
        }

        passage.Tapped = DropReason.None;
        return hook.Run(packet, _context);
    }

    private PacketHookResult Hand(PacketBuffer packet, ref Passage passage, IReceiveHandler handler)
    {
        passage.Tapped = DropReason.None;
        ReceiveHandlerResult result = handler.Handle(packet, _context);
        if (result != ReceiveHandlerResult.Consumed)
        {
            Note(packet, "rx_handler", result);
        }

        switch (result)
        {
            case ReceiveHandlerResult.Consumed:
                return PacketHookResult.Taken;
            case ReceiveHandlerResult.Another:
                return PacketHookResult.Again;
            case ReceiveHandlerResult.Exact:
                passage.IsExact = true;
                return PacketHookResult.GoOn;
            default:
                return PacketHookResult.GoOn;
        }
    }

    /// <summary>Who has asked for the packet's protocol gets it; nobody: it is dropped.</summary>
    private IPacketTypeHandler? Deliver(PacketBuffer packet, ref Passage passage)
    {
        NetworkDevice device = _devices[packet.Device];
        IPacketTypeHandler? handler = passage.IsExact ? null : _types.Find(packet.Protocol);
        if (handler is not null)
        {
            // The taps above looked before the protocol, which takes the packet over from them; those of the protocol receive it behind it.
            passage.Tapped = DropReason.None;
        }

        if (!passage.IsExact)
        {
            Show(packet, ref passage, _hooks.Taps.ByProtocol);
        }

        Show(packet, ref passage, passage.Original.Hooks?.Taps.ByProtocol);
        if (device != passage.Original)
        {
            Show(packet, ref passage, device.Hooks?.Taps.ByProtocol);
        }

        packet.HasFurtherReceivers = handler is not null && passage.Tapped != DropReason.None;
        if (!Check(packet, "a protocol has registered for this type", new Hex(packet.Protocol), handler is not null))
        {
            EndUnhandled(packet, ref passage);
        }
        else if (passage.Tapped is not (DropReason.None or DropReason.Consumed))
        {
            CountDrop(packet, Stage.Taps, passage.Tapped);
        }

        return handler;
    }

    /// <summary>No protocol wants the packet: the last tap that saw it has received it, or it is dropped.</summary>
    private void EndUnhandled(PacketBuffer packet, ref Passage passage)
    {
        switch (passage.Tapped)
        {
            case DropReason.None:
                End(packet, ref passage, DropReason.UnhandledProtocol);
                break;
            case DropReason.Consumed:
                Consume(packet, Stage.Taps);
                break;
            default:
                Drop(packet, Stage.Taps, passage.Tapped);
                break;
        }
    }

    private void Show(PacketBuffer packet, ref Passage passage, IPacketTap[] taps)
    {
        if (taps.Length != 0)
        {
            passage.Tapped = _taps.Show(packet, passage.Original, taps);
        }
    }

    private void Show(PacketBuffer packet, ref Passage passage, (ushort Protocol, IPacketTap Tap)[]? taps)
    {
        if (taps is { Length: > 0 } && _taps.Show(packet, passage.Original, taps) is not DropReason.None and var answer)
        {
            passage.Tapped = answer;
        }
    }

    /// <summary>
    /// Nobody has a device for the tag: a VLAN id makes the packet another host's, and a mere priority is forgotten. Behind a priority there may be a tag that somebody
    /// has a device for.
    /// </summary>
    private PacketHookResult SettleVlanTag(PacketBuffer packet)
    {
        while (true)
        {
            int id = packet.VlanTag & VlanTagging.IdMask;
            packet.ClearVlanTag();
            if (!Check(packet, "the VLAN id has a device, or is 0", id, id == 0))
            {
                packet.PacketType = PacketType.OtherHost;
                return PacketHookResult.GoOn;
            }

            if (!((EtherType)packet.Protocol).IsVlan)
            {
                return PacketHookResult.GoOn;
            }

            if (!VlanTagging.TryTakeOut(packet))
            {
                return Lose(packet);
            }

            PacketHookResult result = (_devices[packet.Device].Hooks?.Vlans ?? VlanTable.Empty).Receive(packet, _context);
            if (result != PacketHookResult.GoOn)
            {
                return result;
            }
        }
    }

    /// <summary>The protocols that may have to do with freeing memory (<c>skb_pfmemalloc_protocol</c>).</summary>
    private bool MayUseReserve(PacketBuffer packet) => Check(
        packet,
        "the protocol may use the memory reserve",
        new Hex(packet.Protocol),
        (EtherType)packet.Protocol is EtherType.Arp or EtherType.IPv4 or EtherType.IPv6 or EtherType.Vlan or EtherType.ServiceVlan);

    /// <summary>The packet is dropped, and the device counts it.</summary>
    private PacketHookResult End(PacketBuffer packet, ref Passage passage, DropReason reason)
    {
        _devices[packet.Device].Counters.Of(Cpu).Add(passage.IsExact ? DeviceCounter.RxNoHandler : DeviceCounter.RxDropped);
        Drop(packet, Stage.ReceiveCore, reason);
        return PacketHookResult.Dropped;
    }

    /// <summary>A tag could not be taken out: nobody counts the packet.</summary>
    private PacketHookResult Lose(PacketBuffer packet)
    {
        Drop(packet, Stage.ReceiveCore, DropReason.NotSpecified);
        return PacketHookResult.Dropped;
    }

    /// <summary>What is known of a packet on its rounds.</summary>
    private struct Passage(NetworkDevice original)
    {
        /// <summary>The device that it was first received by.</summary>
        public readonly NetworkDevice Original = original;

        /// <summary>Only those get it who have asked for its device.</summary>
        public bool IsExact;

        /// <summary>What the last tap said that saw it since it came past a hook, tag or handler; <see cref="DropReason.None"/>: no tap saw it.</summary>
        public DropReason Tapped;
    }
}
