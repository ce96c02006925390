namespace Saker.Wire.Captures;

/// <summary>Gathers the small pieces of a capture and gives them to a stream in large ones.</summary>
internal sealed class CaptureOutput(Stream stream, bool leaveOpen) : IDisposable
{
    private const int Capacity = 256 * 1024;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(Capacity);
    private int _length;

    /// <summary>Room for a piece that has to be filled at once; its bytes are not cleared. Pieces are small.</summary>
    public Span<byte> Append(int length)
    {
        if (Capacity - _length < length)
        {
            WriteBuffered();
        }

        Span<byte> piece = _buffer.AsSpan(_length, length);
        _length += length;
        return piece;
    }

    /// <summary>Writes bytes of any number.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Capacity)
        {
            bytes.CopyTo(Append(bytes.Length));
            return;
        }

        WriteBuffered();
        stream.Write(bytes);
    }

    public void Flush()
    {
        WriteBuffered();
        stream.Flush();
    }

    public void Dispose()
    {
        Flush();
        if (!leaveOpen)
        {
            stream.Dispose();
        }
    }

    private void WriteBuffered()
    {
        stream.Write(_buffer.AsSpan(0, _length));
        _length = 0;
    }
}
