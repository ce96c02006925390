using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Host.Snapshots.Reading;

/// <summary>Reads <c>neighbors</c>: those whose link address is known.</summary>
internal static class NeighborReader
{
    /// <summary>Those of IPv4.</summary>
    public static IReadOnlyList<Neighbor<IPv4Address>> Read(SnapshotDocument snapshot, SnapshotDevices devices, SnapshotLimitations limitations) =>
        Read(snapshot, devices, limitations, isOther: false, entry => entry.Address("dst"));

    /// <summary>Those of IPv6.</summary>
    public static IReadOnlyList<Neighbor<IPv6Address>> ReadIPv6(SnapshotDocument snapshot, SnapshotDevices devices, SnapshotLimitations limitations) =>
        Read(snapshot, devices, limitations, isOther: true, entry => entry.IPv6Address("dst"));

    private static List<Neighbor<TAddress>> Read<TAddress>(
        SnapshotDocument snapshot, SnapshotDevices devices, SnapshotLimitations limitations, bool isOther, Func<SnapshotEntry, TAddress?> addressOf)
        where TAddress : struct, INetworkAddress<TAddress>
    {
        List<Neighbor<TAddress>> neighbors = [];
        int proxies = 0;
        foreach (SnapshotEntry entry in snapshot.Entries(SnapshotPart.Neighbors))
        {
            if (EntryFamily.IsOther(entry, "dst") != isOther)
            {
                continue;
            }

            if (entry.Names("proxy"))
            {
                proxies++;
            }
            else if (Read(entry, devices, addressOf) is { } neighbor)
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

    private static Neighbor<TAddress>? Read<TAddress>(SnapshotEntry entry, SnapshotDevices devices, Func<SnapshotEntry, TAddress?> addressOf)
        where TAddress : struct, INetworkAddress<TAddress>
    {
        if (entry.RequiredText("dst") is null || entry.RequiredText("dev") is null
            || addressOf(entry) is not { } address || devices.Find(entry, "dev") is not { } device)
        {
            return null;
        }

        NeighborState state = StateOf(entry.Words("state"));
        return devices.IsEthernet(device) && (state & NeighborState.Valid) != NeighborState.None && entry.LinkAddress("lladdr") is { } link
            ? new Neighbor<TAddress>(device, address, link, state)
            : null;
    }

    /// <summary>The state that <c>ip</c> names; an entry put together by hand, without one, is taken for stale.</summary>
    private static NeighborState StateOf(IReadOnlyList<string> words) =>
        words.Count == 0 ? NeighborState.Stale
        : Enum.TryParse(words[0], ignoreCase: true, out NeighborState state) ? state
        : NeighborState.None;
}
