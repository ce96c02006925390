namespace Saker.Benchmarks.Comparing;

/// <summary><c>compare [NAME…]</c>: the contests of these names, or all.</summary>
internal static class CompareCommand
{
    private static readonly (string Name, Func<IEnumerable<Contest>> Contests)[] Groups =
    [
        ("checksum", WireContests.Checksum),
        ("parse", WireContests.Parse),
        ("toeplitz", WireContests.Toeplitz),
        ("packets", PacketContests.Pool),
        ("path", PacketContests.Path),
        ("core", CoreContests.All),
        ("filter", FilterContests.All),
        ("bpf", ProgramContests.All),
        ("straight", StraightContests.All),
        ("gro", MergeContests.All),
        ("routes", RouteContests.Lookup),
        ("start", CommandContests.Start),
        ("replay", CommandContests.Replay),
        ("dump", CommandContests.Dump),
    ];

    public static int Run(string[] names)
    {
        string[] known = [.. Groups.Select(group => group.Name)];
        if (names.Except(known, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            Console.Error.WriteLine($"compare: there is no '{unknown}'; there are {string.Join(", ", known)}.");
            return 2;
        }

        Console.WriteLine($"{DateTime.UtcNow:yyyy-MM-dd}, .NET {Environment.Version}, {Environment.ProcessorCount} processors");
        Console.WriteLine();
        Arena.WriteHead();
        foreach ((string name, Func<IEnumerable<Contest>> contests) in Groups)
        {
            if (names.Length == 0 || names.Contains(name))
            {
                foreach (Contest contest in contests())
                {
                    Arena.Run(contest);
                }
            }
        }

        return 0;
    }
}
