using System.Diagnostics;
using Saker.Stack.Softirq;

namespace Saker.Host.Workers;

/// <summary>Real time: the system's clock at the start, and what has passed since, which never goes back.</summary>
public sealed class MonotonicClock : IClock
{
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;

    private readonly long _startTicks = Stopwatch.GetTimestamp();
    private readonly long _start = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    /// <inheritdoc/>
    public long Now => _start + (long)((Stopwatch.GetTimestamp() - _startTicks) * NanosecondsPerTick);
}
