namespace Saker.Wire;

/// <summary>The header of a virtual extensible LAN in place, after UDP (RFC 7348 section 5).</summary>
public readonly ref struct VxlanView
{
    /// <summary>The octets of the header.</summary>
    public const int FixedLength = 8;

    /// <summary>The UDP port that IANA gave it.</summary>
    public const ushort Port = 4789;

    private readonly ReadOnlySpan<byte> _bytes;

    private VxlanView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The first octet: flags, of which 0x08 says that the identifier is valid.</summary>
    public byte Flags => Field.Byte(_bytes, Offset.Flags);

    /// <summary>Whether the identifier is valid.</summary>
    public bool HasIdentifier => (Flags & VxlanHeader.IdentifierFlag) != 0;

    /// <summary>The network identifier (VNI), 24 bits.</summary>
    public uint NetworkIdentifier => Field.UInt24(_bytes, Offset.NetworkIdentifier);

    /// <summary>The Ethernet frame that the packet carries.</summary>
    public ReadOnlySpan<byte> Payload => Field.Rest(_bytes, FixedLength);

    /// <summary>Looks at a header.</summary>
    /// <returns><see langword="false"/> if fewer octets are there than it has.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out VxlanView view)
    {
        view = bytes.Length < FixedLength ? default : new VxlanView(bytes);
        return bytes.Length >= FixedLength;
    }

    /// <summary>The header as a value.</summary>
    public VxlanHeader ToHeader() => new() { Flags = Flags, NetworkIdentifier = NetworkIdentifier };
}

/// <summary>The header of a virtual extensible LAN as a value. Reserved fields are written as zero.</summary>
public readonly record struct VxlanHeader
{
    /// <summary>The flag that says that the identifier is valid.</summary>
    public const byte IdentifierFlag = 0x08;

    /// <inheritdoc cref="VxlanView.Flags"/>
    public byte Flags { get; init; }

    /// <inheritdoc cref="VxlanView.NetworkIdentifier"/>
    public uint NetworkIdentifier { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => VxlanView.FixedLength;

    /// <summary>Writes the header.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        Field.SetUInt32(destination, Offset.Flags, (uint)Flags << 24);
        Field.SetUInt32(destination, Offset.NetworkIdentifier, NetworkIdentifier << 8);
    }
}

file static class Offset
{
    internal const int Flags = 0;
    internal const int NetworkIdentifier = 4;
}
