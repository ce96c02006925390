using System.Diagnostics.CodeAnalysis;
using Saker.Stack.Sockets;

namespace Saker.Stack.Softirq;

/// <summary>
/// A CPU's receive softirq (<c>net_rx_action</c>): polls the contexts on its list, a weight each, until the list is empty or the budget used up.
/// </summary>
public sealed class ReceiveSoftirq
{
    private readonly Cpu _cpu;
    private PollList _waiting;
    private ReceiveLane? _filledLanes;

    internal ReceiveSoftirq(Cpu cpu) => _cpu = cpu;

    /// <summary>Packets one run may take (<c>net.core.netdev_budget</c>).</summary>
    public int Budget { get; set; } = 300;

    /// <summary>How long one run may take, in nanoseconds (<c>net.core.netdev_budget_usecs</c>).</summary>
    public long BudgetTime { get; set; } = 8_000_000;

    /// <summary>Whether there is work (the softirq is raised).</summary>
    public bool IsRaised => !_waiting.IsEmpty;

    /// <summary>Packets that entered the receive core here (first column of <c>/proc/net/softnet_stat</c>).</summary>
    public long Processed { get; internal set; }

    /// <summary>Runs that ended with work left (third column).</summary>
    public long TimeSqueeze { get; private set; }

    /// <summary>Puts a context on the poll list, unless it is there (<c>napi_schedule</c>).</summary>
    public void Schedule(NapiContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.IsScheduled)
        {
            return;
        }

        context.IsScheduled = true;
        _waiting.Add(context);
    }

    /// <summary>Runs the softirq again and again until nothing is left to do, as ksoftirqd would.</summary>
    public void RunUntilIdle()
    {
        while (IsRaised)
        {
            Run();
        }
    }

    /// <summary>Runs the softirq once.</summary>
    public void Run()
    {
        _cpu.ReadClock();
        long limit = _cpu.Now + BudgetTime;
        int budget = Budget;
        PollList polling = _waiting;
        PollList again = default;
        _waiting = default;

        while (polling.TryTake(out NapiContext? context))
        {
            int weight = context.Weight;
            int work = context.Poll(weight);
            budget -= work;
            if (work >= weight && context.IsScheduled)
            {
                again.Add(context);
            }

            // As in the kernel, a run that ends with its last packet at its limit counts as squeezed, too.
            _cpu.ReadClock();
            if (budget <= 0 || _cpu.Now >= limit)
            {
                TimeSqueeze++;
                break;
            }
        }

        // What was scheduled meanwhile comes behind what still waits, and what wants another poll last, so that nobody starves.
        polling.Append(ref _waiting);
        polling.Append(ref again);
        _waiting = polling;
        SettleQueues();
    }

    /// <summary>A socket's lane got a packet: at the end of the run its reader is woken.</summary>
    internal void NoteFilled(ReceiveLane lane)
    {
        if (!lane.IsListed)
        {
            lane.IsListed = true;
            lane.NextWithPackets = _filledLanes;
            _filledLanes = lane;
        }
    }

    /// <summary>Frees what waits in sockets' queues. For the end of a stack, when nobody reads any more.</summary>
    internal void ClearQueues()
    {
        for (ReceiveLane? lane = _filledLanes; lane is not null; lane = lane.NextWithPackets)
        {
            lane.Clear();
        }
    }

    /// <summary>Wakes the readers of queues that have packets, and takes back what they have read.</summary>
    internal void SettleQueues()
    {
        if (_filledLanes is null)
        {
            return;
        }

        // What was posted must be seen before the flags of waiting readers are read: one fence for all of them.
        Interlocked.MemoryBarrier();
        ReceiveLane? lane = _filledLanes;
        _filledLanes = null;
        while (lane is not null)
        {
            ReceiveLane? next = lane.NextWithPackets;
            lane.NextWithPackets = null;
            lane.IsListed = false;
            if (lane.Settle())
            {
                NoteFilled(lane);
            }

            lane = next;
        }
    }

    /// <summary>Contexts in a row, linked through themselves.</summary>
    private struct PollList
    {
        private NapiContext? _first;
        private NapiContext? _last;

        public readonly bool IsEmpty => _first is null;

        public void Add(NapiContext context)
        {
            context.NextScheduled = null;
            if (_last is null)
            {
                _first = context;
            }
            else
            {
                _last.NextScheduled = context;
            }

            _last = context;
        }

        public bool TryTake([NotNullWhen(true)] out NapiContext? context)
        {
            context = _first;
            if (context is null)
            {
                return false;
            }

            _first = context.NextScheduled;
            if (_first is null)
            {
                _last = null;
            }

            context.NextScheduled = null;
            return true;
        }

        public void Append(ref PollList other)
        {
            if (other._first is null)
            {
                return;
            }

            if (_last is null)
            {
                _first = other._first;
            }
            else
            {
                _last.NextScheduled = other._first;
            }

            _last = other._last;
            other = default;
        }
    }
}
