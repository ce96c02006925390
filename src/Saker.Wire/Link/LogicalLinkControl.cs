using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <summary>A service access point of logical link control (IEEE 802.2): whom the frame is for within the station. The lowest bit means a group, or a response.</summary>
public enum LlcServiceAccessPoint : byte
{
    /// <summary>None: the link layer itself.</summary>
    Null = 0x00,

    /// <summary>Spanning tree bridges.</summary>
    SpanningTree = 0x42,

    /// <summary>A subnetwork access protocol header follows.</summary>
    Snap = 0xaa,

    /// <summary>Novell IPX.</summary>
    Ipx = 0xe0,

    /// <summary>ISO network layer, such as IS-IS.</summary>
    IsoNetwork = 0xfe,

    /// <summary>All; as a raw 802.3 frame of IPX also begins.</summary>
    Global = 0xff,
}

/// <summary>The header of logical link control in place (IEEE 802.2), which follows an Ethernet header that tells a length.</summary>
public readonly ref struct LlcView
{
    /// <summary>The octets that are always there; numbered frames have one more of control.</summary>
    public const int FixedLength = 3;

    private readonly ReadOnlySpan<byte> _bytes;

    private LlcView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Whom the frame is for.</summary>
    public LlcServiceAccessPoint Destination => (LlcServiceAccessPoint)Field.Byte(_bytes, LlcOffset.Destination);

    /// <summary>Whom the frame is from.</summary>
    public LlcServiceAccessPoint Source => (LlcServiceAccessPoint)Field.Byte(_bytes, LlcOffset.Source);

    /// <summary>Whether the frame is unnumbered, so that its control field has one octet.</summary>
    public bool IsUnnumbered => (Field.Byte(_bytes, LlcOffset.Control) & 3) == 3;

    /// <summary>The control field: one octet of an unnumbered frame; else two, the first in the upper eight bits. An octet that is missing is read as zero.</summary>
    public ushort Control
    {
        get
        {
            byte first = Field.Byte(_bytes, LlcOffset.Control);
            return IsUnnumbered ? first : (ushort)(first << 8 | (IsComplete ? Field.Byte(_bytes, LlcOffset.Control + 1) : 0));
        }
    }

    /// <summary>The octets that the header tells it has, 3 or 4.</summary>
    public int HeaderLength => IsUnnumbered ? FixedLength : FixedLength + 1;

    /// <summary>Whether all of the header is there.</summary>
    public bool IsComplete => HeaderLength <= _bytes.Length;

    /// <summary>Whether a subnetwork access protocol header follows.</summary>
    public bool IsSnap => Destination == LlcServiceAccessPoint.Snap && Source == LlcServiceAccessPoint.Snap && Control == LlcHeader.UnnumberedInformation;

    /// <summary>What follows the header.</summary>
    public ReadOnlySpan<byte> Payload => Field.Rest(_bytes, HeaderLength);

    /// <summary>Looks at a header.</summary>
    /// <returns><see langword="false"/> if fewer octets are there than its fixed part has.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, out LlcView view)
    {
        if (bytes.Length < FixedLength)
        {
            view = default;
            return false;
        }

        view = new LlcView(bytes);
        return true;
    }

    /// <summary>The header as a value.</summary>
    public LlcHeader ToHeader() => new() { Destination = Destination, Source = Source, Control = Control, IsUnnumbered = IsUnnumbered };
}

/// <summary>The header of logical link control as a value.</summary>
public readonly record struct LlcHeader
{
    /// <summary>The control field of an unnumbered information frame, by far the most.</summary>
    public const byte UnnumberedInformation = 0x03;

    /// <inheritdoc cref="LlcView.Destination"/>
    public LlcServiceAccessPoint Destination { get; init; }

    /// <inheritdoc cref="LlcView.Source"/>
    public LlcServiceAccessPoint Source { get; init; }

    /// <inheritdoc cref="LlcView.Control"/>
    public ushort Control { get; init; }

    /// <inheritdoc cref="LlcView.IsUnnumbered"/>
    public bool IsUnnumbered { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => IsUnnumbered ? LlcView.FixedLength : LlcView.FixedLength + 1;

    /// <summary>Writes the header.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        Field.SetByte(destination, LlcOffset.Destination, (byte)Destination);
        Field.SetByte(destination, LlcOffset.Source, (byte)Source);
        if (IsUnnumbered)
        {
            Field.SetByte(destination, LlcOffset.Control, (byte)Control);
        }
        else
        {
            Field.SetUInt16(destination, LlcOffset.Control, Control);
        }
    }
}

/// <summary>The header of the subnetwork access protocol in place (RFC 1042), which follows <see cref="LlcView"/>: an organization and its protocol.</summary>
public readonly ref struct SnapView
{
    /// <summary>The octets of the header.</summary>
    public const int FixedLength = 5;

    private readonly ReadOnlySpan<byte> _bytes;

    private SnapView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The organization that gave the protocol its number (24 bits); 0 means that it is an EtherType.</summary>
    public uint Organization => Field.UInt24(_bytes, SnapOffset.Organization);

    /// <summary>The protocol.</summary>
    public EtherType Type => (EtherType)Field.UInt16(_bytes, SnapOffset.Type);

    /// <summary>What follows the header.</summary>
    public ReadOnlySpan<byte> Payload => Field.Rest(_bytes, FixedLength);

    /// <summary>Looks at a header.</summary>
    /// <returns><see langword="false"/> if fewer octets are there than it has.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, out SnapView view)
    {
        if (bytes.Length < FixedLength)
        {
            view = default;
            return false;
        }

        view = new SnapView(bytes);
        return true;
    }

    /// <summary>The header as a value.</summary>
    public SnapHeader ToHeader() => new() { Organization = Organization, Type = Type };
}

/// <summary>The header of the subnetwork access protocol as a value.</summary>
public readonly record struct SnapHeader
{
    /// <inheritdoc cref="SnapView.Organization"/>
    public uint Organization { get; init; }

    /// <inheritdoc cref="SnapView.Type"/>
    public EtherType Type { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => SnapView.FixedLength;

    /// <summary>Writes the header.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        Field.SetUInt24(destination, SnapOffset.Organization, Organization);
        Field.SetUInt16(destination, SnapOffset.Type, (ushort)Type);
    }
}

file static class LlcOffset
{
    internal const int Destination = 0;
    internal const int Source = 1;
    internal const int Control = 2;
}

file static class SnapOffset
{
    internal const int Organization = 0;
    internal const int Type = 3;
}
