using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Saker.Packets;

/// <summary>
/// A packet: a handle of one pointer over unmanaged metadata that has a pool of its own, apart from the frame's bytes
/// (what the kernel calls <c>sk_buff</c>).
/// </summary>
/// <remarks>
/// <code>
///  metadata          chunk of a FrameRegion
///  ┌──────────┐      ┌──────────┬───────────────────────────┬──────────┐
///  │ Head     │─────▶│ headroom │ linear bytes (Linear)     │ tailroom │
///  │ Data     │──────┼──────────▶                           │          │
///  │ Length   │      └──────────┴───────────────────────────┴──────────┘
///  │ First-   │      metadata of a fragment, and so on
///  │ Fragment │─────▶┌──────────┐
///  └──────────┘      │ Data     │─────▶ bytes behind the linear ones
///                    └──────────┘
/// </code>
/// <para>
/// Ownership is single and moves: who is handed a packet frees it or hands it on, and touches it no more. Where two want the same packet, one takes
/// a <see cref="TryClone"/>, which has metadata of its own and shares the bytes; shared bytes are not written (<see cref="TryMakeWritable"/> first).
/// </para>
/// <para>
/// A packet is used on the CPU that owns its pool; its bytes may lie in another CPU's region. Debug builds keep the entry's generation beside the pointer and throw
/// <see cref="InvalidOperationException"/> on use after free and on a second free; release builds have the pointer alone.
/// </para>
/// <para>
/// Every member is either inlined or a static method that gets the pointer: were the handle's own address ever taken, the compiler would keep it in memory
/// and load it anew at each use, in every method that holds a packet (measured: 7 of 100 ns of the whole way of a datagram).
/// </para>
/// </remarks>
public readonly unsafe partial struct PacketBuffer : IEquatable<PacketBuffer>
{
    private readonly PacketMetadata* _metadata;
#if DEBUG
    private readonly uint _generation;
#endif

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal PacketBuffer(PacketMetadata* metadata)
    {
        _metadata = metadata;
#if DEBUG
        if (metadata != null && (metadata->Flags & PacketFlags.Free) != PacketFlags.None)
        {
            throw new InvalidOperationException("The packet was freed while a list held it.");
        }

        _generation = metadata == null ? 0 : metadata->Generation;
#endif
    }

    /// <summary>No packet.</summary>
    public bool IsNull => _metadata == null;

    internal PacketMetadata* Metadata
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            CheckAlive();
            return _metadata;
        }
    }

    /// <summary>Bytes of the packet from where its data now begins, fragments included (<c>skb->len</c>).</summary>
    public int Length => Metadata->Length;

    /// <summary>Bytes that lie together at the front, in the first chunk.</summary>
    public int LinearLength => Metadata->LinearLength;

    /// <summary>Bytes that lie in fragments.</summary>
    public int FragmentLength => Metadata->FragmentLength;

    /// <summary>Whether a part lies in fragments (<c>skb_is_nonlinear</c>).</summary>
    public bool IsFragmented => Metadata->FragmentLength != 0;

    /// <summary>The device that the packet was received by, or is now on; zero: none. An index into the owner's table.</summary>
    public int Device
    {
        get => Metadata->Device;
        set => Metadata->Device = value;
    }

    /// <summary>The card's receive queue.</summary>
    public ushort Queue
    {
        get => Metadata->Queue;
        set => Metadata->Queue = value;
    }

    /// <summary>The EtherType of what begins at the network header, host order; below 1536 one of the numbers Linux gives to frames without.</summary>
    public ushort Protocol
    {
        get => Metadata->Protocol;
        set => Metadata->Protocol = value;
    }

    /// <summary>To whom the frame was addressed.</summary>
    public PacketType PacketType
    {
        get => Metadata->PacketType;
        set => Metadata->PacketType = value;
    }

    /// <summary>What is known about the transport checksum.</summary>
    public ChecksumState ChecksumState
    {
        get => Metadata->Checksum;
        set => Metadata->Checksum = value;
    }

    /// <summary>With <see cref="ChecksumState.Complete"/>, the unfolded one's complement sum of the packet from its network header.</summary>
    public uint ChecksumValue
    {
        get => Metadata->ChecksumValue;
        set => Metadata->ChecksumValue = value;
    }

    /// <summary>Whether software has verified the transport checksum.</summary>
    public bool IsChecksumVerified
    {
        get => Has(PacketFlags.ChecksumValid);
        set => Set(PacketFlags.ChecksumValid, value);
    }

    /// <summary>Whether traffic control has it in hand, or has handed it on: at egress netfilter does not look at it then (<c>nf_skip_egress</c>).</summary>
    public bool SkipsNetfilterEgress
    {
        get => Has(PacketFlags.SkipsEgress);
        set => Set(PacketFlags.SkipsEgress, value);
    }

    /// <summary>When the frame arrived: nanoseconds of the clock that the stack was given.</summary>
    public long Timestamp
    {
        get => Metadata->Timestamp;
        set => Metadata->Timestamp = value;
    }

    /// <summary>The firewall mark.</summary>
    public uint Mark
    {
        get => Metadata->Mark;
        set => Metadata->Mark = value;
    }

    /// <summary>The flow hash, as the card or the software computed it; meaningful if <see cref="HasHash"/>.</summary>
    public uint Hash => Metadata->Hash;

    /// <summary>Whether <see cref="Hash"/> is valid.</summary>
    public bool HasHash => Has(PacketFlags.Hashed);

    /// <summary>Whether the hash covers ports as well as addresses.</summary>
    public bool HashCoversPorts => Has(PacketFlags.HashCoversPorts);

    /// <summary>Whether a VLAN tag was taken out of the frame and is carried beside it.</summary>
    public bool HasVlanTag => Has(PacketFlags.VlanTagged);

    /// <summary>
    /// Whether the packet lies in memory that is kept for those who free memory (<c>skb_pfmemalloc</c>, where sockets swap over the network). Only protocols that they may
    /// speak get it.
    /// </summary>
    public bool IsFromReserve
    {
        get => Has(PacketFlags.FromReserve);
        set => Set(PacketFlags.FromReserve, value);
    }

    /// <summary>
    /// Whether others receive the packet behind its present receiver (<c>skb_shared</c>): a receiver that wants nothing of it leaves it to them, which is no drop.
    /// </summary>
    public bool HasFurtherReceivers
    {
        get => Has(PacketFlags.HasFurtherReceivers);
        set => Set(PacketFlags.HasFurtherReceivers, value);
    }

    /// <summary>Whether no VLAN tag is carried beside it, and it lies in ordinary memory: then nothing has to be decided but its protocol.</summary>
    public bool IsOrdinary => !Has(PacketFlags.VlanTagged | PacketFlags.FromReserve);

    /// <summary>The tag control information taken out of the frame (priority, drop eligible, VLAN id), host order.</summary>
    public ushort VlanTag => Metadata->VlanTag;

    /// <summary>The EtherType of the tag that was taken out, host order.</summary>
    public ushort VlanProtocol => Metadata->VlanProtocol;

    /// <summary>An index into the owner's table of routing results; zero: not routed yet (<c>skb_dst</c>).</summary>
    public int Destination
    {
        get => Metadata->Destination;
        set => Metadata->Destination = value;
    }

    /// <summary>An index into the owner's table of sockets, where a socket was found early; zero: none (<c>skb->sk</c>).</summary>
    public int Socket
    {
        get => Metadata->Socket;
        set => Metadata->Socket = value;
    }

    /// <summary>
    /// What the link called this frame. It is carried on to clones and to whatever is sent because of the packet, so that a cause can be found for each effect.
    /// </summary>
    public uint Origin
    {
        get => Metadata->Origin;
        set => Metadata->Origin = value;
    }

    /// <summary>Where an observer keeps its place for this packet.</summary>
    public int TraceNode
    {
        get => Metadata->TraceNode;
        set => Metadata->TraceNode = value;
    }

    /// <summary>Space for the layer that holds the packet: 40 bytes that hold nothing across layers (<c>skb->cb</c>). A new packet's are zero.</summary>
    /// <typeparam name="T">What the layer keeps there; at most 40 bytes.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T Control<T>()
        where T : unmanaged
    {
        if (sizeof(T) > PacketMetadata.ControlSize)
        {
            throw new ArgumentException($"{typeof(T)} has {sizeof(T)} bytes; a packet's control block holds {PacketMetadata.ControlSize}.");
        }

        return ref Unsafe.As<PacketMetadata.ControlBlock, T>(ref Metadata->Control);
    }

    /// <summary>Notes the flow hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetHash(uint hash, bool coversPorts)
    {
        PacketMetadata* metadata = Metadata;
        metadata->Hash = hash;
        metadata->Flags = (metadata->Flags & ~PacketFlags.HashCoversPorts) | PacketFlags.Hashed
            | (PacketFlags)((coversPorts ? 1 : 0) * (int)PacketFlags.HashCoversPorts);
    }

    /// <summary>Notes a VLAN tag that is no longer in the bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetVlanTag(ushort protocol, ushort tag)
    {
        PacketMetadata* metadata = Metadata;
        metadata->VlanProtocol = protocol;
        metadata->VlanTag = tag;
        metadata->Flags |= PacketFlags.VlanTagged;
    }

    /// <summary>Forgets the VLAN tag.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ClearVlanTag() => Set(PacketFlags.VlanTagged, false);

    /// <inheritdoc/>
    public bool Equals(PacketBuffer other) => _metadata == other._metadata;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PacketBuffer other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ((nint)_metadata).GetHashCode();

    /// <summary>Whether both are the same packet.</summary>
    public static bool operator ==(PacketBuffer left, PacketBuffer right) => left.Equals(right);

    /// <summary>Whether they are different packets.</summary>
    public static bool operator !=(PacketBuffer left, PacketBuffer right) => !left.Equals(right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Has(PacketFlags flag) => (Metadata->Flags & flag) != PacketFlags.None;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Set(PacketFlags flag, bool value)
    {
        PacketMetadata* metadata = Metadata;
        metadata->Flags = value ? metadata->Flags | flag : metadata->Flags & ~flag;
    }

    [Conditional("DEBUG")]
    private void CheckAlive()
    {
#if DEBUG
        if (_metadata == null)
        {
            throw new InvalidOperationException("There is no packet behind this handle.");
        }

        if (_metadata->Generation != _generation)
        {
            throw new InvalidOperationException("The packet was freed: its owner handed it on or freed it, and used it again.");
        }
#endif
    }
}
