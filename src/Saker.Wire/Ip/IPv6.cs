using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <summary>The fixed header of an IPv6 packet in place (RFC 8200 section 3).</summary>
/// <remarks>Extension headers are part of the payload: <see cref="IPv6ExtensionWalker"/> goes through them.</remarks>
public readonly ref struct IPv6View
{
    /// <summary>The octets of the header.</summary>
    public const int FixedLength = 40;

    /// <summary>Where the octet stands that says what follows.</summary>
    public const int NextHeaderPosition = Offset.NextHeader;

    /// <summary>The greatest flow label.</summary>
    public const uint MaximumFlowLabel = 0xf_ffff;

    private readonly ReadOnlySpan<byte> _bytes;

    private IPv6View(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The version, which is 6 if this is IPv6.</summary>
    public int Version => Field.Byte(_bytes, Offset.First) >> 4;

    /// <summary>Differentiated services and congestion notification together.</summary>
    public byte TrafficClass => (byte)(Field.UInt16(_bytes, Offset.First) >> 4);

    /// <summary>The differentiated services codepoint, 0 to 63 (RFC 2474).</summary>
    public int DifferentiatedServices => TrafficClass >> 2;

    /// <summary>The congestion notification (RFC 3168).</summary>
    public EcnCodepoint Ecn => (EcnCodepoint)(TrafficClass & 3);

    /// <summary>The flow label, 20 bits (RFC 6437).</summary>
    public uint FlowLabel => Field.UInt32(_bytes, Offset.First) & MaximumFlowLabel;

    /// <summary>The octets after this header as it tells; 0 where a jumbo payload option tells them (RFC 2675).</summary>
    public ushort PayloadLength => Field.UInt16(_bytes, Offset.PayloadLength);

    /// <summary>The extension header or protocol that follows.</summary>
    public IPProtocol NextHeader => (IPProtocol)Field.Byte(_bytes, Offset.NextHeader);

    /// <summary>How many more links the packet may cross.</summary>
    public byte HopLimit => Field.Byte(_bytes, Offset.HopLimit);

    /// <summary>The address that the packet is from.</summary>
    public IPv6Address Source => Field.IPv6(_bytes, Offset.Source);

    /// <summary>The address that the packet is for, or the next one of a routing header.</summary>
    public IPv6Address Destination => Field.IPv6(_bytes, Offset.Destination);

    /// <summary>What follows the header, no more than it tells.</summary>
    public ReadOnlySpan<byte> Payload => Field.Part(_bytes, FixedLength, PayloadLength);

    /// <summary>Whether all of the payload is there that the header tells.</summary>
    public bool IsComplete => PayloadLength <= _bytes.Length - FixedLength;

    /// <summary>Looks at a packet.</summary>
    /// <returns><see langword="false"/> if it is shorter than the header.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, out IPv6View view)
    {
        if (bytes.Length < FixedLength)
        {
            view = default;
            return false;
        }

        view = new IPv6View(bytes);
        return true;
    }

    /// <summary>The partial sum of the pseudo header for a protocol that follows this header (RFC 8200 section 8.1).</summary>
    public uint PseudoHeader(IPProtocol protocol, int length) => InternetChecksum.PseudoHeader(Source, Destination, protocol, length);

    /// <summary>The header as a value.</summary>
    public IPv6Header ToHeader() => new()
    {
        TrafficClass = TrafficClass,
        FlowLabel = FlowLabel,
        PayloadLength = PayloadLength,
        NextHeader = NextHeader,
        HopLimit = HopLimit,
        Source = Source,
        Destination = Destination,
    };
}

/// <summary>The fixed header of an IPv6 packet as a value.</summary>
public readonly record struct IPv6Header
{
    private const uint Version = 6;

    /// <inheritdoc cref="IPv6View.TrafficClass"/>
    public byte TrafficClass { get; init; }

    /// <inheritdoc cref="IPv6View.FlowLabel"/>
    public uint FlowLabel { get; init; }

    /// <inheritdoc cref="IPv6View.PayloadLength"/>
    public ushort PayloadLength { get; init; }

    /// <inheritdoc cref="IPv6View.NextHeader"/>
    public IPProtocol NextHeader { get; init; }

    /// <inheritdoc cref="IPv6View.HopLimit"/>
    public byte HopLimit { get; init; }

    /// <inheritdoc cref="IPv6View.Source"/>
    public IPv6Address Source { get; init; }

    /// <inheritdoc cref="IPv6View.Destination"/>
    public IPv6Address Destination { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => IPv6View.FixedLength;

    /// <summary>Writes the header, with version 6. Bits too many of the flow label are dropped.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        Field.SetUInt32(destination, Offset.First, Version << 28 | (uint)TrafficClass << 20 | (FlowLabel & IPv6View.MaximumFlowLabel));
        Field.SetUInt16(destination, Offset.PayloadLength, PayloadLength);
        Field.SetByte(destination, Offset.NextHeader, (byte)NextHeader);
        Field.SetByte(destination, Offset.HopLimit, HopLimit);
        Field.SetIPv6(destination, Offset.Source, Source);
        Field.SetIPv6(destination, Offset.Destination, Destination);
    }
}

/// <summary>The fixed header of an IPv6 packet, to be changed in place.</summary>
public readonly ref struct IPv6Editor
{
    private readonly Span<byte> _bytes;

    private IPv6Editor(Span<byte> bytes) => _bytes = bytes;

    /// <inheritdoc cref="IPv6View.TrafficClass"/>
    public byte TrafficClass
    {
        get => (byte)(Field.UInt16(_bytes, Offset.First) >> 4);
        set => Field.SetUInt16(_bytes, Offset.First, (ushort)((Field.UInt16(_bytes, Offset.First) & 0xf00f) | (value << 4)));
    }

    /// <inheritdoc cref="IPv6View.Ecn"/>
    public EcnCodepoint Ecn
    {
        get => (EcnCodepoint)(TrafficClass & 3);
        set => TrafficClass = (byte)((TrafficClass & ~3) | ((byte)value & 3));
    }

    /// <inheritdoc cref="IPv6View.PayloadLength"/>
    public ushort PayloadLength
    {
        get => Field.UInt16(_bytes, Offset.PayloadLength);
        set => Field.SetUInt16(_bytes, Offset.PayloadLength, value);
    }

    /// <inheritdoc cref="IPv6View.NextHeader"/>
    public IPProtocol NextHeader
    {
        get => (IPProtocol)Field.Byte(_bytes, Offset.NextHeader);
        set => Field.SetByte(_bytes, Offset.NextHeader, (byte)value);
    }

    /// <inheritdoc cref="IPv6View.HopLimit"/>
    public byte HopLimit
    {
        get => Field.Byte(_bytes, Offset.HopLimit);
        set => Field.SetByte(_bytes, Offset.HopLimit, value);
    }

    /// <inheritdoc cref="IPv6View.Source"/>
    public IPv6Address Source
    {
        get => Field.IPv6(_bytes, Offset.Source);
        set => Field.SetIPv6(_bytes, Offset.Source, value);
    }

    /// <inheritdoc cref="IPv6View.Destination"/>
    public IPv6Address Destination
    {
        get => Field.IPv6(_bytes, Offset.Destination);
        set => Field.SetIPv6(_bytes, Offset.Destination, value);
    }

    /// <summary>Takes hold of a packet.</summary>
    /// <returns><see langword="false"/> if it is shorter than the header.</returns>
    public static bool TryParse(Span<byte> bytes, out IPv6Editor editor)
    {
        editor = bytes.Length < IPv6View.FixedLength ? default : new IPv6Editor(bytes);
        return bytes.Length >= IPv6View.FixedLength;
    }
}

file static class Offset
{
    internal const int First = 0;
    internal const int PayloadLength = 4;
    internal const int NextHeader = 6;
    internal const int HopLimit = 7;
    internal const int Source = 8;
    internal const int Destination = 24;
}
