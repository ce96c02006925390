using System.Runtime.CompilerServices;

namespace Saker.Bpf.Helpers;

/// <summary>Checksums in packets, and what is known of a packet's checksum.</summary>
internal static unsafe class ChecksumHelpers
{
    private const ulong FieldMask = 0xf;
    private const ulong PseudoHeader = 0x10;
    private const ulong ZeroMeansNone = 0x20;
    private const ulong EvenIfNone = 0x40;
    private const ulong IPv6 = 0x80;
    private const uint LargestOffset = 0xffff;
    private const ushort MangledZero = 0xffff;
    private const ulong LevelQuery = 0;
    private const ulong LevelUp = 1;
    private const ulong LevelDown = 2;
    private const ulong LevelReset = 3;
    private const int DeepestLevel = 3;

    /// <summary><c>bpf_csum_diff</c>.</summary>
    public static ulong Difference(BpfCpu cpu, ulong from, ulong fromSize, ulong to, ulong toSize, ulong seed)
    {
        if (!cpu.TryReach(from, (uint)fromSize, writes: false, out byte* left) || !cpu.TryReach(to, (uint)toSize, writes: false, out byte* right))
        {
            return 0;
        }

        uint sum = OnesComplement.Of(right, (uint)toSize, (uint)seed);
        if ((uint)fromSize != 0)
        {
            sum = (uint)toSize != 0
                ? OnesComplement.Subtract(sum, OnesComplement.Of(left, (uint)fromSize))
                : ~OnesComplement.Of(left, (uint)fromSize, ~(uint)seed);
        }

        return OnesComplement.To16(sum);
    }

    /// <summary><c>bpf_csum_update</c>.</summary>
    public static ulong Update(BpfCpu cpu, ulong context, ulong sum, ulong r3, ulong r4, ulong r5)
    {
        if (!cpu.TryGetContext(context, out SkbContext? skb))
        {
            return 0;
        }

        return skb.ChecksumState == SkbChecksum.Complete ? skb.Checksum = OnesComplement.Add(skb.Checksum, (uint)sum) : BpfError.NotSupported.Negated();
    }

    /// <summary><c>bpf_csum_level</c>.</summary>
    public static ulong Level(BpfCpu cpu, ulong context, ulong level, ulong r3, ulong r4, ulong r5)
    {
        if (!cpu.TryGetContext(context, out SkbContext? skb))
        {
            return 0;
        }

        bool isKnown = skb.ChecksumState == SkbChecksum.Unnecessary;
        switch (level)
        {
            case LevelQuery:
                return isKnown ? (uint)skb.ChecksumLevel : BpfError.AccessDenied.Negated();
            case LevelUp when isKnown:
                skb.ChecksumLevel = Math.Min(skb.ChecksumLevel + 1, DeepestLevel);
                return 0;
            case LevelUp when skb.ChecksumState == SkbChecksum.None:
                skb.ChecksumState = SkbChecksum.Unnecessary;
                skb.ChecksumLevel = 0;
                return 0;
            case LevelDown when isKnown && skb.ChecksumLevel > 0:
                skb.ChecksumLevel--;
                return 0;
            case LevelDown or LevelReset:
                Forget(skb);
                return 0;
            default:
                return level == LevelUp ? 0 : BpfError.InvalidArgument.Negated();
        }
    }

    /// <summary><c>bpf_l3_csum_replace</c>.</summary>
    public static ulong ReplaceNetwork(BpfCpu cpu, ulong context, ulong offset, ulong from, ulong to, ulong flags)
    {
        if (!cpu.TryGetContext(context, out SkbContext? skb))
        {
            return 0;
        }

        if ((flags & ~FieldMask) != 0)
        {
            return BpfError.InvalidArgument.Negated();
        }

        if (!TryFindField(cpu, skb, (uint)offset, out byte* field))
        {
            return BpfError.BadAddress.Negated();
        }

        ushort sum = Unsafe.ReadUnaligned<ushort>(field);
        if (flags == sizeof(ushort))
        {
            // Here all is done in 16 bits, which tells 0 from -0 as 32 bits do not (csum_replace2).
            uint changed = OnesComplement.To16((uint)(ushort)~sum + (ushort)~from);
            Unsafe.WriteUnaligned(field, (ushort)~OnesComplement.To16(changed + (ushort)to));
            return 0;
        }

        return Replace(field, ~(uint)sum, from, to, flags);
    }

