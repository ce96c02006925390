namespace Saker.Wire;

/// <summary>
/// A message of multicast listener discovery version 1 in place (RFC 2710 section 3): query, report or done. It begins with the ICMP type.
/// A query of version 2 begins with the same fields (<see cref="MldV2QueryView"/>).
/// </summary>
public readonly ref struct MldView
{
    /// <summary>The octets of the message.</summary>
    public const int FixedLength = 24;

    private readonly ReadOnlySpan<byte> _bytes;

    private MldView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Query, report or done.</summary>
    public IcmpV6Type Type => (IcmpV6Type)Field.Byte(_bytes, MldOffset.Type);

    /// <summary>The code, which is 0.</summary>
    public byte Code => Field.Byte(_bytes, MldOffset.Code);

    /// <summary>The checksum over pseudo header and message.</summary>
    public ushort Checksum => Field.UInt16(_bytes, MldOffset.Checksum);

    /// <summary>How long hosts may wait, in milliseconds; of queries.</summary>
    public ushort MaximumResponseDelay => Field.UInt16(_bytes, MldOffset.MaximumResponse);

    /// <summary>The group; :: in a query about all.</summary>
    public IPv6Address Group => Field.IPv6(_bytes, MldOffset.Group);

    /// <summary>Whether this is a query of version 2, which is told by its length (RFC 3810 section 8.1).</summary>
    public bool IsVersion2Query => Type == IcmpV6Type.MulticastListenerQuery && _bytes.Length >= MldV2QueryView.FixedLength;

    /// <summary>Looks at a message.</summary>
    /// <returns><see langword="false"/> if it is shorter.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out MldView view)
    {
        view = bytes.Length < FixedLength ? default : new MldView(bytes);
        return bytes.Length >= FixedLength;
    }

    /// <summary>The message as a value.</summary>
    public MldHeader ToHeader() => new() { Type = Type, Checksum = Checksum, MaximumResponseDelay = MaximumResponseDelay, Group = Group };
}

/// <summary>A message of multicast listener discovery version 1 as a value.</summary>
public readonly record struct MldHeader
{
    /// <inheritdoc cref="MldView.Type"/>
    public IcmpV6Type Type { get; init; }

    /// <inheritdoc cref="MldView.Checksum"/>
    public ushort Checksum { get; init; }

    /// <inheritdoc cref="MldView.MaximumResponseDelay"/>
    public ushort MaximumResponseDelay { get; init; }

    /// <inheritdoc cref="MldView.Group"/>
    public IPv6Address Group { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => MldView.FixedLength;

    /// <summary>Writes the message.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        destination.Clear();
        Field.SetByte(destination, MldOffset.Type, (byte)Type);
        Field.SetUInt16(destination, MldOffset.Checksum, Checksum);
        Field.SetUInt16(destination, MldOffset.MaximumResponse, MaximumResponseDelay);
        Field.SetIPv6(destination, MldOffset.Group, Group);
    }
}

