using System.Runtime.CompilerServices;
using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Gro;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;

namespace Saker.Stack.Driver.Links;

/// <summary>
/// Makes packets of the frames that a link has received, on one CPU. A frame stays in the chunk that it came in, which goes back to the link when the packet is freed
/// (unlike <c>i40e_clean_rx_irq_zc</c>, which copies); where too few chunks are left, it is copied out.
/// </summary>
internal sealed class LinkCleaner<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly GenericReceiveOffload<TTrace> _gro;

    public LinkCleaner(Cpu cpu, GenericReceiveOffload<TTrace> gro)
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

    /// <summary>Takes frames of a queue and passes the packets up.</summary>
    /// <returns>How many were taken.</returns>
    public int Clean(LinkReceiver receiver, NetworkDevice device, int budget)
    {
        receiver.Memory.CollectReturned();
        MergeChoice merging = _gro.ChoiceFor(device);
        DeviceCounterBlock counters = device.Counters.Of(Cpu);
        int count = 0;
        while (count < budget)
        {
            Span<LinkFrame> parts = receiver.Parts;
            parts = parts[..receiver.Queue.Receive(parts, budget - count, Cpu.Now)];
            if (parts.IsEmpty)
            {
                break;
            }

            while (!parts.IsEmpty)
            {
                int length = 1;
                while (parts[length - 1].IsContinued && length < parts.Length)
                {
                    length++;
                }

                Take(receiver, parts[..length], device, counters, merging);
                parts = parts[length..];
                count++;
            }
        }

        return count;
    }

    private void Take(LinkReceiver receiver, ReadOnlySpan<LinkFrame> parts, NetworkDevice device, DeviceCounterBlock counters, in MergeChoice merging)
    {
        ref readonly LinkFrame first = ref parts[0];
        int length = 0;
        foreach (ref readonly LinkFrame part in parts)
        {
            length += part.Length;
        }

        if (length < NetworkDevice.EthernetHeaderLength)
        {
            receiver.Statistics.Runts++;
            counters.Add(DeviceCounter.RxErrors);
            counters.Add(DeviceCounter.RxLengthErrors);
            receiver.Return(parts);
            Lose(first, DropReason.CardRunt);
            return;
        }

        if (!TryMake(receiver, parts, out PacketBuffer packet))
        {
            receiver.Statistics.WithoutMemory++;
            counters.Add(DeviceCounter.RxMissedErrors);
            Lose(first, DropReason.CardNoMemory);
            return;
        }

        receiver.Statistics.Received++;
        receiver.Statistics.ReceivedBytes += length;
        counters.Add(DeviceCounter.RxPackets);
        counters.Add(DeviceCounter.RxBytes, length);
        Describe(packet, receiver, first, device);
        _gro.Receive(packet, merging, packet.Linear);
    }

    /// <summary>Makes a packet of the chunks, or where these are few, of a copy. In any case the chunks are not the caller's any more.</summary>
    private bool TryMake(LinkReceiver receiver, ReadOnlySpan<LinkFrame> parts, out PacketBuffer packet)
    {
        bool isMade = false;
        packet = default;
        if (receiver.IsShort)
        {
            receiver.Statistics.CopiedOut++;
            isMade = TryCopy(receiver.Memory, parts, out packet);
            receiver.Return(parts);
        }
        else if (Cpu.Packets.TryBuild(receiver.Memory, parts[0].Chunk, parts[0].Offset, parts[0].Length, 0, out packet, out _))
        {
            isMade = TryAppend(receiver, parts[1..], packet);
        }
        else
        {
            receiver.Return(parts);
        }

        if (isMade && !packet.TryMakeLinear(NetworkDevice.EthernetHeaderLength))
        {
            packet.Free();
            isMade = false;
        }

        return isMade;
    }

    /// <summary>Hangs the further parts behind the first. Where that fails, nothing is left of the packet.</summary>
    private bool TryAppend(LinkReceiver receiver, ReadOnlySpan<LinkFrame> parts, PacketBuffer packet)
    {
        while (!parts.IsEmpty)
        {
            ref readonly LinkFrame part = ref parts[0];
            if (!Cpu.Packets.TryBuild(receiver.Memory, part.Chunk, part.Offset, part.Length, 0, out PacketBuffer fragment, out _))
            {
                receiver.Return(parts);
                packet.Free();
                return false;
            }

            packet.AppendFragment(fragment);
            parts = parts[1..];
        }

        return true;
    }

    private bool TryCopy(FrameRegion memory, ReadOnlySpan<LinkFrame> parts, out PacketBuffer packet)
    {
        if (!Cpu.Packets.TryAllocate(Cpu.Frames, memory.BytesOf(parts[0].Chunk, parts[0].Offset, parts[0].Length), out packet))
        {
            return false;
        }

        foreach (ref readonly LinkFrame part in parts[1..])
        {
            if (!Cpu.Packets.TryAllocate(Cpu.Frames, memory.BytesOf(part.Chunk, part.Offset, part.Length), out PacketBuffer rest))
            {
                packet.Free();
                return false;
            }

            packet.AppendFragment(rest);
        }

        return true;
    }

    /// <summary>Says of the packet what the link has told, and reads its Ethernet header.</summary>
    private void Describe(PacketBuffer packet, LinkReceiver receiver, in LinkFrame frame, NetworkDevice device)
    {
        packet.Timestamp = frame.Timestamp != 0 ? frame.Timestamp : Cpu.Now;
        packet.Origin = frame.Origin;
        packet.Queue = (ushort)receiver.Number;
        packet.TrueSize = FrameMemoryCost.Of(device.FrameMemory, packet.Length);
        Enter(packet, Stage.DriverPoll);
        Note(packet, "CPU that polls", Cpu.Index);
        if (frame.HasHash)
        {
            packet.SetHash(frame.Hash, frame.HashCoversPorts);
        }

        if (frame.VlanProtocol != 0)
        {
            packet.SetVlanTag(frame.VlanProtocol, frame.VlanTag);
            Note(packet, "VLAN tag beside the frame", packet.VlanTag);
        }

        EthernetTypeOf.Frame(packet, device);
        Note(packet, "packet type", packet.PacketType);
        if (frame.Checksum != ChecksumState.None)
        {
            receiver.Statistics.ChecksumsTold++;
            packet.ChecksumState = frame.Checksum;
            Note(packet, "checksum, says the link", packet.ChecksumState);
        }
        else if (receiver.AcceptsUnfilled && UnfilledChecksum.IsIn(packet.Protocol, packet.Linear))
        {
            receiver.Statistics.ChecksumsUnfilled++;
            packet.ChecksumState = ChecksumState.Partial;
            Note(packet, "checksum that its sender has left to a card", packet.ChecksumState);
        }

        if (frame.SegmentKind != GsoType.None)
        {
            DescribeSegments(packet, receiver, frame);
        }
    }

    /// <summary>A frame that stands for several, if its headers allow it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void DescribeSegments(PacketBuffer packet, LinkReceiver receiver, in LinkFrame frame)
    {
        packet.MarkNetworkHeader();
        if (frame.SegmentSize != 0 && SegmentLayout.TryRead(packet, out SegmentLayout layout) && packet.Length - layout.PayloadOffset > frame.SegmentSize)
        {
            int segments = (packet.Length - layout.PayloadOffset + frame.SegmentSize - 1) / frame.SegmentSize;
            packet.SetMerged(frame.SegmentSize, segments, frame.SegmentKind);
            receiver.Statistics.Merged++;
        }
    }

    /// <summary>A frame ends of which there is no packet.</summary>
    private void Lose(in LinkFrame frame, DropReason reason)
    {
        if (TTrace.Stages)
        {
            Cpu.Observer.Lost(frame.Origin, Stage.DriverPoll, reason);
        }

        Cpu.Drops.Add(reason);
    }
}
