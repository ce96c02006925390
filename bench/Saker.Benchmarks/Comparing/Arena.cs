using System.Diagnostics;

namespace Saker.Benchmarks.Comparing;

/// <summary>
/// Lets a peer and Saker run in turns (A B A B …) and tells the medians, the median of the rounds' ratios, and between which ratios four fifths of the
/// rounds lie. A ratio below 1: Saker is faster.
/// </summary>
internal static class Arena
{
    private const int MaximumCount = 1 << 30;
    private const int Pauses = 6;
    private const int CallsOfTier = 60;
    private const int OperationsOfCall = 60;
    private const double LeastNet = 5;
    private static readonly TimeSpan PauseLength = TimeSpan.FromMilliseconds(250);

    /// <summary>Writes the head of the table.</summary>
    public static void WriteHead()
    {
        Console.WriteLine($"| {"what",-44} | {"peer",-26} | {"peer takes",12} | {"Saker takes",12} | {"ratio",6} | {"10 to 90 %",13} | {"allocated",9} |");
        Console.WriteLine($"|{new string('-', 46)}|{new string('-', 28)}|{new string('-', 13)}:|{new string('-', 13)}:|{new string('-', 7)}:|{new string('-', 14)}:|{new string('-', 10)}:|");
    }

    /// <summary>Runs a contest and writes its line.</summary>
    public static void Run(Contest contest)
    {
        int peerCount = contest.PeerTime is null ? Calibrate(contest.RunPeer, contest.RunTime) : 0;
        int sakerCount = Calibrate(contest.RunSaker, contest.RunTime);
        int idleCount = contest.SakerIdle is { } sakerIdle ? Calibrate(sakerIdle, contest.RunTime) : 0;
        double[] peer = new double[contest.Rounds];
        double[] saker = new double[contest.Rounds];
        long before = GC.GetAllocatedBytesForCurrentThread();
        long allocated = 0;
        for (int i = 0; i < contest.Rounds; i++)
        {
            peer[i] = (contest.PeerTime is { } time ? time() : Measure(contest.RunPeer, peerCount)) / contest.OperationsPerCount / contest.Unit.Nanoseconds;
            before = GC.GetAllocatedBytesForCurrentThread();
            double with = Measure(contest.RunSaker, sakerCount);
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            saker[i] = (with - MeasureIdle(contest.SakerIdle, idleCount)) / contest.OperationsPerCount / contest.Unit.Nanoseconds;
        }

        // What is left of a peer that took its idle time off may be noise, and then no ratio means anything.
        bool isNoise = contest.PeerTime is not null && Median(peer) * contest.OperationsPerCount < LeastNet;
        double? bytes = contest.CountsAllocation ? (double)allocated / contest.Rounds / sakerCount / contest.OperationsPerCount : null;
        WriteLine(contest.What, contest.Peer, contest.Unit.Name, peer, saker, bytes, isNoise);
    }

    /// <summary>Writes a line of the table: what was measured in turns, a number a round.</summary>
    /// <param name="what">What was done.</param>
    /// <param name="peerName">Who the peer is.</param>
    /// <param name="unit">The unit of the times.</param>
    /// <param name="peer">What it took the peer.</param>
    /// <param name="saker">What it took Saker.</param>
    /// <param name="allocated">Bytes that Saker has allocated for an operation; null: they were not counted.</param>
    /// <param name="isNoise">Whether no ratio means anything.</param>
    /// <returns>The median of the rounds' ratios.</returns>
    public static double WriteLine(string what, string peerName, string unit, double[] peer, double[] saker, double? allocated, bool isNoise = false)
    {
        double[] ratios = [.. saker.Zip(peer, (mine, other) => mine / other).Order()];
        string ratio = isNoise ? "–" : $"{At(ratios, 0.5):0.00}";
        string spread = isNoise ? "–" : $"{At(ratios, 0.1):0.00} – {At(ratios, 0.9):0.00}";
        string bytes = allocated is { } count ? $"{count:0.##} B" : "";
        Console.WriteLine($"| {what,-44} | {peerName,-26} | {Median(peer),9:0.00} {unit} | {Median(saker),9:0.00} {unit} | {ratio,6} | {spread,13} | {bytes,9} |");
        return At(ratios, 0.5);
    }

    /// <summary>Finds how many operations fill the time. What is compiled in tiers is warmed up first: the compiler takes its turn in the pauses.</summary>
    private static int Calibrate(Func<int, long> run, TimeSpan time)
    {
        if (time == TimeSpan.Zero)
        {
            Measure(run, 1);
            return 1;
        }

        for (int pause = 0; pause < Pauses; pause++)
        {
            long started = Stopwatch.GetTimestamp();
            for (int i = 0; i < CallsOfTier || Stopwatch.GetElapsedTime(started) < time; i++)
            {
                run(OperationsOfCall);
            }

            Thread.Sleep(PauseLength);
        }

        int count = 1;
        while (Measure(run, count) * count < time.TotalNanoseconds && count < MaximumCount)
        {
            count *= 2;
        }

        return count;
    }

    private static double Measure(Func<int, long> run, int count)
    {
        long started = Stopwatch.GetTimestamp();
        GC.KeepAlive(run(count));
        return Stopwatch.GetElapsedTime(started).TotalNanoseconds / count;
    }

    private static double MeasureIdle(Func<int, long>? run, int count) => run is null ? 0 : Measure(run, count);

    private static double Median(double[] values) => At([.. values.Order()], 0.5);

    private static double At(double[] sorted, double part) => sorted[(int)Math.Round((sorted.Length - 1) * part)];
}
