using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Gro;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;

namespace Saker.Stack.Core;

/// <summary>Shows packets to taps, on one CPU (<c>deliver_skb</c>, <c>dev_queue_xmit_nit</c>).</summary>
internal sealed class PacketTaps<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly PacketSegmenter _segmenter;
    private readonly PacketContext _context;
    private readonly HookTable _hooks;

    public PacketTaps(Cpu cpu, PacketContext context, HookTable hooks)
        : base(cpu)
    {
        _segmenter = new PacketSegmenter(cpu);
        _context = context;
        _hooks = hooks;
    }

    /// <summary>Shows a received packet.</summary>
    /// <returns>What the last tap said; <see cref="DropReason.None"/> if there is no tap.</returns>
    public DropReason Show(PacketBuffer packet, NetworkDevice original, IPacketTap[] taps)
    {
        DropReason answer = DropReason.None;
        foreach (IPacketTap tap in taps)
        {
            answer = Show(packet, original, tap);
        }

        return answer;
    }

    /// <summary>Shows a received packet to those who see its protocol.</summary>
    /// <returns>What the last tap said; <see cref="DropReason.None"/> if there is no tap.</returns>
    public DropReason Show(PacketBuffer packet, NetworkDevice original, (ushort Protocol, IPacketTap Tap)[] taps)
    {
        DropReason answer = DropReason.None;
        foreach ((ushort protocol, IPacketTap tap) in taps)
        {
            if (protocol == packet.Protocol)
            {
                answer = Show(packet, original, tap);
            }
        }

        return answer;
    }

    /// <summary>Shows a frame that is about to be sent, its data beginning at the link header (<c>dev_queue_xmit_nit</c>).</summary>
    public void ShowOutgoing(PacketBuffer frame, NetworkDevice device)
    {
        IPacketTap[] onAny = _hooks.Taps.Outgoing;
        IPacketTap[] onDevice = device.Hooks?.Taps.Outgoing ?? [];
        if (onAny.Length + onDevice.Length == 0)
        {
            return;
        }

        PacketType type = frame.PacketType;
        frame.PacketType = PacketType.Outgoing;
        frame.Device = device.Index;
        frame.MarkLinkHeader();
        if ((uint)frame.NetworkHeaderOffset > (uint)frame.LinearLength)
        {
            frame.MarkNetworkHeader();
        }

        DropReason answer = DropReason.Consumed;
        foreach (IPacketTap tap in onAny)
        {
            answer = tap.See(frame, device, _context);
        }

        foreach (IPacketTap tap in onDevice)
        {
            answer = tap.See(frame, device, _context);
        }

        // The kernel makes one clone for all of them, which is the last one's.
        if (answer != DropReason.Consumed)
        {
            CountDrop(frame, Stage.Taps, answer);
        }

        frame.PacketType = type;
    }

    /// <summary>What a tap does is a branch of the packet's way, which goes on from where it was.</summary>
    private DropReason Show(PacketBuffer packet, NetworkDevice original, IPacketTap tap)
    {
        int place = TTrace.Stages ? packet.TraceNode : 0;
        Enter(packet, Stage.Taps);
        Note(packet, "tap", tap);
        DropReason answer = packet.IsMerged && tap.WantsSegments && packet.TryClone(out PacketBuffer clone)
            ? ShowSegments(clone, original, tap)
            : tap.See(packet, original, _context);
        if (TTrace.Stages)
        {
            packet.TraceNode = place;
        }

        return answer;
    }

    /// <summary>Shows a packet cut, from its link header on as the tap expects it. Where it cannot be cut, the tap sees it whole.</summary>
    private DropReason ShowSegments(PacketBuffer packet, NetworkDevice original, IPacketTap tap)
    {
        int link = packet.LinkHeader.Length - packet.Linear.Length;
        packet.Push(link);
        PacketList segments = default;
        if (!_segmenter.TrySegment(packet, ref segments))
        {
            segments.Add(packet);
        }

        DropReason answer = DropReason.None;
        while (segments.TryTake(out PacketBuffer segment))
        {
            segment.Pull(link);
            answer = tap.See(segment, original, _context);
            segment.Free();
        }

        return answer;
    }
}
