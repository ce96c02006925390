using System.Runtime.CompilerServices;

namespace Saker.Stack.Observation;

/// <summary>
/// One CPU's protocol counters: an array inside the object, so that counting is one addition at a constant place. Totals are sums over the CPUs.
/// </summary>
public sealed class CounterBlock
{
    /// <summary>Unused places behind a block, so that it shares no cache line with what another CPU writes.</summary>
    internal const int Padding = 16;

    private const int Count = (int)Counter.UdpLite6MemErrors + 1;

    private Places _values;

    /// <summary>All counters, in the order of <see cref="Counter"/>.</summary>
    public ReadOnlySpan<long> Values => ((ReadOnlySpan<long>)_values)[..Count];

    /// <summary>A counter.</summary>
    public long this[Counter counter] => Volatile.Read(ref _values[(int)counter]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(Counter counter) => _values[(int)counter]++;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(Counter counter, long amount) => _values[(int)counter] += amount;

    /// <summary>Adds a block's counters to sums.</summary>
    internal static void AddTo(Span<long> sums, ReadOnlySpan<long> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            sums[i] += values[i];
        }
    }

    [InlineArray(Count + Padding)]
    private struct Places
    {
        private long _first;
    }
}
