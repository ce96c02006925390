using System.Buffers.Binary;

namespace Saker.Wire.Captures;

/// <summary>
/// Writes a classic capture, little-endian, to a stream. What is written reaches the stream in large pieces: it is complete after
/// <see cref="Flush"/> or <see cref="Dispose"/>.
/// </summary>
public sealed class PcapWriter : IDisposable
{
    /// <summary>The usual bound of what is kept of a frame; other programs refuse frames above it.</summary>
    public const int UsualSnapLength = 262_144;

    private const ulong NanosecondsPerSecond = 1_000_000_000;

    private readonly CaptureOutput _output;
    private readonly int _snapLength;
    private readonly uint _nanosecondsPerFraction;

    /// <summary>Writes the file header.</summary>
    /// <param name="stream">Where to write to. The writer owns it, unless <paramref name="leaveOpen"/>.</param>
    /// <param name="linkType">What every frame begins with.</param>
    /// <param name="nanoseconds">Whether times are kept in nanoseconds, not in microseconds as some old programs need.</param>
    /// <param name="snapLength">Frames are cut to so many bytes.</param>
    /// <param name="leaveOpen">Whether the stream stays open.</param>
    public PcapWriter(
        Stream stream, LinkType linkType = LinkType.Ethernet, bool nanoseconds = true, int snapLength = UsualSnapLength, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(snapLength);
        _output = new CaptureOutput(stream, leaveOpen);
        _snapLength = snapLength;
        _nanosecondsPerFraction = nanoseconds ? 1u : 1000u;

        Span<byte> header = _output.Append(PcapFormat.FileHeaderLength);
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, nanoseconds ? PcapFormat.NanosecondMagic : PcapFormat.MicrosecondMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[PcapFormat.MajorVersion..], PcapFormat.CurrentMajorVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(header[PcapFormat.MinorVersion..], PcapFormat.CurrentMinorVersion);
        BinaryPrimitives.WriteInt32LittleEndian(header[PcapFormat.SnapLength..], snapLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header[PcapFormat.Network..], (uint)linkType);
    }

    /// <summary>How many frames have been written.</summary>
    public long FrameCount { get; private set; }

    /// <summary>Writes a frame that is whole.</summary>
    /// <param name="timestampNanoseconds">When, since 1970. The format holds 1970 to 2106; what is outside comes out as the nearest of these.</param>
    /// <param name="bytes">The frame.</param>
    public void Write(long timestampNanoseconds, ReadOnlySpan<byte> bytes) => Write(timestampNanoseconds, bytes, bytes.Length);

    /// <summary>Writes a frame of which some may be missing.</summary>
    /// <param name="timestampNanoseconds">When, since 1970.</param>
    /// <param name="bytes">What there is of the frame.</param>
    /// <param name="originalLength">How long it was.</param>
    public void Write(long timestampNanoseconds, ReadOnlySpan<byte> bytes, int originalLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(originalLength);
        const ulong Latest = (uint.MaxValue * NanosecondsPerSecond) + NanosecondsPerSecond - 1;
        (ulong seconds, ulong nanoseconds) = Math.DivRem(Math.Min((ulong)Math.Max(timestampNanoseconds, 0), Latest), NanosecondsPerSecond);
        bytes = bytes[..Math.Min(bytes.Length, _snapLength)];

        Span<byte> header = _output.Append(PcapFormat.RecordHeaderLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header[PcapFormat.Seconds..], (uint)seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(header[PcapFormat.Fraction..], (uint)nanoseconds / _nanosecondsPerFraction);
        BinaryPrimitives.WriteInt32LittleEndian(header[PcapFormat.CapturedLength..], bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[PcapFormat.OriginalLength..], originalLength);
        _output.Write(bytes);
        FrameCount++;
    }

    /// <summary>Gives everything written so far to the stream.</summary>
    public void Flush() => _output.Flush();

    /// <inheritdoc/>
    public void Dispose() => _output.Dispose();
}
