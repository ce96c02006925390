namespace Saker.Packets;

/// <summary>
/// Allocations of a region or a pool that fail although there is memory (what the kernel's fault injection does with <c>failslab</c> and
/// <c>fail_page_alloc</c>). For tests: who survives these survives a machine without memory.
/// </summary>
public sealed record AllocationFaults
{
    /// <summary>The first allocation that fails, counted from 0; negative: none by its number.</summary>
    public long First { get; init; } = -1;

    /// <summary>How many fail from <see cref="First"/> on.</summary>
    public long Count { get; init; } = 1;

    /// <summary>How likely each allocation fails: from 0 to 1.</summary>
    public double Probability { get; init; }

    /// <summary>Seed of the random source that <see cref="Probability"/> asks.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary><see cref="AllocationFaults"/> beside the memory that they are about.</summary>
internal struct FaultState
{
    private const double Range = 4294967296.0;

    private long _number;
    private long _first;
    private long _end;
    private ulong _threshold;
    private ulong _random;

    /// <summary>Whether any can fail.</summary>
    public bool IsActive;

    public static FaultState Of(AllocationFaults? faults)
    {
        if (faults is null)
        {
            return default;
        }

        if (faults.Probability is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(faults), faults.Probability, "A probability is from 0 to 1.");
        }

        return new FaultState
        {
            IsActive = true,
            _first = faults.First,
            _end = faults.First < 0 ? faults.First : faults.First + faults.Count,
            _threshold = (ulong)(faults.Probability * Range),
            _random = faults.Seed | 1,
        };
    }

    /// <summary>Whether the next allocation fails.</summary>
    public bool Next()
    {
        long number = _number++;

        // Marsaglia's xorshift with 64 bits.
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return (number >= _first && number < _end) || (_random >> 32) < _threshold;
    }
}