    /// <summary><c>bpf_l4_csum_replace</c>: what the sum of the whole packet is known to be changes with a pseudo-header that is no part of it.</summary>
    public static ulong ReplaceTransport(BpfCpu cpu, ulong context, ulong offset, ulong from, ulong to, ulong flags)
    {
        if (!cpu.TryGetContext(context, out SkbContext? skb))
        {
            return 0;
        }

        if ((flags & ~(FieldMask | PseudoHeader | ZeroMeansNone | EvenIfNone | IPv6)) != 0)
        {
            return BpfError.InvalidArgument.Negated();
        }

        if (!TryFindField(cpu, skb, (uint)offset, out byte* field))
        {
            return BpfError.BadAddress.Negated();
        }

        ushort sum = Unsafe.ReadUnaligned<ushort>(field);
        if ((flags & (ZeroMeansNone | EvenIfNone)) == ZeroMeansNone && sum == 0)
        {
            return 0;
        }

        bool isPseudo = (flags & PseudoHeader) != 0;
        ulong result = skb.ChecksumState != SkbChecksum.Partial ? Replace(field, ~(uint)sum, from, to, flags & FieldMask)
            : isPseudo ? Replace(field, sum, from, to, flags & FieldMask, isPartial: true)
            : CheckSize(from, flags & FieldMask);
        if (result != 0)
        {
            return result;
        }

        if (isPseudo && skb.ChecksumState == SkbChecksum.Complete)
        {
            if ((flags & FieldMask) != 0)
            {
                skb.Checksum = ~OnesComplement.Add(OnesComplement.Subtract(~skb.Checksum, Part(from, flags)), Part(to, flags));
            }
            else if ((flags & IPv6) == 0)
            {
                skb.Checksum = ~OnesComplement.Subtract((uint)to, skb.Checksum);
            }
        }

        if ((flags & ZeroMeansNone) != 0 && Unsafe.ReadUnaligned<ushort>(field) == 0)
        {
            Unsafe.WriteUnaligned(field, MangledZero);
        }

        return 0;
    }

    /// <summary>Nothing is known of the packet's checksum any more, where it was known to be right.</summary>
    public static void Forget(SkbContext skb)
    {
        if (skb.ChecksumState == SkbChecksum.Unnecessary)
        {
            skb.ChecksumState = SkbChecksum.None;
            skb.ChecksumLevel = 0;
        }
    }

    private static bool TryFindField(BpfCpu cpu, SkbContext skb, uint offset, out byte* field)
    {
        field = skb.Frame + skb.DataOffset + offset;
        return offset <= LargestOffset && (offset & 1) == 0 && SkbByteHelpers.TryMakeWritable(cpu, skb, offset + sizeof(ushort));
    }

    private static uint Part(ulong value, ulong flags) => (flags & FieldMask) == sizeof(ushort) ? (ushort)value : (uint)value;

    private static ulong CheckSize(ulong from, ulong size) =>
        (size == 0 && from == 0) || size is sizeof(ushort) or sizeof(uint) ? 0 : BpfError.InvalidArgument.Negated();

    /// <summary>Writes the checksum for a change: by <paramref name="to"/> alone where the size is 0, else from one field to another.</summary>
    private static ulong Replace(byte* field, uint sum, ulong from, ulong to, ulong size, bool isPartial = false)
    {
        if (CheckSize(from, size) is not 0 and ulong error)
        {
            return error;
        }

        sum = OnesComplement.Add(size == 0 ? sum : OnesComplement.Subtract(sum, Part(from, size)), Part(to, size));
        ushort folded = OnesComplement.Fold(sum);
        Unsafe.WriteUnaligned(field, isPartial ? (ushort)~folded : folded);
        return 0;
    }
}
