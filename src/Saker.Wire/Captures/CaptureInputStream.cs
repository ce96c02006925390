namespace Saker.Wire.Captures;

/// <summary>
/// What is left of a <see cref="CaptureInput"/> as a stream, for a decompressor to read: it gets the bytes that were already looked at, and its small
/// reads are served from the window.
/// </summary>
internal sealed class CaptureInputStream(CaptureInput input) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => input.Position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || !input.TryPeek(1, out _))
        {
            // The decompressor must not take a failure for the end.
            return input.Failure is null ? 0 : throw new IOException(input.Failure.Message, input.Failure);
        }

        int count = Math.Min(buffer.Length, input.Available);
        input.Window[..count].CopyTo(buffer);
        input.Advance(count);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            input.Dispose();
        }

        base.Dispose(disposing);
    }
}
