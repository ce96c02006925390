namespace Saker.Wire.Captures;

/// <summary>Which way a frame went at the interface that recorded it.</summary>
public enum CaptureDirection : byte
{
    /// <summary>The capture does not say.</summary>
    Unknown = 0,

    /// <summary>The interface received it.</summary>
    Inbound = 1,

    /// <summary>The interface sent it.</summary>
    Outbound = 2,
}

/// <summary>
/// One frame of a capture, in place over the reader's buffer: it is valid until the reader's next call. Nothing is allocated for it, except by
/// <see cref="Comment"/>.
/// </summary>
public readonly ref struct CaptureFrame
{
    /// <summary>Which frame of the capture it is, counted from one, as other tools do.</summary>
    public required long Number { get; init; }

    /// <summary>Where its record begins, in bytes from the beginning of the (decompressed) capture.</summary>
    public required long Offset { get; init; }

    /// <summary>When it was recorded, in nanoseconds since 1970 (UTC); 0 in a simple packet block, which has no time.</summary>
    public required long TimestampNanoseconds { get; init; }

    /// <summary>How long it was on the wire; <see cref="int.MaxValue"/> where the record says more.</summary>
    public required int OriginalLength { get; init; }

    /// <summary>Its interface, as an index into <see cref="CaptureReader.Interfaces"/>.</summary>
    public required int InterfaceIndex { get; init; }

    /// <summary>What the bytes begin with.</summary>
    public required LinkType LinkType { get; init; }

    /// <summary>What was recorded of it, at most <see cref="OriginalLength"/> bytes in a sane capture.</summary>
    public required ReadOnlySpan<byte> Bytes { get; init; }

    /// <summary>The options of its pcapng block; none in pcap.</summary>
    public CaptureOptions Options { get; init; }

    /// <summary>What the record's own header says of the direction, where a format has such a field.</summary>
    internal CaptureDirection RecordDirection { get; init; }

    /// <summary>What its interface says of the frame check sequence; the frame's own flags have precedence.</summary>
    internal int InterfaceFcsLength { get; init; }

    /// <summary>How many bytes at the end of the original frame are its frame check sequence; 0 where there is none or nothing says so.</summary>
    public int FcsLength => TryGetFlags(out uint flags) && (flags >> PcapngFormat.FlagsFcsShift & PcapngFormat.FlagsFcsMask) is > 0 and uint length
        ? (int)length
        : InterfaceFcsLength;

    /// <summary>The recorded bytes up to the frame check sequence, which no protocol above the card sees.</summary>
    public ReadOnlySpan<byte> BytesWithoutFcs => FcsLength is > 0 and int length
        ? Bytes[..Math.Clamp(OriginalLength - length, 0, Bytes.Length)]
        : Bytes;

    /// <summary>Whether the capture holds less than was on the wire.</summary>
    public bool IsCut => Bytes.Length < OriginalLength;

    /// <summary>Whether it was received or sent.</summary>
    public CaptureDirection Direction => TryGetFlags(out uint flags) && (flags & 3) is 1 or 2 ? (CaptureDirection)(flags & 3) : RecordDirection;

    /// <summary>The first comment on it, or null. Allocates.</summary>
    public string? Comment => Options.TryFind(PcapngFormat.CommentOption, out CaptureOption option) ? option.Text : null;

    /// <summary>The flag word of pcapng (<c>epb_flags</c>): direction, reception type, check sequence length, link-layer errors.</summary>
    public bool TryGetFlags(out uint flags)
    {
        flags = 0;
        return !Options.Bytes.IsEmpty && Options.TryFind(PcapngFormat.FlagsOption, out CaptureOption option) && option.TryGetUInt32(out flags);
    }

    /// <summary>The receive queue that it arrived on (<c>epb_queue</c>).</summary>
    public bool TryGetQueue(out uint queue)
    {
        queue = 0;
        return !Options.Bytes.IsEmpty && Options.TryFind(PcapngFormat.QueueOption, out CaptureOption option) && option.TryGetUInt32(out queue);
    }

    /// <summary>The hash that came with it (<c>epb_hash</c>): the number of its algorithm (5 is Toeplitz) and its bytes as they lie in the file.</summary>
    public bool TryGetHash(out byte algorithm, out ReadOnlySpan<byte> hash)
    {
        if (Options.TryFind(PcapngFormat.HashOption, out CaptureOption option) && option.Value.Length > 0)
        {
            algorithm = option.Value[0];
            hash = option.Value[1..];
            return true;
        }

        algorithm = 0;
        hash = default;
        return false;
    }
}
