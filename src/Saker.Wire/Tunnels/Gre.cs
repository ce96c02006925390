namespace Saker.Wire;

/// <summary>The flags of a GRE header: which optional fields it has (RFC 2784, RFC 2890; RFC 2637 for version 1).</summary>
[Flags]
public enum GreFlags : ushort
{
    /// <summary>No optional field.</summary>
    None = 0,

    /// <summary>The acknowledgement number is there (version 1).</summary>
    Acknowledgement = 0x0080,

    /// <summary>Strict source route (RFC 1701).</summary>
    StrictSourceRoute = 0x0800,

    /// <summary>The sequence number is there.</summary>
    Sequence = 0x1000,

    /// <summary>The key is there.</summary>
    Key = 0x2000,

    /// <summary>Routing is there (RFC 1701), and with it the checksum field.</summary>
    Routing = 0x4000,

    /// <summary>The checksum is there.</summary>
    Checksum = 0x8000,
}

/// <summary>The header of generic routing encapsulation in place (RFC 2784, RFC 2890), or of its version 1, PPTP's (RFC 2637).</summary>
/// <remarks>Optional fields that are absent, or not there because the packet ends before them, read as 0.</remarks>
public readonly ref struct GreView
{
    /// <summary>The octets before the optional fields.</summary>
    public const int FixedLength = 4;

    private const int VersionMask = 7;

    private readonly ReadOnlySpan<byte> _bytes;

    private GreView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Which optional fields there are, with the bits that are neither flag nor version left out.</summary>
    public GreFlags Flags => (GreFlags)(FlagsAndVersion & (ushort)GreHeader.AllFlags);

    /// <summary>The first sixteen bits as they stand.</summary>
    public ushort FlagsAndVersion => Field.UInt16(_bytes, 0);

    /// <summary>0, or 1 for PPTP.</summary>
    public int Version => FlagsAndVersion & VersionMask;

    /// <summary>What the packet carries.</summary>
    public EtherType Protocol => (EtherType)Field.UInt16(_bytes, GreHeader.ProtocolOffset);

    /// <summary>The octets of the header with its optional fields.</summary>
    public int HeaderLength => GreHeader.LengthOf(Flags, Version);

    /// <summary>Whether all of the header is there.</summary>
    public bool IsHeaderComplete => HeaderLength <= _bytes.Length;

    /// <summary>The checksum over header and payload.</summary>
    public ushort Checksum => (ushort)(Optional(GreHeader.HasChecksum(Flags), FixedLength) >> 16);

    /// <summary>The key, which tells the flow or the tenant; for version 1 the payload's length and the call.</summary>
    public uint Key => Optional(Flags.HasFlag(GreFlags.Key), GreHeader.KeyOffset(Flags));

    /// <summary>The sequence number.</summary>
    public uint Sequence => Optional(Flags.HasFlag(GreFlags.Sequence), GreHeader.SequenceOffset(Flags));

    /// <summary>The number of the highest packet received, of version 1.</summary>
    public uint Acknowledgement => Optional(Version == 1 && Flags.HasFlag(GreFlags.Acknowledgement), GreHeader.AcknowledgementOffset(Flags));

    /// <summary>Network virtualization by GRE: the tenant in the key's upper 24 bits (RFC 7637).</summary>
    public uint VirtualSubnet => Key >> 8;

    /// <summary>What the packet carries.</summary>
    public ReadOnlySpan<byte> Payload => Field.Rest(_bytes, HeaderLength);

    /// <summary>Looks at a header.</summary>
    /// <returns><see langword="false"/> if fewer octets are there than come before the optional fields.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out GreView view)
    {
        view = bytes.Length < FixedLength ? default : new GreView(bytes);
        return bytes.Length >= FixedLength;
    }

    /// <summary>The header as a value.</summary>
    public GreHeader ToHeader() => new()
    {
        Flags = Flags,
        Version = Version,
        Protocol = Protocol,
        Checksum = Checksum,
        Key = Key,
        Sequence = Sequence,
        Acknowledgement = Acknowledgement,
    };

    private uint Optional(bool isPresent, int offset) => isPresent && offset + sizeof(uint) <= _bytes.Length ? Field.UInt32(_bytes, offset) : 0;
}

/// <summary>The header of generic routing encapsulation as a value. Fields that the flags do not tell are not written.</summary>
public readonly record struct GreHeader
{
    internal const int ProtocolOffset = 2;

    internal const GreFlags AllFlags = GreFlags.Checksum | GreFlags.Routing | GreFlags.Key | GreFlags.Sequence | GreFlags.StrictSourceRoute
        | GreFlags.Acknowledgement;

    /// <inheritdoc cref="GreView.Flags"/>
    public GreFlags Flags { get; init; }

    /// <inheritdoc cref="GreView.Version"/>
    public int Version { get; init; }

    /// <inheritdoc cref="GreView.Protocol"/>
    public EtherType Protocol { get; init; }

    /// <inheritdoc cref="GreView.Checksum"/>
    public ushort Checksum { get; init; }

    /// <inheritdoc cref="GreView.Key"/>
    public uint Key { get; init; }

    /// <inheritdoc cref="GreView.Sequence"/>
    public uint Sequence { get; init; }

    /// <inheritdoc cref="GreView.Acknowledgement"/>
    public uint Acknowledgement { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => LengthOf(Flags, Version);

    /// <summary>Writes the header.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        Field.SetUInt16(destination, 0, (ushort)((ushort)(Flags & AllFlags) | (Version & 7)));
        Field.SetUInt16(destination, ProtocolOffset, (ushort)Protocol);
        if (HasChecksum(Flags))
        {
            Field.SetUInt32(destination, GreView.FixedLength, (uint)Checksum << 16);
        }

        if (Flags.HasFlag(GreFlags.Key))
        {
            Field.SetUInt32(destination, KeyOffset(Flags), Key);
        }

        if (Flags.HasFlag(GreFlags.Sequence))
        {
            Field.SetUInt32(destination, SequenceOffset(Flags), Sequence);
        }

        if (Version == 1 && Flags.HasFlag(GreFlags.Acknowledgement))
        {
            Field.SetUInt32(destination, AcknowledgementOffset(Flags), Acknowledgement);
        }
    }

    internal static bool HasChecksum(GreFlags flags) => (flags & (GreFlags.Checksum | GreFlags.Routing)) != GreFlags.None;

    internal static int KeyOffset(GreFlags flags) => GreView.FixedLength + (HasChecksum(flags) ? sizeof(uint) : 0);

    internal static int SequenceOffset(GreFlags flags) => KeyOffset(flags) + (flags.HasFlag(GreFlags.Key) ? sizeof(uint) : 0);

    internal static int AcknowledgementOffset(GreFlags flags) => SequenceOffset(flags) + (flags.HasFlag(GreFlags.Sequence) ? sizeof(uint) : 0);

    internal static int LengthOf(GreFlags flags, int version) =>
        AcknowledgementOffset(flags) + (version == 1 && flags.HasFlag(GreFlags.Acknowledgement) ? sizeof(uint) : 0);
}
