using Saker.Wire;

namespace Saker.Host.Explain;

/// <summary>UDP and UDP-Lite.</summary>
internal static class UdpHeaders
{
    public static void Read(FrameReader frame, int offset, int end, in PacketScope scope)
    {
        HeaderReader header = frame.Begin("UDP", offset, end);
        ReadOnlySpan<byte> bytes = frame.Bytes(offset, end);
        if (!UdpView.TryParse(bytes, out UdpView udp))
        {
            header.Short(UdpView.FixedLength);
            return;
        }

        // A length of zero is that of a jumbogram, or of what a card has merged: the datagram is all that the packet bears.
        int length = udp.DatagramLength == 0 ? bytes.Length : udp.DatagramLength;
        bool isSound = length >= UdpView.FixedLength && (length <= bytes.Length || scope.Obstacle is not null);
        header.Field(0, 2, "source port", ProtocolNames.Port(udp.SourcePort));
        header.Field(2, 2, "destination port", ProtocolNames.Port(udp.DestinationPort));
        header.Field(4, 2, "length", $"{Text.Count(udp.DatagramLength, "byte")}", isSound ? FieldMark.None : FieldMark.Wrong);
        header.Checksum(6, "checksum", Judge(udp, bytes, length, scope));
        if (length < UdpView.FixedLength)
        {
            header.Problem("the length is less than the header's.");
        }
        else if (length > bytes.Length)
        {
            header.Problem($"{bytes.Length} of {length} bytes are here.");
        }

        int payload = offset + UdpView.FixedLength;
        int payloadEnd = Math.Clamp(offset + length, payload, end);
        if (udp.DestinationPort == VxlanView.Port && scope.Obstacle is null)
        {
            TunnelHeaders.ReadVxlan(frame, payload, payloadEnd);
        }
        else
        {
            DataRows.Read(frame, "data", payload, payloadEnd);
        }
    }

    public static void ReadLite(FrameReader frame, int offset, int end, in PacketScope scope)
    {
        HeaderReader header = frame.Begin("UDP-Lite", offset, end);
        ReadOnlySpan<byte> bytes = frame.Bytes(offset, end);
        if (!UdpLiteView.TryParse(bytes, out UdpLiteView udp))
        {
            header.Short(UdpLiteView.FixedLength);
            return;
        }

        header.Field(0, 2, "source port", ProtocolNames.Port(udp.SourcePort));
        header.Field(2, 2, "destination port", ProtocolNames.Port(udp.DestinationPort));
        header.Field(4, 2, "checksum coverage", udp.ChecksumCoverage == 0 ? "the whole datagram" : Text.Count(udp.ChecksumCoverage, "byte"), udp.IsCoverageValid ? FieldMark.None : FieldMark.Wrong);
        ChecksumFinding finding = scope.Obstacle is { } obstacle ? ChecksumFinding.Unverified(udp.Checksum, obstacle)
            : udp.Checksum == 0 ? new ChecksumFinding("0, missing: UDP-Lite requires one", FieldMark.Wrong)
            : ChecksumFinding.Of(udp.Checksum, udp.Covered, scope.PseudoHeader(IPProtocol.UdpLite, bytes.Length));
        header.Checksum(6, "checksum", finding);
        DataRows.Read(frame, "data", offset + UdpLiteView.FixedLength, end);
    }

    private static ChecksumFinding Judge(UdpView udp, ReadOnlySpan<byte> bytes, int length, in PacketScope scope)
    {
        if (udp.Checksum == 0)
        {
            return scope.IsIPv6
                ? new ChecksumFinding("0, missing: over IPv6 one is required", FieldMark.Wrong)
                : new ChecksumFinding("0, the sender computed none", FieldMark.None);
        }

        return length < UdpView.FixedLength || length > bytes.Length
            ? ChecksumFinding.Unverified(udp.Checksum, "not all that it covers is here")
            : scope.Verify(udp.Checksum, bytes[..length], IPProtocol.Udp);
    }
}
