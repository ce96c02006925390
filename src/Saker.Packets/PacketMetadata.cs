using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Packets;

/// <summary>
/// What is known of one packet, apart from its bytes. Three cache lines of unmanaged memory that a <see cref="PacketBuffer"/> points at:
/// the first is read and written by every stage, the second at both ends of a packet's life, the third by the layer that holds the packet.
/// </summary>
/// <remarks>
/// A stride of three lines spreads the hot lines of neighbouring entries over all cache sets, which a power of two would not.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal unsafe struct PacketMetadata
{
    public const int Size = 192;
    public const int ControlSize = 40;

    // First line: where the bytes are and what the stages ask for.
    public PacketMetadata* Next;
    public byte* Head;
    public byte* Data;
    public int Length;
    public int FragmentLength;
    public int End;
    public ushort LinkOffset;
    public ushort NetworkOffset;
    public ushort TransportOffset;
    public ushort LinkLength;
    public ushort Protocol;
    public PacketType PacketType;
    public ChecksumState Checksum;
    public int Device;
    public uint Hash;
    public PacketFlags Flags;
    public ushort Queue;
    public uint Generation;

    // Second line: whose memory it is, and what the card and the observer said.
    public PoolState* Pool;
    public RegionState* Region;
    public PacketMetadata* FirstFragment;
    public PacketMetadata* LastFragment;
    public long Timestamp;
    public int Chunk;
    public uint Mark;
    public ushort VlanTag;
    public ushort VlanProtocol;
    public uint ChecksumValue;
    public uint Origin;
    public int TraceNode;

    // Third line: for the layer that holds the packet.
    public ControlBlock Control;
    public int Destination;
    public int Socket;

    /// <summary>Of a packet's first fragment: how many packets share the chain of fragments beside the first.</summary>
    public int Sharers;

    /// <summary>What the kernel charges for the packet; 0: nobody has said.</summary>
    public int TrueSize;
    public ushort NapiId;
    public ushort GsoSize;
    public ushort GsoSegments;
    public GsoType GsoType;

    /// <summary>Bytes in the head's chunk, the rest being in fragments.</summary>
    public readonly int LinearLength
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Length - FragmentLength;
    }

    [InlineArray(ControlSize)]
    public struct ControlBlock
    {
        private byte _first;
    }
}

/// <summary>Facts about a packet that are one bit each.</summary>
[Flags]
internal enum PacketFlags : ushort
{
    None = 0,

    /// <summary>The chunk is shared with a clone, or was: its count decides.</summary>
    Shared = 1 << 0,

    /// <summary><see cref="PacketMetadata.VlanTag"/> is valid.</summary>
    VlanTagged = 1 << 1,

    /// <summary>The hash covers ports as well as addresses.</summary>
    HashCoversPorts = 1 << 2,

    /// <summary>The hash is valid.</summary>
    Hashed = 1 << 3,

    /// <summary>The software computed the transport checksum over the whole packet and found it right.</summary>
    ChecksumValid = 1 << 4,

    /// <summary>The fragments hold more than the packet's length counts: it was cut while a clone shared them.</summary>
    FragmentsExceed = 1 << 5,

    /// <summary>The bytes lie in memory that is kept for freeing memory.</summary>
    FromReserve = 1 << 7,

    /// <summary>Others receive the packet behind its present receiver.</summary>
    HasFurtherReceivers = 1 << 8,

    /// <summary>Traffic control hands it on: netfilter does not look at it at egress.</summary>
    SkipsEgress = 1 << 9,

    /// <summary>Another CPU has taken the packet over: what is left here has no bytes.</summary>
    Hollow = 1 << 14,

    /// <summary>Of a fragment: a segment with headers of its own begins here (<c>skb_shared_info.frag_list</c>).</summary>
    BeginsSegment = 1 << 6,

    /// <summary>Free, in its pool.</summary>
    Free = 1 << 15,
}
