using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <summary>The header of a UDP datagram in place (RFC 768).</summary>
public readonly ref struct UdpView
{
    /// <summary>The octets of the header.</summary>
    public const int FixedLength = 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private UdpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The port that the datagram is from; 0 where there is none to answer to.</summary>
    public ushort SourcePort => Field.UInt16(_bytes, Offset.SourcePort);

    /// <summary>The port that the datagram is for.</summary>
    public ushort DestinationPort => Field.UInt16(_bytes, Offset.DestinationPort);

    /// <summary>The octets of header and data as the header tells; 0 in a jumbogram of IPv6 (RFC 2675).</summary>
    public ushort DatagramLength => Field.UInt16(_bytes, Offset.DatagramLength);

    /// <summary>The checksum over pseudo header, header and data; 0 means that there is none.</summary>
    public ushort Checksum => Field.UInt16(_bytes, Offset.Checksum);

    /// <summary>The data, no more than the header tells; empty where it tells less than its own octets.</summary>
    public ReadOnlySpan<byte> Payload => Field.Part(_bytes, FixedLength, DatagramLength - FixedLength);

    /// <summary>Whether the length is possible and all of it is there.</summary>
    public bool IsComplete => DatagramLength >= FixedLength && DatagramLength <= _bytes.Length;

    /// <summary>Looks at a datagram.</summary>
    /// <returns><see langword="false"/> if it is shorter than the header.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, out UdpView view)
    {
        if (bytes.Length < FixedLength)
        {
            view = default;
            return false;
        }

        view = new UdpView(bytes);
        return true;
    }

    /// <summary>The header as a value.</summary>
    public UdpHeader ToHeader() => new()
    {
        SourcePort = SourcePort,
        DestinationPort = DestinationPort,
        DatagramLength = DatagramLength,
        Checksum = Checksum,
    };
}

/// <summary>The header of a UDP datagram as a value.</summary>
public readonly record struct UdpHeader
{
    /// <inheritdoc cref="UdpView.SourcePort"/>
    public ushort SourcePort { get; init; }

    /// <inheritdoc cref="UdpView.DestinationPort"/>
    public ushort DestinationPort { get; init; }

    /// <inheritdoc cref="UdpView.DatagramLength"/>
    public ushort DatagramLength { get; init; }

    /// <inheritdoc cref="UdpView.Checksum"/>
    public ushort Checksum { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => UdpView.FixedLength;

    /// <summary>Writes the header.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        Field.SetUInt16(destination, Offset.SourcePort, SourcePort);
        Field.SetUInt16(destination, Offset.DestinationPort, DestinationPort);
        Field.SetUInt16(destination, Offset.DatagramLength, DatagramLength);
        Field.SetUInt16(destination, Offset.Checksum, Checksum);
    }
}

/// <summary>The header of a UDP datagram, to be changed in place. The checksum is left to whoever changes.</summary>
public readonly ref struct UdpEditor
{
    private readonly Span<byte> _bytes;

    private UdpEditor(Span<byte> bytes) => _bytes = bytes;

    /// <inheritdoc cref="UdpView.SourcePort"/>
    public ushort SourcePort
    {
        get => Field.UInt16(_bytes, Offset.SourcePort);
        set => Field.SetUInt16(_bytes, Offset.SourcePort, value);
    }

    /// <inheritdoc cref="UdpView.DestinationPort"/>
    public ushort DestinationPort
    {
        get => Field.UInt16(_bytes, Offset.DestinationPort);
        set => Field.SetUInt16(_bytes, Offset.DestinationPort, value);
    }

    /// <inheritdoc cref="UdpView.DatagramLength"/>
    public ushort DatagramLength
    {
        get => Field.UInt16(_bytes, Offset.DatagramLength);
        set => Field.SetUInt16(_bytes, Offset.DatagramLength, value);
    }

    /// <inheritdoc cref="UdpView.Checksum"/>
    public ushort Checksum
    {
        get => Field.UInt16(_bytes, Offset.Checksum);
        set => Field.SetUInt16(_bytes, Offset.Checksum, value);
    }

    /// <summary>Takes hold of a datagram.</summary>
    /// <returns><see langword="false"/> if it is shorter than the header.</returns>
    public static bool TryParse(Span<byte> bytes, out UdpEditor editor)
    {
        editor = bytes.Length < UdpView.FixedLength ? default : new UdpEditor(bytes);
        return bytes.Length >= UdpView.FixedLength;
    }
}

file static class Offset
{
    internal const int SourcePort = 0;
    internal const int DestinationPort = 2;
    internal const int DatagramLength = 4;
    internal const int Checksum = 6;
}
