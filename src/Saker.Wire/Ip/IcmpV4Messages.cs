namespace Saker.Wire;

/// <summary>The three times of a timestamp message (RFC 792), in milliseconds since midnight UTC; the highest bit marks a time that is not so.</summary>
/// <param name="Originate">When the asker sent the message.</param>
/// <param name="Receive">When the other received it.</param>
/// <param name="Transmit">When the other sent it back.</param>
public readonly record struct IcmpV4Timestamps(uint Originate, uint Receive, uint Transmit)
{
    /// <summary>The octets behind the header that the times take.</summary>
    public const int Size = 12;

    /// <summary>Reads the times.</summary>
    /// <returns><see langword="false"/> if there are fewer octets than they take.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out IcmpV4Timestamps timestamps)
    {
        bool fits = payload.Length >= Size;
        timestamps = fits ? new IcmpV4Timestamps(Field.UInt32(payload, 0), Field.UInt32(payload, 4), Field.UInt32(payload, 8)) : default;
        return fits;
    }

    /// <summary>Writes the times.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Size"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Size];
        Field.SetUInt32(destination, 0, Originate);
        Field.SetUInt32(destination, 4, Receive);
        Field.SetUInt32(destination, 8, Transmit);
    }
}

/// <summary>A router of a router advertisement (RFC 1256 section 3).</summary>
/// <param name="Address">The router's address.</param>
/// <param name="Preference">The higher, the better; the least possible means "never by default".</param>
public readonly record struct IcmpV4Router(IPv4Address Address, int Preference);

/// <summary>What a router advertisement bears, in place (RFC 1256 section 3).</summary>
public readonly ref struct IcmpV4RouterList
{
    private const int LeastEntryLength = 8;

    private readonly uint _restOfHeader;
    private readonly ReadOnlySpan<byte> _payload;

    internal IcmpV4RouterList(uint restOfHeader, ReadOnlySpan<byte> payload)
    {
        _restOfHeader = restOfHeader;
        _payload = payload;
    }

    /// <summary>How many routers the header tells of.</summary>
    public int ToldCount => (int)(_restOfHeader >> 24);

    /// <summary>The octets of each entry as the header tells; less than 8 is wrong.</summary>
    public int EntryLength => (int)(_restOfHeader >> 16 & 0xff) * 4;

    /// <summary>How many seconds the advertisement is true.</summary>
    public ushort Lifetime => (ushort)_restOfHeader;

    /// <summary>How many routers are there; 0 where the length of entries is wrong.</summary>
    public int Count => EntryLength < LeastEntryLength ? 0 : Math.Min(ToldCount, _payload.Length / EntryLength);

    /// <summary>Whether all are there that the header tells of.</summary>
    public bool IsComplete => Count == ToldCount;

    /// <summary>One of the <see cref="Count"/> routers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public IcmpV4Router this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            int offset = index * EntryLength;
            return new IcmpV4Router(Field.IPv4(_payload, offset), (int)Field.UInt32(_payload, offset + IPv4Address.Size));
        }
    }
}
