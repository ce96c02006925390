using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Saker.Host.Replay;

/// <summary>
/// Lines of JSON on their way to a stream, put together of pieces that are JSON already: the caller sees to braces and commas. Lines of a form that is not worth that
/// come by a <see cref="Utf8JsonWriter"/> over the same buffer.
/// </summary>
internal sealed class JsonLines : IBufferWriter<byte>
{
    private const int FlushLength = 1 << 16;

    /// <summary>More than a number takes.</summary>
    private const int Slack = 64;

    private readonly Stream _output;
    private byte[] _buffer = new byte[2 * FlushLength];
    private int _length;

    /// <param name="output">Where to; not closed.</param>
    public JsonLines(Stream output) => _output = output;

    /// <summary>Makes a piece of a text: quoted, and escaped where it must be.</summary>
    public static byte[] Quote(string text) => [(byte)'"', .. JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];

    /// <summary>Makes a piece of a key that is not an object's first: with the comma before and the colon behind it.</summary>
    public static byte[] Key(string name) => [(byte)',', .. Quote(name), (byte)':'];

    /// <summary>Adds a piece.</summary>
    public void Add(ReadOnlySpan<byte> piece)
    {
        if (_buffer.Length - _length < piece.Length)
        {
            Grow(piece.Length);
        }

        piece.CopyTo(_buffer.AsSpan(_length));
        _length += piece.Length;
    }

    /// <summary>Adds a number.</summary>
    public void Add(long number) => Add(default, number);

    /// <summary>Adds a piece and a number.</summary>
    public void Add(ReadOnlySpan<byte> piece, long number)
    {
        if (_buffer.Length - _length < piece.Length + Slack)
        {
            Grow(piece.Length + Slack);
        }

        Span<byte> rest = _buffer.AsSpan(_length);
        piece.CopyTo(rest);
        int length = piece.Length;
        if ((ulong)number < 10)
        {
            rest[length++] = (byte)('0' + number);
        }
        else
        {
            Utf8Formatter.TryFormat(number, rest[length..], out int digits);
            length += digits;
        }

        _length += length;
    }

    /// <summary>The line is complete without the line feed.</summary>
    public void End()
    {
        Add("\n"u8);
        if (_length >= FlushLength)
        {
            Flush();
        }
    }

    /// <summary>Hands over what there is.</summary>
    public void Flush()
    {
        _output.Write(_buffer, 0, _length);
        _length = 0;
        _output.Flush();
    }

    /// <inheritdoc/>
    public void Advance(int count) => _length += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_buffer.Length - _length < Math.Max(sizeHint, Slack))
        {
            Grow(Math.Max(sizeHint, Slack));
        }

        return _buffer.AsMemory(_length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int more) => Array.Resize(ref _buffer, Math.Max(2 * _buffer.Length, checked(_length + more)));
}
