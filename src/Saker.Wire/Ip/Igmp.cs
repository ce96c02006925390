using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <summary>The types of IGMP messages (RFC 1112, 2236, 3376).</summary>
public enum IgmpType : byte
{
    /// <summary>Who is in a group? Of all versions.</summary>
    MembershipQuery = 0x11,

    /// <summary>Somebody is, version 1.</summary>
    V1MembershipReport = 0x12,

    /// <summary>Distance vector multicast routing.</summary>
    Dvmrp = 0x13,

    /// <summary>Protocol independent multicast, version 1.</summary>
    PimV1 = 0x14,

    /// <summary>Cisco trace messages.</summary>
    Trace = 0x15,

    /// <summary>Somebody is, version 2.</summary>
    V2MembershipReport = 0x16,

    /// <summary>Somebody leaves, version 2.</summary>
    V2LeaveGroup = 0x17,

    /// <summary>The answer to a multicast traceroute.</summary>
    MulticastTracerouteResponse = 0x1e,

    /// <summary>A multicast traceroute.</summary>
    MulticastTraceroute = 0x1f,

    /// <summary>Groups and their sources, version 3.</summary>
    V3MembershipReport = 0x22,
}

/// <summary>The eight octets in place that IGMP messages of every version begin with (RFC 2236 section 2); all there is to versions 1 and 2.</summary>
/// <remarks>The version of a query is told by its length, so the view must be given the IP payload and no padding.</remarks>
public readonly ref struct IgmpView
{
    /// <summary>The octets of a message of version 1 or 2.</summary>
    public const int FixedLength = 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private IgmpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The type.</summary>
    public IgmpType Type => (IgmpType)Field.Byte(_bytes, Offset.Type);

    /// <summary>In a query of version 2, how long hosts may wait, in tenths of a second; 0 in one of version 1.</summary>
    public byte MaximumResponseCode => Field.Byte(_bytes, Offset.MaximumResponseCode);

    /// <summary>The checksum over the message.</summary>
    public ushort Checksum => Field.UInt16(_bytes, Offset.Checksum);

    /// <summary>The group; 0.0.0.0 in a query about all.</summary>
    public IPv4Address Group => Field.IPv4(_bytes, Offset.Group);

    /// <summary>The version of a query by RFC 3376 section 7.1: 1, 2 or 3; 0 of anything that is no query, or one of an impossible length.</summary>
    public int QueryVersion => Type != IgmpType.MembershipQuery ? 0
        : _bytes.Length >= IgmpV3QueryView.FixedLength ? 3
        : _bytes.Length != FixedLength ? 0
        : MaximumResponseCode == 0 ? 1 : 2;

    /// <summary>Looks at a message.</summary>
    /// <returns><see langword="false"/> if it is shorter than every message.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, out IgmpView view)
    {
        if (bytes.Length < FixedLength)
        {
            view = default;
            return false;
        }

        view = new IgmpView(bytes);
        return true;
    }

    /// <summary>The message as a value.</summary>
    public IgmpHeader ToHeader() => new() { Type = Type, MaximumResponseCode = MaximumResponseCode, Checksum = Checksum, Group = Group };
}

/// <summary>An IGMP message of version 1 or 2 as a value.</summary>
public readonly record struct IgmpHeader
{
    /// <inheritdoc cref="IgmpView.Type"/>
    public IgmpType Type { get; init; }

    /// <inheritdoc cref="IgmpView.MaximumResponseCode"/>
    public byte MaximumResponseCode { get; init; }

    /// <inheritdoc cref="IgmpView.Checksum"/>
    public ushort Checksum { get; init; }

    /// <inheritdoc cref="IgmpView.Group"/>
    public IPv4Address Group { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => IgmpView.FixedLength;

    /// <summary>Writes the message.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        Field.SetByte(destination, Offset.Type, (byte)Type);
        Field.SetByte(destination, Offset.MaximumResponseCode, MaximumResponseCode);
        Field.SetUInt16(destination, Offset.Checksum, Checksum);
        Field.SetIPv4(destination, Offset.Group, Group);
    }
}

file static class Offset
{
    internal const int Type = 0;
    internal const int MaximumResponseCode = 1;
    internal const int Checksum = 2;
    internal const int Group = 4;
}
