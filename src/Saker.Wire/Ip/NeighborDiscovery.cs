namespace Saker.Wire;

/// <summary>What a neighbour tells of itself (RFC 4861 section 4.4).</summary>
[Flags]
public enum NeighborAdvertisementFlags : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Put this link-layer address in the place of the one known.</summary>
    Override = 0x20,

    /// <summary>This answers a solicitation.</summary>
    Solicited = 0x40,

    /// <summary>It is a router.</summary>
    Router = 0x80,
}

/// <summary>A neighbour solicitation in place (RFC 4861 section 4.3). It begins with the ICMP type.</summary>
public readonly ref struct NeighborSolicitationView
{
    /// <summary>The octets in front of the options.</summary>
    public const int FixedLength = 24;

    private readonly ReadOnlySpan<byte> _bytes;

    private NeighborSolicitationView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The type, which is <see cref="IcmpV6Type.NeighborSolicitation"/>.</summary>
    public IcmpV6Type Type => (IcmpV6Type)Field.Byte(_bytes, Offset.Type);

    /// <summary>The code, which is 0.</summary>
    public byte Code => Field.Byte(_bytes, Offset.Code);

    /// <summary>The checksum over pseudo header and message.</summary>
    public ushort Checksum => Field.UInt16(_bytes, Offset.Checksum);

    /// <summary>The address that is asked for.</summary>
    public IPv6Address Target => Field.IPv6(_bytes, Offset.Target);

    /// <summary>Looks at a message.</summary>
    /// <returns><see langword="false"/> if fewer octets are there than come in front of the options.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out NeighborSolicitationView view)
    {
        view = bytes.Length < FixedLength ? default : new NeighborSolicitationView(bytes);
        return bytes.Length >= FixedLength;
    }

    /// <summary>The options one by one.</summary>
    public NeighborDiscoveryOptionEnumerator EnumerateOptions() => new(_bytes, FixedLength);

    /// <summary>What comes in front of the options, as a value.</summary>
    public NeighborSolicitationHeader ToHeader() => new()
    {
        Checksum = Checksum,
        Target = Target,
    };
}

/// <summary>A neighbour solicitation as a value, without the options: they are written behind it with <see cref="NeighborDiscoveryOptionsWriter"/>.</summary>
public readonly record struct NeighborSolicitationHeader
{
    /// <inheritdoc cref="NeighborSolicitationView.Checksum"/>
    public ushort Checksum { get; init; }

    /// <inheritdoc cref="NeighborSolicitationView.Target"/>
    public IPv6Address Target { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => NeighborSolicitationView.FixedLength;

    /// <summary>Writes the message up to its options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        destination.Clear();
        Field.SetByte(destination, Offset.Type, (byte)IcmpV6Type.NeighborSolicitation);
        Field.SetUInt16(destination, Offset.Checksum, Checksum);
        Field.SetIPv6(destination, Offset.Target, Target);
    }
}

/// <summary>A neighbour advertisement in place (RFC 4861 section 4.4). It begins with the ICMP type.</summary>
public readonly ref struct NeighborAdvertisementView
{
    /// <summary>The octets in front of the options.</summary>
    public const int FixedLength = 24;

    private const NeighborAdvertisementFlags AllFlags =
        NeighborAdvertisementFlags.Router | NeighborAdvertisementFlags.Solicited | NeighborAdvertisementFlags.Override;

    private readonly ReadOnlySpan<byte> _bytes;

    private NeighborAdvertisementView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The type, which is <see cref="IcmpV6Type.NeighborAdvertisement"/>.</summary>
    public IcmpV6Type Type => (IcmpV6Type)Field.Byte(_bytes, Offset.Type);

    /// <summary>The code, which is 0.</summary>
    public byte Code => Field.Byte(_bytes, Offset.Code);

    /// <summary>The checksum over pseudo header and message.</summary>
    public ushort Checksum => Field.UInt16(_bytes, Offset.Checksum);

    /// <summary>What the neighbour tells of itself.</summary>
    public NeighborAdvertisementFlags Flags => (NeighborAdvertisementFlags)Field.Byte(_bytes, Offset.Flags) & AllFlags;

    /// <summary>The address that the neighbour has.</summary>
    public IPv6Address Target => Field.IPv6(_bytes, Offset.Target);

    /// <summary>Looks at a message.</summary>
    /// <returns><see langword="false"/> if fewer octets are there than come in front of the options.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out NeighborAdvertisementView view)
    {
        view = bytes.Length < FixedLength ? default : new NeighborAdvertisementView(bytes);
        return bytes.Length >= FixedLength;
    }

    /// <summary>The options one by one.</summary>
    public NeighborDiscoveryOptionEnumerator EnumerateOptions() => new(_bytes, FixedLength);

    /// <summary>What comes in front of the options, as a value.</summary>
    public NeighborAdvertisementHeader ToHeader() => new()
    {
        Checksum = Checksum,
        Flags = Flags,
        Target = Target,
    };
}

