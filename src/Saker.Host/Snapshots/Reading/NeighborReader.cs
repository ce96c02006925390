using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Host.Snapshots.Reading;

/// <summary>Reads <c>neighbors</c>: those of IPv4 whose link address is known.</summary>
internal static class NeighborReader
{
    public static IReadOnlyList<Neighbor<IPv4Address>> Read(SnapshotDocument snapshot, SnapshotDevices devices, SnapshotLimitations limitations)
    {
        List<Neighbor<IPv4Address>> neighbors = [];
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

    private static Neighbor<IPv4Address>? Read(SnapshotEntry entry, SnapshotDevices devices)
    {
        if (entry.RequiredText("dst") is null || entry.RequiredText("dev") is null
            || entry.Address("dst") is not { } address || devices.Find(entry, "dev") is not { } device)
        {
            return null;
        }

        NeighborState state = StateOf(entry.Words("state"));
        return devices.IsEthernet(device) && (state & NeighborState.Valid) != NeighborState.None && entry.LinkAddress("lladdr") is { } link
            ? new Neighbor<IPv4Address>(device, address, link, state)
            : null;
    }

    /// <summary>The state that <c>ip</c> names; an entry put together by hand, without one, is taken for stale.</summary>
    private static NeighborState StateOf(IReadOnlyList<string> words) =>
        words.Count == 0 ? NeighborState.Stale
        : Enum.TryParse(words[0], ignoreCase: true, out NeighborState state) ? state
        : NeighborState.None;
}
