using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Observation;

namespace Saker.Host.Replay;

/// <summary>Reads a stack's counters and tells what moved since the last reading.</summary>
internal sealed class CounterMeter
{
    /// <summary>Counters compared at once: most blocks have not moved.</summary>
    private const int Block = 64;

    /// <summary>For each counter the one beside it that shows the same value under a name of its own; itself where there is none.</summary>
    private static readonly Counter[] Views = FindViews();

    private readonly NetworkStack _stack;
    private readonly long[] _last = new long[CounterNames.Count];
    private readonly long[][] _lastOfDevices;

    public CounterMeter(NetworkStack stack)
    {
        _stack = stack;
        _lastOfDevices = [.. stack.Devices.All.Select(_ => new long[DeviceCounterNames.Count])];
    }

    /// <summary>Adds what moved since the last call.</summary>
    public void Measure(CounterChanges changes)
    {
        ReadOnlySpan<long> now = _stack.Cpu.Counters.Values;
        for (int start = 0; start < now.Length; start += Block)
        {
            int length = Math.Min(Block, now.Length - start);
            ReadOnlySpan<long> block = now.Slice(start, length);
            Span<long> before = _last.AsSpan(start, length);
            if (!block.SequenceEqual(before))
            {
                MeasureBlock(start, block, before, changes);
            }
        }

        for (int i = 0; i < _lastOfDevices.Length; i++)
        {
            NetworkDevice device = _stack.Devices.All[i];
            ReadOnlySpan<long> values = device.Counters.Values;
            Span<long> before = _lastOfDevices[i];
            for (int counter = 0; counter < values.Length; counter++)
            {
                if (values[counter] != before[counter])
                {
                    changes.Add(device.Index, (DeviceCounter)counter, values[counter] - before[counter]);
                    before[counter] = values[counter];
                }
            }
        }
    }

    private static void MeasureBlock(int start, ReadOnlySpan<long> block, Span<long> before, CounterChanges changes)
    {
        for (int i = 0; i < block.Length; i++)
        {
            long amount = block[i] - before[i];
            if (amount != 0)
            {
                var counter = (Counter)(start + i);
                changes.Add(counter, amount);
                if (Views[start + i] != counter)
                {
                    changes.Add(Views[start + i], amount);
                }
            }
        }

        block.CopyTo(before);
    }

    private static Counter[] FindViews()
    {
        Counter[] views = [.. Enumerable.Range(0, CounterNames.Count).Select(index => (Counter)index)];
        foreach (Counter counter in Enumerable.Range(0, CounterNames.Count).Select(index => (Counter)index).Where(counter => counter.Source() != counter))
        {
            views[(int)counter.Source()] = counter;
        }

        return views;
    }
}
