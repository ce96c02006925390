using Saker.Host.Hosts;

namespace Saker.Host.Snapshots.Reading;

/// <summary>Reads <c>neighbors</c>: those of IPv4 whose link address is known.</summary>
internal static class NeighborReader
{
    private static readonly string[] Unknown = ["FAILED", "INCOMPLETE", "NONE"];

    public static IReadOnlyList<NeighborConfiguration> Read(SnapshotDocument snapshot, SnapshotDevices devices, SnapshotLimitations limitations)
    {
        List<NeighborConfiguration> neighbors = [];
        int proxies = 0;
        foreach (SnapshotEntry entry in snapshot.Entries(SnapshotPart.Neighbors))
        {
            if (EntryFamily.IsOther(entry, "dst"))
            {
                continue;
            }

            if (entry.Names("proxy"))
            {
                proxies++;
            }
            else if (Read(entry, devices) is { } neighbor)
            {
                neighbors.Add(neighbor);
            }
        }

        if (proxies != 0)
        {
            limitations.Add($"neighbors: {proxies} proxy {(proxies == 1 ? "entry, which is" : "entries, which are")} not answered for");
        }

        return neighbors;
    }

    private static NeighborConfiguration? Read(SnapshotEntry entry, SnapshotDevices devices)
    {
        if (entry.RequiredText("dst") is null || entry.RequiredText("dev") is null
            || entry.Address("dst") is not { } address || devices.Find(entry, "dev") is not { } device)
        {
            return null;
        }

        IReadOnlyList<string> state = entry.Words("state");
        return devices.IsEthernet(device) && !state.Any(word => Unknown.Contains(word, StringComparer.Ordinal)) && entry.LinkAddress("lladdr") is { } link
            ? new NeighborConfiguration(device.Index, address, link, state.Contains("PERMANENT", StringComparer.Ordinal))
            : null;
    }
}
