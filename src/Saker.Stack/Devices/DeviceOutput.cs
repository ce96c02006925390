using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Driver;
using Saker.Stack.Gro;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;

namespace Saker.Stack.Devices;

/// <summary>Hands finished frames to their device (<c>dev_queue_xmit</c>).</summary>
internal sealed class DeviceOutput<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly PacketSteering<TTrace> _receive;
    private readonly PacketSegmenter _segmenter;

    public DeviceOutput(Cpu cpu, PacketSteering<TTrace> receive)
        : base(cpu)
    {
        _receive = receive;
        _segmenter = new PacketSegmenter(cpu);
    }

    /// <summary>Sends a frame, complete with its link header.</summary>
    public void Transmit(PacketBuffer frame, NetworkDevice device)
    {
        if (device.IsLoopback)
        {
            LoopBack(frame, device);
        }
        else if (frame.IsMerged)
        {
            TransmitSegments(frame, device);
        }
        else
        {
            TransmitRing? ring = RingFor(frame, device);
            TransmitFrame(frame, device, ring);
            ring?.Flush(Cpu.Now);
        }
    }

    /// <summary>What stands for several frames is cut into them, as for a card that cannot do so (<c>validate_xmit_skb</c>).</summary>
    private void TransmitSegments(PacketBuffer frame, NetworkDevice device)
    {
        PacketList segments = default;
        TransmitRing? ring = RingFor(frame, device);
        if (!_segmenter.TrySegment(frame, ref segments))
        {
            Refuse(frame, device);
            return;
        }

        while (segments.TryTake(out PacketBuffer segment))
        {
            TransmitFrame(segment, device, ring);
        }

        ring?.Flush(Cpu.Now);
    }

    private TransmitRing? RingFor(PacketBuffer frame, NetworkDevice device) => device.TransmitQueues?.Select(Cpu, frame);

    /// <summary>
    /// Posts a frame to a ring, or gives it to the link of a device that has none. What finds no room is lost, as in the kernel where no qdisc keeps it
    /// (<c>__dev_queue_xmit</c>).
    /// </summary>
    private void TransmitFrame(PacketBuffer frame, NetworkDevice device, TransmitRing? ring)
    {
        if (!(ring is null ? device.Transmitter?.TryTransmit(frame) ?? true : ring.HasRoomFor(frame)))
        {
            Refuse(frame, device);
            return;
        }

        device.Counters.Of(Cpu).Add(DeviceCounter.TxPackets);
        device.Counters.Of(Cpu).Add(DeviceCounter.TxBytes, frame.Length);
        if (TTrace.Stages)
        {
            Cpu.Observer.Transmitted(frame, device);
        }

        if (ring is not null)
        {
            ring.Post(frame);
        }
        else
        {
            frame.Free();
        }
    }

    private void Refuse(PacketBuffer frame, NetworkDevice device)
    {
        device.Counters.Of(Cpu).Add(DeviceCounter.TxDropped);
        Drop(frame, Stage.NeighborOutput, DropReason.NotSpecified);
    }

    /// <summary>What is sent by the loopback device comes in by it, and never leaves the host (<c>loopback_xmit</c>, which counts no link header).</summary>
    private void LoopBack(PacketBuffer frame, NetworkDevice device)
    {
        EthernetTypeOf.Frame(frame, device);
        device.Counters.Of(Cpu).Add(DeviceCounter.TxPackets);
        device.Counters.Of(Cpu).Add(DeviceCounter.TxBytes, frame.Length);
        device.Counters.Of(Cpu).Add(DeviceCounter.RxPackets);
        device.Counters.Of(Cpu).Add(DeviceCounter.RxBytes, frame.Length);
        _receive.ReceiveLater(frame);
    }
}
