using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Saker.Bpf.Helpers;

/// <summary>The VLAN tag beside a packet, and those in it.</summary>
internal static unsafe class VlanHelpers
{
    private const ushort CustomerTag = 0x8100;
    private const ushort ServiceTag = 0x88a8;
    private const int TagLength = 4;
    private const int TagOffset = 12;
    private const int MostTags = 8;
    private const int TaggedHeaderLength = 18;
    private const int EthernetLength = 14;
    private const ushort LeastEtherType = 0x600;
    private const ushort Novell8023 = 1;
    private const ushort Ieee8022 = 4;

    /// <summary><c>bpf_skb_vlan_push</c>: a tag that is beside the packet already goes into it.</summary>
    public static ulong Push(BpfCpu cpu, ulong context, ulong protocol, ulong control, ulong r4, ulong r5)
    {
        if (!cpu.TryGetContext(context, out SkbContext? skb))
        {
            return 0;
        }

        ushort kind = OnesComplement.Network((ushort)protocol);
        if (skb.VlanTag is { } tag)
        {
            if (skb.LinkOffset != 0)
            {
                return BpfError.InvalidArgument.Negated();
            }

            BpfError error = skb.Length < TagOffset ? BpfError.NoMemory : SkbShapeHelpers.Insert(skb, TagOffset, TagLength);
            if (error != BpfError.None)
            {
                return error.Negated();
            }

            Span<byte> header = new(skb.Frame + skb.DataOffset + TagOffset, TagLength);
            BinaryPrimitives.WriteUInt16BigEndian(header, tag.Protocol);
            BinaryPrimitives.WriteUInt16BigEndian(header[sizeof(ushort)..], tag.Control);
            skb.NetworkOffset += TagLength;
            skb.Protocol = tag.Protocol;
            SkbByteHelpers.AfterChange(skb, TagOffset, TagLength);
        }

        skb.VlanTag = new XdpVlanTag(kind is CustomerTag or ServiceTag ? kind : CustomerTag, (ushort)control);
        return SkbShapeHelpers.Changed(cpu, skb);
    }

    /// <summary><c>bpf_skb_vlan_pop</c>: the next tag in the packet comes beside it.</summary>
    public static ulong Pop(BpfCpu cpu, ulong context, ulong r2, ulong r3, ulong r4, ulong r5)
    {
        if (!cpu.TryGetContext(context, out SkbContext? skb))
        {
            return 0;
        }

        BpfError error = BpfError.None;
        if (skb.VlanTag is not null)
        {
            skb.VlanTag = null;
        }
        else if (IsTag(skb.Protocol))
        {
            error = TakeOut(skb, out _);
        }
        else
        {
            return 0;
        }

        ushort protocol = skb.Protocol;
        if (error == BpfError.None && IsTag(protocol))
        {
            error = TakeOut(skb, out ushort control);
            skb.VlanTag = error == BpfError.None ? new XdpVlanTag(protocol, control) : null;
        }

        SkbShapeHelpers.Changed(cpu, skb);
        return error.Negated();
    }

    /// <summary>What a packet carries behind the tags in it (<c>vlan_get_protocol</c>); 0: it ends before, or has more than eight.</summary>
    public static ushort InnerProtocol(SkbContext skb)
    {
        ushort protocol = skb.Protocol;
        ReadOnlySpan<byte> whole = skb.Whole;
        for (int i = 1, at = skb.LinkOffset + EthernetLength; IsTag(protocol); i++, at += TagLength)
        {
            if (i == MostTags || at < 0 || at + TagLength > whole.Length)
            {
                return 0;
            }

            protocol = BinaryPrimitives.ReadUInt16BigEndian(whole[(at + sizeof(ushort))..]);
        }

        return protocol;
    }

    private static bool IsTag(ushort protocol) => protocol is CustomerTag or ServiceTag;

    private static BpfError TakeOut(SkbContext skb, out ushort control)
    {
        control = 0;
        if (skb.LinkOffset != 0)
        {
            return BpfError.InvalidArgument;
        }

        if (skb.Length < TaggedHeaderLength)
        {
            return BpfError.NoMemory;
        }

        ReadOnlySpan<byte> header = skb.Whole;
        control = BinaryPrimitives.ReadUInt16BigEndian(header[EthernetLength..]);
        ushort inner = BinaryPrimitives.ReadUInt16BigEndian(header[(EthernetLength + sizeof(ushort))..]);
        bool isNovell = header.Length >= TaggedHeaderLength + sizeof(ushort) && Unsafe.ReadUnaligned<ushort>(ref Unsafe.AsRef(in header[TaggedHeaderLength])) == ushort.MaxValue;
        skb.Protocol = inner >= LeastEtherType ? inner : isNovell ? Novell8023 : Ieee8022;
        SkbShapeHelpers.Remove(skb, TagOffset, TagLength);
        skb.NetworkOffset = Math.Max(skb.NetworkOffset - TagLength, EthernetLength);
        return BpfError.None;
    }
}
