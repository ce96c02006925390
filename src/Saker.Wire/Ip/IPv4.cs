using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <summary>The three bits in front of an IPv4 fragment's offset.</summary>
[Flags]
public enum IPv4Flags : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>More fragments of the packet follow.</summary>
    MoreFragments = 1,

    /// <summary>No router may make fragments of it.</summary>
    DontFragment = 2,

    /// <summary>Must be zero (RFC 791).</summary>
    Reserved = 4,
}

/// <summary>The header of an IPv4 packet in place (RFC 791).</summary>
public readonly ref struct IPv4View
{
    /// <summary>The octets of a header without options.</summary>
    public const int FixedLength = 20;

    private readonly ReadOnlySpan<byte> _bytes;

    private IPv4View(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The version, which is 4 if this is IPv4.</summary>
    public int Version => Field.Byte(_bytes, Offset.VersionAndLength) >> 4;

    /// <summary>The octets of the header as it tells: 0 to 60, of which less than 20 is wrong.</summary>
    public int HeaderLength => (Field.Byte(_bytes, Offset.VersionAndLength) & 0xf) * 4;

    /// <summary>Whether this is a header of version 4 without options, as nearly all are.</summary>
    public bool IsPlain => Field.Byte(_bytes, Offset.VersionAndLength) == 0x45;

    /// <summary>Type of service: the differentiated services code point and the congestion field.</summary>
    public byte TypeOfService => Field.Byte(_bytes, Offset.TypeOfService);

    /// <summary>The differentiated services code point (RFC 2474), 0 to 63.</summary>
    public int DifferentiatedServices => TypeOfService >> 2;

    /// <summary>The congestion field.</summary>
    public EcnCodepoint Ecn => (EcnCodepoint)(TypeOfService & 3);

    /// <summary>The octets of header and payload as the header tells; 0 in a packet larger than 65,535 octets that Linux merged or has yet to cut.</summary>
    public ushort TotalLength => Field.UInt16(_bytes, Offset.TotalLength);

    /// <summary>What the fragments of one packet have in common.</summary>
    public ushort Identification => Field.UInt16(_bytes, Offset.Identification);

    /// <summary>The flags in front of the fragment offset.</summary>
    public IPv4Flags Flags => (IPv4Flags)(Field.Byte(_bytes, Offset.Fragment) >> 5);

    /// <summary>Where the fragment begins in the packet, in octets: 0 to 65,528.</summary>
    public int FragmentOffset => (Field.UInt16(_bytes, Offset.Fragment) & IPv4Header.FragmentOffsetMask) * 8;

    /// <summary>Whether this is a fragment: more follow, or it is not the first.</summary>
    public bool IsFragment => (Field.UInt16(_bytes, Offset.Fragment) & (IPv4Header.FragmentOffsetMask | ((int)IPv4Flags.MoreFragments << 13))) != 0;

    /// <summary>How many routers more may forward the packet.</summary>
    public byte TimeToLive => Field.Byte(_bytes, Offset.TimeToLive);

    /// <summary>What the packet carries.</summary>
    public IPProtocol Protocol => (IPProtocol)Field.Byte(_bytes, Offset.Protocol);

    /// <summary>The checksum over the header.</summary>
    public ushort HeaderChecksum => Field.UInt16(_bytes, Offset.HeaderChecksum);

    /// <summary>Whom the packet is from.</summary>
    public IPv4Address Source => Field.IPv4(_bytes, Offset.Source);

    /// <summary>Whom the packet is for.</summary>
    public IPv4Address Destination => Field.IPv4(_bytes, Offset.Destination);

    /// <summary>Whether the header's length is possible and all of it is there.</summary>
    public bool IsHeaderComplete => HeaderLength >= FixedLength && HeaderLength <= _bytes.Length;

    /// <summary>Whether header and total length are possible and all of the packet is there.</summary>
    public bool IsComplete => IsHeaderComplete && TotalLength >= HeaderLength && TotalLength <= _bytes.Length;

    /// <summary>The header with its options, as much of it as is there.</summary>
    public ReadOnlySpan<byte> Header => Field.Part(_bytes, 0, Math.Max(HeaderLength, FixedLength));

    /// <summary>The options, as much of them as is there.</summary>
    public ReadOnlySpan<byte> Options => Field.Part(_bytes, FixedLength, HeaderLength - FixedLength);

    /// <summary>What the packet carries, as much of it as is there and no more than the header tells.</summary>
    public ReadOnlySpan<byte> Payload
    {
        get
        {
            int start = Math.Max(HeaderLength, FixedLength);
            return Field.Part(_bytes, start, TotalLength - start);
        }
    }

    /// <summary>Looks at a packet.</summary>
    /// <returns><see langword="false"/> if it is shorter than a header without options.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, out IPv4View view)
    {
        if (bytes.Length < FixedLength)
        {
            view = default;
            return false;
        }

        view = new IPv4View(bytes);
        return true;
    }

    /// <summary>The options one by one.</summary>
    public IPv4OptionEnumerator EnumerateOptions() => new(Options);

    /// <summary>The header as a value.</summary>
    public IPv4Header ToHeader() => new()
    {
        TypeOfService = TypeOfService,
        TotalLength = TotalLength,
        Identification = Identification,
        Flags = Flags,
        FragmentOffset = FragmentOffset,
        TimeToLive = TimeToLive,
        Protocol = Protocol,
        HeaderChecksum = HeaderChecksum,
        Source = Source,
        Destination = Destination,
        Options = new OptionBytes(Options),
    };
}

/// <summary>The header of an IPv4 packet as a value; the version is always 4, and the header's length that of its options.</summary>
public readonly record struct IPv4Header
{
    internal const int FragmentOffsetMask = 0x1fff;

    /// <inheritdoc cref="IPv4View.TypeOfService"/>
    public byte TypeOfService { get; init; }

    /// <inheritdoc cref="IPv4View.TotalLength"/>
    public ushort TotalLength { get; init; }

    /// <inheritdoc cref="IPv4View.Identification"/>
    public ushort Identification { get; init; }

    /// <inheritdoc cref="IPv4View.Flags"/>
    public IPv4Flags Flags { get; init; }

    /// <summary>Where the fragment begins in the packet, in octets: a multiple of eight, at most 65,528.</summary>
    public int FragmentOffset { get; init; }

    /// <inheritdoc cref="IPv4View.TimeToLive"/>
    public byte TimeToLive { get; init; }

    /// <inheritdoc cref="IPv4View.Protocol"/>
    public IPProtocol Protocol { get; init; }

    /// <inheritdoc cref="IPv4View.HeaderChecksum"/>
    public ushort HeaderChecksum { get; init; }

    /// <inheritdoc cref="IPv4View.Source"/>
    public IPv4Address Source { get; init; }

    /// <inheritdoc cref="IPv4View.Destination"/>
    public IPv4Address Destination { get; init; }

    /// <summary>The options; <see cref="Emit"/> fills up with zeros (end of options) to a multiple of four octets.</summary>
    public OptionBytes Options { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => IPv4View.FixedLength + Options.PaddedLength;

    /// <summary>Writes the header.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        Field.SetByte(destination, Offset.VersionAndLength, (byte)(4 << 4 | Length / 4));
        Field.SetByte(destination, Offset.TypeOfService, TypeOfService);
        Field.SetUInt16(destination, Offset.TotalLength, TotalLength);
        Field.SetUInt16(destination, Offset.Identification, Identification);
        Field.SetUInt16(destination, Offset.Fragment, (ushort)((int)Flags << 13 | (FragmentOffset / 8 & FragmentOffsetMask)));
        Field.SetByte(destination, Offset.TimeToLive, TimeToLive);
        Field.SetByte(destination, Offset.Protocol, (byte)Protocol);
        Field.SetUInt16(destination, Offset.HeaderChecksum, HeaderChecksum);
        Field.SetIPv4(destination, Offset.Source, Source);
        Field.SetIPv4(destination, Offset.Destination, Destination);
        Options.Emit(destination[IPv4View.FixedLength..]);
    }
}

/// <summary>The header of an IPv4 packet, to be changed in place. The checksum is left to whoever changes.</summary>
public readonly ref struct IPv4Editor
{
    private readonly Span<byte> _bytes;

    private IPv4Editor(Span<byte> bytes) => _bytes = bytes;

    /// <inheritdoc cref="IPv4View.TypeOfService"/>
    public byte TypeOfService
    {
        get => Field.Byte(_bytes, Offset.TypeOfService);
        set => Field.SetByte(_bytes, Offset.TypeOfService, value);
    }

    /// <inheritdoc cref="IPv4View.Ecn"/>
    public EcnCodepoint Ecn
    {
        get => (EcnCodepoint)(TypeOfService & 3);
        set => TypeOfService = (byte)((TypeOfService & ~3) | (int)value);
    }

    /// <inheritdoc cref="IPv4View.TotalLength"/>
    public ushort TotalLength
    {
        get => Field.UInt16(_bytes, Offset.TotalLength);
        set => Field.SetUInt16(_bytes, Offset.TotalLength, value);
    }

    /// <inheritdoc cref="IPv4View.Identification"/>
    public ushort Identification
    {
        get => Field.UInt16(_bytes, Offset.Identification);
        set => Field.SetUInt16(_bytes, Offset.Identification, value);
    }

    /// <inheritdoc cref="IPv4View.TimeToLive"/>
    public byte TimeToLive
    {
        get => Field.Byte(_bytes, Offset.TimeToLive);
        set => Field.SetByte(_bytes, Offset.TimeToLive, value);
    }

    /// <inheritdoc cref="IPv4View.HeaderChecksum"/>
    public ushort HeaderChecksum
    {
        get => Field.UInt16(_bytes, Offset.HeaderChecksum);
        set => Field.SetUInt16(_bytes, Offset.HeaderChecksum, value);
    }

    /// <inheritdoc cref="IPv4View.Source"/>
    public IPv4Address Source
    {
        get => Field.IPv4(_bytes, Offset.Source);
        set => Field.SetIPv4(_bytes, Offset.Source, value);
    }

    /// <inheritdoc cref="IPv4View.Destination"/>
    public IPv4Address Destination
    {
        get => Field.IPv4(_bytes, Offset.Destination);
        set => Field.SetIPv4(_bytes, Offset.Destination, value);
    }

    /// <summary>Takes hold of a packet.</summary>
    /// <returns><see langword="false"/> if it is shorter than a header without options.</returns>
    public static bool TryParse(Span<byte> bytes, out IPv4Editor editor)
    {
        editor = bytes.Length < IPv4View.FixedLength ? default : new IPv4Editor(bytes);
        return bytes.Length >= IPv4View.FixedLength;
    }

    /// <summary>Writes flags and fragment offset (octets, a multiple of eight).</summary>
    public void SetFragment(IPv4Flags flags, int offset) =>
        Field.SetUInt16(_bytes, Offset.Fragment, (ushort)((int)flags << 13 | (offset / 8 & IPv4Header.FragmentOffsetMask)));
}

file static class Offset
{
    internal const int VersionAndLength = 0;
    internal const int TypeOfService = 1;
    internal const int TotalLength = 2;
    internal const int Identification = 4;
    internal const int Fragment = 6;
    internal const int TimeToLive = 8;
    internal const int Protocol = 9;
    internal const int HeaderChecksum = 10;
    internal const int Source = 12;
    internal const int Destination = 16;
}
