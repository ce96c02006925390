using System.Diagnostics;

namespace Saker.Host.AfXdp;

/// <summary>Counts packets by the time that each took in its batch, in eighths of a nanosecond, up to two microseconds.</summary>
internal sealed class TimeHistogram
{
    private const int Slots = 16384, SlotsOfNanosecond = 8;
    private const long NanosecondsOfSecond = 1_000_000_000;

    private readonly long[] _packets = new long[Slots];

    /// <summary>Nanoseconds that half of the packets took at the most; 0: there are none.</summary>
    public double Median
    {
        get
        {
            long all = _packets.Sum(), counted = 0;
            int slot = 0;
            while (slot < Slots - 1 && (counted += _packets[slot]) * 2 < all)
            {
                slot++;
            }

            return (double)slot / SlotsOfNanosecond;
        }
    }

    /// <summary>Counts a batch.</summary>
    /// <param name="time">What it took, by <see cref="Stopwatch"/>.</param>
    /// <param name="packets">How many packets it has, at least one.</param>
    public void Add(long time, int packets)
    {
        long nanoseconds = time * (NanosecondsOfSecond / Stopwatch.Frequency);
        _packets[Math.Clamp(nanoseconds * SlotsOfNanosecond / packets, 0, Slots - 1)] += packets;
    }
}
