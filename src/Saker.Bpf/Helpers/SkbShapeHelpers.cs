namespace Saker.Bpf.Helpers;

/// <summary>Bytes that come into a packet or go: its ends, the room between its headers, the other version of IP.</summary>
internal static unsafe class SkbShapeHelpers
{
    /// <summary>The longest packet that a helper makes (<c>SKB_MAX_ALLOC</c>).</summary>
    private const uint LongestPacket = 16064;

    private const int LargestChange = 0xfff;
    private const int IPv4Length = 20;
    private const int IPv6Length = 40;
    private const int EthernetLength = 14;
    private const ushort EtherTypeIPv4 = 0x0800;
    private const ushort EtherTypeIPv6 = 0x86dd;
    private const uint AtNetworkHeader = 0;
    private const uint AtLinkHeader = 1;
    private const ulong FixedSegments = 1;
    private const ulong EncapsulateIPv4 = 2;
    private const ulong EncapsulateIPv6 = 4;
    private const ulong EncapsulateGre = 8;
    private const ulong EncapsulateUdp = 16;
    private const ulong KeepsChecksum = 32;
    private const ulong EncapsulateEthernet = 64;
    private const ulong DecapsulateIPv4 = 128;
    private const ulong DecapsulateIPv6 = 256;
    private const ulong DecapsulateAny = DecapsulateIPv4 | DecapsulateIPv6;
    private const int InnerLinkLengthShift = 56;
    private const ulong KnownFlags = FixedSegments | EncapsulateIPv4 | EncapsulateIPv6 | EncapsulateGre | EncapsulateUdp | KeepsChecksum | EncapsulateEthernet
        | DecapsulateAny | (0xfful << InnerLinkLengthShift);

    /// <summary><c>bpf_skb_change_head</c>: for a link header that is to be written.</summary>
    public static ulong ChangeHead(BpfCpu cpu, ulong context, ulong room, ulong flags, ulong r4, ulong r5)
    {
        if (!cpu.TryGetContext(context, out SkbContext? skb))
        {
            return 0;
        }

        ulong length = (ulong)skb.Length + (uint)room;
        if (flags != 0 || (int)room < 0 || (skb.SegmentSize == 0 && length > LongestPacket))
        {
            return BpfError.InvalidArgument.Negated();
        }

        if (!skb.TryGrowHead((int)(uint)room))
        {
            return BpfError.NoMemory.Negated();
        }

        new Span<byte>(skb.Frame + skb.DataOffset, (int)(uint)room).Clear();
        skb.LinkOffset = 0;
        return Changed(cpu, skb);
    }

    /// <summary><c>bpf_skb_change_tail</c>: what is added is zeros.</summary>
    public static ulong ChangeTail(BpfCpu cpu, ulong context, ulong length, ulong flags, ulong r4, ulong r5)
    {
        if (!cpu.TryGetContext(context, out SkbContext? skb))
        {
            return 0;
        }

        uint wanted = (uint)length;
        if (flags != 0 || wanted > LongestPacket || wanted < LeastLength(skb))
        {
            return BpfError.InvalidArgument.Negated();
        }

        if (skb.IsEncapsulated)
        {
            return BpfError.NotSupported.Negated();
        }

        uint known = (uint)skb.Length;
        if (wanted < known)
        {
            SkbByteHelpers.BeforeChange(skb, wanted, known - wanted);
        }

        if (!skb.TrySetLength((int)wanted))
        {
            return BpfError.NoMemory.Negated();
        }

        if (wanted > known)
        {
            new Span<byte>(skb.Frame + skb.DataOffset + known, (int)(wanted - known)).Clear();
        }

        // It is one piece now, and stands for itself.
        skb.LinearLength = skb.Length;
        (skb.SegmentSize, skb.SegmentCount, skb.SegmentType) = (0, 0, 0);
        return Changed(cpu, skb);
    }

