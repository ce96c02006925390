using Saker.Packets;
using Saker.Stack.Gro;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;

namespace Saker.Stack.Core;

/// <summary>A tap: sees every packet that passes the receive core (<c>ptype_all</c>).</summary>
public interface IPacketTap
{
    /// <summary>
    /// Looks at a packet on its way. The packet remains its owner's; whoever wants to keep it takes a <see cref="PacketBuffer.TryClone"/>.
    /// Its data begins at the network header.
    /// </summary>
    void See(PacketBuffer packet);

    /// <summary>
    /// Whether packets that stand for several (<see cref="PacketBuffer.IsMerged"/>) are cut for this tap, so that it sees the frames that came in. The kernel shows its
    /// taps merged packets.
    /// </summary>
    bool WantsSegments => false;
}

/// <summary>The taps of one CPU's path. Costs a test where there are none.</summary>
internal sealed class PacketTaps<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly PacketSegmenter _segmenter;
    private IPacketTap[] _taps = [];

    public PacketTaps(Cpu cpu)
        : base(cpu) => _segmenter = new PacketSegmenter(cpu);

    public void Add(IPacketTap tap) => _taps = [.. _taps, tap];

    public void Remove(IPacketTap tap) => _taps = [.. _taps.Where(other => !ReferenceEquals(other, tap))];

    public void Show(PacketBuffer packet)
    {
        foreach (IPacketTap tap in _taps)
        {
            Enter(packet, Stage.Taps);
            if (packet.IsMerged && tap.WantsSegments && packet.TryClone(out PacketBuffer clone))
            {
                ShowSegments(clone, tap);
            }
            else
            {
                tap.See(packet);
            }
        }
    }

    /// <summary>Shows a packet cut, from its link header on as the tap expects it. Where it cannot be cut, the tap sees it whole.</summary>
    private void ShowSegments(PacketBuffer packet, IPacketTap tap)
    {
        int link = packet.LinkHeader.Length - packet.Linear.Length;
        packet.Push(link);
        PacketList segments = default;
        if (!_segmenter.TrySegment(packet, ref segments))
        {
            segments.Add(packet);
        }

        while (segments.TryTake(out PacketBuffer segment))
        {
            segment.Pull(link);
            tap.See(segment);
            segment.Free();
        }
    }
}
