namespace Saker.Host.Snapshots.Reading;

/// <summary>
/// Tells entries of IPv4 from those of IPv6, which <c>ip</c> prints into one list. The collector writes a <c>family</c>; without it an entry tells by its
/// addresses, or by members that the kernel has for one of the two only.
/// </summary>
internal static class EntryFamily
{
    private static readonly string[] AddressMembers = ["dst", "src", "from", "gateway", "prefsrc"];

    /// <summary>Whether an entry with one address is of another family than IPv4.</summary>
    public static bool IsOther(SnapshotEntry entry, string addressMember) =>
        entry.Text("family") is { } family ? family != "inet" : entry.Text(addressMember)?.Contains(':', StringComparison.Ordinal) == true;

    /// <summary>Whether a route or rule is of another family than IPv4.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="previousIsOther">Whether the entry before it is: one that does not tell belongs with it.</param>
    public static bool IsOtherRoute(SnapshotEntry entry, bool previousIsOther)
    {
        if (entry.Text("family") is { } family)
        {
            return family != "inet";
        }

        if (ByAddress(entry) is { } byAddress)
        {
            return byAddress;
        }

        if (entry.Has("via"))
        {
            // The gateway of another family than the route's: only routes of IPv4 have such.
            return false;
        }

        foreach (SnapshotEntry hop in entry.Entries("nexthops"))
        {
            if (hop.Has("via"))
            {
                return false;
            }

            if (ByAddress(hop) is { } byHop)
            {
                return byHop;
            }
        }

        if (entry.Has("pref") || entry.Text("protocol") == "ra")
        {
            return true;
        }

        // Every route of IPv6 has a metric, and none a scope or a TOS.
        bool isIPv4 = !entry.Has("metric") || entry.Has("tos") || (entry.Text("scope") ?? "global") != "global";
        return !isIPv4 && previousIsOther;
    }

    /// <summary>Whether a rule is of another family than IPv4, as far as it tells.</summary>
    public static bool IsOtherRule(SnapshotEntry entry) => entry.Text("family") is { } family ? family != "inet" : ByAddress(entry) == true;

    private static bool? ByAddress(SnapshotEntry entry)
    {
        foreach (string member in AddressMembers)
        {
            if (entry.Text(member) is { } text && (text.Contains(':', StringComparison.Ordinal) || text.Contains('.', StringComparison.Ordinal)))
            {
                return text.Contains(':', StringComparison.Ordinal);
            }
        }

        return null;
    }
}
