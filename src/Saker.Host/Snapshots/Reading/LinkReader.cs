using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Host.Snapshots.Reading;

/// <summary>Reads <c>links</c>: the devices.</summary>
internal static class LinkReader
{
    private const int LoopbackMtu = 65536;

    /// <summary>The MTU of a device of which none is told.</summary>
    public const int EthernetMtu = 1500;

    /// <summary>What a device's flags are called, and their numbers; the others decide nothing here.</summary>
    private static readonly Dictionary<string, DeviceFlags> FlagNames = new(StringComparer.Ordinal)
    {
        ["UP"] = DeviceFlags.Up,
        ["BROADCAST"] = DeviceFlags.Broadcast,
        ["LOOPBACK"] = DeviceFlags.Loopback,
        ["POINTOPOINT"] = DeviceFlags.PointToPoint,
        ["NOARP"] = DeviceFlags.NoArp,
        ["PROMISC"] = DeviceFlags.Promiscuous,
        ["ALLMULTI"] = DeviceFlags.AllMulticast,
        ["MULTICAST"] = DeviceFlags.Multicast,
    };

    public static SnapshotDevices Read(SnapshotDocument snapshot, SnapshotLimitations limitations)
    {
        SnapshotDevices devices = new();
        bool hasDetails = false;
        foreach (SnapshotEntry link in snapshot.Entries(SnapshotPart.Links))
        {
            bool isEthernet = (link.Text("link_type") ?? "ether") is "ether" or "loopback";
            if (ReadDevice(link, isEthernet) is not { } device)
            {
                break;
            }

            if (devices.Add(device, isEthernet) is { } other)
            {
                link.Contradiction(other.Index == device.Index
                    ? $"'ifindex' is {device.Index}, which {other.Name} has already"
                    : $"'ifname' is '{device.Name}', which the link with index {other.Index} has already");
                break;
            }

            hasDetails |= link.Names("linkinfo") || link.Names("promiscuity");
            string? kind = link.Object("linkinfo")?.Text("info_kind");
            if (kind is not null)
            {
                devices.Kinds[device.Name] = kind;
            }

            NoteLimitations(link, device, kind, isEthernet, limitations);
        }

        if (!hasDetails && devices.All.Count(device => !device.IsLoopback && device.Has(DeviceFlags.Up)) > 1)
        {
            limitations.Add("links: collected without -d, which tells VLANs, macvlans and tunnels from cards: all are taken for cards");
        }

        return devices;
    }

    private static NetworkDevice? ReadDevice(SnapshotEntry link, bool isEthernet)
    {
        if (!link.Has("ifindex"))
        {
            link.Fault("'ifindex' is missing");
            return null;
        }

        if (!link.Has("flags"))
        {
            link.Fault("'flags' is missing");
            return null;
        }

        if (link.Number("ifindex", 1, DeviceTable.LargestIndex) is not { } index || link.RequiredText("ifname") is not { } name)
        {
            return null;
        }

        DeviceFlags flags = ReadFlags(link);
        int mtu = (flags & DeviceFlags.Loopback) != DeviceFlags.None ? LoopbackMtu : EthernetMtu;
        return new NetworkDevice((int)index, name, isEthernet ? link.LinkAddress("address") ?? MacAddress.Zero : MacAddress.Zero)
        {
            Broadcast = isEthernet ? link.LinkAddress("broadcast") ?? MacAddress.Broadcast : MacAddress.Zero,
            Flags = flags,
            Mtu = (int)(link.Number("mtu", 0, int.MaxValue) ?? mtu),
            Offload = ReadOffload(link),
        };
    }

    /// <summary>How large merged packets get. Whoever sets the one size sets that of IPv4, too, which older kernels and tools do not tell.</summary>
    private static ReceiveOffload ReadOffload(SnapshotEntry link)
    {
        int size = Size("gro_max_size") ?? ReceiveOffload.LargestSize;
        return new ReceiveOffload { MaximumSize = size, MaximumIPv4Size = Size("gro_ipv4_max_size") ?? size };

        int? Size(string name) => (int?)link.Number(name, 0, int.MaxValue);
    }

    /// <summary>A link's flags.</summary>
    public static DeviceFlags ReadFlags(SnapshotEntry link)
    {
        DeviceFlags flags = DeviceFlags.None;
        foreach (string name in link.Words("flags"))
        {
            flags |= FlagNames.GetValueOrDefault(name);
        }

        // The flags name only what an administrator asked for; the counts have what a bridge or a capture asked for, too.
        flags |= link.Number("promiscuity", 0, int.MaxValue) > 0 ? DeviceFlags.Promiscuous : DeviceFlags.None;
        flags |= link.Number("allmulti", 0, int.MaxValue) > 0 ? DeviceFlags.AllMulticast : DeviceFlags.None;
        return flags;
    }

    private static void NoteLimitations(SnapshotEntry link, NetworkDevice device, string? kind, bool isEthernet, SnapshotLimitations limitations)
    {
        if (link.Names("xdp"))
        {
            limitations.Add($"links: {device.Name} has an XDP program, which is not run");
        }

        if (!device.Has(DeviceFlags.Up))
        {
            return;
        }

        string? lower = link.Text("link");
        switch (kind)
        {
            case "macvlan" or "macvtap" or "ipvlan" or "ipvtap":
                limitations.Add($"links: {device.Name} takes frames of {lower ?? "another device"}; this is not evaluated");
                break;
            case "vxlan" or "geneve" or "wireguard" or "gre" or "gretap" or "erspan" or "ipip" or "sit" or "vti" or "xfrm" or "bareudp" or "gtp" or "fou" or "l2tp":
                limitations.Add($"links: {device.Name} is a tunnel; what comes through it is not taken out");
                break;
        }

        if (!isEthernet)
        {
            limitations.Add($"links: {device.Name} has no Ethernet header ({link.Text("link_type")}), but frames are received as if it had");
        }
    }
}
