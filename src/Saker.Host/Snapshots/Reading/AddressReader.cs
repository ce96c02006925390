using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Host.Snapshots.Reading;

/// <summary>Reads <c>addresses</c>: the IPv4 addresses of each device, in the kernel's order.</summary>
internal static class AddressReader
{
    public static Dictionary<NetworkDevice, List<IPv4InterfaceAddress>> Read(SnapshotDocument snapshot, SnapshotDevices devices)
    {
        Dictionary<NetworkDevice, List<IPv4InterfaceAddress>> addresses = [];
        foreach (SnapshotEntry entry in snapshot.Entries(SnapshotPart.Addresses))
        {
            if (devices.FindInterface(entry) is not { } device)
            {
                break;
            }

            if (!addresses.TryAdd(device, [.. entry.Entries("addr_info").Where(address => !EntryFamily.IsOther(address, "local")).Select(Read).OfType<IPv4InterfaceAddress>()]))
            {
                entry.Contradiction($"{device.Name} occurs twice");
                break;
            }
        }

        return addresses;
    }

    private static IPv4InterfaceAddress? Read(SnapshotEntry entry)
    {
        if (entry.RequiredText("local") is null || entry.Address("local") is not { } local)
        {
            return null;
        }

        if (entry.Number("prefixlen", 0, IPv4Prefix.MaximumLength) is not { } length)
        {
            if (!entry.Has("prefixlen"))
            {
                entry.Fault("'prefixlen' is missing");
            }

            return null;
        }

        return new IPv4InterfaceAddress(local, (int)length)
        {
            Peer = entry.Address("address") ?? local,
            Broadcast = entry.Address("broadcast"),
            Scope = (byte)(RouteNames.Scope(entry) ?? RouteScope.Universe),
            IsSecondary = entry.IsTrue("secondary"),
        };
    }
}
