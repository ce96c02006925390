using System.Diagnostics;
using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Nic;
using Saker.Stack.Softirq;

namespace Saker.Benchmarks;

/// <summary>
/// <c>profile-card</c>: 64-byte UDP frames from the link to the receive core, which has no protocol for them and drops them. The card's part and the rest are timed
/// apart, in batches of a poll; of many batches the lowest tenth tells what an undisturbed one takes.
/// </summary>
internal static class CardProfile
{
    public static int Run(int seconds)
    {
        VirtualClock clock = new();
        NetworkDevice device = new(2, "eth0", Frames.HostMac);
        using NetworkStack stack = new(new NetworkOptions { Devices = [device], Clock = clock });
        NetworkCard card = stack.CardOf(device);
        byte[][] frames = [.. Enumerable.Range(0, NapiContext.DriverWeight).Select(i =>
        {
            byte[] frame = Frames.Udp(64, (ushort)(40_000 + i), 9000, (ushort)i);
            (frame[12], frame[13]) = (0x88, 0xb5);
            return frame;
        })];
        List<double> inCard = new(1 << 20);
        List<double> above = new(1 << 20);
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
        {
            long begun = Stopwatch.GetTimestamp();
            foreach (byte[] frame in frames)
            {
                card.Receive(frame, 0, 1);
            }

            long placed = Stopwatch.GetTimestamp();
            card.Interrupt();
            stack.Cpus[0].Softirq.RunUntilIdle();
            inCard.Add(Stopwatch.GetElapsedTime(begun, placed).TotalNanoseconds / frames.Length);
            above.Add(Stopwatch.GetElapsedTime(placed).TotalNanoseconds / frames.Length);
        }

        Console.WriteLine($"ns a frame, lowest tenth and median: card {At(inCard, 0.1):0.0} {At(inCard, 0.5):0.0}, driver to drop {At(above, 0.1):0.0} {At(above, 0.5):0.0}");
        return 0;
    }

    private static double At(List<double> times, double part)
    {
        double[] sorted = [.. times.Skip(times.Count / 3).Order()];
        return sorted[(int)((sorted.Length - 1) * part)];
    }
}
