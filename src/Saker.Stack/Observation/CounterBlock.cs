using System.Runtime.CompilerServices;

namespace Saker.Stack.Observation;

/// <summary>One CPU's protocol counters: an array, and an increment at a constant index on the packet path. Totals are sums over the CPUs.</summary>
public sealed class CounterBlock
{
    private readonly long[] _values = new long[CounterNames.Count];

    /// <summary>All counters, in the order of <see cref="Counter"/>.</summary>
    public ReadOnlySpan<long> Values => _values;

    /// <summary>A counter.</summary>
    public long this[Counter counter] => _values[(int)counter];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(Counter counter) => _values[(int)counter]++;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(Counter counter, long amount) => _values[(int)counter] += amount;
}

/// <summary>One device's statistics (<c>rtnl_link_stats64</c>).</summary>
public sealed class DeviceCounterBlock
{
    private readonly long[] _values = new long[DeviceCounterNames.Count];

    /// <summary>All counters, in the order of <see cref="DeviceCounter"/>.</summary>
    public ReadOnlySpan<long> Values => _values;

    /// <summary>A counter.</summary>
    public long this[DeviceCounter counter] => _values[(int)counter];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(DeviceCounter counter) => _values[(int)counter]++;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(DeviceCounter counter, long amount) => _values[(int)counter] += amount;
}
