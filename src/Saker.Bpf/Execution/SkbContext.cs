using System.Buffers.Binary;

namespace Saker.Bpf;

/// <summary>
/// A packet as traffic control and socket filters see it (<c>__sk_buff</c>). All of it lies in one piece; how much of it programs reach by pointers may be limited
/// (<see cref="LinearLength"/>), as where an skb is not linear. A VLAN tag is kept beside the packet. What programs may write (<see cref="Mark"/>, <see cref="Priority"/>,
/// <see cref="ControlBlock"/>, <see cref="TcIndex"/>, <see cref="ClassId"/>, <see cref="QueueMapping"/>, <see cref="Timestamp"/>) is read back here. Numbers are in the
/// machine's byte order where nothing else is said.
/// </summary>
public sealed unsafe partial class SkbContext : PacketContext
{
    /// <summary>Bytes before a loaded packet: as in the kernel, and beyond that what a program may put before it without new memory.</summary>
    public const int Headroom = 1 << 16;

    /// <summary>Segments of TCP over IPv4 (<c>SKB_GSO_TCPV4</c>), in <see cref="SegmentType"/>.</summary>
    public const uint SegmentsOfTcp4 = 1;

    /// <summary>Segments of TCP over IPv6 (<c>SKB_GSO_TCPV6</c>).</summary>
    public const uint SegmentsOfTcp6 = 16;

    private const int Tailroom = 1 << 16;
    private const int NativePointers = 192;
    private const int BlockSize = 216;
    private const int EthernetLength = 14;

    private int _packetEnd;

    /// <summary>Makes a context without a packet.</summary>
    public SkbContext()
        : base(ContextLayout.SocketBuffer, BlockSize)
    {
    }

    /// <inheritdoc/>
    public override int Length => _packetEnd - DataOffset;

