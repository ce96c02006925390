namespace Saker.Wire;

/// <summary>The options of neighbour discovery (IANA "IPv6 Neighbor Discovery Option Formats").</summary>
public enum NeighborDiscoveryOptionType : byte
{
    /// <summary>The link-layer address of the sender.</summary>
    SourceLinkLayerAddress = 1,

    /// <summary>The link-layer address of the target.</summary>
    TargetLinkLayerAddress = 2,

    /// <summary>A prefix of the link (RFC 4861 section 4.6.2).</summary>
    PrefixInformation = 3,

    /// <summary>The beginning of the packet that was redirected.</summary>
    RedirectedHeader = 4,

    /// <summary>The link's maximum transmission unit.</summary>
    Mtu = 5,

    /// <summary>A number that tells an answer from a loop (RFC 3971, RFC 7527).</summary>
    Nonce = 14,

    /// <summary>A route (RFC 4191 section 2.3).</summary>
    RouteInformation = 24,

    /// <summary>Name servers (RFC 8106 section 5.1).</summary>
    RecursiveDnsServers = 25,

    /// <summary>Domains to search names in (RFC 8106 section 5.2).</summary>
    DnsSearchList = 31,
}

/// <summary>A prefix that a router tells of (RFC 4861 section 4.6.2). Lifetimes are in seconds, all ones meaning for ever.</summary>
/// <param name="Prefix">The prefix; bits behind its length are as they were sent.</param>
/// <param name="PrefixLength">Its bits: up to 128 in a proper option.</param>
/// <param name="Flags">On the link (0x80), for autonomous address configuration (0x40), router address (0x20).</param>
/// <param name="ValidLifetime">How long it is valid.</param>
/// <param name="PreferredLifetime">How long addresses made from it are preferred.</param>
public readonly record struct PrefixInformation(IPv6Address Prefix, byte PrefixLength, byte Flags, uint ValidLifetime, uint PreferredLifetime)
{
    internal const int DataLength = 30;

    /// <summary>Whether addresses of the prefix are on the link.</summary>
    public bool IsOnLink => (Flags & 0x80) != 0;

    /// <summary>Whether hosts make addresses from it (RFC 4862).</summary>
    public bool IsAutonomous => (Flags & 0x40) != 0;
}

/// <summary>A route that a router tells of (RFC 4191 section 2.3).</summary>
/// <param name="Prefix">The prefix, zeros where the option leaves octets out.</param>
/// <param name="PrefixLength">Its bits: up to 128 in a proper option.</param>
/// <param name="Flags">The preference in bits 3 and 4.</param>
/// <param name="Lifetime">For how many seconds the route is valid.</param>
public readonly record struct RouteInformation(IPv6Address Prefix, byte PrefixLength, byte Flags, uint Lifetime);

/// <summary>One option of a neighbour discovery message.</summary>
public readonly ref struct NeighborDiscoveryOption
{
    private const int LifetimeOffset = 2;
    private const int ListOffset = 6;
    private const int RedirectedOffset = 6;

    internal NeighborDiscoveryOption(ReadOnlySpan<byte> bytes, int offset)
    {
        Type = (NeighborDiscoveryOptionType)bytes[0];
        Data = bytes[2..];
        Position = offset;
    }

    /// <summary>Which option it is.</summary>
    public NeighborDiscoveryOptionType Type { get; }

    /// <summary>Where it begins, in octets from the message's first.</summary>
    public int Position { get; }

    /// <summary>What follows type and length: six octets, or eight more and so on.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>Reads a link-layer address of Ethernet, of sender or target.</summary>
    public bool TryGetLinkLayerAddress(out MacAddress address)
    {
        bool isOne = Type is NeighborDiscoveryOptionType.SourceLinkLayerAddress or NeighborDiscoveryOptionType.TargetLinkLayerAddress
            && Data.Length == MacAddress.Size;
        address = isOne ? Field.Mac(Data, 0) : default;
        return isOne;
    }

    /// <summary>Reads a prefix.</summary>
    public bool TryGetPrefix(out PrefixInformation prefix)
    {
        bool isOne = Type == NeighborDiscoveryOptionType.PrefixInformation && Data.Length == PrefixInformation.DataLength;
        prefix = isOne
            ? new PrefixInformation(Field.IPv6(Data, 14), Field.Byte(Data, 0), Field.Byte(Data, 1), Field.UInt32(Data, 2), Field.UInt32(Data, 6))
            : default;
        return isOne;
    }

    /// <summary>Reads a maximum transmission unit.</summary>
    public bool TryGetMtu(out uint mtu)
    {
        bool isOne = Type == NeighborDiscoveryOptionType.Mtu && Data.Length == 6;
        mtu = isOne ? Field.UInt32(Data, 2) : default;
        return isOne;
    }

    /// <summary>Reads a route.</summary>
    public bool TryGetRoute(out RouteInformation route)
    {
        bool isOne = Type == NeighborDiscoveryOptionType.RouteInformation && Data.Length <= ListOffset + IPv6Address.Size;
        route = default;
        if (isOne)
        {
            Span<byte> prefix = stackalloc byte[IPv6Address.Size];
            prefix.Clear();
            Data[ListOffset..].CopyTo(prefix);
            route = new RouteInformation(Field.IPv6(prefix, 0), Field.Byte(Data, 0), Field.Byte(Data, 1), Field.UInt32(Data, LifetimeOffset));
        }

        return isOne;
    }

    /// <summary>Reads name servers, and for how many seconds they may be asked.</summary>
    public bool TryGetDnsServers(out uint lifetime, out AddressList<IPv6Address> servers)
    {
        bool isOne = Type == NeighborDiscoveryOptionType.RecursiveDnsServers;
        lifetime = isOne ? Field.UInt32(Data, LifetimeOffset) : default;
        servers = new AddressList<IPv6Address>(isOne ? Data[ListOffset..] : default);
        return isOne;
    }

    /// <summary>Reads search domains as they are encoded (RFC 1035 section 3.1, padded with zeros), and for how many seconds they are good.</summary>
    public bool TryGetDnsSearchList(out uint lifetime, out ReadOnlySpan<byte> names)
    {
        bool isOne = Type == NeighborDiscoveryOptionType.DnsSearchList;
        lifetime = isOne ? Field.UInt32(Data, LifetimeOffset) : default;
        names = isOne ? Data[ListOffset..] : default;
        return isOne;
    }

    /// <summary>Reads the beginning of the packet that was redirected.</summary>
    public bool TryGetRedirectedPacket(out ReadOnlySpan<byte> packet)
    {
        bool isOne = Type == NeighborDiscoveryOptionType.RedirectedHeader;
        packet = isOne ? Data[RedirectedOffset..] : default;
        return isOne;
    }
}

