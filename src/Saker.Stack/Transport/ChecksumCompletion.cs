using Saker.Packets;
using Saker.Stack.Gro;
using Saker.Wire;

namespace Saker.Stack.Transport;

/// <summary>Fills in a checksum that was left to a card, where there is none that could (<c>skb_checksum_help</c>).</summary>
internal static class ChecksumCompletion
{
    /// <summary>
    /// Makes the transport checksum of a packet right if it is not filled in (<see cref="ChecksumState.Partial"/>). The packet's network header is marked, at the beginning of its
    /// data or behind it, and its protocol is noted.
    /// </summary>
    /// <returns>False if there was no memory for a copy that can be written, or the headers cannot be read.</returns>
    public static bool TryComplete(PacketBuffer packet)
    {
        if (packet.ChecksumState != ChecksumState.Partial)
        {
            return true;
        }

        if (!SegmentLayout.TryRead(packet, out SegmentLayout layout) || !packet.TryMakeWritable())
        {
            return false;
        }

        // What is behind the datagram is padding.
        int length = packet.Length - layout.TransportOffset;
        if (!layout.IsIPv6 && IPv4View.TryParse(packet.Linear[layout.NetworkOffset..], out IPv4View ip))
        {
            length = Math.Min(length, Math.Max(0, ip.TotalLength - ip.HeaderLength));
        }

        Span<byte> transport = packet.Linear[layout.TransportOffset..];
        uint pseudoHeader = GroChecksum.PseudoHeader(packet.Linear[layout.NetworkOffset..], layout.IsIPv6, layout.Protocol, length);
        if (layout.Protocol == IPProtocol.Udp && UdpEditor.TryParse(transport, out UdpEditor udp))
        {
            udp.Checksum = 0;
            udp.Checksum = InternetChecksum.CompleteNonZero(TransportChecksum.Sum(packet, layout.TransportOffset, length, pseudoHeader));
        }
        else if (TcpEditor.TryParse(transport, out TcpEditor tcp))
        {
            tcp.Checksum = 0;
            tcp.Checksum = InternetChecksum.Complete(TransportChecksum.Sum(packet, layout.TransportOffset, length, pseudoHeader));
        }

        packet.ChecksumState = ChecksumState.Unnecessary;
        return true;
    }
}
