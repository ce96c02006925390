using System.Buffers.Text;

namespace Saker.Host.Replay;

/// <summary>How times, hashes and verdicts are spelled.</summary>
public static class ReplayText
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>A verdict's name.</summary>
    public static string Name(Verdict verdict) => verdict switch
    {
        Verdict.Delivered => "delivered",
        Verdict.Forwarded => "forwarded",
        Verdict.Redirected => "redirected",
        Verdict.Consumed => "consumed",
        Verdict.Held => "held",
        Verdict.Dropped => "dropped",
        Verdict.Unsupported => "unsupported",
        _ => "outgoing",
    };

    /// <summary>A time as seconds since the Unix epoch with nine decimals.</summary>
    /// <param name="nanoseconds">Nanoseconds since the Unix epoch.</param>
    /// <param name="destination">At least 32 bytes.</param>
    public static ReadOnlySpan<byte> Time(long nanoseconds, Span<byte> destination)
    {
        (long seconds, long rest) = Math.DivRem(nanoseconds, NanosecondsPerSecond);
        if (rest < 0)
        {
            seconds--;
            rest += NanosecondsPerSecond;
        }

        Utf8Formatter.TryFormat(seconds, destination, out int written);
        destination[written++] = (byte)'.';
        Utf8Formatter.TryFormat(rest, destination[written..], out int digits, new System.Buffers.StandardFormat('D', 9));
        return destination[..(written + digits)];
    }

    /// <summary>A hash as <c>0x</c> and eight hexadecimal digits.</summary>
    /// <param name="hash">The hash.</param>
    /// <param name="destination">At least 10 bytes.</param>
    public static ReadOnlySpan<byte> Hash(uint hash, Span<byte> destination)
    {
        "0x"u8.CopyTo(destination);
        Utf8Formatter.TryFormat(hash, destination[2..], out int digits, new System.Buffers.StandardFormat('x', 8));
        return destination[..(2 + digits)];
    }
}
