using System.Buffers.Binary;
using Saker.Packets;
using Saker.Stack.Transport.Tcp;
using Saker.Wire;

namespace Saker.Stack.Gro;

/// <summary>Decides which TCP segments go together (<c>tcp4_gro_receive</c>, <c>tcp_gro_receive</c>).</summary>
internal sealed class TcpMerging
{
    // The bits of the header's fourth word, which holds header length, flags and window.
    private const int FlagsOffset = 12;
    private const uint Fin = (uint)TcpFlags.Fin << 16;
    private const uint Psh = (uint)TcpFlags.Psh << 16;
    private const uint Cwr = (uint)TcpFlags.Cwr << 16;
    private const uint Ends = Fin | Psh | ((uint)(TcpFlags.Urg | TcpFlags.Rst | TcpFlags.Syn) << 16);

    private const int SequenceOffset = 4;
    private const int AcknowledgmentOffset = 8;

    private readonly TcpSocketTable _sockets;

    public TcpMerging(TcpSocketTable sockets) => _sockets = sockets;

    /// <summary>Offers a segment.</summary>
    /// <param name="candidate">The segment.</param>
    /// <param name="bucket">What is held.</param>
    /// <param name="held">The number of the held packet of its flow; -1: none.</param>
    /// <param name="completes">Whether that goes up now, with the segment or before it.</param>
    public GroResult Receive(ref GroCandidate candidate, GroBucket bucket, out int held, out bool completes)
    {
        held = -1;
        completes = false;
        if ((!candidate.MustFlush && !GroChecksum.Verify(candidate)) || !TryReadHeader(ref candidate))
        {
            return GroResult.Normal;
        }

        held = bucket.Find(candidate);
        if (candidate.Offload.KeepSegments)
        {
            candidate.KeepsSegments = held >= 0 ? bucket[held].Control<GroControl>().KeepsSegments : !HasConnection(candidate);
        }

        uint flags = BinaryPrimitives.ReadUInt32BigEndian(candidate.Transport[FlagsOffset..]);
        int length = candidate.PayloadLength;
        bool isMerged = held >= 0 && TryMerge(bucket[held], candidate);

        // A segment shorter than those before it is the last of its row, and what is urgent does not wait.
        bool ends = (flags & Ends) != 0
            || (candidate.Packet.IsMerged
                ? length != candidate.Packet.GsoSegments * candidate.Packet.GsoSize
                : length < (isMerged ? bucket[held].Control<GroControl>().SegmentSize : 1));
        completes = held >= 0 && (!isMerged || ends);
        return isMerged ? GroResult.Merged : ends || candidate.MustFlush ? GroResult.Normal : GroResult.Held;
    }

    /// <summary>Completes the header of a packet of several segments (<c>tcp4_gro_complete</c>).</summary>
    public static void Complete(PacketBuffer packet, in GroControl control)
    {
        GsoType type = control.IsIPv6 ? GsoType.TcpIPv6 : GsoType.TcpIPv4;
        if (control.KeepsSegments)
        {
            packet.SetMerged(control.SegmentSize, control.Segments, type | GsoType.FragmentList);
            packet.ChecksumState = ChecksumState.Unnecessary;
            return;
        }

        if (!TcpEditor.TryParse(packet.Linear[control.TransportOffset..], out TcpEditor tcp))
        {
            return;
        }

        uint pseudoHeader = GroChecksum.PseudoHeader(
            packet.Linear[control.NetworkOffset..], control.IsIPv6, IPProtocol.Tcp, packet.Length - control.TransportOffset);
        tcp.Checksum = InternetChecksum.Fold(pseudoHeader);
        packet.ChecksumState = ChecksumState.Partial;
        type |= control.HasFixedId ? GsoType.TcpFixedId : GsoType.None;
        type |= (tcp.Flags & TcpFlags.Cwr) != TcpFlags.None ? GsoType.TcpEcn : GsoType.None;
        packet.SetMerged(control.SegmentSize, control.Segments, type);
    }

