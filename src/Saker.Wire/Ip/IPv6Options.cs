namespace Saker.Wire;

/// <summary>An option of a hop-by-hop or destination options header (IANA "Destination Options and Hop-by-Hop Options").</summary>
public enum IPv6OptionType : byte
{
    /// <summary>One octet of padding, without length and data.</summary>
    Pad1 = 0x00,

    /// <summary>Two or more octets of padding.</summary>
    PadN = 0x01,

    /// <summary>How deep tunnels may be nested (RFC 2473 section 4.1.1).</summary>
    TunnelEncapsulationLimit = 0x04,

    /// <summary>Routers are to look at the packet (RFC 2711).</summary>
    RouterAlert = 0x05,

    /// <summary>Common architecture label security option (RFC 5570).</summary>
    Calipso = 0x07,

    /// <summary>Performance and diagnostic metrics (RFC 8250).</summary>
    PerformanceMetrics = 0x0f,

    /// <summary>In-situ operations and maintenance, not changed on the way (RFC 9486).</summary>
    Ioam = 0x11,

    /// <summary>The same, changed on the way.</summary>
    MutableIoam = 0x31,

    /// <summary>The length of a payload above 65,535 octets (RFC 2675).</summary>
    JumboPayload = 0xc2,

    /// <summary>The home address of a mobile node (RFC 6275 section 6.3).</summary>
    HomeAddress = 0xc9,
}

/// <summary>What a node does that does not know an option: the top two bits of its type (RFC 8200 section 4.2).</summary>
public enum UnrecognizedOptionAction : byte
{
    /// <summary>Go on with the next option.</summary>
    Skip = 0,

    /// <summary>Drop the packet.</summary>
    Discard = 1,

    /// <summary>Drop it and report a parameter problem.</summary>
    DiscardAndReport = 2,

    /// <summary>Drop it and report a parameter problem unless the destination is a group.</summary>
    DiscardAndReportUnlessMulticast = 3,
}

/// <summary>A hop-by-hop or destination options header in place (RFC 8200 sections 4.3 and 4.6).</summary>
public readonly ref struct IPv6OptionsView
{
    /// <summary>The octets before the options.</summary>
    public const int FixedLength = 2;

    private readonly ReadOnlySpan<byte> _bytes;

    private IPv6OptionsView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>What follows the header.</summary>
    public IPProtocol NextHeader => (IPProtocol)Field.Byte(_bytes, Offset.NextHeader);

    /// <summary>The octets of the header as it tells, a multiple of eight.</summary>
    public int HeaderLength => (Field.Byte(_bytes, Offset.ExtensionLength) + 1) * 8;

    /// <summary>Whether all of the header is there.</summary>
    public bool IsComplete => HeaderLength <= _bytes.Length;

    /// <summary>The options one by one, as many as are there.</summary>
    public IPv6OptionEnumerator EnumerateOptions() => new(Field.Part(_bytes, 0, HeaderLength));

    /// <summary>What follows the header.</summary>
    public ReadOnlySpan<byte> Payload => Field.Rest(_bytes, HeaderLength);

    /// <summary>Looks at a header.</summary>
    /// <returns><see langword="false"/> if fewer octets are there than come before the options.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out IPv6OptionsView view)
    {
        view = bytes.Length < FixedLength ? default : new IPv6OptionsView(bytes);
        return bytes.Length >= FixedLength;
    }
}

/// <summary>One option of a hop-by-hop or destination options header.</summary>
public readonly ref struct IPv6Option
{
    private const byte ChangesOnTheWay = 0x20;

    internal IPv6Option(IPv6OptionType type, int offset, ReadOnlySpan<byte> data)
    {
        Type = type;
        Position = offset;
        Data = data;
    }

    /// <summary>Which option it is.</summary>
    public IPv6OptionType Type { get; }

    /// <summary>Where its type stands, in octets from the start of the options header; a parameter problem points there.</summary>
    public int Position { get; }

    /// <summary>Its data, without type and length.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>What a node does that does not know the option.</summary>
    public UnrecognizedOptionAction ActionIfUnrecognized => (UnrecognizedOptionAction)((byte)Type >> 6);

    /// <summary>Whether the data may change on the way.</summary>
    public bool IsMutable => ((byte)Type & ChangesOnTheWay) != 0;

    /// <summary>Reads a router alert's value: 0 means multicast listener discovery (RFC 2711 section 2.1).</summary>
    public bool TryGetRouterAlert(out ushort value)
    {
        bool isOne = Type == IPv6OptionType.RouterAlert && Data.Length == sizeof(ushort);
        value = isOne ? Field.UInt16(Data, 0) : default;
        return isOne;
    }

    /// <summary>Reads the octets after the fixed header of a jumbogram (RFC 2675 section 2), whatever their number.</summary>
    public bool TryGetJumboPayload(out uint length)
    {
        bool isOne = Type == IPv6OptionType.JumboPayload && Data.Length == sizeof(uint);
        length = isOne ? Field.UInt32(Data, 0) : default;
        return isOne;
    }

    /// <summary>Reads a home address.</summary>
    public bool TryGetHomeAddress(out IPv6Address address)
    {
        bool isOne = Type == IPv6OptionType.HomeAddress && Data.Length == IPv6Address.Size;
        address = isOne ? Field.IPv6(Data, 0) : default;
        return isOne;
    }
}

