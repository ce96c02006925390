using System.Runtime.CompilerServices;
using Saker.Stack.Softirq;

namespace Saker.Stack.Observation;

/// <summary>One CPU's share of a device's statistics.</summary>
public sealed class DeviceCounterBlock
{
    private const int Count = (int)DeviceCounter.RxOtherHostDropped + 1;

    private Places _values;

    /// <summary>All counters, in the order of <see cref="DeviceCounter"/>.</summary>
    public ReadOnlySpan<long> Values => ((ReadOnlySpan<long>)_values)[..Count];

    /// <summary>A counter.</summary>
    public long this[DeviceCounter counter] => Volatile.Read(ref _values[(int)counter]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(DeviceCounter counter) => _values[(int)counter]++;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(DeviceCounter counter, long amount) => _values[(int)counter] += amount;

    [InlineArray(Count + CounterBlock.Padding)]
    private struct Places
    {
        private long _first;
    }
}

/// <summary>One device's statistics (<c>rtnl_link_stats64</c>): a block for each CPU; totals are sums.</summary>
public sealed class DeviceCounters
{
    private DeviceCounterBlock[] _blocks = [new()];

    /// <summary>A counter's value.</summary>
    public long this[DeviceCounter counter]
    {
        get
        {
            long total = 0;
            foreach (DeviceCounterBlock block in _blocks)
            {
                total += block[counter];
            }

            return total;
        }
    }

    /// <summary>All counters, in the order of <see cref="DeviceCounter"/>.</summary>
    /// <param name="scratch">Memory for the sums, <see cref="DeviceCounterNames.Count"/> long; not touched where there is one CPU.</param>
    /// <returns>The scratch memory, or the one CPU's own counters, which go on.</returns>
    public ReadOnlySpan<long> Read(Span<long> scratch)
    {
        if (_blocks.Length == 1)
        {
            return _blocks[0].Values;
        }

        scratch = scratch[..DeviceCounterNames.Count];
        scratch.Clear();
        foreach (DeviceCounterBlock block in _blocks)
        {
            CounterBlock.AddTo(scratch, block.Values);
        }

        return scratch;
    }

    /// <summary>A CPU's own share, which it alone writes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal DeviceCounterBlock Of(Cpu cpu) => _blocks[cpu.Index];

    /// <summary>Provides a block for each CPU. Before any of them counts.</summary>
    internal void Provide(int cpus)
    {
        if (_blocks.Length < cpus)
        {
            _blocks = [.. _blocks, .. Enumerable.Range(_blocks.Length, cpus - _blocks.Length).Select(_ => new DeviceCounterBlock())];
        }
    }
}
