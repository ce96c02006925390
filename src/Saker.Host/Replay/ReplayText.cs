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
        ReadOnlySpan<byte> digits = "0123456789abcdef"u8;
        destination = destination[..10];
        destination[0] = (byte)'0';
        destination[1] = (byte)'x';
        for (int i = destination.Length - 1; i > 1; i--)
        {
            destination[i] = digits[(int)(hash & 0xf)];
            hash >>= 4;
        }

        return destination;
    }
}
