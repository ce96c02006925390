using Saker.Stack.Devices;
using Saker.Stack.Ip.V6;
using Saker.Wire;

namespace Saker.Host.Snapshots.Reading;

/// <summary>Joins the IPv6 addresses and groups of a snapshot, and its settings, to each device's part in IPv6. A device of whose IPv6 nothing is told has none.</summary>
internal sealed class IPv6InterfaceReader(SnapshotDevices devices, IPv6SettingsReader settings, SnapshotLimitations limitations)
{
    /// <summary>A device with a smaller MTU takes no part in IPv6 (<c>IPV6_MIN_MTU</c>, RFC 8200 section 5).</summary>
    private const int LeastMtu = 1280;

    /// <summary>Reads the parts, and gives every device its own.</summary>
    public void Assign(SnapshotDocument snapshot)
    {
        Dictionary<NetworkDevice, List<IPv6InterfaceAddress>> addresses = Read(snapshot, SnapshotPart.Addresses, "addr_info", "local", ReadAddress);
        Dictionary<NetworkDevice, List<IPv6Address>> groups = Read(snapshot, SnapshotPart.Multicast, "maddr", "address", group => group.IPv6Address("address") ?? default);
        foreach (NetworkDevice device in devices.All.Where(device => device.Mtu >= LeastMtu))
        {
            List<IPv6InterfaceAddress> own = addresses.GetValueOrDefault(device, []);
            if (own.Count != 0 || settings.Knows(device.Name))
            {
                device.IPv6 = new IPv6Interface(own, groups.GetValueOrDefault(device, []), settings.ReadDevice(device.Name));
            }
        }
    }

    private Dictionary<NetworkDevice, List<T>> Read<T>(SnapshotDocument snapshot, SnapshotPart part, string list, string member, Func<SnapshotEntry, T?> read)
    {
        Dictionary<NetworkDevice, List<T>> found = [];
        foreach (SnapshotEntry entry in snapshot.Entries(part))
        {
            if (devices.FindInterface(entry) is not { } device)
            {
                break;
            }

            found[device] = [.. entry.Entries(list).Where(item => item.Has(member) && EntryFamily.IsOther(item, member)).Select(read).OfType<T>()];
        }

        return found;
    }

    private IPv6InterfaceAddress? ReadAddress(SnapshotEntry entry)
    {
        if (entry.IPv6Address("local") is not { } local || entry.Number("prefixlen", 0, IPv6Prefix.MaximumLength) is not { } length)
        {
            return null;
        }

        if (entry.IsTrue("tentative"))
        {
            limitations.Add($"addresses: {local} is still asked for; it is taken for the host's own");
        }

        return new IPv6InterfaceAddress(local, (int)length)
        {
            IsDeprecated = entry.IsTrue("deprecated"),
            HasNoPrefixRoute = entry.IsTrue("noprefixroute"),
        };
    }
}
