using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices.Vlan;
using Saker.Stack.Driver;
using Saker.Stack.Gro;
using Saker.Stack.Nic;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Stack.Transport;

namespace Saker.Stack.Devices;

/// <summary>Hands finished frames to their device (<c>dev_queue_xmit</c>).</summary>
internal sealed class DeviceOutput<TTrace> : ReceiveStage<TTrace>, IFrameSender
    where TTrace : struct, ITracing
{
    private readonly PacketSteering<TTrace> _receive;
    private readonly PacketSegmenter _segmenter;
    private readonly HookTable _hooks;
    private readonly PacketContext _context;
    private readonly PacketTaps<TTrace> _taps;

    public DeviceOutput(Cpu cpu, PacketSteering<TTrace> receive, HookTable hooks, PacketContext context, PacketTaps<TTrace> taps)
        : base(cpu)
    {
        _receive = receive;
        _segmenter = new PacketSegmenter(cpu);
        _hooks = hooks;
        _context = context;
        _taps = taps;
    }

    /// <summary>Sends a frame, complete with its link header.</summary>
    /// <returns>False if it was dropped.</returns>
    public bool Transmit(PacketBuffer frame, NetworkDevice device)
    {
        if (_hooks.IsNeeded && PassEgress(frame, device) is not PacketHookResult.GoOn and var result)
        {
            return result != PacketHookResult.Dropped;
        }

        if (device.Software is { } software)
        {
            return TransmitBySoftware(frame, device, software);
        }

        if (device.IsLoopback)
        {
            LoopBack(frame, device);
            return true;
        }

        TransmitQueue? ring = RingFor(frame, device);
        bool isFinishedBehind = IsFinishedBehind(frame, ring);
        if (frame.IsMerged && !isFinishedBehind)
        {
            return TransmitSegments(frame, device, ring);
        }

        bool isSent = TransmitFrame(frame, device, ring, isFinishedBehind);
        ring?.Flush(Cpu.Now);
        return isSent;
    }

    /// <summary>
    /// Netfilter and traffic control may take a frame before it is sent (<c>nf_hook_egress</c>, <c>sch_handle_egress</c>); of one that traffic control hands on netfilter
    /// is not asked.
    /// </summary>
    private PacketHookResult PassEgress(PacketBuffer frame, NetworkDevice device)
    {
        PacketHookResult result = PacketHookResult.GoOn;
        bool skipsNetfilter = frame.SkipsNetfilterEgress;
        frame.SkipsNetfilterEgress = false;
        if (device.Hooks is not { } hooks || (hooks.NetfilterEgress is null && hooks.TrafficEgress is null))
        {
            return result;
        }

        frame.Device = device.Index;
        frame.MarkLinkHeader();
        if (hooks.NetfilterEgress is { } netfilter && !skipsNetfilter)
        {
            result = netfilter.Run(frame, _context);
        }

        return result == PacketHookResult.GoOn && hooks.TrafficEgress is { } traffic ? traffic.Run(frame, _context) : result;
    }

    /// <summary>Hands a frame to a device without hardware, which may hand it to another, and so on.</summary>
    private bool TransmitBySoftware(PacketBuffer frame, NetworkDevice device, ISoftwareDevice software)
    {
        if (!Check(frame, "not too many devices stand upon each other", _context.SendingDepth, !_context.IsTooDeep))
        {
            Refuse(frame, device);
            return false;
        }

        if (frame.HasVlanTag && !software.TakesVlanTag && !VlanTagging.TryPutBack(frame))
        {
            Refuse(frame, device);
            return false;
        }

        ShowOutgoing(frame, device);
        _context.SendingDepth++;
        bool isSent = software.Transmit(frame, device, _context);
        _context.SendingDepth--;
        return isSent;
    }

    private void ShowOutgoing(PacketBuffer frame, NetworkDevice device)
    {
        if (_hooks.IsNeeded)
        {
            _taps.ShowOutgoing(frame, device);
        }
    }

    /// <summary>What stands for several frames is cut into them, as for a card that cannot do so (<c>validate_xmit_skb</c>).</summary>
    private bool TransmitSegments(PacketBuffer frame, NetworkDevice device, TransmitQueue? ring)
    {
        PacketList segments = default;
        if (!_segmenter.TrySegment(frame, ref segments))
        {
            Refuse(frame, device);
            return false;
        }

        bool areSent = true;
        while (segments.TryTake(out PacketBuffer segment))
        {
            areSent &= TransmitFrame(segment, device, ring, IsFinishedBehind(segment, ring));
        }

        ring?.Flush(Cpu.Now);
        return areSent;
    }

    private TransmitQueue? RingFor(PacketBuffer frame, NetworkDevice device) => device.TransmitQueues?.Select(Cpu, frame);

    /// <summary>Whether the device behind a ring cuts a frame and fills its checksum in. It finds neither behind a tag that is not in the bytes yet.</summary>
    private static bool IsFinishedBehind(PacketBuffer frame, TransmitQueue? ring) =>
        (frame.IsMerged || frame.ChecksumState == ChecksumState.Partial) && !frame.HasVlanTag && ring is not null && ring.Finishes(frame);

    /// <summary>
    /// Posts a frame to a ring, or gives it to the link of a device that has none. What finds no room is lost, as in the kernel where no qdisc keeps it
    /// (<c>__dev_queue_xmit</c>).
    /// </summary>
    private bool TransmitFrame(PacketBuffer frame, NetworkDevice device, TransmitQueue? ring, bool isFinishedBehind)
    {
        // Behind a tag in its bytes nobody finds the checksum any more.
        if (frame.HasVlanTag && !HasOffload(device, CardFeatures.TxVlanOffload) && !(ChecksumCompletion.TryComplete(frame) && VlanTagging.TryPutBack(frame)))
        {
            Refuse(frame, device);
            return false;
        }

        // A tag that the card puts in is counted by nobody.
        int length = frame.Length;
        ShowOutgoing(frame, device);
        if (!(isFinishedBehind || ChecksumCompletion.TryComplete(frame))
            || (frame.HasVlanTag && !VlanTagging.TryPutBack(frame))
            || !(ring is null ? device.Transmitter?.TryTransmit(frame) ?? true : ring.HasRoomFor(frame)))
        {
            Refuse(frame, device);
            return false;
        }

        device.Counters.Of(Cpu).Add(DeviceCounter.TxPackets);
        device.Counters.Of(Cpu).Add(DeviceCounter.TxBytes, length);
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

        return true;
    }

    private static bool HasOffload(NetworkDevice device, CardFeatures feature) => (device.Card.Features & feature) != CardFeatures.None;

    private void Refuse(PacketBuffer frame, NetworkDevice device)
    {
        device.Counters.Of(Cpu).Add(DeviceCounter.TxDropped);
        Drop(frame, Stage.NeighborOutput, DropReason.NotSpecified);
    }

    /// <summary>What is sent by the loopback device comes in by it, and never leaves the host (<c>loopback_xmit</c>, which counts no link header).</summary>
    private void LoopBack(PacketBuffer frame, NetworkDevice device)
    {
        ShowOutgoing(frame, device);
        EthernetTypeOf.Frame(frame, device);
        device.Counters.Of(Cpu).Add(DeviceCounter.TxPackets);
        device.Counters.Of(Cpu).Add(DeviceCounter.TxBytes, frame.Length);
        device.Counters.Of(Cpu).Add(DeviceCounter.RxPackets);
        device.Counters.Of(Cpu).Add(DeviceCounter.RxBytes, frame.Length);
        _receive.ReceiveOwn(frame);
    }
}
