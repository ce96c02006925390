namespace Saker.Stack.Ip;

/// <summary>Time as ICMP and the timestamp option of IPv4 give it (RFC 791 section 3.1, RFC 792).</summary>
internal static class InternetTime
{
    private const long NanosecondsPerMillisecond = 1_000_000;
    private const long MillisecondsPerDay = 86_400_000;

    /// <summary>The milliseconds since midnight, universal time (<c>inet_current_timestamp</c>).</summary>
    /// <param name="now">The time in nanoseconds since the Unix epoch.</param>
    public static uint MillisecondsOfDay(long now) => (uint)(now / NanosecondsPerMillisecond % MillisecondsPerDay);
}
