using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <summary>The header of an ICMP message of IPv6 in place (RFC 4443).</summary>
/// <remarks>The last four octets mean something else in every type; each meaning has its accessor, which may be asked of every type.</remarks>
public readonly ref struct IcmpV6View
{
    /// <summary>The octets of the header.</summary>
    public const int FixedLength = 8;

    private const byte FirstInformational = 128;

    private readonly ReadOnlySpan<byte> _bytes;

    private IcmpV6View(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The type.</summary>
    public IcmpV6Type Type => (IcmpV6Type)Field.Byte(_bytes, Offset.Type);

    /// <summary>The code, whose meaning depends on the type (<see cref="IcmpV6UnreachableCode"/> and so on).</summary>
    public byte Code => Field.Byte(_bytes, Offset.Code);

    /// <summary>The checksum over pseudo header and message.</summary>
    public ushort Checksum => Field.UInt16(_bytes, Offset.Checksum);

    /// <summary>The last four octets of the header as a number.</summary>
    public uint RestOfHeader => Field.UInt32(_bytes, Offset.RestOfHeader);

    /// <summary>Of echo: which conversation it belongs to.</summary>
    public ushort Identifier => Field.UInt16(_bytes, Offset.RestOfHeader);

    /// <summary>Of echo: the number within the conversation.</summary>
    public ushort Sequence => Field.UInt16(_bytes, Offset.RestOfHeader + 2);

    /// <summary>Of packet too big: the octets that would fit.</summary>
    public uint Mtu => RestOfHeader;

    /// <summary>Of parameter problem: which octet of the packet was wrong, from 0.</summary>
    public uint Pointer => RestOfHeader;

    /// <summary>Whether the message tells of something that went wrong with a packet, the beginning of which it bears.</summary>
    public bool IsError => (byte)Type < FirstInformational;

    /// <summary>What follows the header.</summary>
    public ReadOnlySpan<byte> Payload => Field.Rest(_bytes, FixedLength);

    /// <summary>
    /// Of unreachable and time exceeded: the octets that the packet in the message takes when extensions follow it (RFC 4884); 0 where it takes all.
    /// </summary>
    public int OriginalLength => Field.Byte(_bytes, Offset.RestOfHeader) * 8;

    /// <summary>Of error messages: the beginning of the packet that it is about, with its IP header.</summary>
    public ReadOnlySpan<byte> Original => HasOriginalLength ? Field.Part(_bytes, FixedLength, OriginalLength) : Payload;

    /// <summary>Of error messages: the extensions behind that packet (RFC 4884), empty where there are none.</summary>
    public ReadOnlySpan<byte> Extensions => HasOriginalLength ? Field.Rest(_bytes, FixedLength + OriginalLength) : default;

    private bool HasOriginalLength => OriginalLength != 0 && Type is IcmpV6Type.DestinationUnreachable or IcmpV6Type.TimeExceeded;

    /// <summary>Looks at a message.</summary>
    /// <returns><see langword="false"/> if it is shorter than the header.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, out IcmpV6View view)
    {
        if (bytes.Length < FixedLength)
        {
            view = default;
            return false;
        }

        view = new IcmpV6View(bytes);
        return true;
    }

    /// <summary>The header as a value.</summary>
    public IcmpV6Header ToHeader() => new() { Type = Type, Code = Code, Checksum = Checksum, RestOfHeader = RestOfHeader };
}

/// <summary>The header of an ICMP message of IPv6 as a value.</summary>
public readonly record struct IcmpV6Header
{
    /// <inheritdoc cref="IcmpV6View.Type"/>
    public IcmpV6Type Type { get; init; }

    /// <inheritdoc cref="IcmpV6View.Code"/>
    public byte Code { get; init; }

    /// <inheritdoc cref="IcmpV6View.Checksum"/>
    public ushort Checksum { get; init; }

    /// <inheritdoc cref="IcmpV6View.RestOfHeader"/>
    public uint RestOfHeader { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => IcmpV6View.FixedLength;

    /// <summary>An echo request or reply.</summary>
    public static IcmpV6Header Echo(IcmpV6Type type, ushort identifier, ushort sequence) =>
        new() { Type = type, RestOfHeader = (uint)identifier << 16 | sequence };

    /// <summary>A packet did not reach its destination.</summary>
    public static IcmpV6Header Unreachable(IcmpV6UnreachableCode code) => new() { Type = IcmpV6Type.DestinationUnreachable, Code = (byte)code };

    /// <summary>A packet did not fit.</summary>
    public static IcmpV6Header PacketTooBig(uint mtu) => new() { Type = IcmpV6Type.PacketTooBig, RestOfHeader = mtu };

    /// <summary>A packet grew too old.</summary>
    public static IcmpV6Header TimeExceeded(IcmpV6TimeExceededCode code) => new() { Type = IcmpV6Type.TimeExceeded, Code = (byte)code };

    /// <summary>A header was wrong.</summary>
    public static IcmpV6Header ParameterProblem(IcmpV6ParameterProblemCode code, uint pointer) =>
        new() { Type = IcmpV6Type.ParameterProblem, Code = (byte)code, RestOfHeader = pointer };

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

file static class Offset
{
    internal const int Type = 0;
    internal const int Code = 1;
    internal const int Checksum = 2;
    internal const int RestOfHeader = 4;
}
