using System.Runtime.CompilerServices;
using Saker.Stack.Observation;

namespace Saker.Stack.Nic;

/// <summary>The counters of one queue pair, inside the object so that counting is one addition at a constant place. The CPU that polls the queue writes.</summary>
internal sealed class QueueCounterBlock
{
    private Places _values;

    /// <summary>A counter.</summary>
    public long this[QueueCounter counter] => Volatile.Read(ref _values[(int)counter]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(QueueCounter counter, long amount = 1) => _values[(int)counter] += amount;

    [InlineArray((int)QueueCounter.TxRestarted + 1 + CounterBlock.Padding)]
    private struct Places
    {
        private long _first;
    }
}