    private static bool TryReadHeader(ref GroCandidate candidate)
    {
        int offset = candidate.TransportOffset;
        if (!candidate.TryMakeLinear(offset + TcpView.FixedLength))
        {
            return false;
        }

        int length = (candidate.Bytes[offset + FlagsOffset] >> 4) * 4;
        if (length < TcpView.FixedLength || !candidate.TryMakeLinear(offset + length))
        {
            return false;
        }

        candidate.PayloadOffset = offset + length;
        candidate.Digest += BinaryPrimitives.ReadUInt32LittleEndian(candidate.Transport) * 0x9e37_79b9_7f4a_7c15;
        return true;
    }

    private static bool TryMerge(PacketBuffer held, in GroCandidate candidate)
    {
        ref GroControl control = ref held.Control<GroControl>();

        // Of a known length, so that what is read in them needs no check.
        Span<byte> theirs = held.Linear.Slice(control.TransportOffset, TcpView.FixedLength);
        ReadOnlySpan<byte> ours = candidate.Bytes.Slice(candidate.TransportOffset, TcpView.FixedLength);
        uint flags = BinaryPrimitives.ReadUInt32BigEndian(ours[FlagsOffset..]);
        uint heldFlags = BinaryPrimitives.ReadUInt32BigEndian(theirs[FlagsOffset..]);
        int size = candidate.Packet.IsMerged ? candidate.Packet.GsoSize : candidate.PayloadLength;
        bool hasFittingSize = candidate.Packet.IsMerged ? size == control.SegmentSize : size > 0 && size <= control.SegmentSize;
        uint expected = BinaryPrimitives.ReadUInt32BigEndian(theirs[SequenceOffset..]) + (uint)(held.Length - control.PayloadOffset);
        int headerLength = candidate.PayloadOffset - candidate.TransportOffset;
        if ((flags & Cwr) != 0
            || ((flags ^ heldFlags) & ~(Fin | Psh)) != 0
            || BinaryPrimitives.ReadUInt32BigEndian(ours[AcknowledgmentOffset..]) != BinaryPrimitives.ReadUInt32BigEndian(theirs[AcknowledgmentOffset..])
            || (headerLength != TcpView.FixedLength && !HasSameOptions(held, control, candidate))
            || GroNetwork.Differs(held, ref control, candidate)
            || !hasFittingSize
            || BinaryPrimitives.ReadUInt32BigEndian(ours[SequenceOffset..]) != expected)
        {
            return false;
        }

        if (control.KeepsSegments)
        {
            return flags == heldFlags
                && GroMerge.HasSameChecksumState(held, candidate.Packet)
                && control.Segments < GroMerge.MostSmallSegments
                && GroMerge.TryAppendSegment(held, ref control, candidate);
        }

        if (!GroMerge.TryAppend(held, ref control, candidate))
        {
            return false;
        }

        // Rarely is there something to write, and the next segment would have to wait for it.
        if ((flags & ~heldFlags & (Fin | Psh)) != 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(theirs[FlagsOffset..], heldFlags | (flags & (Fin | Psh)));
        }

        return true;
    }

    private static bool HasSameOptions(PacketBuffer held, in GroControl control, in GroCandidate candidate)
    {
        int length = candidate.PayloadOffset - candidate.TransportOffset - TcpView.FixedLength;
        return held.Linear.Slice(control.TransportOffset + TcpView.FixedLength, length)
            .SequenceEqual(candidate.Bytes.Slice(candidate.TransportOffset + TcpView.FixedLength, length));
    }

    /// <summary>Whether a connection of this host waits for the segment. IPv6 has none yet.</summary>
    private bool HasConnection(in GroCandidate candidate)
    {
        return !candidate.IsIPv6
            && IPv4View.TryParse(candidate.Bytes[candidate.NetworkOffset..], out IPv4View ip)
            && TcpView.TryParse(candidate.Transport, out TcpView tcp)
            && _sockets.FindConnection(new TcpFlow(ip.Destination, tcp.DestinationPort, ip.Source, tcp.SourcePort, candidate.Packet.Device)) is not null;
    }
}