/// <summary>A query of multicast listener discovery version 2 in place (RFC 3810 section 5.1). It begins with the ICMP type.</summary>
public readonly ref struct MldV2QueryView
{
    /// <summary>The octets in front of the sources.</summary>
    public const int FixedLength = 28;

    private readonly ReadOnlySpan<byte> _bytes;

    private MldV2QueryView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The type, which is <see cref="IcmpV6Type.MulticastListenerQuery"/>.</summary>
    public IcmpV6Type Type => (IcmpV6Type)Field.Byte(_bytes, MldOffset.Type);

    /// <summary>The checksum over pseudo header and message.</summary>
    public ushort Checksum => Field.UInt16(_bytes, MldOffset.Checksum);

    /// <summary>How long hosts may wait, as it is written.</summary>
    public ushort MaximumResponseCode => Field.UInt16(_bytes, MldOffset.MaximumResponse);

    /// <summary>How long hosts may wait, in milliseconds: up to 8,387,584.</summary>
    public int MaximumResponseDelay => MaximumResponseCode < 0x8000
        ? MaximumResponseCode
        : ((MaximumResponseCode & 0xfff) | 0x1000) << (((MaximumResponseCode >> 12) & 7) + 3);

    /// <summary>The group; :: in a query about all.</summary>
    public IPv6Address Group => Field.IPv6(_bytes, MldOffset.Group);

    /// <summary>Whether routers that hear the query leave their timers alone.</summary>
    public bool SuppressRouterProcessing => (Field.Byte(_bytes, MldOffset.Flags) & MldV2QueryHeader.SuppressBit) != 0;

    /// <summary>The querier's robustness, 0 to 7; 0 where it exceeds 7.</summary>
    public int Robustness => Field.Byte(_bytes, MldOffset.Flags) & MldV2QueryHeader.RobustnessMask;

    /// <summary>How often the querier asks, as it is written.</summary>
    public byte QueryIntervalCode => Field.Byte(_bytes, MldOffset.QueryInterval);

    /// <summary>How often the querier asks, in seconds: up to 31,744.</summary>
    public int QueryInterval => QueryIntervalCode < 0x80 ? QueryIntervalCode : ((QueryIntervalCode & 0xf) | 0x10) << (((QueryIntervalCode >> 4) & 7) + 3);

    /// <summary>How many sources the query tells it has.</summary>
    public ushort SourceCount => Field.UInt16(_bytes, MldOffset.SourceCount);

    /// <summary>The sources that the query is about, as many of them as are there.</summary>
    public AddressList<IPv6Address> Sources => new(Field.Part(_bytes, FixedLength, SourceCount * IPv6Address.Size));

    /// <summary>Whether all sources are there.</summary>
    public bool IsComplete => FixedLength + (SourceCount * IPv6Address.Size) <= _bytes.Length;

    /// <summary>Looks at a query.</summary>
    /// <returns><see langword="false"/> if fewer octets are there than come in front of the sources.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out MldV2QueryView view)
    {
        view = bytes.Length < FixedLength ? default : new MldV2QueryView(bytes);
        return bytes.Length >= FixedLength;
    }

    /// <summary>What comes in front of the sources, as a value.</summary>
    public MldV2QueryHeader ToHeader() => new()
    {
        Checksum = Checksum,
        MaximumResponseCode = MaximumResponseCode,
        Group = Group,
        SuppressRouterProcessing = SuppressRouterProcessing,
        Robustness = Robustness,
        QueryIntervalCode = QueryIntervalCode,
        SourceCount = SourceCount,
    };
}

/// <summary>What comes in front of the sources of a query of version 2, as a value; the sources are written behind it by whoever has them.</summary>
public readonly record struct MldV2QueryHeader
{
    internal const int SuppressBit = 8;
    internal const int RobustnessMask = 7;

    /// <inheritdoc cref="MldV2QueryView.Checksum"/>
    public ushort Checksum { get; init; }

    /// <inheritdoc cref="MldV2QueryView.MaximumResponseCode"/>
    public ushort MaximumResponseCode { get; init; }

    /// <inheritdoc cref="MldV2QueryView.Group"/>
    public IPv6Address Group { get; init; }

    /// <inheritdoc cref="MldV2QueryView.SuppressRouterProcessing"/>
    public bool SuppressRouterProcessing { get; init; }

    /// <inheritdoc cref="MldV2QueryView.Robustness"/>
    public int Robustness { get; init; }

    /// <inheritdoc cref="MldV2QueryView.QueryIntervalCode"/>
    public byte QueryIntervalCode { get; init; }

    /// <inheritdoc cref="MldV2QueryView.SourceCount"/>
    public ushort SourceCount { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => MldV2QueryView.FixedLength;

    /// <summary>Writes the header.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        destination.Clear();
        Field.SetByte(destination, MldOffset.Type, (byte)IcmpV6Type.MulticastListenerQuery);
        Field.SetUInt16(destination, MldOffset.Checksum, Checksum);
        Field.SetUInt16(destination, MldOffset.MaximumResponse, MaximumResponseCode);
        Field.SetIPv6(destination, MldOffset.Group, Group);
        Field.SetByte(destination, MldOffset.Flags, (byte)((SuppressRouterProcessing ? SuppressBit : 0) | (Robustness & RobustnessMask)));
        Field.SetByte(destination, MldOffset.QueryInterval, QueryIntervalCode);
        Field.SetUInt16(destination, MldOffset.SourceCount, SourceCount);
    }
}

file static class MldOffset
{
    internal const int Type = 0;
    internal const int Code = 1;
    internal const int Checksum = 2;
    internal const int MaximumResponse = 4;
    internal const int Group = 8;
    internal const int Flags = 24;
    internal const int QueryInterval = 25;
    internal const int SourceCount = 26;
}
