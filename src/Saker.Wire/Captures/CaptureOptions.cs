using System.Text;

namespace Saker.Wire.Captures;

/// <summary>
/// The options of a pcapng block: codes with values, in place over the block. The bytes come from a file, so the walk stops at an option that would
/// run past the end.
/// </summary>
/// <remarks>draft-ietf-opsawg-pcapng, section 3.5; the codes of packets in section 4.3, of interfaces in section 4.2.</remarks>
public readonly ref struct CaptureOptions
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly ByteOrder _order;

    internal CaptureOptions(ReadOnlySpan<byte> bytes, ByteOrder order)
    {
        _bytes = bytes;
        _order = order;
    }

    /// <summary>The options as they lie in the file, padding included.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Goes through the options in their order.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>The first option with a code; false where there is none.</summary>
    public bool TryFind(int code, out CaptureOption option)
    {
        foreach (CaptureOption candidate in this)
        {
            if (candidate.Code == code)
            {
                option = candidate;
                return true;
            }
        }

        option = default;
        return false;
    }

    /// <summary>Whether every option ends where or before the block does.</summary>
    internal bool AreWhole()
    {
        Enumerator options = GetEnumerator();
        while (options.MoveNext())
        {
        }

        return options.HasEnded;
    }

    /// <summary>Walks the options.</summary>
    public ref struct Enumerator
    {
        private readonly ByteOrder _order;
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(CaptureOptions options)
        {
            _rest = options._bytes;
            _order = options._order;
            Current = default;
            HasEnded = false;
        }

        /// <summary>The option that <see cref="MoveNext"/> came to.</summary>
        public CaptureOption Current { get; private set; }

        /// <summary>Whether the walk came to a proper end, not to an option that is cut short.</summary>
        internal bool HasEnded { get; private set; }

        /// <summary>Goes to the next option; false at the end.</summary>
        public bool MoveNext()
        {
            if (_rest.Length < PcapngFormat.OptionHeaderLength)
            {
                HasEnded = _rest.IsEmpty;
                return false;
            }

            int code = _order.UInt16(_rest, 0);
            int length = _order.UInt16(_rest, 2);
            if (code == PcapngFormat.EndOfOptions)
            {
                HasEnded = true;
                return false;
            }

            if (length > _rest.Length - PcapngFormat.OptionHeaderLength)
            {
                return false;
            }

            Current = new CaptureOption(code, _rest.Slice(PcapngFormat.OptionHeaderLength, length), _order);
            _rest = _rest[Math.Min(PcapngFormat.OptionHeaderLength + PcapngFormat.Padded(length), _rest.Length)..];
            return true;
        }
    }
}

/// <summary>One option of a pcapng block. Numbers are read in the byte order of the section.</summary>
public readonly ref struct CaptureOption
{
    private readonly ByteOrder _order;

    internal CaptureOption(int code, ReadOnlySpan<byte> value, ByteOrder order)
    {
        Code = code;
        Value = value;
        _order = order;
    }

    /// <summary>The option's code, which means something else in each type of block.</summary>
    public int Code { get; }

    /// <summary>The value as it lies in the file, without padding.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>The value as a string; bytes that are no UTF-8 are replaced. Allocates.</summary>
    public string Text => Encoding.UTF8.GetString(Value.TrimEnd((byte)0));

    /// <summary>The value as a 32-bit number; false where it has another length.</summary>
    public bool TryGetUInt32(out uint value)
    {
        bool fits = Value.Length == sizeof(uint);
        value = fits ? _order.UInt32(Value, 0) : 0;
        return fits;
    }

    /// <summary>The value as a 64-bit number; false where it has another length.</summary>
    public bool TryGetUInt64(out ulong value)
    {
        bool fits = Value.Length == sizeof(ulong);
        value = fits ? _order.UInt64(Value, 0) : 0;
        return fits;
    }
}