    /// <summary>How many of its bytes programs reach by pointers. A program raises it with <c>bpf_skb_pull_data</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The packet is shorter.</exception>
    public int LinearLength
    {
        get => DataEnd - DataOffset;
        set
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)value, (uint)Length, nameof(value));
            DataEnd = DataOffset + value;
        }
    }

    /// <summary>Where the link header begins, in bytes from the packet's beginning.</summary>
    public int LinkOffset { get; set; }

    /// <summary>Where the network header begins, in bytes from the packet's beginning.</summary>
    public int NetworkOffset { get; set; }

    /// <summary>Where the transport header begins, in bytes from the packet's beginning; 0: nobody has looked.</summary>
    public int TransportOffset { get; set; }

    /// <summary>Where the checksum lies that is still to be computed (<see cref="SkbChecksum.Partial"/>), in bytes from the packet's beginning; 0: it is not told.</summary>
    public int ChecksumOffset { get; set; }

    /// <summary>Whether it has a header within another of which helpers know (<c>skb->encapsulation</c>).</summary>
    public bool IsEncapsulated { get; set; }

    /// <summary>Whether it is at traffic control's ingress; else it is about to be sent.</summary>
    public bool IsIngress { get; set; }

    /// <summary>What its checksum is known to be.</summary>
    public SkbChecksum ChecksumState { get; set; }

    /// <summary>The sum of all bytes, where <see cref="ChecksumState"/> is <see cref="SkbChecksum.Complete"/>: 32 bits, not folded.</summary>
    public uint Checksum { get; set; }

    /// <summary>How many checksums behind the first one are known to be right, where the state is <see cref="SkbChecksum.Unnecessary"/>.</summary>
    public int ChecksumLevel { get; set; }

    /// <summary>The VLAN tag beside the packet; null: none.</summary>
    public XdpVlanTag? VlanTag { get; set; }

    /// <summary>The hash of its flow; 0: none yet.</summary>
    public uint Hash { get; set; }

    /// <summary>Whether <see cref="Hash"/> is one that nothing recomputes, since it covers ports or a program has set it.</summary>
    public bool IsHashFinal { get; set; }

    /// <summary>The maximum size of its segments, where it stands for several; else 0.</summary>
    public ushort SegmentSize { get; set; }

    /// <summary>Bytes of the network and transport headers that each of its segments has; 0: it is not known, as in the kernel's test runs.</summary>
    public ushort SegmentHeaderLength { get; set; }

    /// <summary>How many segments it stands for.</summary>
    public ushort SegmentCount { get; set; }

    /// <summary>What its segments are (<c>SKB_GSO_*</c>).</summary>
    public uint SegmentType { get; set; }

    /// <summary>All of it, whether programs reach it by pointers or not.</summary>
    internal Span<byte> Whole => new(Frame + DataOffset, Length);

    /// <inheritdoc/>
    internal override ReadOnlySpan<byte> LinearBytes => Whole;

    /// <inheritdoc/>
    internal override MemoryRegion Packet => new(AddressSpace.Packet + (uint)DataOffset, Frame + DataOffset, (uint)Length, isWritable: true);

    /// <summary>Takes the packet with what its Ethernet header says, as the kernel's <c>BPF_PROG_TEST_RUN</c> does.</summary>
    /// <param name="packet">The packet, from its link header.</param>
    public override void Load(ReadOnlySpan<byte> packet)
    {
        LoadOwn(packet, Headroom, Tailroom);
        NetworkOffset = Math.Min(EthernetLength, packet.Length);
        Protocol = packet.Length >= EthernetLength ? BinaryPrimitives.ReadUInt16BigEndian(packet[(EthernetLength - sizeof(ushort))..]) : (ushort)0;
    }

    /// <inheritdoc/>
    public override int CopyTo(Span<byte> destination)
    {
        ReadOnlySpan<byte> whole = Whole;
        int length = Math.Min(whole.Length, destination.Length);
        whole[..length].CopyTo(destination);
        return length;
    }

    /// <summary>Moves the packet's beginning; what is known of offsets within stays true of the same bytes.</summary>
    /// <param name="bytes">How much earlier it begins.</param>
    /// <returns>Whether the frame has the room; else nothing is done.</returns>
    internal bool TryGrowHead(int bytes)
    {
        if (DataOffset < bytes)
        {
            return false;
        }

        DataOffset -= bytes;
        LinkOffset += bytes;
        NetworkOffset += bytes;
        MoveTransport(bytes);
        MetadataLength = 0;
        return true;
    }

    /// <summary>What is known of the transport's header lies elsewhere from the packet's beginning, since bytes before it came or went.</summary>
    internal void MoveTransport(int bytes)
    {
        TransportOffset += TransportOffset == 0 ? 0 : bytes;
        ChecksumOffset += ChecksumOffset == 0 ? 0 : bytes;
    }

    /// <summary>Sets the packet's end.</summary>
    /// <returns>Whether the frame has the room; else nothing is done.</returns>
    internal bool TrySetLength(int length)
    {
        if (length > FrameSize - DataOffset)
        {
            return false;
        }

        int linear = DataEnd == _packetEnd ? length : Math.Min(LinearLength, length);
        _packetEnd = DataOffset + length;
        DataEnd = DataOffset + linear;
        return true;
    }

    /// <inheritdoc/>
    internal override void Prepare()
    {
        Refresh();
        byte* block = Block;
        *(uint*)(block + PacketTypeField) = PacketType;
        *(uint*)(block + IngressDeviceField) = IngressDevice;
        *(uint*)(block + DeviceField) = Device;
        *(uint*)(block + NapiField) = NapiId;
        *(uint*)(block + WireLengthField) = WireLength != 0 ? WireLength : (uint)Length;
        *(ulong*)(block + HardwareTimestampField) = HardwareTimestamp;
    }

    /// <summary>Writes what helpers change: where the packet is and what is known of it.</summary>
    internal void Refresh()
    {
        WritePointers(DataField, DataEndField, DataMetaField, NativePointers);
        byte* block = Block;
        *(uint*)block = (uint)Length;
        *(uint*)(block + PacketTypeField) = PacketType;
        *(uint*)(block + ProtocolField) = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(Protocol) : Protocol;
        *(uint*)(block + VlanPresentField) = VlanTag is null ? 0u : 1;
        *(uint*)(block + VlanControlField) = VlanTag?.Control ?? 0u;
        ushort vlanProtocol = VlanTag?.Protocol ?? 0;
        *(uint*)(block + VlanProtocolField) = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(vlanProtocol) : vlanProtocol;
        *(uint*)(block + HashField) = Hash;
        *(uint*)(block + SegmentCountField) = SegmentCount;
        *(uint*)(block + SegmentSizeField) = SegmentSize;
    }

    private protected override void OnPlaced()
    {
        _packetEnd = DataEnd;
        LinkOffset = 0;
        NetworkOffset = 0;
        TransportOffset = 0;
        ChecksumOffset = 0;
        ChecksumState = SkbChecksum.None;
        Checksum = 0;
        ChecksumLevel = 0;
        VlanTag = null;
        Hash = 0;
        IsHashFinal = false;
        SegmentSize = 0;
        SegmentHeaderLength = 0;
        SegmentCount = 0;
        SegmentType = 0;
        IsEncapsulated = false;
        new Span<byte>(Block, BlockSize).Clear();
    }
}

/// <summary>What is known of a packet's checksum (<c>skb->ip_summed</c>), with the kernel's numbers.</summary>
public enum SkbChecksum : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It is right.</summary>
    Unnecessary,

    /// <summary>The sum of all bytes is known.</summary>
    Complete,

    /// <summary>It is still to be computed, by who sends it.</summary>
    Partial,
}