    /// <summary><c>bpf_skb_change_proto</c>: room for the header of the other version of IP.</summary>
    public static ulong ChangeProtocol(BpfCpu cpu, ulong context, ulong protocol, ulong flags, ulong r4, ulong r5)
    {
        if (!cpu.TryGetContext(context, out SkbContext? skb))
        {
            return 0;
        }

        if (flags != 0)
        {
            return BpfError.InvalidArgument.Negated();
        }

        ushort to = OnesComplement.Network((ushort)protocol);
        if ((skb.Protocol, to) is not ((EtherTypeIPv4, EtherTypeIPv6) or (EtherTypeIPv6, EtherTypeIPv4)))
        {
            return BpfError.NotSupported.Negated();
        }

        BpfError error = to == EtherTypeIPv6
            ? Insert(skb, HeaderOffset(skb), IPv6Length - IPv4Length)
            : Remove(skb, HeaderOffset(skb), IPv6Length - IPv4Length);
        if (error != BpfError.None)
        {
            return error.Negated();
        }

        skb.Protocol = to;
        skb.SegmentCount = 0;
        if (IsTcp(skb))
        {
            skb.SegmentType &= ~(SkbContext.SegmentsOfTcp4 | SkbContext.SegmentsOfTcp6);
            skb.SegmentType |= to == EtherTypeIPv6 ? SkbContext.SegmentsOfTcp6 : SkbContext.SegmentsOfTcp4;
        }

        SkbFieldHelpers.ForgetHash(skb);
        return Changed(cpu, skb);
    }

    /// <summary><c>bpf_skb_adjust_room</c>.</summary>
    public static ulong AdjustRoom(BpfCpu cpu, ulong context, ulong difference, ulong mode, ulong flags, ulong r5)
    {
        if (!cpu.TryGetContext(context, out SkbContext? skb))
        {
            return 0;
        }

        int change = Math.Abs((long)(int)difference) is <= LargestChange and var size ? (int)size : -1;
        bool shrinks = (int)difference < 0;
        if ((flags & ~KnownFlags) != 0)
        {
            return BpfError.InvalidArgument.Negated();
        }

        if (change < 0)
        {
            return BpfError.BadAddress.Negated();
        }

        if (skb.Protocol is not (EtherTypeIPv4 or EtherTypeIPv6) || (uint)mode > AtLinkHeader)
        {
            return BpfError.NotSupported.Negated();
        }

        int least = skb.Protocol == EtherTypeIPv4 ? IPv4Length : IPv6Length;
        int offset = HeaderOffset(skb) + ((uint)mode == AtNetworkHeader ? least : 0);
        if ((flags & DecapsulateAny) != 0)
        {
            if (!shrinks || (flags & DecapsulateAny) == DecapsulateAny)
            {
                return BpfError.InvalidArgument.Negated();
            }

            least = (flags & DecapsulateIPv4) != 0 ? IPv4Length : IPv6Length;
        }

        int known = skb.Length - skb.NetworkOffset;
        if (shrinks ? change >= known || known - change < least : (uint)(skb.Length + change) > LongestPacket && skb.SegmentSize == 0)
        {
            return BpfError.NotSupported.Negated();
        }

        BpfError error = shrinks ? Shrink(skb, offset, change, flags) : Grow(skb, offset, change, flags);
        if (error != BpfError.None)
        {
            return error.Negated();
        }

        if ((flags & KeepsChecksum) == 0)
        {
            ChecksumHelpers.Forget(skb);
        }

        return Changed(cpu, skb);
    }

    /// <summary>Makes room at an offset, of zeros; what is before it moves.</summary>
    public static BpfError Insert(SkbContext skb, int offset, int length)
    {
        int link = skb.LinkOffset, network = skb.NetworkOffset;
        bool isWithoutNetworkHeader = skb.TransportOffset == network;
        if (offset > skb.Length || !skb.TryGrowHead(length))
        {
            return BpfError.NoMemory;
        }

        byte* data = skb.Frame + skb.DataOffset;
        Buffer.MemoryCopy(data + length, data, offset, offset);
        new Span<byte>(data + offset, length).Clear();
        (skb.LinkOffset, skb.NetworkOffset) = (link, network);
        skb.TransportOffset = isWithoutNetworkHeader ? network : skb.TransportOffset;
        return BpfError.None;
    }

