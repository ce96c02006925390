namespace Saker.Wire;

/// <summary>The headers of a PPPoE session packet in place, with the PPP protocol (RFC 2516 section 6; RFC 1661 section 2).</summary>
public readonly ref struct PppoeSessionView
{
    /// <summary>The octets of both headers with a protocol of two octets.</summary>
    public const int FixedLength = 8;

    private const byte VersionAndType = 0x11;

    /// <summary>A set low bit in the first octet says that the protocol is that octet alone.</summary>
    private const byte CompressedBit = 1;

    private readonly ReadOnlySpan<byte> _bytes;

    private PppoeSessionView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The session.</summary>
    public ushort SessionIdentifier => Field.UInt16(_bytes, Offset.SessionIdentifier);

    /// <summary>The octets after the first header, as it tells: PPP protocol and payload.</summary>
    public ushort PayloadLength => Field.UInt16(_bytes, Offset.PayloadLength);

    /// <summary>The octets of both headers: one fewer where the protocol is compressed to one.</summary>
    public int HeaderLength => IsCompressed ? FixedLength - 1 : FixedLength;

    /// <summary>The PPP protocol.</summary>
    public ushort PppProtocol => IsCompressed ? Field.Byte(_bytes, Offset.PppProtocol) : Field.UInt16(_bytes, Offset.PppProtocol);

    /// <summary>Whether the PPP protocol is a number that can occur: odd, with an even upper octet (RFC 1661).</summary>
    public bool IsProtocolValid => (PppProtocol & 0x0101) == 1;

    /// <summary>What is carried, or none if it has no EtherType.</summary>
    public EtherType InnerType => TypeOf(PppProtocol);

    /// <summary>What is carried, no more than the header tells.</summary>
    public ReadOnlySpan<byte> Payload => Field.Part(_bytes, HeaderLength, PayloadLength - (HeaderLength - Offset.PppProtocol));

    private bool IsCompressed => (Field.Byte(_bytes, Offset.PppProtocol) & CompressedBit) != 0;

    /// <summary>Looks at the headers.</summary>
    /// <returns><see langword="false"/> if they are not all there, or not those of a session.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out PppoeSessionView session)
    {
        bool isSession = bytes.Length >= FixedLength && Field.Byte(bytes, Offset.VersionAndType) == VersionAndType && Field.Byte(bytes, Offset.Code) == 0;
        session = isSession ? new PppoeSessionView(bytes) : default;
        return isSession;
    }

    /// <summary>The EtherType of a PPP protocol, or none if it has none.</summary>
    public static EtherType TypeOf(ushort pppProtocol) => pppProtocol switch
    {
        0x0021 => EtherType.IPv4,
        0x0057 => EtherType.IPv6,
        0x0281 => EtherType.Mpls,
        0x0283 => EtherType.MplsMulticast,
        _ => EtherType.None,
    };
}

file static class Offset
{
    internal const int VersionAndType = 0;
    internal const int Code = 1;
    internal const int SessionIdentifier = 2;
    internal const int PayloadLength = 4;
    internal const int PppProtocol = 6;
}
