using System.Diagnostics;

namespace Saker.Benchmarks;

/// <summary>
/// <c>profile</c>: the whole path of 64-byte UDP frames (or what else is named) and nothing else, for so many seconds, for a profiler to look at. Its own figures are over windows
/// of a fraction of a millisecond, of which many are undisturbed even on a busy machine: the lowest tenth tells two builds apart where a mean cannot.
/// </summary>
internal static class Profile
{
    private const int BatchesOfWindow = 16;

    public static int Run(int seconds, string subject)
    {
        using UdpPath path = subject switch
        {
            "tap" => new UdpPath(CountingTap.Make(1, clones: false)),
            "tap-clone" => new UdpPath(CountingTap.Make(1, clones: true)),
            "ten-taps" => new UdpPath(CountingTap.Make(10, clones: false)),
            "ten-taps-clone" => new UdpPath(CountingTap.Make(10, clones: true)),
            "vlan" => new UdpPath(upper: UpperDevice.Vlan),
            "bridge" => new UdpPath(upper: UpperDevice.Bridge),
            _ => new UdpPath(),
        };
        using MergePath merging = new();
        using BridgePath forwarding = new(isFlooded: false);
        using BridgePath flooding = new(isFlooded: true);
        Action? batch = subject switch
        {
            "path" or "tap" or "tap-clone" or "ten-taps" or "ten-taps-clone" or "vlan" or "bridge" => path.Receive,
            "forward" => forwarding.Receive,
            "flood" => flooding.Receive,
            "gro" => () => merging.PrepareAndMerge(),
            "gro-without" => () => merging.PrepareAndFree(),
            "gro-udp" => () => merging.PassUdp(merges: true),
            "gro-udp-without" => () => merging.PassUdp(merges: false),
            _ => null,
        };
        if (batch is null)
        {
            Console.Error.WriteLine($"profile: there is no '{subject}'; there are path, tap, tap-clone, ten-taps, ten-taps-clone, vlan, bridge, forward, flood, gro, gro-without, gro-udp, gro-udp-without.");
            return 2;
        }

        int packets = BatchesOfWindow * (subject.StartsWith("gro", StringComparison.Ordinal) ? MergePath.Segments : UdpPath.Batch);
        long started = Stopwatch.GetTimestamp();
        List<double> windows = new(1 << 20);
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
        {
            long begun = Stopwatch.GetTimestamp();
            for (int i = 0; i < BatchesOfWindow; i++)
            {
                batch();
            }

            windows.Add(Stopwatch.GetElapsedTime(begun).TotalNanoseconds / packets);
        }

        // The first windows ran before the code was compiled for good.
        double[] sorted = [.. windows.Skip(windows.Count / 3).Order()];
        Console.WriteLine(
            $"{windows.Count * packets} packets, ns each: lowest tenth {At(sorted, 0.1):0.0}, median {At(sorted, 0.5):0.0}, "
            + $"highest tenth {At(sorted, 0.9):0.0}");
        return 0;
    }

    private static double At(double[] sorted, double part) => sorted[(int)((sorted.Length - 1) * part)];
}
