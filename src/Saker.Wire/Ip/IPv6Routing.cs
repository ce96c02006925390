namespace Saker.Wire;

/// <summary>A kind of routing header (IANA "Routing Types").</summary>
public enum IPv6RoutingType : byte
{
    /// <summary>Source route, deprecated (RFC 5095).</summary>
    SourceRoute = 0,

    /// <summary>The home address of a mobile node (RFC 6275 section 6.4).</summary>
    HomeAddress = 2,

    /// <summary>Source route of low-power networks (RFC 6554).</summary>
    LowPowerSourceRoute = 3,

    /// <summary>Segment routing (RFC 8754).</summary>
    SegmentRouting = 4,
}

/// <summary>A routing header of any type in place (RFC 8200 section 4.4).</summary>
public readonly ref struct IPv6RoutingView
{
    /// <summary>The octets that all types have in common.</summary>
    public const int FixedLength = 4;

    /// <summary>Where the octet stands that says the type.</summary>
    public const int TypePosition = Offset.Type;

    /// <summary>Where the addresses of types 0, 2 and 4 begin.</summary>
    private const int Addresses = 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private IPv6RoutingView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>What follows the header.</summary>
    public IPProtocol NextHeader => (IPProtocol)Field.Byte(_bytes, Offset.NextHeader);

    /// <summary>The octets of the header as it tells, a multiple of eight.</summary>
    public int HeaderLength => (Field.Byte(_bytes, Offset.ExtensionLength) + 1) * 8;

    /// <summary>Whether all of the header is there.</summary>
    public bool IsComplete => HeaderLength <= _bytes.Length;

    /// <summary>The kind of routing header.</summary>
    public IPv6RoutingType Type => (IPv6RoutingType)Field.Byte(_bytes, Offset.Type);

    /// <summary>How many of the listed nodes are still to be visited.</summary>
    public byte SegmentsLeft => Field.Byte(_bytes, Offset.SegmentsLeft);

    /// <summary>What follows the four octets that all types have in common, no more than the header.</summary>
    public ReadOnlySpan<byte> TypeSpecificData => Field.Part(_bytes, FixedLength, HeaderLength - FixedLength);

    /// <summary>The number of addresses of a header of type 0, 2 or 4 that are there; 0 of other types.</summary>
    public int AddressCount
    {
        get
        {
            int room = Math.Max(0, Math.Min(HeaderLength, _bytes.Length) - Addresses) / IPv6Address.Size;
            return Type switch
            {
                IPv6RoutingType.SourceRoute => room,
                IPv6RoutingType.HomeAddress => Math.Min(room, 1),
                IPv6RoutingType.SegmentRouting => Math.Min(room, LastEntry + 1),
                _ => 0,
            };
        }
    }

    /// <summary>Segment routing: the index of the last entry of the segment list, 0 where the octet is not there.</summary>
    public byte LastEntry => _bytes.Length > Offset.LastEntry ? Field.Byte(_bytes, Offset.LastEntry) : (byte)0;

    /// <summary>Segment routing: the flags, 0 where the octet is not there.</summary>
    public byte Flags => _bytes.Length > Offset.Flags ? Field.Byte(_bytes, Offset.Flags) : (byte)0;

    /// <summary>Segment routing: the tag that groups packets, 0 where its octets are not there.</summary>
    public ushort Tag => _bytes.Length >= Offset.Tag + sizeof(ushort) ? Field.UInt16(_bytes, Offset.Tag) : (ushort)0;

    /// <summary>Segment routing: the octets after the segment list, which hold type-length-values, no more than the header.</summary>
    public ReadOnlySpan<byte> TypeLengthValues => Type == IPv6RoutingType.SegmentRouting
        ? Field.Part(_bytes, Addresses + ((LastEntry + 1) * IPv6Address.Size), HeaderLength - Addresses - ((LastEntry + 1) * IPv6Address.Size))
        : default;

    /// <summary>What follows the header.</summary>
    public ReadOnlySpan<byte> Payload => Field.Rest(_bytes, HeaderLength);

    /// <summary>Reads one of the addresses; a segment list begins with the last segment.</summary>
    /// <returns><see langword="false"/> if there is none with this index.</returns>
    public bool TryGetAddress(int index, out IPv6Address address)
    {
        bool isThere = (uint)index < (uint)AddressCount;
        address = isThere ? Field.IPv6(_bytes, Addresses + (index * IPv6Address.Size)) : default;
        return isThere;
    }

    /// <summary>Looks at a header.</summary>
    /// <returns><see langword="false"/> if fewer octets are there than all types have in common.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out IPv6RoutingView view)
    {
        view = bytes.Length < FixedLength ? default : new IPv6RoutingView(bytes);
        return bytes.Length >= FixedLength;
    }
}

file static class Offset
{
    internal const int NextHeader = 0;
    internal const int ExtensionLength = 1;
    internal const int Type = 2;
    internal const int SegmentsLeft = 3;
    internal const int LastEntry = 4;
    internal const int Flags = 5;
    internal const int Tag = 6;
}
