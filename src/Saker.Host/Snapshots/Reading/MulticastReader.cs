using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Host.Snapshots.Reading;

/// <summary>Reads <c>multicast</c>: the IPv4 groups joined on each device.</summary>
internal static class MulticastReader
{
    public static Dictionary<NetworkDevice, List<IPv4Address>> Read(SnapshotDocument snapshot, SnapshotDevices devices)
    {
        Dictionary<NetworkDevice, List<IPv4Address>> groups = [];
        foreach (SnapshotEntry entry in snapshot.Entries(SnapshotPart.Multicast))
        {
            if (devices.FindInterface(entry) is not { } device)
            {
                break;
            }

            List<IPv4Address> joined = [];
            groups[device] = joined;

            // Groups of the link layer stand in the same list, with a member of another name.
            foreach (SnapshotEntry group in entry.Entries("maddr").Where(group => group.Has("address") && !EntryFamily.IsOther(group, "address")))
            {
                if (group.Address("address") is { } address)
                {
                    joined.Add(address);
                }
            }
        }

        return groups;
    }
}
