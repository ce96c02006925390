using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Packets;

/// <content>Where the headers begin, whatever was pulled since.</content>
public readonly unsafe partial struct PacketBuffer
{
    /// <summary>Where the network header begins, counted from where the data now begins; negative once it was pulled.</summary>
    public int NetworkHeaderOffset
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Metadata->NetworkOffset - DataOffset;
    }

    /// <summary>Where the transport header begins, counted from where the data now begins.</summary>
    public int TransportHeaderOffset
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Metadata->TransportOffset - DataOffset;
    }

    /// <summary>Length of the link header that was in front of the network header (<c>skb->mac_len</c>).</summary>
    public int LinkHeaderLength
    {
        get => Metadata->LinkLength;
        set => Metadata->LinkLength = (ushort)value;
    }

    /// <summary>The linear bytes from the link header on, though it was pulled.</summary>
    public Span<byte> LinkHeader
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => From(Metadata, Metadata->LinkOffset);
    }

    /// <summary>Whether another packet has the same link header: as long, and the same bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasSameLinkHeader(PacketBuffer other) => HaveSameLinkHeader(Metadata, other.Metadata);

    /// <summary>Whether another packet bears the same VLAN tag beside it, or none either.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasSameVlanTag(PacketBuffer other)
    {
        PacketMetadata* ours = Metadata, theirs = other.Metadata;
        return ((ours->Flags ^ theirs->Flags) & PacketFlags.VlanTagged) == PacketFlags.None
            && ours->VlanTag == theirs->VlanTag && ours->VlanProtocol == theirs->VlanProtocol;
    }

    /// <summary>The linear bytes from the network header on.</summary>
    public Span<byte> NetworkHeader
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => From(Metadata, Metadata->NetworkOffset);
    }

    /// <summary>The linear bytes from the transport header on.</summary>
    public Span<byte> TransportHeader
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => From(Metadata, Metadata->TransportOffset);
    }

    /// <summary>The network header begins where the data now begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MarkNetworkHeader() => Metadata->NetworkOffset = (ushort)DataOffset;

    /// <summary>The network header begins <paramref name="offset"/> bytes behind where the data now begins.</summary>
    public void MarkNetworkHeader(int offset) => Metadata->NetworkOffset = (ushort)(DataOffset + offset);

    /// <summary>The transport header begins where the data now begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MarkTransportHeader() => Metadata->TransportOffset = (ushort)DataOffset;

    /// <summary>The transport header begins <paramref name="offset"/> bytes behind the network header.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MarkTransportHeader(int offset) => Metadata->TransportOffset = (ushort)(Metadata->NetworkOffset + offset);

    /// <summary>The link header begins where the data now begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MarkLinkHeader() => Metadata->LinkOffset = (ushort)DataOffset;

    /// <summary>
    /// Moves the first bytes of the link header towards the data, over what stood behind them: how a tag is taken out of it. The bytes must be writable.
    /// </summary>
    /// <param name="length">How many bytes move.</param>
    /// <param name="count">How far.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CloseLinkHeaderGap(int length, int count) => CloseGap(Metadata, length, count);

    private static void CloseGap(PacketMetadata* metadata, int length, int count)
    {
        Span<byte> link = From(metadata, metadata->LinkOffset);
        if ((uint)length > (uint)link.Length || (uint)count > (uint)(link.Length - length))
        {
            ThrowNoRoom();
        }

        link[..length].CopyTo(link[count..]);
        metadata->LinkOffset += (ushort)count;
    }

    /// <summary>Two overlapping words are the fourteen bytes of an Ethernet header.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HaveSameLinkHeader(PacketMetadata* ours, PacketMetadata* theirs)
    {
        const int Ethernet = 14, Rest = Ethernet - sizeof(ulong);
        byte* our = ours->Head + ours->LinkOffset, their = theirs->Head + theirs->LinkOffset;
        return ours->LinkLength == Ethernet && theirs->LinkLength == Ethernet && ours->Data - our >= Ethernet && theirs->Data - their >= Ethernet
            ? *(ulong*)our == *(ulong*)their && *(ulong*)(our + Rest) == *(ulong*)(their + Rest)
            : HaveSameOtherLinkHeader(ours, theirs);
    }

    private static bool HaveSameOtherLinkHeader(PacketMetadata* ours, PacketMetadata* theirs)
    {
        int length = ours->LinkLength;
        ReadOnlySpan<byte> our = From(ours, ours->LinkOffset), their = From(theirs, theirs->LinkOffset);
        return length == theirs->LinkLength && length <= our.Length && length <= their.Length && our[..length].SequenceEqual(their[..length]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Span<byte> From(PacketMetadata* metadata, ushort offset)
    {
        byte* start = metadata->Head + offset;
        byte* tail = metadata->Data + metadata->LinearLength;
        return tail > start ? MemoryMarshal.CreateSpan(ref *start, (int)(tail - start)) : default;
    }
}
