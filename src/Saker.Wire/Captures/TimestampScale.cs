namespace Saker.Wire.Captures;

/// <summary>
/// Turns an interface's time stamps into nanoseconds since 1970: the unit of <c>if_tsresol</c> and the shift of <c>if_tsoffset</c>
/// (draft-ietf-opsawg-pcapng, section 4.2). What a 64-bit number of nanoseconds cannot hold comes out as its nearest value.
/// </summary>
internal readonly struct TimestampScale
{
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const int BinaryFlag = 0x80;
    private const int MaximumDecimalExponent = 19;
    private const int MaximumBinaryExponent = 63;

    private readonly ulong _factor;
    private readonly ulong _largestForFactor;
    private readonly byte _resolution;
    private readonly long _offsetSeconds;

    private TimestampScale(byte resolution, long offsetSeconds)
    {
        _resolution = resolution;
        _offsetSeconds = offsetSeconds;
        if (resolution <= 9 && offsetSeconds == 0)
        {
            _factor = (ulong)Int128Power(10, 9 - resolution);
            _largestForFactor = long.MaxValue / _factor;
        }
    }

    /// <summary>Microseconds, which hold where an interface says nothing.</summary>
    public static TimestampScale Microseconds { get; } = new(6, 0);

    /// <summary>Nanoseconds.</summary>
    public static TimestampScale Nanoseconds { get; } = new(9, 0);

    /// <summary>False where a unit is so small that 64 bits of it do not reach one second.</summary>
    public static bool TryCreate(byte resolution, long offsetSeconds, out TimestampScale scale)
    {
        int exponent = resolution & ~BinaryFlag;
        bool isValid = exponent <= ((resolution & BinaryFlag) != 0 ? MaximumBinaryExponent : MaximumDecimalExponent);
        scale = isValid ? new TimestampScale(resolution, offsetSeconds) : Microseconds;
        return isValid;
    }

    public long ToNanoseconds(ulong ticks) => ticks <= _largestForFactor && _factor != 0 ? (long)(ticks * _factor) : ToNanosecondsWide(ticks);

    private long ToNanosecondsWide(ulong ticks)
    {
        int exponent = _resolution & ~BinaryFlag;
        Int128 scaled = (Int128)ticks * NanosecondsPerSecond;
        scaled = (_resolution & BinaryFlag) != 0 ? scaled >> exponent : scaled / Int128Power(10, exponent);
        scaled += (Int128)_offsetSeconds * NanosecondsPerSecond;
        return (long)Int128.Clamp(scaled, long.MinValue, long.MaxValue);
    }

    private static Int128 Int128Power(int number, int exponent)
    {
        Int128 power = 1;
        for (int i = 0; i < exponent; i++)
        {
            power *= number;
        }

        return power;
    }
}
