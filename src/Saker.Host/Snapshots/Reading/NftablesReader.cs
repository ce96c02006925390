namespace Saker.Host.Snapshots.Reading;

/// <summary>Reads <c>nftables</c>, for what of it is not evaluated: tables that packets can meet.</summary>
internal static class NftablesReader
{
    public static void Read(SnapshotDocument snapshot, SnapshotLimitations limitations)
    {
        if (snapshot.Object(SnapshotPart.Nftables) is not { } ruleset)
        {
            return;
        }

        Dictionary<string, Contents> tables = new(StringComparer.Ordinal);
        List<Contents> ordered = [];
        foreach (SnapshotEntry item in ruleset.Entries("nftables"))
        {
            if (item.Object("chain") is { } chain && chain.Text("hook") is { } hook)
            {
                Contents table = TableOf(chain);
                table.Hooks.Add(hook);
                table.Drops |= chain.Text("policy") == "drop";
            }
            else if (item.Object("rule") is { } rule)
            {
                TableOf(rule).Rules++;
            }
        }

        foreach (Contents table in ordered.Where(table => table.Hooks.Count != 0 && (table.Rules != 0 || table.Drops)))
        {
            limitations.Add(
                $"nftables: table {table.Name} ({table.Rules} {(table.Rules == 1 ? "rule" : "rules")} at {string.Join(", ", table.Hooks)}) is not evaluated");
        }

        Contents TableOf(SnapshotEntry part)
        {
            string name = $"{part.Text("family")} {part.Text("table")}";
            if (!tables.TryGetValue(name, out Contents? table))
            {
                table = new Contents(name);
                tables.Add(name, table);
                ordered.Add(table);
            }

            return table;
        }
    }

    private sealed class Contents(string name)
    {
        public string Name => name;

        public SortedSet<string> Hooks { get; } = new(StringComparer.Ordinal);

        public bool Drops { get; set; }

        public int Rules { get; set; }
    }
}
