using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <summary>The fragment header of an IPv6 packet in place (RFC 8200 section 4.5).</summary>
public readonly ref struct IPv6FragmentView
{
    /// <summary>The octets of the header.</summary>
    public const int FixedLength = 8;

    private const ushort OffsetMask = 0xfff8;
    private const ushort MoreFragmentsBit = 1;

    private readonly ReadOnlySpan<byte> _bytes;

    private IPv6FragmentView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The first header of the part that is in fragments.</summary>
    public IPProtocol NextHeader => (IPProtocol)Field.Byte(_bytes, Offset.NextHeader);

    /// <summary>The octet that is reserved.</summary>
    public byte Reserved => Field.Byte(_bytes, Offset.Reserved);

    /// <summary>The sixteen bits of offset, reserved bits and more-fragments flag, as they stand.</summary>
    public ushort OffsetAndFlags => Field.UInt16(_bytes, Offset.OffsetAndFlags);

    /// <summary>Where this fragment belongs, in octets, a multiple of eight.</summary>
    public int FragmentOffset => OffsetAndFlags & OffsetMask;

    /// <summary>Whether another fragment follows this one.</summary>
    public bool MoreFragments => (OffsetAndFlags & MoreFragmentsBit) != 0;

    /// <summary>Whether this is the whole packet nevertheless (RFC 6946).</summary>
    public bool IsAtomic => (OffsetAndFlags & (OffsetMask | MoreFragmentsBit)) == 0;

    /// <summary>What the fragments of one packet have in common.</summary>
    public uint Identification => Field.UInt32(_bytes, Offset.Identification);

    /// <summary>What follows the header.</summary>
    public ReadOnlySpan<byte> Payload => Field.Rest(_bytes, FixedLength);

    /// <summary>Looks at a header.</summary>
    /// <returns><see langword="false"/> if fewer octets are there than it has.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, out IPv6FragmentView view)
    {
        view = bytes.Length < FixedLength ? default : new IPv6FragmentView(bytes);
        return bytes.Length >= FixedLength;
    }

    /// <summary>The header as a value.</summary>
    public IPv6FragmentHeader ToHeader() => new()
    {
        NextHeader = NextHeader,
        Reserved = Reserved,
        OffsetAndFlags = OffsetAndFlags,
        Identification = Identification,
    };
}

/// <summary>The fragment header of an IPv6 packet as a value.</summary>
public readonly record struct IPv6FragmentHeader
{
    /// <inheritdoc cref="IPv6FragmentView.NextHeader"/>
    public IPProtocol NextHeader { get; init; }

    /// <inheritdoc cref="IPv6FragmentView.Reserved"/>
    public byte Reserved { get; init; }

    /// <inheritdoc cref="IPv6FragmentView.OffsetAndFlags"/>
    public ushort OffsetAndFlags { get; init; }

    /// <inheritdoc cref="IPv6FragmentView.Identification"/>
    public uint Identification { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => IPv6FragmentView.FixedLength;

    /// <summary>Puts offset (in octets, a multiple of eight) and flag together.</summary>
    public static ushort Combine(int fragmentOffset, bool moreFragments) => (ushort)((fragmentOffset & ~7) | (moreFragments ? 1 : 0));

    /// <summary>Writes the header.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        Field.SetByte(destination, Offset.NextHeader, (byte)NextHeader);
        Field.SetByte(destination, Offset.Reserved, Reserved);
        Field.SetUInt16(destination, Offset.OffsetAndFlags, OffsetAndFlags);
        Field.SetUInt32(destination, Offset.Identification, Identification);
    }
}

file static class Offset
{
    internal const int NextHeader = 0;
    internal const int Reserved = 1;
    internal const int OffsetAndFlags = 2;
    internal const int Identification = 4;
}
