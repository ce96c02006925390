using System.Runtime.CompilerServices;

namespace Saker.Stack.Observation;

/// <summary>One CPU's protocol counters: an array, and an increment at a constant index on the packet path. Totals are sums over the CPUs.</summary>
public sealed class CounterBlock
{
    /// <summary>Unused places behind a block, so that it shares no cache line with what another CPU writes.</summary>
    internal const int Padding = 16;

    private readonly long[] _values = new long[CounterNames.Count + Padding];

    /// <summary>All counters, in the order of <see cref="Counter"/>.</summary>
    public ReadOnlySpan<long> Values => _values.AsSpan(0, CounterNames.Count);

    /// <summary>A counter.</summary>
    public long this[Counter counter] => Volatile.Read(ref _values[(int)counter]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(Counter counter) => _values[(int)counter]++;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(Counter counter, long amount) => _values[(int)counter] += amount;

    internal static void AddTo(Span<long> sums, ReadOnlySpan<long> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            sums[i] += values[i];
        }
    }
}
