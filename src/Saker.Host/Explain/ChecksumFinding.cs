using Saker.Wire;

namespace Saker.Host.Explain;

/// <summary>What a checksum turned out to be.</summary>
/// <param name="Text">The value, and whether it is right; if not, which would be.</param>
/// <param name="Mark">The same in short.</param>
internal readonly record struct ChecksumFinding(string Text, FieldMark Mark)
{
    /// <summary>Of a checksum that cannot be verified.</summary>
    public static ChecksumFinding Unverified(ushort stored, string why) => new($"0x{stored:x4}, not verified: {why}", FieldMark.None);

    /// <summary>Verifies a checksum that stands at an even offset of what it covers.</summary>
    /// <param name="stored">The checksum as it stands there.</param>
    /// <param name="covered">The bytes that it covers, itself among them.</param>
    /// <param name="pseudoHeader">The partial sum of the pseudo header; 0 where there is none.</param>
    public static ChecksumFinding Of(ushort stored, ReadOnlySpan<byte> covered, uint pseudoHeader = 0)
    {
        if (InternetChecksum.Verify(covered, pseudoHeader))
        {
            return new ChecksumFinding($"0x{stored:x4}, right", FieldMark.Right);
        }

        uint others = InternetChecksum.Subtract(InternetChecksum.Sum(covered, pseudoHeader), stored);
        string text = $"0x{stored:x4}, wrong: 0x{InternetChecksum.Complete(others):x4} would be right";
        return pseudoHeader != 0 && InternetChecksum.Fold(pseudoHeader) == stored
            ? new ChecksumFinding(text + " (it is the pseudo header's alone: left to a card to complete)", FieldMark.Wrong)
            : new ChecksumFinding(text, FieldMark.Wrong);
    }
}

/// <summary>What a network header gives the transport's checksum.</summary>
/// <param name="Obstacle">Why the checksum cannot be verified: the packet is a fragment, or not all of it is there; null: it can.</param>
/// <param name="Addresses">The partial sum of both addresses.</param>
/// <param name="IsIPv6">Whether the addresses are of IPv6.</param>
internal readonly record struct PacketScope(string? Obstacle, uint Addresses, bool IsIPv6)
{
    /// <summary>The partial sum of the pseudo header.</summary>
    public uint PseudoHeader(IPProtocol protocol, int length) =>
        InternetChecksum.Add(Addresses, InternetChecksum.PseudoHeader(IPv4Address.Any, IPv4Address.Any, protocol, length));

    /// <summary>Verifies a checksum over pseudo header and segment.</summary>
    public ChecksumFinding Verify(ushort stored, ReadOnlySpan<byte> segment, IPProtocol protocol) => Obstacle is { } obstacle
        ? ChecksumFinding.Unverified(stored, obstacle)
        : ChecksumFinding.Of(stored, segment, PseudoHeader(protocol, segment.Length));

    /// <summary>Verifies a checksum over the segment alone.</summary>
    public ChecksumFinding VerifyWithoutAddresses(ushort stored, ReadOnlySpan<byte> segment) => Obstacle is { } obstacle
        ? ChecksumFinding.Unverified(stored, obstacle)
        : ChecksumFinding.Of(stored, segment);
}