/// <summary>Walks over the options of a neighbour discovery message; never fails, and tells afterwards whether and where one was malformed.</summary>
/// <remarks>A message with a malformed option is to be ignored as a whole (RFC 4861 section 4.6). A <c>foreach</c> walks on a copy.</remarks>
public ref struct NeighborDiscoveryOptionEnumerator
{
    private const int Unit = 8;

    private readonly ReadOnlySpan<byte> _message;
    private int _next;

    internal NeighborDiscoveryOptionEnumerator(ReadOnlySpan<byte> message, int first)
    {
        _message = message;
        _next = first;
        MalformedOffset = -1;
    }

    /// <summary>The option last moved to; only after a move that succeeded.</summary>
    public NeighborDiscoveryOption Current { get; private set; }

    /// <summary>After the last move: whether it stopped at an option whose length is zero or reaches over the end.</summary>
    public readonly bool IsMalformed => MalformedOffset >= 0;

    /// <summary>Where that option begins, in octets from the message's first; −1 where there is none.</summary>
    public int MalformedOffset { get; private set; }

    /// <summary>This, so that <c>foreach</c> works.</summary>
    public readonly NeighborDiscoveryOptionEnumerator GetEnumerator() => this;

    /// <summary>Moves to the next option.</summary>
    /// <returns><see langword="false"/> at the end, or at a malformed option.</returns>
    public bool MoveNext()
    {
        int left = _message.Length - _next;
        if (left <= 0 || IsMalformed)
        {
            return false;
        }

        int length = left < 2 ? 0 : _message[_next + 1] * Unit;
        if (length == 0 || length > left)
        {
            MalformedOffset = _next;
            return false;
        }

        Current = new NeighborDiscoveryOption(_message.Slice(_next, length), _next);
        _next += length;
        return true;
    }
}

/// <summary>Writes options of neighbour discovery one after the other, each padded with zeros to eight octets.</summary>
public ref struct NeighborDiscoveryOptionsWriter
{
    private readonly Span<byte> _destination;

    /// <summary>Begins at the start of <paramref name="destination"/>, which is behind the message.</summary>
    public NeighborDiscoveryOptionsWriter(Span<byte> destination) => _destination = destination;

    /// <summary>The octets written so far.</summary>
    public int Length { get; private set; }

    /// <summary>Adds an option.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no room.</exception>
    public void Add(NeighborDiscoveryOptionType type, scoped ReadOnlySpan<byte> data)
    {
        int length = (data.Length + 2 + 7) & ~7;
        Span<byte> option = _destination.Slice(Length, length);
        option[0] = (byte)type;
        option[1] = checked((byte)(length / 8));
        data.CopyTo(option[2..]);
        option[(data.Length + 2)..].Clear();
        Length += length;
    }

    /// <summary>Adds a link-layer address of Ethernet, of sender or target.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no room.</exception>
    public void AddLinkLayerAddress(NeighborDiscoveryOptionType type, MacAddress address)
    {
        Span<byte> data = stackalloc byte[MacAddress.Size];
        address.WriteTo(data);
        Add(type, data);
    }

    /// <summary>Adds a maximum transmission unit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no room.</exception>
    public void AddMtu(uint mtu)
    {
        Span<byte> data = stackalloc byte[6];
        data.Clear();
        Field.SetUInt32(data, 2, mtu);
        Add(NeighborDiscoveryOptionType.Mtu, data);
    }

    /// <summary>Adds a prefix.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no room.</exception>
    public void AddPrefix(PrefixInformation prefix)
    {
        Span<byte> data = stackalloc byte[PrefixInformation.DataLength];
        data.Clear();
        Field.SetByte(data, 0, prefix.PrefixLength);
        Field.SetByte(data, 1, prefix.Flags);
        Field.SetUInt32(data, 2, prefix.ValidLifetime);
        Field.SetUInt32(data, 6, prefix.PreferredLifetime);
        Field.SetIPv6(data, 14, prefix.Prefix);
        Add(NeighborDiscoveryOptionType.PrefixInformation, data);
    }
}
