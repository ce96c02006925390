using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Observation;

namespace Saker.Host.Replay;

/// <summary>Reads a stack's counters and tells what moved since the last reading.</summary>
internal sealed class CounterMeter
{
    /// <summary>Counters compared at once, a bit of a word each: most blocks have not moved.</summary>
    private const int Block = 64;

    /// <summary>Counters that move only together with another one, which says whether they need to be looked at.</summary>
    private static readonly Guarded[] ByType =
    [
        new(Counter.IcmpInMsgs, BlocksOf(Counter.IcmpMsgInType(0), Counter.IcmpMsgInType(255))),
        new(Counter.IcmpOutMsgs, BlocksOf(Counter.IcmpMsgOutType(0), Counter.IcmpMsgOutType(255))),
        new(Counter.Icmp6InMsgs, BlocksOf(Counter.Icmp6InType(0), Counter.Icmp6InType(255))),
        new(Counter.Icmp6OutMsgs, BlocksOf(Counter.Icmp6OutType(0), Counter.Icmp6OutType(255))),
    ];

    /// <summary>The counters before, between and behind those.</summary>
    private static readonly CounterRange[] Others = FindOthers();

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
        int guarded = 0;
        for (int i = 0; i < ByType.Length; i++)
        {
            guarded |= now[(int)ByType[i].Guard] != _last[(int)ByType[i].Guard] ? 1 << i : 0;
        }

        MeasureRanges(now, Others, changes);
        for (; guarded != 0; guarded &= guarded - 1)
        {
            MeasureRanges(now, ByType[BitOperations.TrailingZeroCount(guarded)].Blocks, changes);
        }

        MeasureDevices(changes);
    }

    private void MeasureRanges(ReadOnlySpan<long> now, CounterRange[] blocks, CounterChanges changes)
    {
        foreach (CounterRange range in blocks)
        {
            ReadOnlySpan<long> block = now.Slice(range.Start, range.Length);
            Span<long> before = _last.AsSpan(range.Start, range.Length);
            if (!block.SequenceEqual(before))
            {
                MeasureBlock(range.Start, block, before, changes);
            }
        }
    }

    private void MeasureDevices(CounterChanges changes)
    {
        bool areNew = changes.Devices.IsEmpty;
        IReadOnlyList<NetworkDevice> devices = _stack.Devices.All;
        for (int i = 0; i < _lastOfDevices.Length; i++)
        {
            ReadOnlySpan<long> now = devices[i].Counters.Read(_scratch);
            Span<long> before = _lastOfDevices[i];
            for (ulong moved = Moved(now, before); moved != 0; moved &= moved - 1)
            {
                int counter = BitOperations.TrailingZeroCount(moved);
                long amount = now[counter] - before[counter];
                before[counter] = now[counter];
                if (areNew)
                {
                    changes.AddNew(devices[i].Index, (DeviceCounter)counter, amount);
                }
                else
                {
                    changes.Add(devices[i].Index, (DeviceCounter)counter, amount);
                }
            }
        }
    }

    private static void MeasureBlock(int start, ReadOnlySpan<long> now, Span<long> before, CounterChanges changes)
    {
        for (ulong moved = Moved(now, before); moved != 0; moved &= moved - 1)
        {
            int i = BitOperations.TrailingZeroCount(moved);
            Counter counter = (Counter)(start + i);
            long amount = now[i] - before[i];
            before[i] = now[i];
            changes.Add(counter, amount);
            if (Views[start + i] != counter)
            {
                changes.Add(Views[start + i], amount);
            }
        }
    }

    /// <summary>Which counters of a block have moved, a bit each.</summary>
    private static ulong Moved(ReadOnlySpan<long> now, ReadOnlySpan<long> before)
    {
        ReadOnlySpan<Vector256<long>> nowByFour = MemoryMarshal.Cast<long, Vector256<long>>(now);
        ReadOnlySpan<Vector256<long>> beforeByFour = MemoryMarshal.Cast<long, Vector256<long>>(before);
        ulong moved = 0;
        for (int i = 0; i < nowByFour.Length && i < beforeByFour.Length; i++)
        {
            moved |= (ulong)(~Vector256.Equals(nowByFour[i], beforeByFour[i]).ExtractMostSignificantBits() & 0xf) << (4 * i);
        }

        for (int i = 4 * nowByFour.Length; i < now.Length; i++)
        {
            moved |= now[i] == before[i] ? 0 : 1UL << i;
        }

        return moved;
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

    private static CounterRange[] FindOthers()
    {
        List<CounterRange> others = [];
        int start = 0;
        foreach (Guarded type in ByType)
        {
            others.AddRange(BlocksOf((Counter)start, type.Blocks[0].First - 1));
            start = type.Blocks[^1].End;
        }

        others.AddRange(BlocksOf((Counter)start, (Counter)(CounterNames.Count - 1)));
        return [.. others];
    }

    private static CounterRange[] BlocksOf(Counter first, Counter last)
    {
        List<CounterRange> blocks = [];
        for (int start = (int)first; start <= (int)last; start += Block)
        {
            blocks.Add(new CounterRange(start, Math.Min(Block, (int)last + 1 - start)));
        }

        return [.. blocks];
    }

    private readonly record struct Guarded(Counter Guard, CounterRange[] Blocks);

    private readonly record struct CounterRange(int Start, int Length)
    {
        public Counter First => (Counter)Start;

        public int End => Start + Length;
    }
}
