using System.Diagnostics;

namespace Saker.Benchmarks;

/// <summary>
/// <c>profile</c>: the whole path of 64-byte UDP frames and nothing else, for so many seconds, for a profiler to look at. Its own figures are over windows
/// of a fraction of a millisecond, of which many are undisturbed even on a busy machine: the lowest tenth tells two builds apart where a mean cannot.
/// </summary>
internal static class Profile
{
    private const int BatchesOfWindow = 16;

    public static int Run(int seconds)
    {
        using UdpPath path = new();
        long started = Stopwatch.GetTimestamp();
        List<double> windows = new(1 << 20);
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
        {
            long begun = Stopwatch.GetTimestamp();
            for (int i = 0; i < BatchesOfWindow; i++)
            {
                path.Receive();
            }

            windows.Add(Stopwatch.GetElapsedTime(begun).TotalNanoseconds / (BatchesOfWindow * UdpPath.Batch));
        }

        // The first windows ran before the code was compiled for good.
        double[] sorted = [.. windows.Skip(windows.Count / 3).Order()];
        Console.WriteLine(
            $"{windows.Count * BatchesOfWindow * UdpPath.Batch} packets, ns each: lowest tenth {At(sorted, 0.1):0.0}, median {At(sorted, 0.5):0.0}, "
            + $"highest tenth {At(sorted, 0.9):0.0}");
        return 0;
    }

    private static double At(double[] sorted, double part) => sorted[(int)((sorted.Length - 1) * part)];
}