/// <summary>A neighbour advertisement as a value, without the options: they are written behind it with <see cref="NeighborDiscoveryOptionsWriter"/>.</summary>
public readonly record struct NeighborAdvertisementHeader
{
    /// <inheritdoc cref="NeighborAdvertisementView.Checksum"/>
    public ushort Checksum { get; init; }

    /// <inheritdoc cref="NeighborAdvertisementView.Flags"/>
    public NeighborAdvertisementFlags Flags { get; init; }

    /// <inheritdoc cref="NeighborAdvertisementView.Target"/>
    public IPv6Address Target { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => NeighborAdvertisementView.FixedLength;

    /// <summary>Writes the message up to its options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        destination.Clear();
        Field.SetByte(destination, Offset.Type, (byte)IcmpV6Type.NeighborAdvertisement);
        Field.SetUInt16(destination, Offset.Checksum, Checksum);
        Field.SetByte(destination, Offset.Flags, (byte)Flags);
        Field.SetIPv6(destination, Offset.Target, Target);
    }
}

/// <summary>A redirect in place (RFC 4861 section 4.5). It begins with the ICMP type.</summary>
public readonly ref struct NeighborRedirectView
{
    /// <summary>The octets in front of the options.</summary>
    public const int FixedLength = 40;

    private readonly ReadOnlySpan<byte> _bytes;

    private NeighborRedirectView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The type, which is <see cref="IcmpV6Type.Redirect"/>.</summary>
    public IcmpV6Type Type => (IcmpV6Type)Field.Byte(_bytes, Offset.Type);

    /// <summary>The code, which is 0.</summary>
    public byte Code => Field.Byte(_bytes, Offset.Code);

    /// <summary>The checksum over pseudo header and message.</summary>
    public ushort Checksum => Field.UInt16(_bytes, Offset.Checksum);

    /// <summary>The better first hop; the destination itself where it is on the link.</summary>
    public IPv6Address Target => Field.IPv6(_bytes, Offset.Target);

    /// <summary>The destination that it is better for.</summary>
    public IPv6Address Destination => Field.IPv6(_bytes, Offset.Destination);

    /// <summary>Looks at a message.</summary>
    /// <returns><see langword="false"/> if fewer octets are there than come in front of the options.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out NeighborRedirectView view)
    {
        view = bytes.Length < FixedLength ? default : new NeighborRedirectView(bytes);
        return bytes.Length >= FixedLength;
    }

    /// <summary>The options one by one.</summary>
    public NeighborDiscoveryOptionEnumerator EnumerateOptions() => new(_bytes, FixedLength);

    /// <summary>What comes in front of the options, as a value.</summary>
    public NeighborRedirectHeader ToHeader() => new()
    {
        Checksum = Checksum,
        Target = Target,
        Destination = Destination,
    };
}

/// <summary>A redirect as a value, without the options: they are written behind it with <see cref="NeighborDiscoveryOptionsWriter"/>.</summary>
public readonly record struct NeighborRedirectHeader
{
    /// <inheritdoc cref="NeighborRedirectView.Checksum"/>
    public ushort Checksum { get; init; }

    /// <inheritdoc cref="NeighborRedirectView.Target"/>
    public IPv6Address Target { get; init; }

    /// <inheritdoc cref="NeighborRedirectView.Destination"/>
    public IPv6Address Destination { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => NeighborRedirectView.FixedLength;

    /// <summary>Writes the message up to its options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        destination.Clear();
        Field.SetByte(destination, Offset.Type, (byte)IcmpV6Type.Redirect);
        Field.SetUInt16(destination, Offset.Checksum, Checksum);
        Field.SetIPv6(destination, Offset.Target, Target);
        Field.SetIPv6(destination, Offset.Destination, Destination);
    }
}

file static class Offset
{
    internal const int Type = 0;
    internal const int Code = 1;
    internal const int Checksum = 2;
    internal const int Flags = 4;
    internal const int Target = 8;
    internal const int Destination = 24;
}
