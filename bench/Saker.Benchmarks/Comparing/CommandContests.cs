using System.Diagnostics;

namespace Saker.Benchmarks.Comparing;

/// <summary>The command against other commands.</summary>
internal static class CommandContests
{
    private const int Frames = 1_000_000;
    private static readonly (string, double) Milliseconds = ("ms", 1e6);
    private static readonly string Saker = Path.GetFullPath("artifacts/publish/saker/saker");
    private static readonly string Hello = Path.GetFullPath("artifacts/peers/hello/hello");

    public static IEnumerable<Contest> Start()
    {
        if (IsMissing(Saker) || IsMissing(Hello))
        {
            yield break;
        }

        string capture = Capture(10);
        yield return Commands("start: saker --version", "hello world", [Hello], [Saker, "--version"]);
        yield return Commands("start: saker replay, 10 frames", "hello world", [Hello], [Saker, "replay", capture]);
        yield return Commands("start: saker replay --json, 10 frames", "hello world", [Hello], [Saker, "replay", "--json", capture]);
    }

    public static IEnumerable<Contest> Replay()
    {
        if (IsMissing(Saker))
        {
            yield break;
        }

        string capture = Capture(Frames);
        string tenth = Capture(Frames / 10);
        if (!IsMissing("tcpdump"))
        {
            yield return Commands($"saker replay, {Frames:N0} frames", "tcpdump -nr", ["tcpdump", "-nr", capture], [Saker, "replay", capture]) with { Rounds = 5 };
            yield return Commands($"saker replay --json, {Frames:N0} frames", "tcpdump -nr", ["tcpdump", "-nr", capture], [Saker, "replay", "--json", capture]) with { Rounds = 5 };
        }

        if (!IsMissing("tshark"))
        {
            yield return Commands($"saker replay, {Frames / 10:N0} frames", "tshark -nr", ["tshark", "-nr", tenth], [Saker, "replay", tenth]) with { Rounds = 3 };
            yield return Commands($"saker replay --json, {Frames / 10:N0} frames", "tshark -nr", ["tshark", "-nr", tenth], [Saker, "replay", "--json", tenth]) with { Rounds = 3 };
        }
    }

    public static IEnumerable<Contest> Dump()
    {
        if (IsMissing(Saker) || IsMissing("tcpdump"))
        {
            yield break;
        }

        // What tcpdump -ddd makes of udp.
        const string OfUdp = "12,40 0 0 12,21 0 5 34525,48 0 0 20,21 6 0 17,21 0 6 44,48 0 0 54,21 3 4 17,21 0 3 2048,48 0 0 23,21 0 1 17,6 0 0 262144,6 0 0 0";
        string capture = Capture(Frames);
        yield return Commands($"saker dump -w, {Frames:N0} frames", "tcpdump -r -w", ["tcpdump", "-r", capture, "-w", "/dev/null", "udp"], [Saker, "dump", capture, OfUdp, "-w", "/dev/null"])
            with
        { Rounds = 5 };
        yield return Commands($"saker dump, {Frames:N0} frames", "tcpdump -nr", ["tcpdump", "-nr", capture, "udp"], [Saker, "dump", capture, OfUdp]) with { Rounds = 3 };
    }

    private static Contest Commands(string what, string peerName, string[] peer, string[] saker) =>
        new(what, peerName, count => Run(peer, count), count => Run(saker, count))
        {
            Unit = Milliseconds,
            RunTime = TimeSpan.Zero,
            CountsAllocation = false,
        };

    /// <summary>The shell throws the output away: what a program writes costs it no reader.</summary>
    private static long Run(string[] command, int count)
    {
        ProcessStartInfo start = new("/bin/sh", ["-c", "exec \"$0\" \"$@\" > /dev/null 2>&1", .. command]);
        for (int i = 0; i < count; i++)
        {
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{string.Join(' ', command)} failed with {process.ExitCode}.");
            }
        }

        return count;
    }

    private static string Capture(int frames)
    {
        string path = Path.Combine(Path.GetTempPath(), $"saker-mixed-{frames}.pcap");
        if (!File.Exists(path))
        {
            MixedCapture.Write(path, frames);
        }

        return path;
    }

    private static bool IsMissing(string command)
    {
        bool isThere = File.Exists(command)
            || Array.Exists((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), folder => File.Exists(Path.Combine(folder, command)));
        if (!isThere)
        {
            Console.WriteLine($"skipped: {command} is missing (bench/install-peers.sh, and run from the repository's root)");
        }

        return !isThere;
    }
}
