using System.Net.Sockets;

namespace Saker.Bpf;

/// <summary>The answer to a look-up by a host's tables, in the order in which the kernel asks and writes (<c>bpf_ipv4_fib_lookup</c>, <c>bpf_ipv6_fib_lookup</c>).</summary>
internal readonly ref struct FibAnswer(FibLookup lookup, TableHost host)
{
    private const uint LargestIPv4Packet = 65535;
    private const uint LargestIPv6Packet = 65535 + 40;

    /// <summary>Devices with smaller MTUs take no part in IPv4.</summary>
    private const uint LeastIPv4Mtu = 68;

    /// <summary>The same for IPv6.</summary>
    private const uint LeastIPv6Mtu = 1280;

    private readonly FibLookup _lookup = lookup;

    public FibResult Give()
    {
        if (_lookup.IsIPv6 && (IsOfOneLink(_lookup.Destination) || IsOfOneLink(_lookup.Source)))
        {
            return FibResult.NotForwarded;
        }

        if (!host.TryGetDevice(_lookup.Device, out BpfDevice received))
        {
            return (FibResult)(-(int)BpfError.NoDevice);
        }

        if (!(_lookup.IsIPv6
            ? received.ForwardsIPv6 && received.MaximumTransmissionUnit >= LeastIPv6Mtu
            : received.ForwardsIPv4 && received.MaximumTransmissionUnit >= LeastIPv4Mtu))
        {
            return FibResult.ForwardingDisabled;
        }

        FibFlow flow = FibFlow.Of(_lookup);
        FibResult result = host.TablesOf(_lookup.IsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork).Find(flow, Table(), out FibRoute? route);
        return result == FibResult.Success && host.TryGetDevice(route!.Device, out BpfDevice device) ? Forward(route, device, flow.Destination) : result;
    }

    /// <summary>Whether an address means something on one link only: such packets are not forwarded.</summary>
    private static bool IsOfOneLink(ReadOnlySpan<byte> address) => address[0] == 0xff || (address[0] == 0xfe && (address[1] & 0xc0) == 0x80) || FibPrefix.KeyOf(address) == UInt128.One;

    private FibResult Forward(FibRoute route, in BpfDevice device, UInt128 destination)
    {
        uint mtu = MtuOf(route, device);
        if (_lookup.ComparesLength && _lookup.Length > mtu)
        {
            _lookup.Length = (ushort)mtu;
            return FibResult.FragmentationNeeded;
        }

        if (route.HasTunnel)
        {
            return FibResult.UnsupportedTunnel;
        }

        _lookup.SetMetric(route.Metric);
        _lookup.Device = route.Device;
        if (!TryTellSource(route, destination))
        {
            return FibResult.NoSourceAddress;
        }

        if (route.NextHop is { } hop)
        {
            Span<byte> bytes = stackalloc byte[16];
            hop.TryWriteBytes(bytes, out int length);
            _lookup.SetNextHop(bytes[..length]);
        }

        if ((_lookup.Flags & FibFlags.SkipNeighbor) == FibFlags.None)
        {
            if (!host.TryGetNeighbor(route.Device, _lookup.Destination, out ReadOnlyMemory<byte> link))
            {
                return FibResult.NoNeighbor;
            }

            link.Span.CopyTo(_lookup.DestinationLinkAddress);
            _lookup.SourceLinkAddress.Clear();
            device.LinkAddress.Span.CopyTo(_lookup.SourceLinkAddress);
        }

        _lookup.ClearVlan();
        if (_lookup.ComparesLength && mtu != 0)
        {
            _lookup.Length = (ushort)mtu;
        }

        return FibResult.Success;
    }

    /// <summary>The table that is to be asked without rules; null: rules say. The table's field is cleared, since it becomes the VLAN's.</summary>
    private uint? Table()
    {
        if ((_lookup.Flags & FibFlags.Direct) == FibFlags.None)
        {
            return null;
        }

        if ((_lookup.Flags & FibFlags.Table) == FibFlags.None)
        {
            return FibRoute.MainTable;
        }

        uint table = _lookup.Table;
        _lookup.ClearVlan();
        return table;
    }

    private uint MtuOf(FibRoute route, in BpfDevice device)
    {
        if (route.LockedMtu != 0)
        {
            return route.LockedMtu;
        }

        uint own = device.MaximumTransmissionUnitOfIPv6 != 0 ? device.MaximumTransmissionUnitOfIPv6 : device.MaximumTransmissionUnit;
        return _lookup.IsIPv6 ? Math.Clamp(own, LeastIPv6Mtu, LargestIPv6Packet) : Math.Min(device.MaximumTransmissionUnit, LargestIPv4Packet);
    }

    /// <summary>Writes the source address, if it is wanted. A host without an address of IPv4 has zeros.</summary>
    private bool TryTellSource(FibRoute route, UInt128 destination)
    {
        if ((_lookup.Flags & FibFlags.Source) == FibFlags.None)
        {
            return true;
        }

        UInt128? source = route.PreferredSource is { } preferred ? FibPrefix.KeyOf(preferred) : host.SourceFor(route, destination)?.Key;
        if (source is null && _lookup.IsIPv6)
        {
            return false;
        }

        FibPrefix.Write(source ?? 0, _lookup.Source);
        return true;
    }
}
