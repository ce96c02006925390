using System.Runtime.CompilerServices;
using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Gro;
using Saker.Stack.Nic;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Driver;

/// <summary>Makes packets of the frames in a ring, on one CPU (<c>i40e_clean_rx_irq</c>).</summary>
internal sealed class RingCleaner<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly GenericReceiveOffload<TTrace> _gro;

    public RingCleaner(Cpu cpu, GenericReceiveOffload<TTrace> gro)
        : base(cpu) => _gro = gro;

    /// <summary>Whether GRO holds packets.</summary>
    public bool IsHolding => _gro.IsHolding;

    /// <summary>Packets that GRO passes up together when they were not merged.</summary>
    public int NormalBatch
    {
        set => _gro.NormalBatch = value;
    }

    /// <summary>Passes on what GRO holds, or only what is old, and what it has ready.</summary>
    public void Flush(bool onlyOld) => _gro.Flush(onlyOld);

    /// <summary>Passes on what GRO has ready.</summary>
    public void FlushNormal() => _gro.FlushNormal();

    /// <summary>Takes frames off a ring and passes the packets up.</summary>
    /// <returns>How many were taken; the whole budget if pages ran out, so that the poll comes again.</returns>
    public int Clean(ReceiveRing ring, NetworkDevice device, int budget)
    {
        DescriptorRing descriptors = ring.Descriptors;
        DeviceCounterBlock counters = device.Counters.Of(Cpu);
        long packetsBefore = counters[DeviceCounter.RxPackets];
        long bytesBefore = counters[DeviceCounter.RxBytes];
        MergeChoice merging = _gro.ChoiceFor(device);
        bool isPlain = ring.IsPlain;
        int count = 0;
        bool hasFailed = false;
        int unused = ring.UnusedCount;
        ring.Memory.CollectReturned();
        while (count < budget)
        {
            // Giving buffers back one by one is too slow: the card would look at the tail for each.
            if (unused >= ReceiveRing.RefillBatch && !hasFailed)
            {
                hasFailed = !ring.TryRefill();
                unused = ring.UnusedCount;
            }

            int index = ring.ProcessIndex;
            ref ReceiveDescriptor descriptor = ref descriptors[index];
            DescriptorStatus status = descriptor.ReadStatus();
            int size = status.Length;
            if (!isPlain || !status.IsUsualFrame || size < NetworkDevice.EthernetHeaderLength || ring.CleanIndex != index)
            {
                int taken = TakeUnusual(ring, device, counters, merging);
                if (taken < 0)
                {
                    break;
                }

                count += taken;
                unused = ring.UnusedCount;
                continue;
            }

            count++;
            unused++;
            PacketBuffer packet = ring.Build(index, size, Cpu.Packets, out ReadOnlySpan<byte> frame);
            ring.Finish(descriptors.Next(index));
            if (packet.IsNull)
            {
                LoseForMemory(ring, in descriptor);
                continue;
            }

            packet.TrueSize = FrameMemoryCost.Of(device.FrameMemory, size);
            Describe(packet, ring, in descriptor, status);
            Count(counters, size);
            ReadOnlySpan<byte> data = EthernetTypeOf.Set(packet, device, frame);
            Note(packet, "packet type", packet.PacketType);
            _gro.Receive(packet, merging, data);
        }

        ring.Hook?.Flush();
        ring.Count(QueueCounter.Packets, counters[DeviceCounter.RxPackets] - packetsBefore);
        ring.Count(QueueCounter.Bytes, counters[DeviceCounter.RxBytes] - bytesBefore);
        // Without any progress the interrupt is waited for: what arrives while the ring is dry raises it.
        return hasFailed && count != 0 ? budget : count;
    }

    /// <summary>Takes what is not a usual frame that the driver makes a packet of as it lies there: whatever the card can write back.</summary>
    /// <returns>How many frames that were; -1: the card has written nothing.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int TakeUnusual(ReceiveRing ring, NetworkDevice device, DeviceCounterBlock counters, MergeChoice merging)
    {
        int index = ring.ProcessIndex;
        DescriptorStatus status = ring.Descriptors[index].ReadStatus();
        if (status.Length == 0)
        {
            if (!status.IsProgrammingStatus)
            {
                return -1;
            }

            CleanProgrammingStatus(ring);
            return 0;
        }

        ring.SyncForCpu(index, status.Length);
        ring.Advance();
        if (!status.IsEndOfPacket)
        {
            ring.Statistics.ContinuedDescriptors++;
            return 0;
        }

        TakeFrame(ring, index, device, counters, merging);
        return 1;
    }

    /// <summary>Takes a frame whose last descriptor has come.</summary>
    private void TakeFrame(ReceiveRing ring, int last, NetworkDevice device, DeviceCounterBlock counters, MergeChoice merging)
    {
        ref ReceiveDescriptor descriptor = ref ring.Descriptors[last];
        DescriptorStatus status = descriptor.ReadStatus();
        FrameParts parts = new(ring, last);
        XdpAction action = ring.Hook is { } hook ? Run(hook, ring, ref parts) : XdpAction.Pass;
        if (action is not (XdpAction.Pass or XdpAction.Transmit or XdpAction.Redirect))
        {
            Count(counters, parts.Length);
            ring.Statistics.XdpDrops++;
            Lose(in descriptor, action == XdpAction.Drop ? DropReason.XdpDrop : action == XdpAction.Aborted ? DropReason.XdpAborted : DropReason.XdpInvalid);
            ring.Finish();
        }
        else if (!parts.TryMakePacket(Cpu, out PacketBuffer packet))
        {
            LoseForMemory(ring, in descriptor);
            ring.Finish();
        }
        else if (action != XdpAction.Pass)
        {
            ring.Finish();
            Count(counters, packet.Length);
            ring.Statistics.XdpTaken++;
            packet.Timestamp = descriptor.Timestamp;
            packet.Origin = descriptor.Origin;
            packet.Device = device.Index;
            packet.Queue = (ushort)ring.Queue;
            ring.Hook!.Take(packet, action);
        }
        else
        {
            ring.Finish();
            if (TryProcess(packet, ring, device, counters, in descriptor, status))
            {
                _gro.Receive(packet, merging, packet.Linear);
            }
        }
    }

    /// <summary>Shows the hook a frame, and takes over how it has moved the ends.</summary>
    private static XdpAction Run(XdpHook hook, ReceiveRing ring, ref FrameParts parts)
    {
        XdpFrame frame = new(ring, parts.FirstBuffer, parts.Start, parts.End, parts.Count);
        XdpAction action = hook.Run(ref frame);
        return parts.TryMoveEnds(frame.Start, frame.End) ? action : XdpAction.Aborted;
    }

    /// <summary>Sorts out bad frames, and says of the packet what the card knows (<c>i40e_cleanup_headers</c>, <c>i40e_process_skb_fields</c>).</summary>
    /// <returns>False if the packet was dropped.</returns>
    private bool TryProcess(
        PacketBuffer packet, ReceiveRing ring, NetworkDevice device, DeviceCounterBlock counters, in ReceiveDescriptor descriptor, DescriptorStatus status)
    {
        packet.TrueSize = FrameMemoryCost.Of(device.FrameMemory, packet.Length);
        Describe(packet, ring, in descriptor, status);
        if (status.IsBadFrame || !packet.TryMakeLinear(NetworkDevice.EthernetHeaderLength))
        {
            DropBad(packet, ring, counters, status);
            return false;
        }

        Count(counters, packet.Length);
        if (status.HasVlanTag)
        {
            packet.SetVlanTag((ushort)EtherType.Vlan, descriptor.VlanTag);
            Note(packet, "VLAN tag that the card took out", packet.VlanTag);
        }

        EthernetTypeOf.Frame(packet, device);
        Note(packet, "packet type", packet.PacketType);
        return true;
    }

    /// <summary>Says of the packet what its descriptor tells.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Describe(PacketBuffer packet, ReceiveRing ring, in ReceiveDescriptor descriptor, DescriptorStatus status)
    {
        packet.Timestamp = descriptor.Timestamp;
        packet.Origin = descriptor.Origin;
        packet.Queue = (ushort)ring.Queue;
        Enter(packet, Stage.DriverPoll);
        Note(packet, "CPU that polls", Cpu.Index);
        if (ring.PassesHash && status.Filter == DescriptorFilter.Hash)
        {
            packet.SetHash(descriptor.FilterValue, status.IsTransportHash);
            Note(packet, "flow hash of the card", packet.Hash);
        }

        if (ring.BelievesChecksums && status.HasCheckedSums)
        {
            BelieveChecksums(packet, ring, status);
        }
    }

    /// <summary>What the card has verified need not be again; what it found wrong is looked at by the protocol (<c>i40e_rx_checksum</c>).</summary>
    private static void BelieveChecksums(PacketBuffer packet, ReceiveRing ring, DescriptorStatus status)
    {
        if (status.IsNetworkChecksumWrong || status.IsTransportChecksumWrong)
        {
            ring.Statistics.ChecksumErrors++;
        }
        else if (status.PacketType is RssFlowType.IPv4Tcp or RssFlowType.IPv4Udp or RssFlowType.IPv6Tcp or RssFlowType.IPv6Udp)
        {
            packet.ChecksumState = ChecksumState.Unnecessary;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Count(DeviceCounterBlock counters, int length)
    {
        counters.Add(DeviceCounter.RxPackets);
        counters.Add(DeviceCounter.RxBytes, length);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void DropBad(PacketBuffer packet, ReceiveRing ring, DeviceCounterBlock counters, DescriptorStatus status)
    {
        Check(packet, "the frame is whole", packet.Length, passed: false);
        if (status.IsBadFrame)
        {
            ring.Statistics.BadFrames++;
            counters.Add(DeviceCounter.RxErrors);
            counters.Add(DeviceCounter.RxCrcErrors);
            Drop(packet, Stage.DriverPoll, DropReason.CardCrc);
            return;
        }

        ring.Count(QueueCounter.AllocationFailed);
        Drop(packet, Stage.DriverPoll, DropReason.CardNoMemory);
    }

    /// <summary>There is no memory for a packet: the frame is lost, and its buffers are used again.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LoseForMemory(ReceiveRing ring, in ReceiveDescriptor descriptor)
    {
        ring.Count(QueueCounter.AllocationFailed);
        Lose(in descriptor, DropReason.CardNoMemory);
    }

    /// <summary>A frame ends of which there is no packet.</summary>
    private void Lose(in ReceiveDescriptor descriptor, DropReason reason)
    {
        if (TTrace.Stages)
        {
            Cpu.Observer.Lost(descriptor.Origin, Stage.DriverPoll, reason);
        }

        Cpu.Drops.Add(reason);
    }

    /// <summary>A descriptor that tells of no frame: its buffer is as empty as before.</summary>
    private static void CleanProgrammingStatus(ReceiveRing ring)
    {
        ring.Statistics.ProgrammingStatuses++;
        bool isWithinFrame = ring.CleanIndex != ring.ProcessIndex;
        ring.Advance();
        if (!isWithinFrame)
        {
            ring.Finish();
        }
    }
}
