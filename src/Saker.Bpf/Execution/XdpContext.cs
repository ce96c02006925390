using System.Runtime.CompilerServices;

namespace Saker.Bpf;

/// <summary>
/// A received frame as XDP programs see it (<c>xdp_md</c>), with the same rules for moving its ends as the kernel's <c>xdp_buff</c>. It may go on in fragments, which
/// programs reach by helpers only. What the device knows of the frame is asked for by kernel functions (<c>bpf_xdp_metadata_rx_*</c>).
/// </summary>
public sealed unsafe class XdpContext : PacketContext
{
    /// <summary>Bytes before a loaded packet (<c>XDP_PACKET_HEADROOM</c>).</summary>
    public const int Headroom = 256;

    /// <summary>Bytes at a frame's beginning that stay free of packet and metadata, since the kernel keeps its notes there (<c>struct xdp_frame</c>).</summary>
    public const int ReservedHeadroom = 40;

    /// <summary>How many fragments a packet may have (<c>MAX_SKB_FRAGS</c>).</summary>
    public const int MaximumFragments = 17;

    /// <summary>Bytes of a loaded packet's frame, of which the kernel needs <see cref="ReservedTailroom"/> at the end.</summary>
    private const int PageSize = 4096;

    private const int ReservedTailroom = 320;
    private const int DataField = 0;
    private const int DataEndField = 4;
    private const int DataMetaField = 8;
    private const int IngressDeviceField = 12;
    private const int ReceiveQueueField = 16;
    private const int EgressDeviceField = 20;
    private const int NativePointers = 32;
    private const int BlockSize = 56;

    private Fragments _fragments;

    /// <summary>Makes a context without a packet.</summary>
    public XdpContext()
        : base(ContextLayout.Xdp, BlockSize)
    {
    }

    /// <summary>The index of the device that received the frame.</summary>
    public uint IngressDevice { get; set; }

    /// <summary>The receive queue that it came by.</summary>
    public uint ReceiveQueue { get; set; }

    /// <summary>The index of the device that will send it, for programs in a device map; else 0.</summary>
    public uint EgressDevice { get; set; }

    /// <summary>When the device received it, in nanoseconds; null: the device does not tell.</summary>
    public ulong? ReceiveTimestamp { get; set; }

    /// <summary>The device's hash of it; null: the device does not tell.</summary>
    public XdpReceiveHash? ReceiveHash { get; set; }

    /// <summary>The VLAN tag that the device has taken off; null: none, or the device does not tell.</summary>
    public XdpVlanTag? VlanTag { get; set; }

    /// <summary>How many fragments follow the linear bytes.</summary>
    public int FragmentCount { get; private set; }

    /// <inheritdoc/>
    public override int Length
    {
        get
        {
            int length = DataEnd - DataOffset;
            for (int i = 0; i < FragmentCount; i++)
            {
                length += _fragments[i].Length;
            }

            return length;
        }
    }

    /// <inheritdoc/>
    internal override MemoryRegion Packet => new(AddressSpace.Packet + (uint)DataOffset, Frame + DataOffset, (uint)(DataEnd - DataOffset), isWritable: true);

    /// <inheritdoc/>
    public override void Load(ReadOnlySpan<byte> packet)
    {
        LoadOwn(packet, Headroom, Math.Max(0, PageSize - Headroom - ReservedTailroom - packet.Length));
        ClearHeadroom();
    }

    /// <summary>Copies a packet into own memory, in which what goes beyond a number of bytes lies in fragments of a page.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="linearLength">How many of its bytes programs reach by pointers.</param>
    /// <exception cref="ArgumentOutOfRangeException">It needs more fragments than a packet may have.</exception>
    public void Load(ReadOnlySpan<byte> packet, int linearLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(linearLength);
        ReadOnlySpan<byte> rest = packet[Math.Min(linearLength, packet.Length)..];
        int linear = packet.Length - rest.Length, frame = Math.Max(PageSize, Headroom + linear + ReservedTailroom);
        int count = (rest.Length + PageSize - 1) / PageSize;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaximumFragments, nameof(packet));
        byte* own = Own(frame + (count * PageSize));
        Place(own, frame - ReservedTailroom, Headroom, linear);
        ClearHeadroom();
        packet[..linear].CopyTo(Data);
        for (int i = 0; i < count; i++)
        {
            byte* fragment = own + frame + (i * PageSize);
            ReadOnlySpan<byte> bytes = rest[(i * PageSize)..Math.Min((i + 1) * PageSize, rest.Length)];
            bytes.CopyTo(new Span<byte>(fragment, PageSize));
            AddFragment(fragment, bytes.Length, PageSize);
        }
    }

    /// <summary>Goes on with a fragment in the caller's memory, which must stay where it is until the next packet is taken.</summary>
    /// <param name="memory">Its first byte.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="capacity">How long it may become; 0: it cannot grow.</param>
    /// <exception cref="InvalidOperationException">The packet has <see cref="MaximumFragments"/> already.</exception>
    public void AddFragment(byte* memory, int length, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (FragmentCount == MaximumFragments)
        {
            throw new InvalidOperationException($"A packet has at most {MaximumFragments} fragments.");
        }

        _fragments[FragmentCount++] = new Fragment { Memory = memory, Length = length, Capacity = capacity };
    }

    /// <inheritdoc/>
    public override int CopyTo(Span<byte> destination)
    {
        int copied = 0;
        for (int i = -1; i < FragmentCount && copied < destination.Length; i++)
        {
            ReadOnlySpan<byte> part = i < 0 ? Data : new ReadOnlySpan<byte>(_fragments[i].Memory, _fragments[i].Length);
            part = part[..Math.Min(part.Length, destination.Length - copied)];
            part.CopyTo(destination[copied..]);
            copied += part.Length;
        }

        return copied;
    }

    /// <summary>A fragment.</summary>
    internal ref Fragment FragmentAt(int index) => ref _fragments[index];

    /// <summary>Takes the last fragment off.</summary>
    internal void DropFragment() => FragmentCount--;

    /// <inheritdoc/>
    internal override void Prepare()
    {
        WritePointers(DataField, DataEndField, DataMetaField, NativePointers);
        byte* block = Block;
        *(uint*)(block + IngressDeviceField) = IngressDevice;
        *(uint*)(block + ReceiveQueueField) = ReceiveQueue;
        *(uint*)(block + EgressDeviceField) = EgressDevice;
    }

    private protected override void OnPlaced() => FragmentCount = 0;

    /// <summary>Bytes behind the linear ones.</summary>
    internal struct Fragment
    {
        public byte* Memory;
        public int Length;
        public int Capacity;
    }

    [InlineArray(MaximumFragments)]
    private struct Fragments
    {
        private Fragment _first;
    }
}

/// <summary>A device's hash of a frame.</summary>
/// <param name="Value">The hash.</param>
/// <param name="Type">What it was taken of (<c>enum xdp_rss_hash_type</c>).</param>
public readonly record struct XdpReceiveHash(uint Value, uint Type);

/// <summary>A VLAN tag that a device has taken off a frame.</summary>
/// <param name="Protocol">Its EtherType, 0x8100 or 0x88a8.</param>
/// <param name="Control">Priority, drop eligibility and VLAN number.</param>
public readonly record struct XdpVlanTag(ushort Protocol, ushort Control);
