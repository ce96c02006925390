using System.Buffers.Binary;
using Saker.Wire;

namespace Saker.Stack.Driver.Links;

/// <summary>
/// Recognises a transport checksum that its sender left to a card (<c>CHECKSUM_PARTIAL</c>): the field holds the sum of the pseudo header, which the card would go on with.
/// A checksum that is filled in has that value once in 65,536 packets by chance, and is right nevertheless.
/// </summary>
internal static class UnfilledChecksum
{
    private const int UdpOffset = 6;
    private const int TcpOffset = 16;

    /// <summary>Whether the packet is of TCP or UDP, no fragment, and its checksum is not filled in.</summary>
    /// <param name="protocol">The EtherType.</param>
    /// <param name="network">The bytes from the network header on that lie together.</param>
    public static bool IsIn(ushort protocol, ReadOnlySpan<byte> network)
    {
        if (protocol == (ushort)EtherType.IPv4)
        {
            return IPv4View.TryParse(network, out IPv4View ip)
                && ip.IsHeaderComplete
                && !ip.IsFragment
                && Field(network, ip.HeaderLength, ip.Protocol) is { } field
                && field == InternetChecksum.Fold(
                    InternetChecksum.PseudoHeader(ip.Source, ip.Destination, ip.Protocol, ip.TotalLength - ip.HeaderLength));
        }

        return protocol == (ushort)EtherType.IPv6
            && IPv6View.TryParse(network, out IPv6View ipv6)
            && Field(network, IPv6View.FixedLength, ipv6.NextHeader) is { } other
            && other == InternetChecksum.Fold(ipv6.PseudoHeader(ipv6.NextHeader, ipv6.PayloadLength));
    }

    private static ushort? Field(ReadOnlySpan<byte> network, int headerLength, IPProtocol protocol)
    {
        int offset = headerLength + (protocol == IPProtocol.Udp ? UdpOffset : TcpOffset);
        return protocol is IPProtocol.Udp or IPProtocol.Tcp && offset + sizeof(ushort) <= network.Length
            ? BinaryPrimitives.ReadUInt16BigEndian(network[offset..])
            : null;
    }
}
