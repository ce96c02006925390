namespace Saker.Wire;

/// <summary>A router solicitation in place (RFC 4861 section 4.1). It begins with the ICMP type.</summary>
public readonly ref struct RouterSolicitationView
{
    /// <summary>The octets in front of the options.</summary>
    public const int FixedLength = 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private RouterSolicitationView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The type, which is <see cref="IcmpV6Type.RouterSolicitation"/>.</summary>
    public IcmpV6Type Type => (IcmpV6Type)Field.Byte(_bytes, Offset.Type);

    /// <summary>The code, which is 0.</summary>
    public byte Code => Field.Byte(_bytes, Offset.Code);

    /// <summary>The checksum over pseudo header and message.</summary>
    public ushort Checksum => Field.UInt16(_bytes, Offset.Checksum);

    /// <summary>Looks at a message.</summary>
    /// <returns><see langword="false"/> if fewer octets are there than come in front of the options.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out RouterSolicitationView view)
    {
        view = bytes.Length < FixedLength ? default : new RouterSolicitationView(bytes);
        return bytes.Length >= FixedLength;
    }

    /// <summary>The options one by one.</summary>
    public NeighborDiscoveryOptionEnumerator EnumerateOptions() => new(_bytes, FixedLength);

    /// <summary>What comes in front of the options, as a value.</summary>
    public RouterSolicitationHeader ToHeader() => new()
    {
        Checksum = Checksum,
    };
}

/// <summary>A router solicitation as a value, without the options: they are written behind it with <see cref="NeighborDiscoveryOptionsWriter"/>.</summary>
public readonly record struct RouterSolicitationHeader
{
    /// <inheritdoc cref="RouterSolicitationView.Checksum"/>
    public ushort Checksum { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => RouterSolicitationView.FixedLength;

    /// <summary>Writes the message up to its options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        destination.Clear();
        Field.SetByte(destination, Offset.Type, (byte)IcmpV6Type.RouterSolicitation);
        Field.SetUInt16(destination, Offset.Checksum, Checksum);
    }
}

/// <summary>A router advertisement in place (RFC 4861 section 4.2). It begins with the ICMP type.</summary>
public readonly ref struct RouterAdvertisementView
{
    /// <summary>The octets in front of the options.</summary>
    public const int FixedLength = 16;

    private readonly ReadOnlySpan<byte> _bytes;

    private RouterAdvertisementView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The type, which is <see cref="IcmpV6Type.RouterAdvertisement"/>.</summary>
    public IcmpV6Type Type => (IcmpV6Type)Field.Byte(_bytes, Offset.Type);

    /// <summary>The code, which is 0.</summary>
    public byte Code => Field.Byte(_bytes, Offset.Code);

    /// <summary>The checksum over pseudo header and message.</summary>
    public ushort Checksum => Field.UInt16(_bytes, Offset.Checksum);

    /// <summary>The hop limit for packets sent; 0 where the router does not tell.</summary>
    public byte HopLimit => Field.Byte(_bytes, Offset.HopLimit);

    /// <summary>The flags as they stand: managed, other, home agent, preference (2 bits), proxy.</summary>
    public byte Flags => Field.Byte(_bytes, Offset.Flags);

    /// <summary>Whether addresses are to be had by DHCPv6.</summary>
    public bool IsManaged => (Flags & 0x80) != 0;

    /// <summary>Whether other configuration is to be had by DHCPv6.</summary>
    public bool HasOtherConfiguration => (Flags & 0x40) != 0;

    /// <summary>How much this router is preferred: 1 high, 0 medium, -1 low, -2 reserved (RFC 4191 section 2.1).</summary>
    public int Preference => (sbyte)(Flags << 3) >> 6;

    /// <summary>For how many seconds this is a default router; 0 where it is none.</summary>
    public ushort RouterLifetime => Field.UInt16(_bytes, Offset.RouterLifetime);

    /// <summary>For how many milliseconds a neighbour counts as reachable; 0 where the router does not tell.</summary>
    public uint ReachableTime => Field.UInt32(_bytes, Offset.ReachableTime);

    /// <summary>How many milliseconds to wait between solicitations; 0 where the router does not tell.</summary>
    public uint RetransmitTimer => Field.UInt32(_bytes, Offset.RetransmitTimer);

    /// <summary>Looks at a message.</summary>
    /// <returns><see langword="false"/> if fewer octets are there than come in front of the options.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out RouterAdvertisementView view)
    {
        view = bytes.Length < FixedLength ? default : new RouterAdvertisementView(bytes);
        return bytes.Length >= FixedLength;
    }

    /// <summary>The options one by one.</summary>
    public NeighborDiscoveryOptionEnumerator EnumerateOptions() => new(_bytes, FixedLength);

    /// <summary>What comes in front of the options, as a value.</summary>
    public RouterAdvertisementHeader ToHeader() => new()
    {
        Checksum = Checksum,
        HopLimit = HopLimit,
        Flags = Flags,
        RouterLifetime = RouterLifetime,
        ReachableTime = ReachableTime,
        RetransmitTimer = RetransmitTimer,
    };
}

/// <summary>A router advertisement as a value, without the options: they are written behind it with <see cref="NeighborDiscoveryOptionsWriter"/>.</summary>
public readonly record struct RouterAdvertisementHeader
{
    /// <inheritdoc cref="RouterAdvertisementView.Checksum"/>
    public ushort Checksum { get; init; }

    /// <inheritdoc cref="RouterAdvertisementView.HopLimit"/>
    public byte HopLimit { get; init; }

    /// <inheritdoc cref="RouterAdvertisementView.Flags"/>
    public byte Flags { get; init; }

    /// <inheritdoc cref="RouterAdvertisementView.RouterLifetime"/>
    public ushort RouterLifetime { get; init; }

    /// <inheritdoc cref="RouterAdvertisementView.ReachableTime"/>
    public uint ReachableTime { get; init; }

    /// <inheritdoc cref="RouterAdvertisementView.RetransmitTimer"/>
    public uint RetransmitTimer { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => RouterAdvertisementView.FixedLength;

    /// <summary>Writes the message up to its options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        destination.Clear();
        Field.SetByte(destination, Offset.Type, (byte)IcmpV6Type.RouterAdvertisement);
        Field.SetUInt16(destination, Offset.Checksum, Checksum);
        Field.SetByte(destination, Offset.HopLimit, HopLimit);
        Field.SetByte(destination, Offset.Flags, Flags);
        Field.SetUInt16(destination, Offset.RouterLifetime, RouterLifetime);
        Field.SetUInt32(destination, Offset.ReachableTime, ReachableTime);
        Field.SetUInt32(destination, Offset.RetransmitTimer, RetransmitTimer);
    }
}

file static class Offset
{
    internal const int Type = 0;
    internal const int Code = 1;
    internal const int Checksum = 2;
    internal const int HopLimit = 4;
    internal const int Flags = 5;
    internal const int RouterLifetime = 6;
    internal const int ReachableTime = 8;
    internal const int RetransmitTimer = 12;
}