/// <summary>Goes through the options of a header, padding included; it ends early where the octets make no option.</summary>
public ref struct IPv6OptionEnumerator
{
    private readonly ReadOnlySpan<byte> _header;
    private int _next;

    internal IPv6OptionEnumerator(ReadOnlySpan<byte> header)
    {
        _header = header;
        _next = IPv6OptionsView.FixedLength;
        MalformedOffset = -1;
    }

    /// <summary>The option at which <see cref="MoveNext"/> stopped.</summary>
    public IPv6Option Current { get; private set; }

    /// <summary>After the last move: whether it stopped at an option that reaches over the end of the header.</summary>
    public readonly bool IsMalformed => MalformedOffset >= 0;

    /// <summary>Where that option begins, in octets from the start of the header; −1 where there is none.</summary>
    public int MalformedOffset { get; private set; }

    /// <summary>This, so that <c>foreach</c> works.</summary>
    public readonly IPv6OptionEnumerator GetEnumerator() => this;

    /// <summary>Goes to the next option.</summary>
    public bool MoveNext()
    {
        if (_next >= _header.Length)
        {
            return false;
        }

        int start = _next;
        var type = (IPv6OptionType)_header[start];
        if (type == IPv6OptionType.Pad1)
        {
            _next = start + 1;
            Current = new IPv6Option(type, start, default);
            return true;
        }

        if (start + 2 > _header.Length || _header[start + 1] > _header.Length - start - 2)
        {
            MalformedOffset = start;
            _next = _header.Length;
            return false;
        }

        _next = start + 2 + _header[start + 1];
        Current = new IPv6Option(type, start, _header[(start + 2).._next]);
        return true;
    }
}

/// <summary>Writes a hop-by-hop or destination options header: options one by one, then <see cref="Finish"/> pads it.</summary>
public ref struct IPv6OptionsWriter
{
    private readonly Span<byte> _destination;

    /// <summary>Begins a header at the start of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is shorter than the shortest header, eight octets.</exception>
    public IPv6OptionsWriter(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, 8, nameof(destination));
        _destination = destination;
        Length = IPv6OptionsView.FixedLength;
    }

    /// <summary>The octets written so far.</summary>
    public int Length { get; private set; }

    /// <summary>Adds an option. Its alignment is the caller's business.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no room.</exception>
    public void Add(IPv6OptionType type, scoped ReadOnlySpan<byte> data)
    {
        Span<byte> option = _destination.Slice(Length, 2 + data.Length);
        option[0] = (byte)type;
        option[1] = checked((byte)data.Length);
        data.CopyTo(option[2..]);
        Length += option.Length;
    }

    /// <summary>Adds a router alert (RFC 2711).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no room.</exception>
    public void AddRouterAlert(ushort value) => Add(IPv6OptionType.RouterAlert, [(byte)(value >> 8), (byte)value]);

    /// <summary>Pads the header to a multiple of eight octets and completes it.</summary>
    /// <returns>The octets of the header.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no room.</exception>
    public int Finish(IPProtocol nextHeader)
    {
        int padding = -Length & 7;
        if (padding == 1)
        {
            _destination[Length++] = (byte)IPv6OptionType.Pad1;
        }
        else if (padding > 1)
        {
            ReadOnlySpan<byte> zeros = [0, 0, 0, 0, 0, 0];
            Add(IPv6OptionType.PadN, zeros[..(padding - 2)]);
        }

        Field.SetByte(_destination, Offset.NextHeader, (byte)nextHeader);
        Field.SetByte(_destination, Offset.ExtensionLength, checked((byte)((Length / 8) - 1)));
        return Length;
    }
}

file static class Offset
{
    internal const int NextHeader = 0;
    internal const int ExtensionLength = 1;
}
