using System.IO.Compression;
using Saker.Wire.Captures;

namespace Saker.Tests.Wire.Captures;

/// <summary>A frame as it was read, kept.</summary>
internal sealed record KeptFrame(
    long Number, long Offset, long Time, int OriginalLength, int Interface, LinkType LinkType, CaptureDirection Direction, string? Comment, string Hex)
{
    public static KeptFrame Of(CaptureFrame frame) => new(
        frame.Number,
        frame.Offset,
        frame.TimestampNanoseconds,
        frame.OriginalLength,
        frame.InterfaceIndex,
        frame.LinkType,
        frame.Direction,
        frame.Comment,
        Convert.ToHexStringLower(frame.Bytes));
}

/// <summary>Reads captures to their end or their fault.</summary>
internal static class CaptureReading
{
    public static (List<KeptFrame> Frames, CaptureFault? Fault) ReadAll(Stream stream, bool anyLinkType = false)
    {
        if (!CaptureReader.TryOpen(stream, "test", out CaptureReader? reader, out CaptureFault? fault, anyLinkType))
        {
            return ([], fault);
        }

        using (reader)
        {
            List<KeptFrame> frames = [];
            while (reader.TryReadNext(out CaptureFrame frame))
            {
                frames.Add(KeptFrame.Of(frame));
            }

            Assert.Equal(frames.Count, reader.FrameCount);

            // The end is the end, however often one asks.
            fault = reader.Fault;
            Assert.False(reader.TryReadNext(out _));
            Assert.Same(fault, reader.Fault);
            return (frames, fault);
        }
    }

    public static (List<KeptFrame> Frames, CaptureFault? Fault) ReadAll(byte[] bytes, bool anyLinkType = false) =>
        ReadAll(new MemoryStream(bytes), anyLinkType);

    public static List<KeptFrame> ReadSound(byte[] bytes)
    {
        (List<KeptFrame> frames, CaptureFault? fault) = ReadAll(bytes);
        Assert.Null(fault);
        return frames;
    }

    public static CaptureFault Refusal(byte[] bytes)
    {
        Assert.False(CaptureReader.TryOpen(new MemoryStream(bytes), "test", out CaptureReader? reader, out CaptureFault? fault));
        Assert.Null(reader);
        return fault;
    }

    public static byte[] Gzip(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            // GZipStream writes nothing at all for nothing.
            return Convert.FromHexString("1f8b080000000000000303000000000000000000");
        }

        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return compressed.ToArray();
    }
}

/// <summary>Gives a few bytes at a time, as pipes do, and cannot seek.</summary>
internal sealed class TricklingStream(byte[] bytes, int step) : MemoryStream(bytes)
{
    public override bool CanSeek => false;

    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, step)]);

    public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, step));
}

/// <summary>Fails after a number of bytes, as a disk does.</summary>
internal sealed class FailingStream(byte[] bytes) : MemoryStream(bytes)
{
    public override int Read(Span<byte> buffer)
    {
        int read = base.Read(buffer);
        return read > 0 ? read : throw new IOException("The disk is on fire.");
    }
}
