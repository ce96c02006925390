namespace Saker.Wire;

/// <summary>The kinds of TCP options (IANA "TCP option kind numbers").</summary>
public enum TcpOptionKind : byte
{
    /// <summary>The list ends here.</summary>
    EndOfOptions = 0,

    /// <summary>One octet of nothing, for alignment.</summary>
    NoOperation = 1,

    /// <summary>The largest segment that the sender of a SYN takes.</summary>
    MaximumSegmentSize = 2,

    /// <summary>By how much windows are scaled (RFC 7323).</summary>
    WindowScale = 3,

    /// <summary>Selective acknowledgments are understood (RFC 2018).</summary>
    SackPermitted = 4,

    /// <summary>What came out of order (RFC 2018).</summary>
    Sack = 5,

    /// <summary>Timestamps (RFC 7323).</summary>
    Timestamps = 8,

    /// <summary>An MD5 signature (RFC 2385), opaque here.</summary>
    Md5Signature = 19,

    /// <summary>User timeout (RFC 5482).</summary>
    UserTimeout = 28,

    /// <summary>Authentication (RFC 5925), opaque here.</summary>
    Authentication = 29,

    /// <summary>Multipath TCP (RFC 8684), opaque here.</summary>
    Multipath = 30,

    /// <summary>A fast open cookie (RFC 7413).</summary>
    FastOpen = 34,

    /// <summary>Accurate congestion notification, first order (RFC 9768).</summary>
    AccurateEcn0 = 172,

    /// <summary>Accurate congestion notification, second order (RFC 9768).</summary>
    AccurateEcn1 = 174,

    /// <summary>An experiment with an identifier (RFC 6994).</summary>
    Experiment1 = 253,

    /// <summary>An experiment with an identifier (RFC 6994); fast open before it had its own kind.</summary>
    Experiment2 = 254,
}

/// <summary>The two numbers of a timestamps option (RFC 7323 section 3.2).</summary>
/// <param name="Value">The sender's clock.</param>
/// <param name="EchoReply">What the receiver's clock said; means something where <see cref="TcpFlags.Ack"/> is set.</param>
public readonly record struct TcpTimestamps(uint Value, uint EchoReply);

/// <summary>A run of octets that came out of order (RFC 2018 section 3).</summary>
/// <param name="Left">The first octet of the run.</param>
/// <param name="Right">The octet behind the last one.</param>
public readonly record struct SackBlock(SequenceNumber Left, SequenceNumber Right);

/// <summary>One option of a TCP header in place. Every accessor may be asked of every kind: it succeeds where kind and length fit.</summary>
public readonly ref struct TcpOption
{
    private const int LengthOfKindAndLength = 2;
    private const int SackBlockLength = 8;
    private const ushort FastOpenExperiment = 0xf989;

    internal TcpOption(ReadOnlySpan<byte> bytes, int offset)
    {
        Bytes = bytes;
        Offset = offset;
    }

    /// <summary>The whole option: kind, length if it has one, data.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Where the option begins, in octets from the first option on.</summary>
    public int Offset { get; }

    /// <summary>The kind.</summary>
    public TcpOptionKind Kind => (TcpOptionKind)Bytes[0];

    /// <summary>The data, without kind and length.</summary>
    public ReadOnlySpan<byte> Data => Field.Rest(Bytes, LengthOfKindAndLength);

    /// <summary>Whether selective acknowledgments are permitted by this option.</summary>
    public bool IsSackPermitted => Is(TcpOptionKind.SackPermitted, 0);

    /// <summary>How many blocks a selective acknowledgment has; 0 of other options, or where the length is no whole number of blocks.</summary>
    public int SackBlockCount => Kind == TcpOptionKind.Sack && Data.Length % SackBlockLength == 0 ? Data.Length / SackBlockLength : 0;

    /// <summary>The largest segment that the sender takes, in octets of data.</summary>
    public bool TryGetMaximumSegmentSize(out ushort size)
    {
        bool fits = Is(TcpOptionKind.MaximumSegmentSize, sizeof(ushort));
        size = fits ? Field.UInt16(Data, 0) : (ushort)0;
        return fits;
    }

    /// <summary>By how many bits windows are shifted, as it stands there; more than 14 means 14 (RFC 7323 section 2.3).</summary>
    public bool TryGetWindowScale(out byte shift)
    {
        bool fits = Is(TcpOptionKind.WindowScale, sizeof(byte));
        shift = fits ? Data[0] : (byte)0;
        return fits;
    }

    /// <summary>The timestamps.</summary>
    public bool TryGetTimestamps(out TcpTimestamps timestamps)
    {
        bool fits = Is(TcpOptionKind.Timestamps, 2 * sizeof(uint));
        timestamps = fits ? new TcpTimestamps(Field.UInt32(Data, 0), Field.UInt32(Data, sizeof(uint))) : default;
        return fits;
    }

    /// <summary>The fast open cookie, empty where one is asked for; in the option's own kind, or as experiment 254 with the identifier 0xf989.</summary>
    public bool TryGetFastOpenCookie(out ReadOnlySpan<byte> cookie)
    {
        bool isExperiment = Kind == TcpOptionKind.Experiment2 && Data.Length >= sizeof(ushort) && Field.UInt16(Data, 0) == FastOpenExperiment;
        cookie = isExperiment ? Data[sizeof(ushort)..] : Kind == TcpOptionKind.FastOpen ? Data : default;
        return isExperiment || Kind == TcpOptionKind.FastOpen;
    }

    /// <summary>One of the <see cref="SackBlockCount"/> blocks.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public SackBlock GetSackBlock(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)SackBlockCount, nameof(index));
        int offset = index * SackBlockLength;
        return new SackBlock(new SequenceNumber(Field.UInt32(Data, offset)), new SequenceNumber(Field.UInt32(Data, offset + sizeof(uint))));
    }

    private bool Is(TcpOptionKind kind, int length) => Kind == kind && Data.Length == length;
}

/// <summary>Walks over the options of a TCP header; never fails, and tells afterwards whether and where the list was malformed.</summary>
/// <remarks>
/// The end of options, if it is there, is the last option that is shown. A <c>foreach</c> walks on a copy: whoever asks about malformed lists moves by hand.
/// </remarks>
public ref struct TcpOptionEnumerator
{
    private OptionCursor _cursor;

    /// <summary>Begins before the first of the <paramref name="options"/>.</summary>
    public TcpOptionEnumerator(ReadOnlySpan<byte> options) => _cursor = new OptionCursor(options);

    /// <summary>The option last moved to; only after a move that succeeded.</summary>
    public readonly TcpOption Current => new(_cursor.Current, _cursor.Offset);

    /// <summary>After the last move: whether it stopped at an option whose length is missing, less than two, or beyond the header.</summary>
    public readonly bool IsMalformed => _cursor.IsMalformed;

    /// <summary>Where the malformed option begins, in octets from the first option on; −1 where there is none.</summary>
    public readonly int MalformedOffset => _cursor.IsMalformed ? _cursor.Offset : -1;

    /// <summary>This, so that <c>foreach</c> works.</summary>
    public readonly TcpOptionEnumerator GetEnumerator() => this;

    /// <summary>Moves to the next option.</summary>
    /// <returns><see langword="false"/> at the end, or at a malformed option.</returns>
    public bool MoveNext() => _cursor.MoveNext();
}
