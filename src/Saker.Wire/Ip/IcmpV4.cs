using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <summary>The header of an ICMP message of IPv4 in place (RFC 792).</summary>
/// <remarks>The last four octets mean something else in every type; each meaning has its accessor, which may be asked of every type.</remarks>
public readonly ref struct IcmpV4View
{
    /// <summary>The octets of the header.</summary>
    public const int FixedLength = 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private IcmpV4View(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The type.</summary>
    public IcmpV4Type Type => (IcmpV4Type)Field.Byte(_bytes, Offset.Type);

    /// <summary>The code, whose meaning depends on the type (<see cref="IcmpV4UnreachableCode"/> and so on).</summary>
    public byte Code => Field.Byte(_bytes, Offset.Code);

    /// <summary>The checksum over the message.</summary>
    public ushort Checksum => Field.UInt16(_bytes, Offset.Checksum);

    /// <summary>The last four octets of the header as a number.</summary>
    public uint RestOfHeader => Field.UInt32(_bytes, Offset.RestOfHeader);

    /// <summary>Of echo, timestamp, information, address mask and extended echo: which conversation it belongs to.</summary>
    public ushort Identifier => Field.UInt16(_bytes, Offset.RestOfHeader);

    /// <summary>Of echo, timestamp, information and address mask: the number within the conversation.</summary>
    public ushort Sequence => Field.UInt16(_bytes, Offset.RestOfHeader + 2);

    /// <summary>Of redirect: the better router.</summary>
    public IPv4Address Gateway => Field.IPv4(_bytes, Offset.RestOfHeader);

    /// <summary>Of fragmentation needed: the octets that would fit, 0 where a router does not tell (RFC 1191).</summary>
    public ushort NextHopMtu => Field.UInt16(_bytes, Offset.RestOfHeader + 2);

    /// <summary>Of parameter problem: which octet of the header was wrong, from 0.</summary>
    public byte Pointer => Field.Byte(_bytes, Offset.RestOfHeader);

    /// <summary>Of extended echo: the number within the conversation (RFC 8335).</summary>
    public byte ExtendedSequence => Field.Byte(_bytes, Offset.RestOfHeader + 2);

    /// <summary>Of an extended echo request: whether the interface asked about is one of the receiver's own (RFC 8335 section 2).</summary>
    public bool IsExtendedLocal => (Field.Byte(_bytes, Offset.RestOfHeader + 3) & 1) != 0;

    /// <summary>Of an extended echo reply: state (3 bits), reserved (2), active, IPv4, IPv6 (RFC 8335 section 3).</summary>
    public byte ExtendedState => Field.Byte(_bytes, Offset.RestOfHeader + 3);

    /// <summary>Whether the message tells of something that went wrong with a packet, the beginning of which it bears.</summary>
    public bool IsError => Type is IcmpV4Type.DestinationUnreachable or IcmpV4Type.SourceQuench or IcmpV4Type.Redirect
        or IcmpV4Type.TimeExceeded or IcmpV4Type.ParameterProblem;

    /// <summary>What follows the header.</summary>
    public ReadOnlySpan<byte> Payload => Field.Rest(_bytes, FixedLength);

    /// <summary>
    /// Of unreachable, time exceeded and parameter problem: the octets that the packet in the message takes when extensions follow it (RFC 4884);
    /// 0 where it takes all.
    /// </summary>
    public int OriginalLength => Field.Byte(_bytes, Offset.RestOfHeader + 1) * 4;

    /// <summary>Of error messages: the beginning of the packet that it is about, with its IP header.</summary>
    public ReadOnlySpan<byte> Original => HasOriginalLength ? Field.Part(_bytes, FixedLength, OriginalLength) : Payload;

    /// <summary>Of error messages: the extensions behind that packet (RFC 4884), empty where there are none.</summary>
    public ReadOnlySpan<byte> Extensions => HasOriginalLength ? Field.Rest(_bytes, FixedLength + OriginalLength) : default;

    private bool HasOriginalLength => OriginalLength != 0
        && Type is IcmpV4Type.DestinationUnreachable or IcmpV4Type.TimeExceeded or IcmpV4Type.ParameterProblem;

    /// <summary>Looks at a message.</summary>
    /// <returns><see langword="false"/> if it is shorter than the header.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, out IcmpV4View view)
    {
        if (bytes.Length < FixedLength)
        {
            view = default;
            return false;
        }

        view = new IcmpV4View(bytes);
        return true;
    }

    /// <summary>Of timestamp messages: the three times.</summary>
    /// <returns><see langword="false"/> if they are not there.</returns>
    public bool TryGetTimestamps(out IcmpV4Timestamps timestamps) => IcmpV4Timestamps.TryRead(Payload, out timestamps);

    /// <summary>Of address mask messages: the mask (RFC 950).</summary>
    /// <returns><see langword="false"/> if it is not there.</returns>
    public bool TryGetAddressMask(out IPv4Address mask)
    {
        bool fits = Payload.Length >= IPv4Address.Size;
        mask = fits ? IPv4Address.ReadFrom(Payload) : default;
        return fits;
    }

    /// <summary>Of router advertisements: lifetime and routers (RFC 1256).</summary>
    public IcmpV4RouterList GetRouters() => new(RestOfHeader, Payload);

    /// <summary>The header as a value.</summary>
    public IcmpV4Header ToHeader() => new() { Type = Type, Code = Code, Checksum = Checksum, RestOfHeader = RestOfHeader };
}

/// <summary>The header of an ICMP message of IPv4 as a value.</summary>
public readonly record struct IcmpV4Header
{
    /// <inheritdoc cref="IcmpV4View.Type"/>
    public IcmpV4Type Type { get; init; }

    /// <inheritdoc cref="IcmpV4View.Code"/>
    public byte Code { get; init; }

    /// <inheritdoc cref="IcmpV4View.Checksum"/>
    public ushort Checksum { get; init; }

    /// <inheritdoc cref="IcmpV4View.RestOfHeader"/>
    public uint RestOfHeader { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => IcmpV4View.FixedLength;

    /// <summary>A query or its answer: echo, timestamp, information or address mask.</summary>
    public static IcmpV4Header Query(IcmpV4Type type, ushort identifier, ushort sequence) =>
        new() { Type = type, RestOfHeader = (uint)identifier << 16 | sequence };

    /// <summary>A packet did not reach its destination.</summary>
    public static IcmpV4Header Unreachable(IcmpV4UnreachableCode code, ushort nextHopMtu = 0) =>
        new() { Type = IcmpV4Type.DestinationUnreachable, Code = (byte)code, RestOfHeader = nextHopMtu };

    /// <summary>A better first router.</summary>
    public static IcmpV4Header Redirect(IcmpV4RedirectCode code, IPv4Address gateway) =>
        new() { Type = IcmpV4Type.Redirect, Code = (byte)code, RestOfHeader = gateway.Value };

    /// <summary>A packet grew too old.</summary>
    public static IcmpV4Header TimeExceeded(IcmpV4TimeExceededCode code) => new() { Type = IcmpV4Type.TimeExceeded, Code = (byte)code };

    /// <summary>A header was wrong.</summary>
    public static IcmpV4Header ParameterProblem(IcmpV4ParameterProblemCode code, byte pointer) =>
        new() { Type = IcmpV4Type.ParameterProblem, Code = (byte)code, RestOfHeader = (uint)pointer << 24 };

    /// <summary>Writes the header.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        Field.SetByte(destination, Offset.Type, (byte)Type);
        Field.SetByte(destination, Offset.Code, Code);
        Field.SetUInt16(destination, Offset.Checksum, Checksum);
        Field.SetUInt32(destination, Offset.RestOfHeader, RestOfHeader);
    }
}

/// <summary>The header of an ICMP message of IPv4, to be changed in place. The checksum is left to whoever changes.</summary>
public readonly ref struct IcmpV4Editor
{
    private readonly Span<byte> _bytes;

    private IcmpV4Editor(Span<byte> bytes) => _bytes = bytes;

    /// <inheritdoc cref="IcmpV4View.Type"/>
    public IcmpV4Type Type
    {
        get => (IcmpV4Type)Field.Byte(_bytes, Offset.Type);
        set => Field.SetByte(_bytes, Offset.Type, (byte)value);
    }

    /// <inheritdoc cref="IcmpV4View.Code"/>
    public byte Code
    {
        get => Field.Byte(_bytes, Offset.Code);
        set => Field.SetByte(_bytes, Offset.Code, value);
    }

    /// <inheritdoc cref="IcmpV4View.Checksum"/>
    public ushort Checksum
    {
        get => Field.UInt16(_bytes, Offset.Checksum);
        set => Field.SetUInt16(_bytes, Offset.Checksum, value);
    }

    /// <inheritdoc cref="IcmpV4View.RestOfHeader"/>
    public uint RestOfHeader
    {
        get => Field.UInt32(_bytes, Offset.RestOfHeader);
        set => Field.SetUInt32(_bytes, Offset.RestOfHeader, value);
    }

    /// <summary>Takes hold of a message.</summary>
    /// <returns><see langword="false"/> if it is shorter than the header.</returns>
    public static bool TryParse(Span<byte> bytes, out IcmpV4Editor editor)
    {
        editor = bytes.Length < IcmpV4View.FixedLength ? default : new IcmpV4Editor(bytes);
        return bytes.Length >= IcmpV4View.FixedLength;
    }
}

file static class Offset
{
    internal const int Type = 0;
    internal const int Code = 1;
    internal const int Checksum = 2;
    internal const int RestOfHeader = 4;
}
