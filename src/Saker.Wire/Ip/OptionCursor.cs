namespace Saker.Wire;

/// <summary>
/// Walks over options as IPv4 and TCP both write them: kind 0 ends the list, kind 1 is one octet, every other kind has a length of kind, length and data.
/// </summary>
internal ref struct OptionCursor
{
    private const byte End = 0;
    private const byte NoOperation = 1;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _next;

    internal OptionCursor(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The option last moved to, with its kind and length.</summary>
    internal ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Where the current option begins; after the end of the list where the list ends, or where it is malformed.</summary>
    internal int Offset { get; private set; }

    /// <summary>Whether the walk stopped at an option whose length is missing, less than two, or beyond the end.</summary>
    internal bool IsMalformed { get; private set; }

    internal bool MoveNext()
    {
        Offset = _next;
        if (_next >= _bytes.Length)
        {
            return false;
        }

        int length = 1;
        byte kind = _bytes[_next];
        if (kind is not (End or NoOperation))
        {
            length = _next + 1 < _bytes.Length ? _bytes[_next + 1] : 0;
            if (length < 2 || length > _bytes.Length - _next)
            {
                IsMalformed = true;
                return false;
            }
        }

        Current = _bytes.Slice(_next, length);
        _next = kind == End ? _bytes.Length : _next + length;
        return true;
    }
}
