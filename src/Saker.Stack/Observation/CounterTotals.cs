using System.Collections.Immutable;
using Saker.Packets;
using Saker.Stack.Softirq;

namespace Saker.Stack.Observation;

/// <summary>A stack's counters: sums over its CPUs, which go on counting meanwhile.</summary>
public sealed class CounterTotals
{
    private readonly ImmutableArray<Cpu> _cpus;

    internal CounterTotals(ImmutableArray<Cpu> cpus) => _cpus = cpus;

    /// <summary>A counter's value.</summary>
    public long this[Counter counter]
    {
        get
        {
            long total = 0;
            foreach (Cpu cpu in _cpus)
            {
                total += cpu.Counters[counter];
            }

            return total;
        }
    }

    /// <summary>How many packets were dropped for a reason.</summary>
    public long this[DropReason reason]
    {
        get
        {
            long total = 0;
            foreach (Cpu cpu in _cpus)
            {
                total += cpu.Drops[reason];
            }

            return total;
        }
    }

    /// <summary>All counters, in the order of <see cref="Counter"/>.</summary>
    /// <param name="scratch">Memory for the sums, <see cref="CounterNames.Count"/> long; not touched where there is one CPU.</param>
    /// <returns>The scratch memory, or the one CPU's own counters, which go on.</returns>
    public ReadOnlySpan<long> Read(Span<long> scratch)
    {
        if (_cpus.Length == 1)
        {
            return _cpus[0].Counters.Values;
        }

        scratch = scratch[..CounterNames.Count];
        scratch.Clear();
        foreach (Cpu cpu in _cpus)
        {
            CounterBlock.AddTo(scratch, cpu.Counters.Values);
        }

        return scratch;
    }
}
