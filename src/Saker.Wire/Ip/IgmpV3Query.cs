using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <summary>A membership query of IGMP version 3 in place (RFC 3376 section 4.1).</summary>
public readonly ref struct IgmpV3QueryView
{
    /// <summary>The octets in front of the sources.</summary>
    public const int FixedLength = 12;

    private readonly ReadOnlySpan<byte> _bytes;

    private IgmpV3QueryView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The type, which is <see cref="IgmpType.MembershipQuery"/>.</summary>
    public IgmpType Type => (IgmpType)Field.Byte(_bytes, Offset.Type);

    /// <summary>How long hosts may wait, as it is written.</summary>
    public byte MaximumResponseCode => Field.Byte(_bytes, Offset.MaximumResponseCode);

    /// <summary>How long hosts may wait, in tenths of a second: up to 31,744.</summary>
    public int MaximumResponseTime => Decode(MaximumResponseCode);

    /// <summary>The checksum over the message.</summary>
    public ushort Checksum => Field.UInt16(_bytes, Offset.Checksum);

    /// <summary>The group; 0.0.0.0 in a query about all.</summary>
    public IPv4Address Group => Field.IPv4(_bytes, Offset.Group);

    /// <summary>Whether routers that hear the query leave their timers alone.</summary>
    public bool SuppressRouterProcessing => (Field.Byte(_bytes, Offset.Flags) & IgmpV3QueryHeader.SuppressBit) != 0;

    /// <summary>The querier's robustness, 0 to 7; 0 where it exceeds 7.</summary>
    public int Robustness => Field.Byte(_bytes, Offset.Flags) & IgmpV3QueryHeader.RobustnessMask;

    /// <summary>How often the querier asks, as it is written.</summary>
    public byte QueryIntervalCode => Field.Byte(_bytes, Offset.QueryIntervalCode);

    /// <summary>How often the querier asks, in seconds: up to 31,744.</summary>
    public int QueryInterval => Decode(QueryIntervalCode);

    /// <summary>How many sources the query tells it has.</summary>
    public ushort SourceCount => Field.UInt16(_bytes, Offset.SourceCount);

    /// <summary>The sources that the query is about, as many of them as are there.</summary>
    public AddressList<IPv4Address> Sources => new(Field.Part(_bytes, FixedLength, SourceCount * IPv4Address.Size));

    /// <summary>Whether all sources are there.</summary>
    public bool IsComplete => FixedLength + (SourceCount * IPv4Address.Size) <= _bytes.Length;

    /// <summary>Looks at a query.</summary>
    /// <returns><see langword="false"/> if fewer octets are there than come in front of the sources.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, out IgmpV3QueryView view)
    {
        if (bytes.Length < FixedLength)
        {
            view = default;
            return false;
        }

        view = new IgmpV3QueryView(bytes);
        return true;
    }

    /// <summary>What comes in front of the sources, as a value.</summary>
    public IgmpV3QueryHeader ToHeader() => new()
    {
        MaximumResponseCode = MaximumResponseCode,
        Checksum = Checksum,
        Group = Group,
        SuppressRouterProcessing = SuppressRouterProcessing,
        Robustness = Robustness,
        QueryIntervalCode = QueryIntervalCode,
        SourceCount = SourceCount,
    };

    // RFC 3376 section 4.1.1: from 128 on, three bits of exponent and four of mantissa with a one in front.
    private static int Decode(byte code) => code < 0x80 ? code : ((code & 0xf) | 0x10) << (((code >> 4) & 7) + 3);
}

/// <summary>What comes in front of the sources of an IGMPv3 query, as a value; the sources are written behind it by whoever has them.</summary>
public readonly record struct IgmpV3QueryHeader
{
    internal const int SuppressBit = 8;
    internal const int RobustnessMask = 7;

    /// <inheritdoc cref="IgmpV3QueryView.MaximumResponseCode"/>
    public byte MaximumResponseCode { get; init; }

    /// <inheritdoc cref="IgmpV3QueryView.Checksum"/>
    public ushort Checksum { get; init; }

    /// <inheritdoc cref="IgmpV3QueryView.Group"/>
    public IPv4Address Group { get; init; }

    /// <inheritdoc cref="IgmpV3QueryView.SuppressRouterProcessing"/>
    public bool SuppressRouterProcessing { get; init; }

    /// <inheritdoc cref="IgmpV3QueryView.Robustness"/>
    public int Robustness { get; init; }

    /// <inheritdoc cref="IgmpV3QueryView.QueryIntervalCode"/>
    public byte QueryIntervalCode { get; init; }

    /// <inheritdoc cref="IgmpV3QueryView.SourceCount"/>
    public ushort SourceCount { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => IgmpV3QueryView.FixedLength;

    /// <summary>Writes the header.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        Field.SetByte(destination, Offset.Type, (byte)IgmpType.MembershipQuery);
        Field.SetByte(destination, Offset.MaximumResponseCode, MaximumResponseCode);
        Field.SetUInt16(destination, Offset.Checksum, Checksum);
        Field.SetIPv4(destination, Offset.Group, Group);
        Field.SetByte(destination, Offset.Flags, (byte)((SuppressRouterProcessing ? SuppressBit : 0) | (Robustness & RobustnessMask)));
        Field.SetByte(destination, Offset.QueryIntervalCode, QueryIntervalCode);
        Field.SetUInt16(destination, Offset.SourceCount, SourceCount);
    }
}

file static class Offset
{
    internal const int Type = 0;
    internal const int MaximumResponseCode = 1;
    internal const int Checksum = 2;
    internal const int Group = 4;
    internal const int Flags = 8;
    internal const int QueryIntervalCode = 9;
    internal const int SourceCount = 10;
}
