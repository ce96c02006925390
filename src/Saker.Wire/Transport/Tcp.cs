using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <summary>The control bits of a TCP segment (RFC 9293, RFC 3168, RFC 9768).</summary>
[Flags]
public enum TcpFlags : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The sender has no more data.</summary>
    Fin = 0x001,

    /// <summary>Sequence numbers begin.</summary>
    Syn = 0x002,

    /// <summary>The connection is torn down.</summary>
    Rst = 0x004,

    /// <summary>What came so far should reach the application.</summary>
    Psh = 0x008,

    /// <summary>The acknowledgment number means something.</summary>
    Ack = 0x010,

    /// <summary>The urgent pointer means something.</summary>
    Urg = 0x020,

    /// <summary>Congestion was experienced; in a SYN, marks are understood.</summary>
    Ece = 0x040,

    /// <summary>The congestion window was reduced.</summary>
    Cwr = 0x080,

    /// <summary>Accurate congestion notification; the nonce sum of old (RFC 3540).</summary>
    Ae = 0x100,
}

/// <summary>The header of a TCP segment in place (RFC 9293 section 3.1).</summary>
public readonly ref struct TcpView
{
    /// <summary>The octets of a header without options.</summary>
    public const int FixedLength = 20;

    private readonly ReadOnlySpan<byte> _bytes;

    private TcpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The port that the segment is from.</summary>
    public ushort SourcePort => Field.UInt16(_bytes, Offset.SourcePort);

    /// <summary>The port that the segment is for.</summary>
    public ushort DestinationPort => Field.UInt16(_bytes, Offset.DestinationPort);

    /// <summary>The number of the first octet of data, or of the SYN.</summary>
    public SequenceNumber SequenceNumber => new(Field.UInt32(_bytes, Offset.SequenceNumber));

    /// <summary>The number of the next octet that the sender awaits, where <see cref="TcpFlags.Ack"/> is set.</summary>
    public SequenceNumber AcknowledgmentNumber => new(Field.UInt32(_bytes, Offset.AcknowledgmentNumber));

    /// <summary>The octets of the header as it tells (the data offset): 0 to 60, of which less than 20 is wrong.</summary>
    public int HeaderLength => (Field.Byte(_bytes, Offset.DataOffsetAndFlags) >> 4) * 4;

    /// <summary>The three reserved bits, which are zero.</summary>
    public int ReservedBits => (Field.Byte(_bytes, Offset.DataOffsetAndFlags) >> 1) & 7;

    /// <summary>The control bits.</summary>
    public TcpFlags Flags => (TcpFlags)(Field.UInt16(_bytes, Offset.DataOffsetAndFlags) & TcpHeader.FlagsMask);

    /// <summary>The octets that the sender takes, to be scaled as agreed.</summary>
    public ushort Window => Field.UInt16(_bytes, Offset.Window);

    /// <summary>The checksum over pseudo header, header and data.</summary>
    public ushort Checksum => Field.UInt16(_bytes, Offset.Checksum);

    /// <summary>How far from the sequence number urgent data reaches, where <see cref="TcpFlags.Urg"/> is set.</summary>
    public ushort UrgentPointer => Field.UInt16(_bytes, Offset.UrgentPointer);

    /// <summary>Whether the header's length is possible and all of it is there.</summary>
    public bool IsHeaderComplete => HeaderLength >= FixedLength && HeaderLength <= _bytes.Length;

    /// <summary>The options, as much of them as is there.</summary>
    public ReadOnlySpan<byte> Options => Field.Part(_bytes, FixedLength, HeaderLength - FixedLength);

    /// <summary>The data: all that follows the header.</summary>
    public ReadOnlySpan<byte> Payload => Field.Rest(_bytes, Math.Max(HeaderLength, FixedLength));

    /// <summary>Looks at a segment.</summary>
    /// <returns><see langword="false"/> if it is shorter than a header without options.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, out TcpView view)
    {
        if (bytes.Length < FixedLength)
        {
            view = default;
            return false;
        }

        view = new TcpView(bytes);
        return true;
    }

    /// <summary>The options one by one.</summary>
    public TcpOptionEnumerator EnumerateOptions() => new(Options);

    /// <summary>
    /// The timestamps where they stand as nearly every segment has them: alone, behind two no-operations (RFC 7323 appendix A).
    /// A segment whose timestamps stand otherwise has them all the same.
    /// </summary>
    /// <returns><see langword="false"/> if the options are anything else.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGetAlignedTimestamps(out TcpTimestamps timestamps)
    {
        const int Length = 12;
        const uint TwoNoOperationsAndTimestamps = 0x0101_080a;
        if (HeaderLength != FixedLength + Length || _bytes.Length < FixedLength + Length
            || Field.UInt32(_bytes, FixedLength) != TwoNoOperationsAndTimestamps)
        {
            timestamps = default;
            return false;
        }

        timestamps = new TcpTimestamps(Field.UInt32(_bytes, FixedLength + 4), Field.UInt32(_bytes, FixedLength + 8));
        return true;
    }

    /// <summary>The header as a value.</summary>
    public TcpHeader ToHeader() => new()
    {
        SourcePort = SourcePort,
        DestinationPort = DestinationPort,
        SequenceNumber = SequenceNumber,
        AcknowledgmentNumber = AcknowledgmentNumber,
        ReservedBits = ReservedBits,
        Flags = Flags,
        Window = Window,
        Checksum = Checksum,
        UrgentPointer = UrgentPointer,
        Options = new OptionBytes(Options),
    };
}

