namespace Saker.Wire;

/// <summary>The kinds of IPv4 options (IANA "IP option numbers"): copied flag, class and number in one octet.</summary>
public enum IPv4OptionType : byte
{
    /// <summary>The list ends here.</summary>
    EndOfOptions = 0,

    /// <summary>One octet of nothing, for alignment.</summary>
    NoOperation = 1,

    /// <summary>Every router writes its address down.</summary>
    RecordRoute = 7,

    /// <summary>Quick-Start (RFC 4782).</summary>
    QuickStart = 25,

    /// <summary>Every router writes the time down.</summary>
    Timestamp = 68,

    /// <summary>Traceroute (RFC 1393).</summary>
    Traceroute = 82,

    /// <summary>Basic security (RFC 1108).</summary>
    Security = 130,

    /// <summary>The packet passes the routers named, and others between them.</summary>
    LooseSourceRoute = 131,

    /// <summary>Extended security (RFC 1108).</summary>
    ExtendedSecurity = 133,

    /// <summary>Commercial security labels (CIPSO).</summary>
    CommercialSecurity = 134,

    /// <summary>Stream identifier.</summary>
    StreamIdentifier = 136,

    /// <summary>The packet passes the routers named and no other.</summary>
    StrictSourceRoute = 137,

    /// <summary>Routers look at the packet closely (RFC 2113).</summary>
    RouterAlert = 148,
}

/// <summary>What routers write into a timestamp option.</summary>
public enum IPv4TimestampFlag : byte
{
    /// <summary>Times only.</summary>
    TimesOnly = 0,

    /// <summary>Addresses and times.</summary>
    AddressesAndTimes = 1,

    /// <summary>Times of those whose addresses the sender wrote down.</summary>
    Prespecified = 3,
}

/// <summary>One option of an IPv4 header in place. Every accessor may be asked of every kind; what is not there reads as zero or as empty.</summary>
public readonly ref struct IPv4Option
{
    private const int LengthOfKindAndLength = 2;
    private const int PointerOffset = 2;
    private const int RouteOffset = 3;
    private const int OverflowAndFlagOffset = 3;
    private const int TimestampsOffset = 4;

    internal IPv4Option(ReadOnlySpan<byte> bytes, int offset)
    {
        Bytes = bytes;
        Offset = offset;
    }

    /// <summary>The whole option: kind, length if it has one, data.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Where the option begins, in octets from the first option on; the header's first octet is 20 before that.</summary>
    public int Offset { get; }

    /// <summary>The kind.</summary>
    public IPv4OptionType Type => (IPv4OptionType)Bytes[0];

    /// <summary>Whether every fragment of a packet bears the option.</summary>
    public bool IsCopied => (Bytes[0] & 0x80) != 0;

    /// <summary>The data, without kind and length.</summary>
    public ReadOnlySpan<byte> Data => Field.Rest(Bytes, LengthOfKindAndLength);

    /// <summary>
    /// Of source routes, record route and timestamps: the place of the next entry, counted from 1 at the kind (so that the first is 4, or 5 of timestamps).
    /// </summary>
    public int Pointer => Bytes.Length > PointerOffset ? Bytes[PointerOffset] : 0;

    /// <summary>Of source routes and record route: the addresses, used and unused. An incomplete last one is left out.</summary>
    public AddressList<IPv4Address> Route => new(Field.Rest(Bytes, RouteOffset));

    /// <summary>Of a timestamp option: how many routers found no room, 0 to 15.</summary>
    public int Overflow => Bytes.Length > OverflowAndFlagOffset ? Bytes[OverflowAndFlagOffset] >> 4 : 0;

    /// <summary>Of a timestamp option: what routers write.</summary>
    public IPv4TimestampFlag TimestampFlag => (IPv4TimestampFlag)(Bytes.Length > OverflowAndFlagOffset ? Bytes[OverflowAndFlagOffset] & 0xf : 0);

    /// <summary>Of a timestamp option: the entries, of four octets each (a time) or eight (an address and a time).</summary>
    public ReadOnlySpan<byte> Timestamps => Field.Rest(Bytes, TimestampsOffset);

    /// <summary>Of a router alert: its value, of which 0 is the only one in use (RFC 5350).</summary>
    public ushort RouterAlert => Data.Length >= 2 ? Field.UInt16(Data, 0) : (ushort)0;
}

/// <summary>Walks over the options of an IPv4 header; never fails, and tells afterwards whether and where the list was malformed.</summary>
/// <remarks>
/// The end of options, if it is there, is the last option that is shown. A <c>foreach</c> walks on a copy: whoever asks about malformed lists moves by hand.
/// </remarks>
public ref struct IPv4OptionEnumerator
{
    private OptionCursor _cursor;

    /// <summary>Begins before the first of the <paramref name="options"/>.</summary>
    public IPv4OptionEnumerator(ReadOnlySpan<byte> options) => _cursor = new OptionCursor(options);

    /// <summary>The option last moved to; only after a move that succeeded.</summary>
    public readonly IPv4Option Current => new(_cursor.Current, _cursor.Offset);

    /// <summary>After the last move: whether it stopped at an option whose length is missing, less than two, or beyond the header.</summary>
    public readonly bool IsMalformed => _cursor.IsMalformed;

    /// <summary>Where the malformed option begins, in octets from the first option on; −1 where there is none.</summary>
    public readonly int MalformedOffset => _cursor.IsMalformed ? _cursor.Offset : -1;

    /// <summary>This, so that <c>foreach</c> works.</summary>
    public readonly IPv4OptionEnumerator GetEnumerator() => this;

    /// <summary>Moves to the next option.</summary>
    /// <returns><see langword="false"/> at the end, or at a malformed option.</returns>
    public bool MoveNext() => _cursor.MoveNext();
}
