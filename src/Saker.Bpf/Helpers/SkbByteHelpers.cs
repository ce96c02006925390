namespace Saker.Bpf.Helpers;

/// <summary>Bytes of a packet that is an skb, wherever in it they lie.</summary>
internal static unsafe class SkbByteHelpers
{
    private const ulong RecomputeChecksum = 1;
    private const ulong InvalidateHash = 2;
    private const uint LargestRelativeOffset = 0xffff;
    private const uint LinkHeader = 0;
    private const uint NetworkHeader = 1;

    /// <summary><c>bpf_skb_load_bytes</c>: where the packet has no such bytes the program gets zeros.</summary>
    public static ulong Load(BpfCpu cpu, ulong context, ulong offset, ulong to, ulong length, ulong r5)
    {
        if (!cpu.TryGetContext(context, out SkbContext? skb) || !cpu.TryReach(to, (uint)length, writes: true, out byte* memory))
        {
            return 0;
        }

        return (uint)offset <= int.MaxValue ? Load(skb, (uint)offset, memory, (uint)length, skb.Length) : Clear(memory, (uint)length);
    }

    /// <summary><c>bpf_skb_load_bytes_relative</c>: of the linear bytes only.</summary>
    public static ulong LoadRelative(BpfCpu cpu, ulong context, ulong offset, ulong to, ulong length, ulong header)
    {
        if (!cpu.TryGetContext(context, out SkbContext? skb) || !cpu.TryReach(to, (uint)length, writes: true, out byte* memory))
        {
            return 0;
        }

        long start = (uint)header switch
        {
            LinkHeader => skb.LinkOffset,
            NetworkHeader => skb.NetworkOffset,
            _ => long.MaxValue,
        };
        return (uint)offset <= LargestRelativeOffset && start != long.MaxValue
            ? Load(skb, start + (uint)offset, memory, (uint)length, skb.LinearLength)
            : Clear(memory, (uint)length);
    }

    /// <summary><c>bpf_skb_store_bytes</c>.</summary>
    public static ulong Store(BpfCpu cpu, ulong context, ulong offset, ulong from, ulong length, ulong flags)
    {
        if (!cpu.TryGetContext(context, out SkbContext? skb) || !cpu.TryReach(from, (uint)length, writes: false, out byte* memory))
        {
            return 0;
        }

        if ((flags & ~(RecomputeChecksum | InvalidateHash)) != 0)
        {
            return BpfError.InvalidArgument.Negated();
        }

        if ((uint)offset > int.MaxValue || !TryMakeWritable(cpu, skb, (ulong)(uint)offset + (uint)length))
        {
            return BpfError.BadAddress.Negated();
        }

        byte* bytes = skb.Frame + skb.DataOffset + (uint)offset;
        bool countsChange = (flags & RecomputeChecksum) != 0;
        if (countsChange)
        {
            BeforeChange(skb, (uint)offset, (uint)length);
        }

        Buffer.MemoryCopy(memory, bytes, (uint)length, (uint)length);
        if (countsChange)
        {
            AfterChange(skb, (uint)offset, (uint)length);
        }

        if ((flags & InvalidateHash) != 0)
        {
            SkbFieldHelpers.ForgetHash(skb);
        }

        return 0;
    }

    /// <summary><c>bpf_skb_pull_data</c>: of all linear bytes, where the length is 0.</summary>
    public static ulong Pull(BpfCpu cpu, ulong context, ulong length, ulong r3, ulong r4, ulong r5)
    {
        if (!cpu.TryGetContext(context, out SkbContext? skb))
        {
            return 0;
        }

        return TryMakeWritable(cpu, skb, (uint)length != 0 ? (uint)length : (uint)skb.LinearLength) ? 0 : BpfError.NoMemory.Negated();
    }

    /// <summary>Makes the packet linear as far as it is to be written.</summary>
    /// <returns>Whether it is as long as that.</returns>
    public static bool TryMakeWritable(BpfCpu cpu, SkbContext skb, ulong length)
    {
        if (length <= (uint)skb.LinearLength)
        {
            return true;
        }

        if (length > (uint)skb.Length)
        {
            return false;
        }

        skb.LinearLength = (int)length;
        skb.Refresh();
        cpu.PacketChanged();
        return true;
    }

    /// <summary>Takes bytes out of what the sum of the whole packet is known to be.</summary>
    public static void BeforeChange(SkbContext skb, uint offset, uint length)
    {
        if (skb.ChecksumState == SkbChecksum.Complete)
        {
            skb.Checksum = OnesComplement.Subtract(skb.Checksum, OnesComplement.OfPart(skb.Frame + skb.DataOffset + offset, length, offset));
        }
    }

    /// <summary>Puts bytes into what the sum of the whole packet is known to be.</summary>
    public static void AfterChange(SkbContext skb, uint offset, uint length)
    {
        if (skb.ChecksumState == SkbChecksum.Complete)
        {
            skb.Checksum = OnesComplement.Add(skb.Checksum, OnesComplement.OfPart(skb.Frame + skb.DataOffset + offset, length, offset));
        }
    }

    private static ulong Load(SkbContext skb, long offset, byte* memory, uint length, int end)
    {
        if (offset < 0 || offset + length > end)
        {
            return Clear(memory, length);
        }

        Buffer.MemoryCopy(skb.Frame + skb.DataOffset + offset, memory, length, length);
        return 0;
    }

    private static ulong Clear(byte* memory, uint length)
    {
        new Span<byte>(memory, (int)length).Clear();
        return BpfError.BadAddress.Negated();
    }
}