/// <summary>The header of a TCP segment as a value; the data offset is that of its options.</summary>
public readonly record struct TcpHeader
{
    internal const int FlagsMask = 0x1ff;

    /// <inheritdoc cref="TcpView.SourcePort"/>
    public ushort SourcePort { get; init; }

    /// <inheritdoc cref="TcpView.DestinationPort"/>
    public ushort DestinationPort { get; init; }

    /// <inheritdoc cref="TcpView.SequenceNumber"/>
    public SequenceNumber SequenceNumber { get; init; }

    /// <inheritdoc cref="TcpView.AcknowledgmentNumber"/>
    public SequenceNumber AcknowledgmentNumber { get; init; }

    /// <inheritdoc cref="TcpView.ReservedBits"/>
    public int ReservedBits { get; init; }

    /// <inheritdoc cref="TcpView.Flags"/>
    public TcpFlags Flags { get; init; }

    /// <inheritdoc cref="TcpView.Window"/>
    public ushort Window { get; init; }

    /// <inheritdoc cref="TcpView.Checksum"/>
    public ushort Checksum { get; init; }

    /// <inheritdoc cref="TcpView.UrgentPointer"/>
    public ushort UrgentPointer { get; init; }

    /// <summary>The options; <see cref="Emit"/> fills up with zeros (end of options) to a multiple of four octets.</summary>
    public OptionBytes Options { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => TcpView.FixedLength + Options.PaddedLength;

    /// <summary>Writes the header.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        Field.SetUInt16(destination, Offset.SourcePort, SourcePort);
        Field.SetUInt16(destination, Offset.DestinationPort, DestinationPort);
        Field.SetUInt32(destination, Offset.SequenceNumber, SequenceNumber.Value);
        Field.SetUInt32(destination, Offset.AcknowledgmentNumber, AcknowledgmentNumber.Value);
        Field.SetUInt16(destination, Offset.DataOffsetAndFlags, (ushort)(Length / 4 << 12 | (ReservedBits & 7) << 9 | ((int)Flags & FlagsMask)));
        Field.SetUInt16(destination, Offset.Window, Window);
        Field.SetUInt16(destination, Offset.Checksum, Checksum);
        Field.SetUInt16(destination, Offset.UrgentPointer, UrgentPointer);
        Options.Emit(destination[TcpView.FixedLength..]);
    }
}

/// <summary>The header of a TCP segment, to be changed in place. The checksum is left to whoever changes.</summary>
public readonly ref struct TcpEditor
{
    private readonly Span<byte> _bytes;

    private TcpEditor(Span<byte> bytes) => _bytes = bytes;

    /// <inheritdoc cref="TcpView.SourcePort"/>
    public ushort SourcePort
    {
        get => Field.UInt16(_bytes, Offset.SourcePort);
        set => Field.SetUInt16(_bytes, Offset.SourcePort, value);
    }

    /// <inheritdoc cref="TcpView.DestinationPort"/>
    public ushort DestinationPort
    {
        get => Field.UInt16(_bytes, Offset.DestinationPort);
        set => Field.SetUInt16(_bytes, Offset.DestinationPort, value);
    }

    /// <inheritdoc cref="TcpView.SequenceNumber"/>
    public SequenceNumber SequenceNumber
    {
        get => new(Field.UInt32(_bytes, Offset.SequenceNumber));
        set => Field.SetUInt32(_bytes, Offset.SequenceNumber, value.Value);
    }

    /// <inheritdoc cref="TcpView.AcknowledgmentNumber"/>
    public SequenceNumber AcknowledgmentNumber
    {
        get => new(Field.UInt32(_bytes, Offset.AcknowledgmentNumber));
        set => Field.SetUInt32(_bytes, Offset.AcknowledgmentNumber, value.Value);
    }

    /// <inheritdoc cref="TcpView.Flags"/>
    public TcpFlags Flags
    {
        get => (TcpFlags)(Field.UInt16(_bytes, Offset.DataOffsetAndFlags) & TcpHeader.FlagsMask);
        set => Field.SetUInt16(
            _bytes,
            Offset.DataOffsetAndFlags,
            (ushort)((Field.UInt16(_bytes, Offset.DataOffsetAndFlags) & ~TcpHeader.FlagsMask) | ((int)value & TcpHeader.FlagsMask)));
    }

    /// <inheritdoc cref="TcpView.Window"/>
    public ushort Window
    {
        get => Field.UInt16(_bytes, Offset.Window);
        set => Field.SetUInt16(_bytes, Offset.Window, value);
    }

    /// <inheritdoc cref="TcpView.Checksum"/>
    public ushort Checksum
    {
        get => Field.UInt16(_bytes, Offset.Checksum);
        set => Field.SetUInt16(_bytes, Offset.Checksum, value);
    }

    /// <summary>Takes hold of a segment.</summary>
    /// <returns><see langword="false"/> if it is shorter than a header without options.</returns>
    public static bool TryParse(Span<byte> bytes, out TcpEditor editor)
    {
        editor = bytes.Length < TcpView.FixedLength ? default : new TcpEditor(bytes);
        return bytes.Length >= TcpView.FixedLength;
    }
}

file static class Offset
{
    internal const int SourcePort = 0;
    internal const int DestinationPort = 2;
    internal const int SequenceNumber = 4;
    internal const int AcknowledgmentNumber = 8;
    internal const int DataOffsetAndFlags = 12;
    internal const int Window = 14;
    internal const int Checksum = 16;
    internal const int UrgentPointer = 18;
}
