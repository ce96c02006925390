using Saker.Packets;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Gro;

/// <summary>
/// Cuts a packet that stands for several into them again (generic segmentation offload in software: <c>skb_gso_segment</c>).
/// </summary>
/// <remarks>
/// Where the pieces still lie as they were merged, each gets its headers in the room in front of it and nothing is copied; otherwise the payload is copied to new
/// packets.
/// </remarks>
internal sealed class PacketSegmenter(Cpu cpu)
{
    /// <summary>
    /// Cuts a packet whose network header is marked; what its data has in front of that goes in front of each segment. The packet is gone then.
    /// </summary>
    /// <param name="packet">The packet (<see cref="PacketBuffer.IsMerged"/>).</param>
    /// <param name="segments">Where the segments are added, in order.</param>
    /// <returns>False if the packet cannot be cut, or there is no memory: nothing was added, and the packet remains the caller's.</returns>
    public bool TrySegment(PacketBuffer packet, ref PacketList segments)
    {
        if (!packet.IsMerged || !SegmentLayout.TryRead(packet, out SegmentLayout layout) || packet.Length <= layout.PayloadOffset + packet.GsoSize)
        {
            return false;
        }

        if ((packet.GsoType & GsoType.FragmentList) != GsoType.None && packet.HasOwnFragments && packet.LengthBeforeSegments - layout.PayloadOffset == packet.GsoSize)
        {
            return TryTakeApart(packet, layout, ref segments);
        }

        bool stillFits = packet.HasOwnFragments
            && packet.LinearLength - layout.PayloadOffset == packet.GsoSize
            && packet.FragmentsFit(packet.GsoSize, layout.PayloadOffset);
        return stillFits ? TrySplit(packet, layout, ref segments) : TryCopy(packet, layout, ref segments);
    }

    /// <summary>The segments hang behind the first with headers of their own: only the link header is the first one's (<c>skb_segment_list</c>).</summary>
    private static bool TryTakeApart(PacketBuffer packet, in SegmentLayout layout, ref PacketList segments)
    {
        if (!packet.TryMakeWritable())
        {
            return false;
        }

        PacketList others = default;
        ushort identification = layout.Identification;
        while (packet.TryTakeSegment(out PacketBuffer segment))
        {
            segment.Push(-segment.NetworkHeaderOffset);
            int transport = segment.TransportHeaderOffset;
            packet.Linear[..layout.NetworkOffset].CopyTo(segment.Push(layout.NetworkOffset));
            packet.TrueSize -= segment.TrueSize;
            segment.InheritFrom(packet);
            Finish(segment);
            int network = layout.NetworkOffset;
            SegmentHeaders.WriteNetwork(segment, network, network + transport, layout.IsIPv6, ++identification);
            others.Add(segment);
        }

        if (layout.Protocol == IPProtocol.Udp && UdpEditor.TryParse(packet.Linear[layout.TransportOffset..], out UdpEditor udp))
        {
            udp.DatagramLength = (ushort)(packet.Length - layout.TransportOffset);
        }

        SegmentHeaders.WriteNetwork(packet, layout.NetworkOffset, layout.TransportOffset, layout.IsIPv6, layout.Identification);
        Finish(packet);
        segments.Add(packet);
        segments.Append(ref others);
        return true;
    }

    /// <summary>Each piece gets its headers in the room in front of it.</summary>
    private static bool TrySplit(PacketBuffer packet, in SegmentLayout layout, ref PacketList segments)
    {
        if (!packet.TryMakeWritable())
        {
            return false;
        }

        int size = packet.GsoSize;
        bool hasFixedId = (packet.GsoType & GsoType.TcpFixedId) != GsoType.None;
        PacketList others = default;
        int index = 1;
        while (packet.TryTakeFragments(size, out PacketBuffer segment))
        {
            packet.Linear[..layout.PayloadOffset].CopyTo(segment.Push(layout.PayloadOffset));
            MarkHeaders(segment, packet, layout);
            SegmentHeaders.Write(segment, layout, index * size, index, !packet.IsFragmented, hasFixedId);
            index++;
            packet.TrueSize -= segment.TrueSize;
            others.Add(segment);
        }

        SegmentHeaders.Write(packet, layout, 0, 0, isLast: false, hasFixedId);
        Finish(packet);
        segments.Add(packet);
        segments.Append(ref others);
        return true;
    }

    /// <summary>The payload is copied, piece by piece (<c>skb_segment</c>).</summary>
    private bool TryCopy(PacketBuffer packet, in SegmentLayout layout, ref PacketList segments)
    {
        int size = packet.GsoSize;
        int payload = packet.Length - layout.PayloadOffset;
        bool hasFixedId = (packet.GsoType & GsoType.TcpFixedId) != GsoType.None;
        PacketList made = default;
        int index = 0;
        for (int offset = 0; offset < payload; offset += size)
        {
            int length = Math.Min(size, payload - offset);
            if (!TryCopySegment(packet, layout, offset, length, out PacketBuffer segment))
            {
                made.Free();
                return false;
            }

            MarkHeaders(segment, packet, layout);
            SegmentHeaders.Write(segment, layout, offset, index, offset + length == payload, hasFixedId);
            index++;
            made.Add(segment);
        }

        packet.Free();
        segments.Append(ref made);
        return true;
    }

    private bool TryCopySegment(PacketBuffer packet, in SegmentLayout layout, int offset, int length, out PacketBuffer segment)
    {
        if (!cpu.Packets.TryAllocate(cpu.Frames, out segment))
        {
            return false;
        }

        if (segment.Tailroom >= layout.PayloadOffset)
        {
            packet.Linear[..layout.PayloadOffset].CopyTo(segment.Put(layout.PayloadOffset));
            if (TryCopyPayload(packet, layout.PayloadOffset + offset, length, segment))
            {
                return true;
            }
        }

        segment.Free();
        return false;
    }

    private bool TryCopyPayload(PacketBuffer packet, int offset, int length, PacketBuffer segment)
    {
        int part = Math.Min(length, segment.Tailroom);
        packet.CopyTo(offset, segment.Put(part));
        for (int copied = part; copied < length; copied += part)
        {
            if (!cpu.Packets.TryAllocate(cpu.Frames, out PacketBuffer fragment))
            {
                return false;
            }

            part = Math.Min(length - copied, fragment.Tailroom);
            packet.CopyTo(offset + copied, fragment.Put(part));
            segment.AppendFragment(fragment);
        }

        return true;
    }

    private static void MarkHeaders(PacketBuffer segment, PacketBuffer whole, in SegmentLayout layout)
    {
        segment.InheritFrom(whole);
        segment.MarkLinkHeader();
        segment.MarkNetworkHeader(layout.NetworkOffset);
        segment.MarkTransportHeader(layout.TransportOffset - layout.NetworkOffset);
        Finish(segment);
    }

    /// <summary>A segment stands for itself, and its checksums are right.</summary>
    private static void Finish(PacketBuffer segment)
    {
        segment.ClearMerged();
        segment.ChecksumState = ChecksumState.Unnecessary;
        segment.IsChecksumVerified = true;
    }
}
