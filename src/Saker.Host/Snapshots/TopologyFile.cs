using System.Diagnostics.CodeAnalysis;
using Saker.Host.Hosts;
using Saker.Host.Snapshots.Reading;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Host.Snapshots;

/// <summary>
/// Reads a topology: devices that a host gets beside its own, what stands upon what, and who decides about packets. It is a part of a snapshot: an object with <c>links</c>, and
/// <c>addresses</c>, <c>neighbors</c>, <c>fdb</c>, <c>bridgeVlans</c> and <c>tc</c> where wanted, whose entries have the members that the tools print.
/// </summary>
/// <remarks>
/// Of a link only <c>ifname</c> must be there. A device that the host has keeps what it is, and may be made the port of a bridge; another one is added, is up unless its <c>flags</c> say
/// otherwise, and has a link address: that given, a VLAN that of the device below it, a bridge the lowest of its ports.
/// </remarks>
public static class TopologyFile
{
    private const DeviceFlags UsualFlags = DeviceFlags.Up | DeviceFlags.Broadcast | DeviceFlags.Multicast;

    /// <summary>Reads a file, and puts what it says over a host.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="host">The host.</param>
    /// <param name="changed">The host with that topology.</param>
    /// <param name="fault">What is wrong with the file, in one line.</param>
    public static bool TryApply(string path, HostConfiguration host, [NotNullWhen(true)] out HostConfiguration? changed, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(host);
        SnapshotFaults faults = new(path);
        changed = null;
        if (SnapshotBytes.Read(path, faults) is { } bytes)
        {
            return TryApply(bytes, path, host, out changed, out fault);
        }

        fault = faults.First!;
        return false;
    }

    /// <summary>The same with a file that is in memory.</summary>
    /// <param name="json">The JSON object, in UTF-8.</param>
    /// <param name="name">What the fault calls it.</param>
    /// <param name="host">The host.</param>
    /// <param name="changed">The host with that topology.</param>
    /// <param name="fault">What is wrong with it, in one line.</param>
    public static bool TryApply(
        ReadOnlyMemory<byte> json, string name, HostConfiguration host, [NotNullWhen(true)] out HostConfiguration? changed, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(host);
        SnapshotFaults faults = new(name);
        changed = null;
        using (SnapshotDocument? document = SnapshotDocument.Parse(json, faults))
        {
            if (document is not null && document.HasRequired(SnapshotPart.Links))
            {
                changed = Apply(document, host);
            }
        }

        fault = faults.First;
        changed = fault is null ? changed : null;
        return changed is not null;
    }

    private static HostConfiguration Apply(SnapshotDocument document, HostConfiguration host)
    {
        SnapshotLimitations limitations = new();
        SnapshotDevices devices = new();
        host.Devices.ToList().ForEach(device => devices.Add(device, isEthernet: true));
        SnapshotEntry[] links = [.. document.Entries(SnapshotPart.Links)];
        List<NetworkDevice> added = [];
        foreach (SnapshotEntry link in links)
        {
            if (link.RequiredText("ifname") is { } name && devices.All.TrueForAll(device => device.Name != name))
            {
                NetworkDevice device = MakeDevice(link, name, links, devices);
                if (devices.Add(device, isEthernet: true) is { } other)
                {
                    link.Contradiction($"'ifindex' is {device.Index}, which {other.Name} has already");
                    break;
                }

                added.Add(device);
            }
        }

        AssignAddresses(document, devices, added, host);
        return host with
        {
            Devices = devices.All,
            Topology = TopologyReader.Read(document, devices, limitations, host.Topology),
            Routes = [.. host.Routes, .. added.SelectMany(AddressRoutes.Of)],
            Neighbors = [.. host.Neighbors, .. NeighborReader.Read(document, devices, limitations)],
            Limitations = [.. host.Limitations, .. limitations.Lines],
        };
    }

    private static NetworkDevice MakeDevice(SnapshotEntry link, string name, SnapshotEntry[] links, SnapshotDevices devices)
    {
        int free = devices.All.Max(device => device.Index) + 1;
        int index = (int)(link.Number("ifindex", 1, DeviceTable.LargestIndex) ?? Math.Min(free, DeviceTable.LargestIndex));
        IEnumerable<string> ports = links.Where(other => other.TextOrNothing("master") == name).Select(other => other.TextOrNothing("ifname"));
        MacAddress? inherited = devices.All.Where(device => device.Name == link.TextOrNothing("link") || ports.Contains(device.Name))
            .Select(device => (MacAddress?)device.Address)
            .Order()
            .FirstOrDefault();
        return new NetworkDevice(index, name, link.LinkAddress("address") ?? inherited ?? OwnAddress(index))
        {
            Flags = link.Has("flags") ? LinkReader.ReadFlags(link) : UsualFlags,
            Mtu = (int)(link.Number("mtu", 0, int.MaxValue) ?? LinkReader.EthernetMtu),
        };
    }

    /// <summary>An address that is administered locally.</summary>
    private static MacAddress OwnAddress(int index) => MacAddress.ReadFrom([2, 0, 0, (byte)(index >> 16), (byte)(index >> 8), (byte)index]);

    private static void AssignAddresses(SnapshotDocument document, SnapshotDevices devices, List<NetworkDevice> added, HostConfiguration host)
    {
        IPv4InterfaceSettings settings = host.Devices.FirstOrDefault(device => !device.IsLoopback && device.IPv4 is not null)?.IPv4?.Settings ?? new();
        Dictionary<NetworkDevice, List<IPv4InterfaceAddress>> addresses = AddressReader.Read(document, devices);
        foreach (SnapshotEntry entry in document.Entries(SnapshotPart.Addresses))
        {
            if (devices.Find(entry, "ifname") is { } device && !added.Contains(device))
            {
                entry.Contradiction($"{device.Name} has its addresses from the host; a topology gives some to further devices only");
            }
        }

        foreach (NetworkDevice device in added)
        {
            device.IPv4 = new IPv4Interface(addresses.GetValueOrDefault(device, []), [], settings);
        }
    }
}
