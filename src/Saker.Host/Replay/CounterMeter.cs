using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Observation;

namespace Saker.Host.Replay;

/// <summary>Reads a stack's counters and tells what moved since the last reading.</summary>
internal sealed class CounterMeter
{
    /// <summary>Counters compared at once: most blocks have not moved.</summary>
    private const int Block = 64;

    /// <summary>Counters that move only together with another one, which says whether they need to be looked at.</summary>
    private static readonly Guarded[] ByType =
    [
        new((int)Counter.IcmpMsgInType(0), (int)Counter.IcmpMsgInType(255) + 1, Counter.IcmpInMsgs),
        new((int)Counter.IcmpMsgOutType(0), (int)Counter.IcmpMsgOutType(255) + 1, Counter.IcmpOutMsgs),
        new((int)Counter.Icmp6InType(0), (int)Counter.Icmp6InType(255) + 1, Counter.Icmp6InMsgs),
        new((int)Counter.Icmp6OutType(0), (int)Counter.Icmp6OutType(255) + 1, Counter.Icmp6OutMsgs),
    ];

    /// <summary>For each counter the one beside it that shows the same value under a name of its own; itself where there is none.</summary>
    private static readonly Counter[] Views = FindViews();

    private readonly NetworkStack _stack;
    private readonly long[] _last = new long[CounterNames.Count];
    private readonly long[] _scratch = new long[CounterNames.Count];
    private readonly long[][] _lastOfDevices;

    public CounterMeter(NetworkStack stack)
    {
        _stack = stack;
        _lastOfDevices = [.. stack.Devices.All.Select(_ => new long[DeviceCounterNames.Count])];
    }

    /// <summary>Adds what moved since the last call.</summary>
    public void Measure(CounterChanges changes)
    {
        ReadOnlySpan<long> now = _stack.Counters.Read(_scratch);
        Span<bool> haveMoved = stackalloc bool[ByType.Length];
        for (int i = 0; i < ByType.Length; i++)
        {
            haveMoved[i] = now[(int)ByType[i].Guard] != _last[(int)ByType[i].Guard];
        }

        int start = 0;
        for (int i = 0; i < ByType.Length; i++)
        {
            MeasureRange(now, start, haveMoved[i] ? ByType[i].End : ByType[i].Start, changes);
            start = ByType[i].End;
        }

        MeasureRange(now, start, now.Length, changes);
        MeasureDevices(changes);
    }

    private void MeasureRange(ReadOnlySpan<long> now, int start, int end, CounterChanges changes)
    {
        for (; start < end; start += Block)
        {
            int length = Math.Min(Block, end - start);
            ReadOnlySpan<long> block = now.Slice(start, length);
            Span<long> before = _last.AsSpan(start, length);
            if (!block.SequenceEqual(before))
            {
                MeasureBlock(start, block, before, changes);
            }
        }
    }

    private void MeasureDevices(CounterChanges changes)
    {
        for (int i = 0; i < _lastOfDevices.Length; i++)
        {
            NetworkDevice device = _stack.Devices.All[i];
            ReadOnlySpan<long> values = device.Counters.Read(_scratch);
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

    private readonly record struct Guarded(int Start, int End, Counter Guard);
}
