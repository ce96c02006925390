using Saker.Packets;
using Saker.Stack.Transport;
using Saker.Wire;

namespace Saker.Stack.Gro;

/// <summary>Makes the headers of one segment right that has those of the whole (<c>inet_gso_segment</c>, <c>tcp_gso_segment</c>, <c>__udp_gso_segment</c>).</summary>
internal static class SegmentHeaders
{
    /// <summary>Writes lengths, identification, sequence number, flags and checksums.</summary>
    /// <param name="segment">The segment, its data beginning as the whole one's did.</param>
    /// <param name="layout">The headers of the whole.</param>
    /// <param name="offset">Where the segment's payload stood in that of the whole.</param>
    /// <param name="index">Which segment it is.</param>
    /// <param name="isLast">Whether it is the last.</param>
    /// <param name="hasFixedId">Whether all have the same identification.</param>
    public static void Write(PacketBuffer segment, in SegmentLayout layout, int offset, int index, bool isLast, bool hasFixedId)
    {
        WriteNetwork(segment, layout.NetworkOffset, layout.TransportOffset, layout.IsIPv6, (ushort)(layout.Identification + (hasFixedId ? 0 : index)));
        int length = segment.Length - layout.TransportOffset;
        Span<byte> transport = segment.Linear[layout.TransportOffset..];
        uint pseudoHeader = GroChecksum.PseudoHeader(segment.Linear[layout.NetworkOffset..], layout.IsIPv6, layout.Protocol, length);
        if (layout.Protocol == IPProtocol.Udp && UdpEditor.TryParse(transport, out UdpEditor udp))
        {
            udp.DatagramLength = (ushort)length;
            udp.Checksum = 0;
            udp.Checksum = InternetChecksum.CompleteNonZero(TransportChecksum.Sum(segment, layout.TransportOffset, length, pseudoHeader));
        }
        else if (TcpEditor.TryParse(transport, out TcpEditor tcp))
        {
            tcp.SequenceNumber = layout.Sequence + offset;
            TcpFlags cleared = (isLast ? TcpFlags.None : TcpFlags.Fin | TcpFlags.Psh) | (index == 0 ? TcpFlags.None : TcpFlags.Cwr);
            tcp.Flags = layout.Flags & ~cleared;
            tcp.Checksum = 0;
            tcp.Checksum = InternetChecksum.Complete(TransportChecksum.Sum(segment, layout.TransportOffset, length, pseudoHeader));
        }
    }

    /// <summary>Writes the length, and for IPv4 the identification and the header's checksum.</summary>
    public static void WriteNetwork(PacketBuffer segment, int networkOffset, int transportOffset, bool isIPv6, ushort identification)
    {
        int length = segment.Length - networkOffset;
        Span<byte> header = segment.Linear[networkOffset..transportOffset];
        if (isIPv6)
        {
            if (IPv6Editor.TryParse(header, out IPv6Editor ipv6))
            {
                ipv6.PayloadLength = (ushort)(length - IPv6View.FixedLength);
            }
        }
        else if (IPv4Editor.TryParse(header, out IPv4Editor ipv4))
        {
            ipv4.TotalLength = (ushort)length;
            ipv4.Identification = identification;
            ipv4.HeaderChecksum = 0;
            ipv4.HeaderChecksum = InternetChecksum.Compute(header);
        }
    }
}
