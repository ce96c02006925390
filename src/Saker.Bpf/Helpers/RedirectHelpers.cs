namespace Saker.Bpf.Helpers;

/// <summary>Where a packet goes instead: a helper notes it on the CPU, the program's verdict makes it so.</summary>
internal static unsafe class RedirectHelpers
{
    private const ulong VerdictMask = 3;
    private const int XdpAborted = 0;
    private const int XdpRedirect = 4;
    private const int TcShot = 2;
    private const int TcRedirect = 7;
    private const int NeighborParameters = 20;

    /// <summary><c>bpf_redirect</c> of XDP.</summary>
    public static ulong FromXdp(BpfCpu cpu, ulong device, ulong flags, ulong r3, ulong r4, ulong r5)
    {
        if (flags != 0)
        {
            return XdpAborted;
        }

        cpu.Redirect = new BpfRedirect(RedirectKind.Device, (uint)device);
        return XdpRedirect;
    }

    /// <summary><c>bpf_redirect</c> of traffic control.</summary>
    public static ulong FromTrafficControl(BpfCpu cpu, ulong device, ulong flags, ulong r3, ulong r4, ulong r5)
    {
        if ((flags & ~BpfRedirect.Ingress) != 0)
        {
            return TcShot;
        }

        cpu.Redirect = new BpfRedirect(RedirectKind.Device, (uint)device, Flags: flags);
        return TcRedirect;
    }

    /// <summary><c>bpf_redirect_peer</c>.</summary>
    public static ulong ToPeer(BpfCpu cpu, ulong device, ulong flags, ulong r3, ulong r4, ulong r5)
    {
        if (flags != 0)
        {
            return TcShot;
        }

        cpu.Redirect = new BpfRedirect(RedirectKind.Peer, (uint)device);
        return TcRedirect;
    }

    /// <summary><c>bpf_redirect_neigh</c>.</summary>
    public static ulong ToNeighbor(BpfCpu cpu, ulong device, ulong parameters, ulong length, ulong flags, ulong r5)
    {
        if (!cpu.TryReach(parameters, (uint)length, writes: false, out byte* memory))
        {
            return 0;
        }

        if (((uint)length != 0 && (int)length < NeighborParameters) || flags != 0)
        {
            return TcShot;
        }

        cpu.Redirect = new BpfRedirect(RedirectKind.Neighbor, (uint)device) { NextHop = (uint)length != 0 ? NextHopAddress.Read(memory) : default };
        return TcRedirect;
    }

    /// <summary><c>bpf_redirect_map</c>: where the map has no such entry the low bits of the flags are the verdict.</summary>
    public static ulong ToMap(BpfCpu cpu, ulong handle, ulong key, ulong flags, ulong r4, ulong r5)
    {
        if (!cpu.TryGetMap(handle, out BpfMap? map))
        {
            return 0;
        }

        ulong known = map.Type switch
        {
            MapType.DeviceMap or MapType.DeviceMapHash => VerdictMask | BpfRedirect.Broadcast | BpfRedirect.ExcludeIngress,
            MapType.CpuMap or MapType.XskMap => VerdictMask,
            _ => 0,
        };
        if (known == 0)
        {
            cpu.Fail();
            return 0;
        }

        if ((flags & ~known) != 0)
        {
            return XdpAborted;
        }

        uint index = (uint)key;
        byte* target = map.Find((byte*)&index, cpu.Number);
        bool isBroadcast = (flags & BpfRedirect.Broadcast) != 0;
        if (target is null && !isBroadcast)
        {
            cpu.Redirect = default;
            return flags & VerdictMask;
        }

        cpu.Redirect = isBroadcast
            ? new BpfRedirect(RedirectKind.Broadcast, 0, map, index, flags)
            : new BpfRedirect(RedirectKind.Map, map is RedirectMap indexed ? indexed.TargetOf(target) : *(uint*)target, map, index);
        return XdpRedirect;
    }

    /// <summary><c>bpf_clone_redirect</c>.</summary>
    public static ulong Clone(BpfCpu cpu, ulong context, ulong device, ulong flags, ulong r4, ulong r5)
    {
        if (!cpu.TryGetContext(context, out SkbContext? skb))
        {
            return 0;
        }

        return (flags & ~BpfRedirect.Ingress) != 0 || !cpu.Host.TryGetDevice((uint)device, out _)
            ? BpfError.InvalidArgument.Negated()
            : (ulong)cpu.Host.Send(cpu, skb, (uint)device, flags != 0);
    }
}
