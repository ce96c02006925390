namespace Saker.Host.Snapshots.Reading;

/// <summary>Reads <c>rules</c>, for what of them is not evaluated: everything but the kernel's own three.</summary>
internal static class RuleReader
{
    private static readonly (long Priority, string Table)[] KernelRules = [(0, "local"), (32766, "main"), (32767, "default")];

    /// <summary>Members that say nothing about which packets a rule is for.</summary>
    private static readonly string[] PlainMembers = ["family", "priority", "src", "table", "protocol"];

    // What a rule may ask of a packet beside its source, as ip-rule(8) prints it.
    private static readonly string[] Selectors = ["dst", "tos", "fwmark", "iif", "oif", "ipproto", "sport", "dport", "uid_start", "l3mdev"];

    public static void Read(SnapshotDocument snapshot, SnapshotLimitations limitations)
    {
        HashSet<(long, string)> seen = [];
        foreach (SnapshotEntry rule in snapshot.Entries(SnapshotPart.Rules))
        {
            if (EntryFamily.IsOtherRule(rule))
            {
                continue;
            }

            long priority = rule.Number("priority", 0, uint.MaxValue) ?? 0;
            string table = TableOf(rule);
            seen.Add((priority, table));
            if (!KernelRules.Contains((priority, table)) || (rule.Text("src") ?? "all") != "all" || rule.Members().Except(PlainMembers).Any())
            {
                limitations.Add($"rules: rule {priority} ({Describe(rule, table)}) is not evaluated");
            }
        }

        // The rule for the default table is often deleted, and the table is empty anyway.
        if (snapshot.Has(SnapshotPart.Rules) && !seen.IsSupersetOf(KernelRules.Take(2)))
        {
            limitations.Add("rules: the kernel's own rules for the tables local and main are not all there, but both are asked");
        }
    }

    private static string Describe(SnapshotEntry rule, string table)
    {
        string length = rule.Text("srclen") is { } bits ? "/" + bits : string.Empty;
        string action = table.Length != 0 ? " lookup " + table : rule.Text("action") is { } name ? " " + name : string.Empty;
        string selectors = string.Concat(Selectors.Where(rule.Names).Select(name => $" {name} {rule.TextOrNothing(name)}".TrimEnd()));
        return $"{(rule.Names("not") ? "not " : string.Empty)}from {rule.Text("src") ?? "all"}{length}{selectors}{action}";
    }

    private static string TableOf(SnapshotEntry rule)
    {
        string name = rule.Text("table") ?? string.Empty;
        return name switch
        {
            "255" => "local",
            "254" => "main",
            "253" => "default",
            _ => name,
        };
    }
}
