using Saker.Wire;

namespace Saker.Stack.Nic;

/// <summary>What a card finds of a frame's checksums: those of the IPv4 header, and of TCP and UDP where the packet is whole.</summary>
internal static class CardChecksum
{
    private const int IPv4SourceOffset = 12;
    private const int IPv6SourceOffset = 8;
    private const int UdpChecksumOffset = 6;

    /// <summary>Says in a descriptor what is found.</summary>
    public static DescriptorStatus Examine(ReadOnlySpan<byte> frame, RssFlow flow, DescriptorStatus status) => flow.Type switch
    {
        RssFlowType.None => status,
        _ when flow.IsIPv6 => ExamineIPv6(frame, flow, status),
        _ => ExamineIPv4(frame, flow, status),
    };

    private static DescriptorStatus ExamineIPv4(ReadOnlySpan<byte> frame, RssFlow flow, DescriptorStatus status)
    {
        ReadOnlySpan<byte> bytes = frame[(flow.AddressOffset - IPv4SourceOffset)..];
        if (!IPv4View.TryParse(bytes, out IPv4View packet) || packet.HeaderLength > bytes.Length)
        {
            return status;
        }

        bool isHeaderWrong = !InternetChecksum.VerifyIPv4Header(bytes[..packet.HeaderLength]);
        int length = packet.TotalLength - packet.HeaderLength;
        if (!flow.HasPorts || length < 0 || length > bytes.Length - packet.HeaderLength)
        {
            return status.WithChecksums(isHeaderWrong, transportWrong: false);
        }

        ReadOnlySpan<byte> segment = Covered(frame.Slice(flow.TransportOffset, length), flow.Protocol);
        uint pseudo = InternetChecksum.PseudoHeader(packet.Source, packet.Destination, flow.Protocol, segment.Length);
        return status.WithChecksums(isHeaderWrong, !IsRight(segment, flow.Protocol, pseudo));
    }

    private static DescriptorStatus ExamineIPv6(ReadOnlySpan<byte> frame, RssFlow flow, DescriptorStatus status)
    {
        int start = flow.AddressOffset - IPv6SourceOffset;
        if (!IPv6View.TryParse(frame[start..], out IPv6View packet))
        {
            return status;
        }

        int length = start + IPv6View.FixedLength + packet.PayloadLength - flow.TransportOffset;
        if (!flow.HasPorts || length < 0 || length > frame.Length - flow.TransportOffset)
        {
            return status.WithChecksums(networkWrong: false, transportWrong: false);
        }

        ReadOnlySpan<byte> segment = Covered(frame.Slice(flow.TransportOffset, length), flow.Protocol);
        uint pseudo = InternetChecksum.PseudoHeader(packet.Source, packet.Destination, flow.Protocol, segment.Length);
        return status.WithChecksums(networkWrong: false, !IsRight(segment, flow.Protocol, pseudo));
    }

    /// <summary>What the checksum covers: of UDP as much as its own length says.</summary>
    private static ReadOnlySpan<byte> Covered(ReadOnlySpan<byte> segment, IPProtocol protocol) =>
        protocol == IPProtocol.Udp && UdpView.TryParse(segment, out UdpView udp) && udp.IsComplete
            ? segment[..udp.DatagramLength]
            : segment;

    private static bool IsRight(ReadOnlySpan<byte> segment, IPProtocol protocol, uint pseudo) => protocol switch
    {
        IPProtocol.Tcp => InternetChecksum.Verify(segment, pseudo),

        // A sum of zero says that the sender made none.
        IPProtocol.Udp => (segment.Length >= UdpView.FixedLength && segment[UdpChecksumOffset] == 0 && segment[UdpChecksumOffset + 1] == 0)
            || InternetChecksum.Verify(segment, pseudo),
        _ => true,
    };
}
