using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Saker.Bpf.Helpers;

/// <summary>What is known of a packet that is an skb: its type, hash, time, and congestion mark.</summary>
internal static unsafe class SkbFieldHelpers
{
    private const uint LargestType = 3;
    private const uint Realtime = 0;
    private const uint AtomicTime = 2;
    private const ushort EtherTypeIPv4 = 0x0800;
    private const ushort EtherTypeIPv6 = 0x86dd;
    private const int IPv4Length = 20;
    private const int IPv6Length = 40;
    private const int CongestionExperienced = 3;

    /// <summary><c>bpf_skb_change_type</c>: among those of received packets.</summary>
    public static ulong ChangeType(BpfCpu cpu, ulong context, ulong type, ulong r3, ulong r4, ulong r5)
    {
        if (!cpu.TryGetContext(context, out SkbContext? skb))
        {
            return 0;
        }

        if (skb.PacketType > LargestType || (uint)type > LargestType)
        {
            return BpfError.InvalidArgument.Negated();
        }

        skb.PacketType = (uint)type;
        skb.Refresh();
        return 0;
    }

    /// <summary><c>bpf_get_hash_recalc</c>.</summary>
    public static ulong Hash(BpfCpu cpu, ulong context, ulong r2, ulong r3, ulong r4, ulong r5)
    {
        if (!cpu.TryGetContext(context, out SkbContext? skb))
        {
            return 0;
        }

        if (!skb.IsHashFinal)
        {
            skb.Hash = cpu.Host.HashFlow(skb);
            skb.IsHashFinal = true;
            skb.Refresh();
        }

        return skb.Hash;
    }

    /// <summary><c>bpf_set_hash_invalid</c>.</summary>
    public static ulong InvalidateHash(BpfCpu cpu, ulong context, ulong r2, ulong r3, ulong r4, ulong r5)
    {
        if (cpu.TryGetContext(context, out SkbContext? skb))
        {
            ForgetHash(skb);
        }

        return 0;
    }

    /// <summary><c>bpf_set_hash</c>.</summary>
    public static ulong SetHash(BpfCpu cpu, ulong context, ulong hash, ulong r3, ulong r4, ulong r5)
    {
        if (cpu.TryGetContext(context, out SkbContext? skb))
        {
            skb.Hash = (uint)hash;
            skb.IsHashFinal = true;
            skb.Refresh();
        }

        return 0;
    }

    /// <summary><c>bpf_skb_set_tstamp</c>.</summary>
    public static ulong SetTimestamp(BpfCpu cpu, ulong context, ulong time, ulong clock, ulong r4, ulong r5)
    {
        if (!cpu.TryGetContext(context, out SkbContext? skb))
        {
            return 0;
        }

        if (skb.Protocol is not (EtherTypeIPv4 or EtherTypeIPv6))
        {
            return BpfError.OperationNotSupported.Negated();
        }

        if ((uint)clock > AtomicTime || ((uint)clock != Realtime && time == 0))
        {
            return BpfError.InvalidArgument.Negated();
        }

        skb.Timestamp = time;
        skb.TimestampType = (byte)clock;
        return 0;
    }

    /// <summary><c>bpf_skb_ecn_set_ce</c>: 1 where the packet says afterwards that there is congestion (RFC 3168).</summary>
    public static ulong MarkCongestion(BpfCpu cpu, ulong context, ulong r2, ulong r3, ulong r4, ulong r5)
    {
        if (!cpu.TryGetContext(context, out SkbContext? skb))
        {
            return 0;
        }

        byte* header = skb.Frame + skb.DataOffset + skb.NetworkOffset;
        int length = skb.LinearLength - skb.NetworkOffset;
        return VlanHelpers.InnerProtocol(skb) switch
        {
            EtherTypeIPv4 when length >= IPv4Length => MarkIPv4(header),
            EtherTypeIPv6 when length >= IPv6Length => MarkIPv6(skb, header),
            _ => 0,
        };
    }

    /// <summary><c>bpf_get_route_realm</c>: packets have no routes here, and so no realm.</summary>
    public static ulong RouteRealm(BpfCpu cpu, ulong context, ulong r2, ulong r3, ulong r4, ulong r5) => 0;

    /// <summary>The hash is to be computed anew.</summary>
    public static void ForgetHash(SkbContext skb)
    {
        skb.Hash = 0;
        skb.IsHashFinal = false;
        skb.Refresh();
    }

    private static ulong MarkIPv4(byte* header)
    {
        int notification = header[1] & CongestionExperienced;
        if (notification is 0 or CongestionExperienced)
        {
            return notification == 0 ? 0ul : 1;
        }

        // The service grows by 2 or by 1, so the checksum shrinks by as much, in one's complement.
        ushort sum = BinaryPrimitives.ReadUInt16BigEndian(new ReadOnlySpan<byte>(header + 10, sizeof(ushort)));
        uint less = sum + 0xffffu - (uint)(CongestionExperienced - notification);
        BinaryPrimitives.WriteUInt16BigEndian(new Span<byte>(header + 10, sizeof(ushort)), OnesComplement.To16(less));
        header[1] |= CongestionExperienced;
        return 1;
    }

    private static ulong MarkIPv6(SkbContext skb, byte* header)
    {
        const byte Congestion = CongestionExperienced << 4;
        if ((header[1] & Congestion) == 0)
        {
            return 0;
        }

        uint known = Unsafe.ReadUnaligned<uint>(header);
        header[1] |= Congestion;
        if (skb.ChecksumState == SkbChecksum.Complete)
        {
            skb.Checksum = OnesComplement.Add(OnesComplement.Subtract(skb.Checksum, known), Unsafe.ReadUnaligned<uint>(header));
        }

        return 1;
    }
}
