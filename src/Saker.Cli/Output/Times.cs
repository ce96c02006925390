using System.Globalization;

namespace Saker.Cli.Output;

/// <summary>Times and durations for people.</summary>
internal static class Times
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Nanoseconds since the Unix epoch as a date and a time of day in UTC; beyond the calendar's years as seconds.</summary>
    public static string Utc(long nanoseconds)
    {
        (long seconds, long rest) = Math.DivRem(nanoseconds, NanosecondsPerSecond);
        if (rest < 0)
        {
            (seconds, rest) = (seconds - 1, rest + NanosecondsPerSecond);
        }

        string date = DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return $"{date}.{rest:000000000} UTC";
    }

    /// <summary>A duration in seconds.</summary>
    public static string Seconds(double seconds) => seconds >= 1000 ? $"{seconds:N0} s" : $"{seconds:0.000} s";
}
