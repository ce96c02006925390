namespace Saker.Bpf.Helpers;

/// <summary>What XDP programs do to their frame: its ends, and bytes that may lie in fragments.</summary>
internal static unsafe class XdpHelpers
{
    private const int EthernetLength = 14;
    private const uint LargestOffset = 0xffff;
    private const int MetadataAlignment = 4;
    private const int LargestMetadata = byte.MaxValue & ~(MetadataAlignment - 1);

    /// <summary><c>bpf_xdp_adjust_head</c>: metadata goes with the packet.</summary>
    public static ulong AdjustHead(BpfCpu cpu, ulong context, ulong delta, ulong r3, ulong r4, ulong r5)
    {
        if (!cpu.TryGetContext(context, out XdpContext? xdp))
        {
            return 0;
        }

        int metadata = xdp.MetadataLength;
        long data = (long)xdp.DataOffset + (int)delta;
        if (data < XdpContext.ReservedHeadroom + metadata || data > (long)xdp.DataEnd - EthernetLength)
        {
            return BpfError.InvalidArgument.Negated();
        }

        if (metadata != 0)
        {
            byte* known = xdp.Frame + xdp.DataOffset - metadata;
            Buffer.MemoryCopy(known, known + (int)delta, metadata, metadata);
        }

        xdp.DataOffset = (int)data;
        return Changed(cpu, xdp);
    }

    /// <summary><c>bpf_xdp_adjust_meta</c>.</summary>
    public static ulong AdjustMetadata(BpfCpu cpu, ulong context, ulong delta, ulong r3, ulong r4, ulong r5)
    {
        if (!cpu.TryGetContext(context, out XdpContext? xdp))
        {
            return 0;
        }

        long length = (long)xdp.MetadataLength - (int)delta;
        if (length < 0 || xdp.DataOffset - length < XdpContext.ReservedHeadroom)
        {
            return BpfError.InvalidArgument.Negated();
        }

        if (length % MetadataAlignment != 0 || length > LargestMetadata)
        {
            return BpfError.AccessDenied.Negated();
        }

        xdp.MetadataLength = (int)length;
        return Changed(cpu, xdp);
    }

    /// <summary><c>bpf_xdp_adjust_tail</c>: what is added is zeros.</summary>
    public static ulong AdjustTail(BpfCpu cpu, ulong context, ulong delta, ulong r3, ulong r4, ulong r5)
    {
        if (!cpu.TryGetContext(context, out XdpContext? xdp))
        {
            return 0;
        }

        int change = (int)delta;
        if (xdp.FragmentCount != 0)
        {
            return AdjustFragments(cpu, xdp, change);
        }

        long end = (long)xdp.DataEnd + change;
        if (end > xdp.FrameSize || end < xdp.DataOffset + EthernetLength)
        {
            return BpfError.InvalidArgument.Negated();
        }

        if (change > 0)
        {
            new Span<byte>(xdp.Frame + xdp.DataEnd, change).Clear();
        }

        xdp.DataEnd = (int)end;
        return Changed(cpu, xdp);
    }

    /// <summary><c>bpf_xdp_get_buff_len</c>.</summary>
    public static ulong Length(BpfCpu cpu, ulong context, ulong r2, ulong r3, ulong r4, ulong r5) =>
        cpu.TryGetContext(context, out XdpContext? xdp) ? (uint)xdp.Length : 0;

    /// <summary><c>bpf_xdp_load_bytes</c>.</summary>
    public static ulong LoadBytes(BpfCpu cpu, ulong context, ulong offset, ulong to, ulong length, ulong r5) =>
        cpu.TryGetContext(context, out XdpContext? xdp) && cpu.TryReach(to, (uint)length, writes: true, out byte* memory)
            ? Copy(xdp, (uint)offset, memory, (uint)length, writes: false)
            : 0;

    /// <summary><c>bpf_xdp_store_bytes</c>.</summary>
    public static ulong StoreBytes(BpfCpu cpu, ulong context, ulong offset, ulong from, ulong length, ulong r5) =>
        cpu.TryGetContext(context, out XdpContext? xdp) && cpu.TryReach(from, (uint)length, writes: false, out byte* memory)
            ? Copy(xdp, (uint)offset, memory, (uint)length, writes: true)
            : 0;

    private static ulong Copy(XdpContext xdp, uint offset, byte* memory, uint length, bool writes)
    {
        if (offset > LargestOffset || length > LargestOffset)
        {
            return BpfError.BadAddress.Negated();
        }

        if (offset + length > (uint)xdp.Length)
        {
            return BpfError.InvalidArgument.Negated();
        }

        byte* part = xdp.Frame + xdp.DataOffset;
        uint partLength = (uint)(xdp.DataEnd - xdp.DataOffset);
        for (int i = 0; length != 0; i++)
        {
            uint count = offset < partLength ? Math.Min(length, partLength - offset) : 0;
            Buffer.MemoryCopy(writes ? memory : part + offset, writes ? part + offset : memory, count, count);
            memory += count;
            length -= count;
            offset -= Math.Min(offset, partLength);
            if (i < xdp.FragmentCount)
            {
                ref XdpContext.Fragment fragment = ref xdp.FragmentAt(i);
                part = fragment.Memory;
                partLength = (uint)fragment.Length;
            }
        }

        return 0;
    }

    private static ulong AdjustFragments(BpfCpu cpu, XdpContext xdp, int change)
    {
        if (change >= 0)
        {
            ref XdpContext.Fragment last = ref xdp.FragmentAt(xdp.FragmentCount - 1);
            if (last.Capacity == 0)
            {
                return BpfError.OperationNotSupported.Negated();
            }

            if (change > last.Capacity - last.Length)
            {
                return BpfError.InvalidArgument.Negated();
            }

            new Span<byte>(last.Memory + last.Length, change).Clear();
            last.Length += change;
            return Changed(cpu, xdp);
        }

        if (-(long)change > xdp.Length - EthernetLength)
        {
            return BpfError.InvalidArgument.Negated();
        }

        int rest = -change;
        while (rest != 0 && xdp.FragmentCount != 0)
        {
            ref XdpContext.Fragment last = ref xdp.FragmentAt(xdp.FragmentCount - 1);
            int cut = Math.Min(rest, last.Length);
            last.Length -= cut;
            rest -= cut;
            if (last.Length == 0)
            {
                xdp.DropFragment();
            }
        }

        xdp.DataEnd -= rest;
        return Changed(cpu, xdp);
    }

    private static ulong Changed(BpfCpu cpu, XdpContext xdp)
    {
        xdp.Prepare();
        cpu.PacketChanged();
        return 0;
    }
}
