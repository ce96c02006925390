using System.Buffers.Binary;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Transport.Udp;
using Saker.Wire;

namespace Saker.Stack.Gro;

/// <summary>Decides which UDP datagrams go together (<c>udp4_gro_receive</c>, <c>udp_gro_receive_segment</c>).</summary>
internal sealed class UdpMerging
{
    private readonly UdpSocketTable _sockets;

    public UdpMerging(UdpSocketTable sockets) => _sockets = sockets;

    /// <summary>Whether any datagram that comes in by a device can be merged. Where not, none need be looked at.</summary>
    public bool IsWanted(ReceiveOffload offload) => offload.TakesAnyUdp || _sockets.HasMergeReceivers;

    /// <inheritdoc cref="TcpMerging.Receive"/>
    public GroResult Receive(ref GroCandidate candidate, GroBucket bucket, out int held, out bool completes)
    {
        held = -1;
        completes = false;
        if (!candidate.TryMakeLinear(candidate.TransportOffset + UdpView.FixedLength))
        {
            return GroResult.Normal;
        }

        // A datagram without a checksum would get one when it is cut again.
        if (!UdpView.TryParse(candidate.Transport, out UdpView udp)
            || !MayMerge(ref candidate, udp)
            || udp.Checksum == 0
            || udp.DatagramLength <= UdpView.FixedLength
            || udp.DatagramLength != candidate.TransportLength
            || (!candidate.MustFlush && !GroChecksum.Verify(candidate)))
        {
            return GroResult.Normal;
        }

        candidate.MustFlush |= candidate.Packet.IsMerged;
        candidate.PayloadOffset = candidate.TransportOffset + UdpView.FixedLength;
        candidate.Digest += BinaryPrimitives.ReadUInt32LittleEndian(candidate.Transport) * 0x9e37_79b9_7f4a_7c15;
        held = bucket.Find(candidate);
        GroResult result = held < 0 ? GroResult.Held : Join(bucket[held], candidate, udp.DatagramLength, out completes);
        return result == GroResult.Held && candidate.MustFlush ? GroResult.Normal : result;
    }

    /// <summary>Completes the header of a packet of several datagrams (<c>udp4_gro_complete</c>).</summary>
    public static void Complete(PacketBuffer packet, in GroControl control)
    {
        if (!UdpEditor.TryParse(packet.Linear[control.TransportOffset..], out UdpEditor udp))
        {
            return;
        }

        int length = packet.Length - control.TransportOffset;
        udp.DatagramLength = (ushort)length;
        if (control.KeepsSegments)
        {
            packet.SetMerged(control.SegmentSize, control.Segments, GsoType.UdpSegments | GsoType.FragmentList);
            packet.ChecksumState = ChecksumState.Unnecessary;
            return;
        }

        uint pseudoHeader = GroChecksum.PseudoHeader(packet.Linear[control.NetworkOffset..], control.IsIPv6, IPProtocol.Udp, length);
        udp.Checksum = InternetChecksum.Fold(pseudoHeader);
        packet.ChecksumState = ChecksumState.Partial;
        packet.SetMerged(control.SegmentSize, control.Segments, GsoType.UdpSegments);
    }

    private static GroResult Join(PacketBuffer held, in GroCandidate candidate, int length, out bool completes)
    {
        ref GroControl control = ref held.Control<GroControl>();
        completes = true;
        if (candidate.KeepsSegments != control.KeepsSegments)
        {
            return GroResult.Normal;
        }

        int heldLength = control.SegmentSize + UdpView.FixedLength;
        if (GroNetwork.Differs(held, ref control, candidate) || length > heldLength)
        {
            return GroResult.Held;
        }

        // Nobody has verified the checksum of a packet that is not to be merged, so that it is not known what the held one's is known to be.
        if (control.KeepsSegments && (candidate.MustFlush || !GroMerge.HasSameChecksumState(held, candidate.Packet)))
        {
            completes = false;
            return GroResult.Normal;
        }

        bool isMerged = control.KeepsSegments
            ? GroMerge.TryAppendSegment(held, ref control, candidate)
            : GroMerge.TryAppend(held, ref control, candidate);
        completes = !isMerged || length != heldLength || control.Segments >= GroMerge.MostSmallSegments;
        return isMerged ? GroResult.Merged : GroResult.Held;
    }

    /// <summary>Whether somebody has asked for merged datagrams: the socket that gets them, or the device for those that no socket gets.</summary>
    private bool MayMerge(ref GroCandidate candidate, UdpView udp)
    {
        // As in the kernel, sockets are asked for only where there is one of the protocol that wants merged datagrams.
        UdpSocket? socket = candidate.IsIPv6
            ? _sockets.HasMergeReceiversIPv6 ? FindIPv6(candidate, udp) : null
            : _sockets.HasMergeReceivers ? FindIPv4(candidate, udp) : null;
        candidate.KeepsSegments = candidate.Offload.KeepSegments && socket is not { TakesMerged: true };
        return candidate.KeepsSegments || (socket is null ? candidate.Offload.MergeForwardedUdp : socket.TakesMerged);
    }

    private UdpSocket? FindIPv4(in GroCandidate candidate, UdpView udp) =>
        IPv4View.TryParse(candidate.Bytes[candidate.NetworkOffset..], out IPv4View ip)
            ? _sockets.Find(new UdpFlow(ip.Destination, udp.DestinationPort, ip.Source, udp.SourcePort, candidate.Packet.Device, IsLite: false))
            : null;

    private UdpSocket? FindIPv6(in GroCandidate candidate, UdpView udp) =>
        IPv6View.TryParse(candidate.Bytes[candidate.NetworkOffset..], out IPv6View ip)
            ? _sockets.Find(new UdpIPv6Flow(ip.Destination, udp.DestinationPort, ip.Source, udp.SourcePort, candidate.Packet.Device, IsLite: false))
            : null;
}
