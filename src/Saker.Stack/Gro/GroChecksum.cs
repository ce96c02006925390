using System.Runtime.CompilerServices;
using Saker.Packets;
using Saker.Stack.Transport;
using Saker.Wire;

namespace Saker.Stack.Gro;

/// <summary>Verifies transport checksums before packets are merged, since afterwards nobody can (<c>skb_gro_checksum_validate</c>).</summary>
internal static class GroChecksum
{
    /// <summary>
    /// Whether the transport checksum is right: known from the card, or computed, which is noted on the packet so that it is not done again.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Verify(in GroCandidate candidate) =>
        candidate.Packet.ChecksumState is ChecksumState.Unnecessary or ChecksumState.Partial || candidate.Packet.IsChecksumVerified || Compute(candidate);

    /// <summary>The sum of the pseudo header for a transport header and payload of a length.</summary>
    public static uint PseudoHeader(ReadOnlySpan<byte> network, bool isIPv6, IPProtocol protocol, int length)
    {
        if (isIPv6)
        {
            return IPv6View.TryParse(network, out IPv6View ipv6) ? ipv6.PseudoHeader(protocol, length) : 0;
        }

        return IPv4View.TryParse(network, out IPv4View ipv4)
            ? InternetChecksum.PseudoHeader(ipv4.Source, ipv4.Destination, protocol, length)
            : 0;
    }

    private static bool Compute(in GroCandidate candidate)
    {
        PacketBuffer packet = candidate.Packet;
        uint pseudoHeader = PseudoHeader(candidate.Bytes[candidate.NetworkOffset..], candidate.IsIPv6, candidate.Protocol, candidate.TransportLength);
        if (packet.ChecksumState == ChecksumState.Complete)
        {
            // The card has summed everything behind the link header, the network header included.
            uint headers = InternetChecksum.Sum(candidate.Bytes[..candidate.TransportOffset]);
            if (InternetChecksum.Fold(InternetChecksum.Add(InternetChecksum.Subtract(packet.ChecksumValue, headers), pseudoHeader)) == ushort.MaxValue)
            {
                packet.IsChecksumVerified = true;
                return true;
            }
        }

        uint sum = TransportChecksum.Sum(packet, candidate.TransportOffset, candidate.TransportLength, pseudoHeader);
        bool isRight = InternetChecksum.Fold(sum) == ushort.MaxValue;
        packet.IsChecksumVerified = isRight;
        return isRight;
    }
}
