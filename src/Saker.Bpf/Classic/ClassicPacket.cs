using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Bpf.Classic;

/// <summary>A packet as a filter sees it, in place: made on the stack for one run of the program.</summary>
public readonly ref struct ClassicPacket
{
    /// <summary>No place of a packet.</summary>
    private const int Nowhere = int.MinValue;

    // The compiled program reads these three.
    internal readonly ref readonly byte First;
    internal readonly int LinearLength;
    internal readonly int TotalLength;

    private readonly int _bytesInFront;
    private readonly int _linkOffset;
    private readonly int _networkOffset;
    private readonly IPacketFacts? _facts;

    /// <summary>A packet that lies in one piece.</summary>
    /// <param name="bytes">Its bytes; place 0 is their beginning.</param>
    /// <param name="length">Its length as the program is told, which is more where some of its bytes were not kept; -1: all are there.</param>
    /// <param name="facts">What stands beside it; null: nothing, and programs that ask end with 0.</param>
    /// <param name="linkHeaderLength">How many of the bytes are its link-layer header: the network header comes behind them.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ClassicPacket(ReadOnlySpan<byte> bytes, int length = -1, IPacketFacts? facts = null, int linkHeaderLength = 0)
    {
        First = ref MemoryMarshal.GetReference(bytes);
        LinearLength = bytes.Length;
        TotalLength = length < 0 ? bytes.Length : length;
        _networkOffset = linkHeaderLength;
        _facts = facts;
    }

    /// <summary>A packet with bytes in front of place 0, or with further ones that lie elsewhere.</summary>
    /// <param name="head">What lies in one piece.</param>
    /// <param name="start">Where in it place 0 is.</param>
    /// <param name="length">The packet's length, from place 0 on.</param>
    /// <param name="linkOffset">Where in <paramref name="head"/> its link-layer header is; -1: it has none.</param>
    /// <param name="networkOffset">Where its network header is.</param>
    /// <param name="facts">What stands beside the packet, and its further bytes; null: neither.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ClassicPacket(ReadOnlySpan<byte> head, int start, int length, int linkOffset, int networkOffset, IPacketFacts? facts)
    {
        ReadOnlySpan<byte> bytes = head[start..];
        First = ref MemoryMarshal.GetReference(bytes);
        LinearLength = bytes.Length;
        TotalLength = length;
        _bytesInFront = start;
        _linkOffset = linkOffset < 0 ? Nowhere : linkOffset - start;
        _networkOffset = networkOffset - start;
        _facts = facts;
    }

    /// <summary>
    /// Loads from a place that is not known to lie in one piece behind place 0. Negative places count from the network or the link-layer header, and may lie in
    /// front of place 0 (<c>bpf_skb_load_helper_convert_offset</c>).
    /// </summary>
    /// <param name="packet">The packet.</param>
    /// <param name="place">The place.</param>
    /// <param name="size">1, 2 or 4 bytes.</param>
    /// <returns>The number; negative where there are not so many bytes.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static long Load(in ClassicPacket packet, uint place, int size)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        bytes = bytes[..size];
        if (!packet.TryRead(packet.OffsetOf((int)place), bytes))
        {
            return -1;
        }

        return size switch
        {
            1 => bytes[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            _ => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        };
    }

    /// <summary>Loads what stands beside the packet.</summary>
    /// <returns>The number; negative where it cannot be told.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static long Load(in ClassicPacket packet, AncillaryLoad load, uint accumulator, uint index) => load switch
    {
        AncillaryLoad.XorX => accumulator ^ index,
        AncillaryLoad.NetlinkAttribute => NetlinkAttributes.Find(packet.AsNetlink(), accumulator, index),
        AncillaryLoad.NestedNetlinkAttribute => NetlinkAttributes.FindNested(packet.AsNetlink(), accumulator, index),
        _ => packet._facts is { } facts && facts.TryLoad(load, out uint value) ? value : -1,
    };

    private int OffsetOf(int place)
    {
        if (place >= 0)
        {
            return place;
        }

        if (place >= unchecked((int)AncillaryLoads.NetworkOffset))
        {
            return place - unchecked((int)AncillaryLoads.NetworkOffset) + _networkOffset;
        }

        return place >= unchecked((int)AncillaryLoads.LinkOffset) && _linkOffset != Nowhere
            ? place - unchecked((int)AncillaryLoads.LinkOffset) + _linkOffset
            : Nowhere;
    }

    private bool TryRead(int offset, Span<byte> destination)
    {
        if (offset < -_bytesInFront)
        {
            return false;
        }

        if (LinearLength - offset >= destination.Length)
        {
            MemoryMarshal.CreateReadOnlySpan(in Unsafe.Add(ref Unsafe.AsRef(in First), offset), destination.Length).CopyTo(destination);
            return true;
        }

        return offset >= 0 && _facts is not null && _facts.TryRead(offset, destination);
    }

    /// <summary>Attributes are looked for where the whole packet lies in one piece.</summary>
    private ReadOnlySpan<byte> AsNetlink() => LinearLength < TotalLength ? default : MemoryMarshal.CreateReadOnlySpan(in First, LinearLength);
}
