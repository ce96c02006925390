using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Observation;

namespace Saker.Stack.Core.TrafficControl;

/// <summary>Asks a chain about the packets of a device in one direction, and does what it says (<c>sch_handle_ingress</c>, <c>sch_handle_egress</c>).</summary>
internal sealed class TrafficHook : IPacketHook
{
    private const int MostReclassifications = 16;

    private readonly HookDirection _direction;
    private readonly Stage _stage;

    public TrafficHook(TrafficChain chain, HookDirection direction)
    {
        Chain = chain;
        _direction = direction;
        _stage = direction == HookDirection.Ingress ? Stage.TrafficIngress : Stage.TrafficEgress;
    }

    public TrafficChain Chain { get; }

    /// <inheritdoc/>
    public PacketHookResult Run(PacketBuffer packet, PacketContext context)
    {
        context.Enter(packet, _stage);
        int link = _direction == HookDirection.Ingress ? packet.LinkHeader.Length - packet.Linear.Length : 0;
        packet.Push(link);
        packet.SkipsNetfilterEgress = true;
        TrafficContext traffic = new(context);
        DropReason reason = _direction == HookDirection.Ingress ? DropReason.TcIngress : DropReason.TcEgress;
        TrafficVerdict verdict = AskPrograms(packet, ref traffic);
        if (verdict == TrafficVerdict.Unspecified)
        {
            verdict = AskFilters(packet, ref traffic, ref reason);
        }

        switch (verdict)
        {
            case TrafficVerdict.Shot:
                context.Drop(packet, _stage, reason);
                return PacketHookResult.Dropped;
            case TrafficVerdict.Stolen or TrafficVerdict.Queued or TrafficVerdict.Trap:
                context.Consume(packet, _stage);
                return PacketHookResult.Taken;
            case TrafficVerdict.Redirect:
                Redirect(packet, traffic, context);
                return PacketHookResult.Taken;
            default:
                packet.SkipsNetfilterEgress = false;
                packet.Pull(link);
                return PacketHookResult.GoOn;
        }
    }

    /// <summary>The first program that answers ends the row, whatever it says; only some answers are final (<c>tcx_run</c>).</summary>
    private TrafficVerdict AskPrograms(PacketBuffer frame, ref TrafficContext traffic)
    {
        foreach (TrafficProgram program in Chain.Programs)
        {
            TrafficVerdict verdict = program.Classifier(frame, ref traffic);
            traffic.Packets.Note(frame, "program", program);
            if (verdict != TrafficVerdict.Unspecified)
            {
                traffic.Packets.Note(frame, "verdict", verdict);
                return verdict is TrafficVerdict.Ok or TrafficVerdict.Shot or TrafficVerdict.Redirect ? verdict : TrafficVerdict.Unspecified;
            }
        }

        return TrafficVerdict.Unspecified;
    }

    /// <summary>The filters by priority, until one answers (<c>tcf_classify</c>).</summary>
    private TrafficVerdict AskFilters(PacketBuffer frame, ref TrafficContext traffic, ref DropReason reason)
    {
        for (int round = 0; ; round++)
        {
            TrafficVerdict verdict = AskFiltersOnce(frame, ref traffic);
            if (verdict != TrafficVerdict.Reclassify)
            {
                return verdict;
            }

            if (!traffic.Packets.Check(frame, "the filters were not asked again too often", round, round < MostReclassifications))
            {
                reason = DropReason.TcReclassifyLoop;
                return TrafficVerdict.Shot;
            }
        }
    }

    private TrafficVerdict AskFiltersOnce(PacketBuffer frame, ref TrafficContext traffic)
    {
        foreach (TrafficFilter filter in Chain.Filters)
        {
            if (filter.Protocol != TrafficFilter.AllProtocols && filter.Protocol != (frame.HasVlanTag ? frame.VlanProtocol : frame.Protocol))
            {
                continue;
            }

            TrafficVerdict verdict = filter.Classifier(frame, ref traffic);
            traffic.Packets.Note(frame, "filter", filter);
            if (verdict >= TrafficVerdict.Ok)
            {
                traffic.Packets.Note(frame, "verdict", verdict);
                return verdict;
            }
        }

        return TrafficVerdict.Unspecified;
    }

    /// <summary>Hands a frame to a device (<c>skb_do_redirect</c>), to be sent, or to be received by way of the backlog.</summary>
    private void Redirect(PacketBuffer frame, in TrafficContext traffic, PacketContext context)
    {
        if (!context.Check(frame, "the device is there that the packet is redirected to", traffic.Target, traffic.Target is not null))
        {
            context.Drop(frame, _stage, DropReason.NotSpecified);
            return;
        }

        NetworkDevice device = traffic.Target!;
        if (traffic.Direction == HookDirection.Egress)
        {
            context.TellForwarded(frame, _stage);
            context.TransmitRedirected(frame, device, _stage);
            return;
        }

        if (!context.Check(frame, "that device is up", device, device.Has(DeviceFlags.Up)))
        {
            context.Count(device, DeviceCounter.RxDropped);
            context.Drop(frame, _stage, DropReason.NotSpecified);
            return;
        }

        frame.Destination = 0;
        frame.SkipsNetfilterEgress = false;
        EthernetTypeOf.Frame(frame, device);
        context.ReceiveLater(frame);
    }
}
