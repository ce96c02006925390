namespace Saker.Host.Snapshots.Reading;

/// <summary>Counts the routes of which something is not evaluated.</summary>
internal sealed class RouteLimitations
{
    private readonly SortedDictionary<string, int> _tablesNotAsked = new(StringComparer.Ordinal);
    private int _multipath;
    private int _otherFamilyGateways;
    private int _nextHopObjects;

    /// <summary>A route's table is not asked.</summary>
    /// <param name="table">The table, as <c>ip</c> calls it.</param>
    public void NoteTable(string table) => _tablesNotAsked[table] = _tablesNotAsked.GetValueOrDefault(table) + 1;

    /// <summary>A route was read.</summary>
    /// <param name="entry">The route.</param>
    /// <param name="hops">How many of its next hops are alive and can be used.</param>
    public void NoteHops(SnapshotEntry entry, int hops)
    {
        _multipath += hops > 1 ? 1 : 0;
        _otherFamilyGateways += NextHopReader.HasOtherFamily(entry) ? 1 : 0;
        _nextHopObjects += hops == 0 && entry.Has("nhid") ? 1 : 0;
    }

    /// <summary>Tells of them.</summary>
    public void AddTo(SnapshotLimitations limitations)
    {
        foreach ((string table, int count) in _tablesNotAsked)
        {
            limitations.Add($"routes: table {table} ({Count(count)}) is not asked");
        }

        void Add(int count, string what)
        {
            if (count != 0)
            {
                limitations.Add($"routes: {Count(count)} {what}");
            }
        }

        Add(_multipath, "with several next hops: the first that is alive takes every packet");
        Add(_otherFamilyGateways, "by an IPv6 gateway, which is taken for a direct neighbour");
        Add(_nextHopObjects, "by a next hop object that the snapshot does not describe: left out");
    }

    private static string Count(int routes) => routes == 1 ? "1 route" : $"{routes} routes";
}
