using System.Text;

namespace Saker.Bpf;

/// <summary>
/// A section of strings: texts that end with a zero byte, named by their offset. A text may be asked for at any offset, so what has been made of a section
/// is bounded: else a small section could be read as many large texts.
/// </summary>
internal sealed class StringSection
{
    private const int MostBytes = 64 << 20;

    private readonly byte[] _bytes;
    private readonly uint _base;
    private readonly StringSection? _before;
    private readonly Dictionary<uint, string> _known = [];
    private int _made;

    /// <param name="bytes">The section; the last byte is zero.</param>
    /// <param name="before">The strings that this section goes on from.</param>
    public StringSection(byte[] bytes, StringSection? before)
    {
        _bytes = bytes;
        _before = before;
        _base = before?.End ?? 0;
    }

    /// <summary>The offset behind the last string.</summary>
    public uint End => _base + (uint)_bytes.Length;

    /// <summary>The text at an offset; null: there is none, it is longer than <paramref name="longest"/> bytes, or all that was asked for is too much.</summary>
    public string? At(uint offset, int longest)
    {
        if (offset < _base)
        {
            return _before!.At(offset, longest);
        }

        lock (_known)
        {
            if (_known.TryGetValue(offset, out string? text))
            {
                return text.Length <= longest ? text : null;
            }

            uint start = offset - _base;
            if (start >= _bytes.Length)
            {
                return null;
            }

            ReadOnlySpan<byte> rest = _bytes.AsSpan((int)start);
            int length = rest[..Math.Min(rest.Length, longest + 1)].IndexOf((byte)0);
            if (length < 0 || length > MostBytes - _made)
            {
                return null;
            }

            _made += length;
            text = Encoding.UTF8.GetString(rest[..length]);
            _known.Add(offset, text);
            return text;
        }
    }

    /// <summary>Why there is no text at an offset, as the end of a sentence.</summary>
    public string WhyNot(uint offset, int longest)
    {
        if (offset < _base)
        {
            return _before!.WhyNot(offset, longest);
        }

        return offset >= End ? $"offset {offset}, and there are {End} bytes of strings"
            : _bytes.AsSpan((int)(offset - _base)) is var rest && rest[..Math.Min(rest.Length, longest + 1)].Contains((byte)0)
            ? $"what is at {offset} and before it, read over each other, has more than 0x{MostBytes:x} bytes"
            : $"at {offset} there are more than {longest} bytes";
    }
}
