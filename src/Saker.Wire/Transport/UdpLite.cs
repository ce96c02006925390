using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <summary>The header of a UDP-Lite datagram in place (RFC 3828): UDP whose length field tells how much the checksum covers.</summary>
public readonly ref struct UdpLiteView
{
    /// <summary>The octets of the header.</summary>
    public const int FixedLength = 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private UdpLiteView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The port that the datagram is from.</summary>
    public ushort SourcePort => Field.UInt16(_bytes, Offset.SourcePort);

    /// <summary>The port that the datagram is for.</summary>
    public ushort DestinationPort => Field.UInt16(_bytes, Offset.DestinationPort);

    /// <summary>The octets from the header's first on that the checksum covers; 0 means all, and 1 to 7 are not allowed.</summary>
    public ushort ChecksumCoverage => Field.UInt16(_bytes, Offset.ChecksumCoverage);

    /// <summary>The checksum over pseudo header and the octets covered; it may not be 0.</summary>
    public ushort Checksum => Field.UInt16(_bytes, Offset.Checksum);

    /// <summary>Whether the coverage is one that RFC 3828 section 3.1 allows for as many octets as there are.</summary>
    public bool IsCoverageValid => ChecksumCoverage == 0 || (ChecksumCoverage >= FixedLength && ChecksumCoverage <= _bytes.Length);

    /// <summary>The octets that the checksum covers, as many of them as are there.</summary>
    public ReadOnlySpan<byte> Covered => ChecksumCoverage == 0 ? _bytes : Field.Part(_bytes, 0, ChecksumCoverage);

    /// <summary>The data: all that follows the header.</summary>
    public ReadOnlySpan<byte> Payload => Field.Rest(_bytes, FixedLength);

    /// <summary>Looks at a datagram.</summary>
    /// <returns><see langword="false"/> if it is shorter than the header.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, out UdpLiteView view)
    {
        if (bytes.Length < FixedLength)
        {
            view = default;
            return false;
        }

        view = new UdpLiteView(bytes);
        return true;
    }

    /// <summary>The header as a value.</summary>
    public UdpLiteHeader ToHeader() => new()
    {
        SourcePort = SourcePort,
        DestinationPort = DestinationPort,
        ChecksumCoverage = ChecksumCoverage,
        Checksum = Checksum,
    };
}

/// <summary>The header of a UDP-Lite datagram as a value.</summary>
public readonly record struct UdpLiteHeader
{
    /// <inheritdoc cref="UdpLiteView.SourcePort"/>
    public ushort SourcePort { get; init; }

    /// <inheritdoc cref="UdpLiteView.DestinationPort"/>
    public ushort DestinationPort { get; init; }

    /// <inheritdoc cref="UdpLiteView.ChecksumCoverage"/>
    public ushort ChecksumCoverage { get; init; }

    /// <inheritdoc cref="UdpLiteView.Checksum"/>
    public ushort Checksum { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => UdpLiteView.FixedLength;

    /// <summary>Writes the header.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        Field.SetUInt16(destination, Offset.SourcePort, SourcePort);
        Field.SetUInt16(destination, Offset.DestinationPort, DestinationPort);
        Field.SetUInt16(destination, Offset.ChecksumCoverage, ChecksumCoverage);
        Field.SetUInt16(destination, Offset.Checksum, Checksum);
    }
}

file static class Offset
{
    internal const int SourcePort = 0;
    internal const int DestinationPort = 2;
    internal const int ChecksumCoverage = 4;
    internal const int Checksum = 6;
}