    /// <summary>Takes bytes out at an offset; what is before them moves.</summary>
    public static BpfError Remove(SkbContext skb, int offset, int length)
    {
        if (offset + length > skb.Length)
        {
            return BpfError.NoMemory;
        }

        SkbByteHelpers.BeforeChange(skb, (uint)offset, (uint)length);
        skb.LinearLength = Math.Max(skb.LinearLength, offset + length);
        byte* data = skb.Frame + skb.DataOffset;
        Buffer.MemoryCopy(data, data + length, offset, offset);
        skb.DataOffset += length;
        bool isWithoutNetworkHeader = skb.TransportOffset == skb.NetworkOffset;
        skb.MoveTransport(-length);
        skb.TransportOffset = isWithoutNetworkHeader ? skb.NetworkOffset : skb.TransportOffset;
        return BpfError.None;
    }

    /// <summary>The packet has changed: the structure says so, and so does the CPU.</summary>
    public static ulong Changed(BpfCpu cpu, SkbContext skb)
    {
        skb.Refresh();
        cpu.PacketChanged();
        return 0;
    }

    private static BpfError Grow(SkbContext skb, int offset, int length, ulong flags)
    {
        if (skb.SegmentSize != 0 && !IsTcp(skb) && (flags & FixedSegments) == 0)
        {
            return BpfError.NotSupported;
        }

        bool encapsulates = (flags & (EncapsulateIPv4 | EncapsulateIPv6)) != 0;
        ulong innerLink = flags >> InnerLinkLengthShift;
        if (encapsulates)
        {
            const ulong BothVersions = EncapsulateIPv4 | EncapsulateIPv6, BothTunnels = EncapsulateGre | EncapsulateUdp;
            if ((flags & BothVersions) == BothVersions || (flags & BothTunnels) == BothTunnels
                || ((flags & EncapsulateEthernet) != 0 && innerLink < EthernetLength))
            {
                return BpfError.InvalidArgument;
            }

            if (skb.IsEncapsulated)
            {
                return BpfError.Already;
            }

            if (innerLink > (uint)length)
            {
                return BpfError.InvalidArgument;
            }
        }

        BpfError error = Insert(skb, offset, length);
        if (error != BpfError.None)
        {
            return error;
        }

        if (encapsulates)
        {
            skb.IsEncapsulated = true;
            skb.Protocol = (flags & EncapsulateIPv4) != 0 ? EtherTypeIPv4 : EtherTypeIPv6;
        }

        if (skb.SegmentSize != 0)
        {
            skb.SegmentSize -= (flags & FixedSegments) == 0 ? (ushort)length : (ushort)0;
            skb.SegmentCount = 0;
        }

        return BpfError.None;
    }

    private static BpfError Shrink(SkbContext skb, int offset, int length, ulong flags)
    {
        if ((flags & ~(FixedSegments | DecapsulateAny | KeepsChecksum)) != 0)
        {
            return BpfError.InvalidArgument;
        }

        if (skb.SegmentSize != 0 && !IsTcp(skb) && (flags & FixedSegments) == 0)
        {
            return BpfError.NotSupported;
        }

        BpfError error = Remove(skb, offset, length);
        if (error != BpfError.None)
        {
            return error;
        }

        if ((flags & DecapsulateAny) != 0)
        {
            skb.Protocol = (flags & DecapsulateIPv4) != 0 ? EtherTypeIPv4 : EtherTypeIPv6;
        }

        if (skb.SegmentSize != 0)
        {
            skb.SegmentSize += (flags & FixedSegments) == 0 ? (ushort)length : (ushort)0;
            skb.SegmentCount = 0;
        }

        return BpfError.None;
    }

    /// <summary>Up to where a packet may not be cut: its network header, or the transport's, or the checksum that is to be computed, as far as they are known.</summary>
    private static uint LeastLength(SkbContext skb) => (uint)Math.Max(
        skb.ChecksumState == SkbChecksum.Partial && skb.ChecksumOffset > 0 ? skb.ChecksumOffset + sizeof(ushort)
            : skb.TransportOffset > 0 ? skb.TransportOffset
            : skb.NetworkOffset,
        0);

    private static int HeaderOffset(SkbContext skb) => skb.NetworkOffset - skb.LinkOffset;

    private static bool IsTcp(SkbContext skb) => (skb.SegmentType & (SkbContext.SegmentsOfTcp4 | SkbContext.SegmentsOfTcp6)) != 0;
}
