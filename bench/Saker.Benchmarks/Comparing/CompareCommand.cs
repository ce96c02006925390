namespace Saker.Benchmarks.Comparing;

/// <summary><c>compare [NAME…]</c>: the contests of these names, or all.</summary>
internal static class CompareCommand
{
    private static readonly (string Name, Action Run)[] Groups =
    [
        ("checksum", Each(WireContests.Checksum)),
        ("parse", Each(WireContests.Parse)),
        ("toeplitz", Each(WireContests.Toeplitz)),
        ("packets", Each(PacketContests.Pool)),
        ("path", Each(PacketContests.Path)),
        ("core", Each(CoreContests.All)),
        ("filter", Each(FilterContests.All)),
        ("bpf", Each(ProgramContests.All)),
        ("verifier", VerifierContests.Run),
        ("straight", Each(StraightContests.All)),
        ("gro", Each(MergeContests.All)),
        ("rings", Each(RingContests.All)),
        ("xsk", SocketContests.Run),
        ("routes", Each(RouteContests.Lookup)),
        ("start", Each(CommandContests.Start)),
        ("replay", Each(CommandContests.Replay)),
        ("dump", Each(CommandContests.Dump)),
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
        foreach ((string name, Action run) in Groups)
        {
            if (names.Length == 0 || names.Contains(name))
            {
                run();
            }
        }

        return 0;
    }

    private static Action Each(Func<IEnumerable<Contest>> contests) => () =>
    {
        foreach (Contest contest in contests())
        {
            Arena.Run(contest);
        }
    };
}
