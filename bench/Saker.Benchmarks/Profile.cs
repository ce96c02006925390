using System.Diagnostics;

namespace Saker.Benchmarks;

/// <summary><c>profile</c>: the whole path of 64-byte UDP frames and nothing else, for ten seconds, for a profiler to look at.</summary>
internal static class Profile
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    public static int Run()
    {
        using UdpPath path = new();
        long started = Stopwatch.GetTimestamp();
        long packets = 0;
        while (Stopwatch.GetElapsedTime(started) < Duration)
        {
            for (int i = 0; i < 1000; i++)
            {
                path.Receive();
            }

            packets += 1000 * UdpPath.Batch;
        }

        Console.WriteLine($"{packets} packets, {Stopwatch.GetElapsedTime(started).TotalNanoseconds / packets:0.0} ns each");
        return 0;
    }
}
