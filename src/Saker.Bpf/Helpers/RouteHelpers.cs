namespace Saker.Bpf.Helpers;

/// <summary>What the network around says: routes, and how long packets may be.</summary>
internal static unsafe class RouteHelpers
{
    private const FibFlags KnownFlags = FibFlags.Direct | FibFlags.Output | FibFlags.SkipNeighbor | FibFlags.Table | FibFlags.Source | FibFlags.Mark;
    private const ulong CheckSegments = 1;
    private const ulong Fits = 0;
    private const ulong FragmentationNeeded = 1;
    private const ulong SegmentsTooLarge = 2;

    /// <summary><c>bpf_fib_lookup</c>.</summary>
    public static ulong LookupRoute(BpfCpu cpu, ulong context, ulong parameters, ulong length, ulong flags, ulong r5)
    {
        if (!cpu.TryGetContext(context, out BpfContext? packet) || !cpu.TryReach(parameters, (uint)length, writes: true, out byte* memory))
        {
            return 0;
        }

        if ((int)length < FibLookup.Size || ((FibFlags)flags & ~KnownFlags) != FibFlags.None)
        {
            return BpfError.InvalidArgument.Negated();
        }

        if (*memory is not (FibLookup.IPv4Family or FibLookup.IPv6Family))
        {
            return BpfError.UnknownFamily.Negated();
        }

        SkbContext? skb = packet as SkbContext;
        FibLookup lookup = new(new Span<byte>(memory, FibLookup.Size), (FibFlags)flags, comparesLength: skb is null || *(ushort*)(memory + FibLookup.LengthField) != 0);
        FibResult result = cpu.Host.LookupRoute(cpu, lookup);
        if (result == FibResult.Success && !lookup.ComparesLength && cpu.Host.TryGetDevice(lookup.Device, out BpfDevice device))
        {
            lookup.Length = (ushort)device.MaximumTransmissionUnit;
            result = device.Takes(skb!) ? result : FibResult.FragmentationNeeded;
        }

        return (ulong)(int)result;
    }

    /// <summary><c>bpf_check_mtu</c> of XDP.</summary>
    public static ulong CheckXdpLength(BpfCpu cpu, ulong context, ulong device, ulong length, ulong difference, ulong flags)
    {
        if (!cpu.TryGetContext(context, out XdpContext? xdp) || !cpu.TryReach(length, sizeof(uint), writes: true, out byte* memory))
        {
            return 0;
        }

        if (flags != 0)
        {
            return BpfError.InvalidArgument.Negated();
        }

        if (!cpu.Host.TryGetDevice((uint)device != 0 ? (uint)device : xdp.IngressDevice, out BpfDevice target))
        {
            return BpfError.NoDevice.Negated();
        }

        bool fits = FitsWithin(target, xdp.Length, *(uint*)memory, (int)difference);
        *(uint*)memory = target.MaximumTransmissionUnit;
        return fits ? Fits : FragmentationNeeded;
    }

    /// <summary><c>bpf_check_mtu</c> of traffic control.</summary>
    public static ulong CheckSkbLength(BpfCpu cpu, ulong context, ulong device, ulong length, ulong difference, ulong flags)
    {
        if (!cpu.TryGetContext(context, out SkbContext? skb) || !cpu.TryReach(length, sizeof(uint), writes: true, out byte* memory))
        {
            return 0;
        }

        bool checksSegments = flags == CheckSegments;
        if ((flags & ~CheckSegments) != 0 || (checksSegments && ((int)difference != 0 || *(uint*)memory != 0)))
        {
            return BpfError.InvalidArgument.Negated();
        }

        if (!cpu.Host.TryGetDevice((uint)device != 0 ? (uint)device : skb.Device, out BpfDevice target))
        {
            return BpfError.NoDevice.Negated();
        }

        ulong result = Fits;
        if (!FitsWithin(target, skb.Length, *(uint*)memory, (int)difference))
        {
            if (checksSegments && skb.SegmentSize != 0 && skb.SegmentHeaderLength == 0)
            {
                return BpfError.InvalidArgument.Negated();
            }

            result = skb.SegmentSize == 0 ? FragmentationNeeded
                : checksSegments && skb.SegmentHeaderLength + skb.SegmentSize > target.MaximumTransmissionUnit ? SegmentsTooLarge : Fits;
        }

        *(uint*)memory = target.MaximumTransmissionUnit;
        return result;
    }

    private static bool FitsWithin(in BpfDevice device, int packet, uint given, int difference)
    {
        int wanted = (given != 0 ? (int)(given + device.HeaderLength) : packet) + difference;
        return wanted <= (long)device.MaximumTransmissionUnit + device.HeaderLength;
    }
}
