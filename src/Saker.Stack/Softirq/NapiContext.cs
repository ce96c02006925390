namespace Saker.Stack.Softirq;

/// <summary>
/// A queue's polling context (<c>struct napi_struct</c>, Documentation/networking/napi.rst): its interrupt says that there is work, and from then on it is
/// polled, interrupts masked, until the work is done.
/// </summary>
/// <remarks>All of it belongs to the CPU that polls, and is touched where that CPU runs. Threaded NAPI is not built: contexts are polled by softirqs.</remarks>
public abstract class NapiContext
{
    /// <summary>The most packets a driver takes in one poll (<c>NAPI_POLL_WEIGHT</c>).</summary>
    public const int DriverWeight = 64;

    private NapiStates _state;
    private Cpu? _cpu;
    private WatchdogTimer? _watchdog;
    private int _deferrals;
    private volatile bool _prefersBusyPoll;

    /// <summary>Whether it is on a CPU's poll list, or is being polled.</summary>
    public bool IsScheduled => (_state & NapiStates.Scheduled) != NapiStates.None;

    /// <summary>The CPU on whose list it is, or was last. What a driver compares with its vector's affinity.</summary>
    public Cpu? Cpu => _cpu;

    /// <summary>How it is polled.</summary>
    public NapiSettings Settings { get; set; } = new();

    /// <summary>How many packets one poll may take.</summary>
    protected internal virtual int Weight => DriverWeight;

    /// <summary>Whether packets are held back to be merged with others (<c>gro_bitmask</c>).</summary>
    protected virtual bool HoldsPackets => false;

    internal NapiContext? NextScheduled { get; set; }

    /// <summary>Takes packets and passes them up.</summary>
    /// <param name="budget">How many at most; 0: only what was sent is to be cleaned up.</param>
    /// <returns>
    /// How many were taken. Fewer than the budget: the work is done, and the context has called <see cref="Complete(int)"/>.
    /// The whole budget: it wants another poll.
    /// </returns>
    protected internal abstract int Poll(int budget);

    /// <summary>Passes on what GRO has ready (<c>gro_flush_normal</c>), and what it holds: all of it, or what is old only.</summary>
    /// <param name="onlyOld">Whether young packets may be held on.</param>
    protected virtual void Flush(bool onlyOld)
    {
    }

    /// <summary>Passes on what GRO has ready, and goes on holding the rest (<c>gro_normal_list</c>).</summary>
    protected virtual void FlushNormal()
    {
    }

    /// <summary>The work is done (<c>napi_complete</c>).</summary>
    protected void Complete() => Complete(0);

    /// <summary>The work is done: the context leaves the poll list (<c>napi_complete_done</c>).</summary>
    /// <param name="work">How many packets the poll has taken.</param>
    /// <returns>Whether the driver is to enable its interrupt. If not, the context will be polled again without one.</returns>
    protected bool Complete(int work)
    {
        if ((_state & NapiStates.InBusyPoll) != NapiStates.None)
        {
            return false;
        }

        NapiSettings settings = Settings;
        long timeout = 0;
        bool mayEnable = true;
        if (work != 0)
        {
            timeout = HoldsPackets ? settings.FlushTimeout : 0;
            _deferrals = settings.DeferHardInterrupts;
        }

        if (_deferrals > 0)
        {
            _deferrals--;
            timeout = settings.FlushTimeout;
            mayEnable = timeout == 0;
        }

        // With a timeout there may be no end of postponing: old packets go on in any case.
        Flush(onlyOld: timeout != 0);
        bool wasMissed = (_state & NapiStates.Missed) != NapiStates.None;
        _state &= ~(NapiStates.Scheduled | NapiStates.Missed);
        _prefersBusyPoll = false;
        if (wasMissed)
        {
            _state |= NapiStates.Scheduled;
            _cpu!.Receive.Add(this);
            return false;
        }

        if (timeout != 0)
        {
            SetWatchdog(timeout);
        }

        return mayEnable;
    }

    /// <summary>Lets the context be scheduled no more, once a poll that is on its way is over (<c>napi_disable</c>).</summary>
    public void Disable() => _state |= NapiStates.Disabled;

    /// <summary>Lets the context be scheduled again (<c>napi_enable</c>).</summary>
    public void Enable() => _state &= ~NapiStates.Disabled;

    /// <summary><c>napi_schedule</c>: while it is being polled, this is remembered, and leads to another poll.</summary>
    internal void Schedule(Cpu cpu)
    {
        if ((_state & NapiStates.Disabled) != NapiStates.None)
        {
            return;
        }

        if (IsScheduled)
        {
            _state |= NapiStates.Missed;
            return;
        }

        _state |= NapiStates.Scheduled;
        _cpu = cpu;
        cpu.Receive.Add(this);
    }

    /// <summary>Polls with its own weight (<c>__napi_poll</c>).</summary>
    /// <param name="again">Where it is put if it wants another poll.</param>
    /// <returns>How many packets were taken.</returns>
    internal int PollOnce(ref PollList again)
    {
        int weight = Weight;
        int work = Poll(weight);
        if (work < weight || !IsScheduled)
        {
            return work;
        }

        if ((_state & NapiStates.Disabled) != NapiStates.None)
        {
            Complete(0);
            return work;
        }

        if (_prefersBusyPoll)
        {
            // Who prefers to poll by itself is left to it; where no timer would help if it does not come, the softirq goes on.
            if (Complete(work))
            {
                Schedule(_cpu!);
            }

            return work;
        }

        // Where a second has fewer than 1000 ticks, as here, the kernel holds nothing back from one poll to the next.
        Flush(onlyOld: false);
        again.Add(this);
        return work;
    }

    /// <summary>Takes the context for busy polling.</summary>
    /// <param name="cpu">The CPU that polls, driven by the caller.</param>
    /// <param name="isPreferred">Whether the softirq is to keep away in future, if it has the context now.</param>
    /// <returns>False if it is scheduled already.</returns>
    internal bool TryBeginBusyPoll(Cpu cpu, bool isPreferred)
    {
        if ((_state & (NapiStates.Scheduled | NapiStates.Disabled | NapiStates.InBusyPoll)) != NapiStates.None)
        {
            _prefersBusyPoll |= isPreferred;
            return false;
        }

        _state |= NapiStates.Scheduled | NapiStates.InBusyPoll;
        _prefersBusyPoll = isPreferred;
        _cpu = cpu;
        return true;
    }

    /// <summary>Polls by the thread that took it.</summary>
    internal int BusyPoll(int budget)
    {
        int work = Poll(budget);
        FlushNormal();
        return work;
    }

    /// <summary>Busy polling ends (<c>busy_poll_stop</c>): a last poll decides who goes on, the timer or the softirq.</summary>
    internal void EndBusyPoll(int budget)
    {
        _state &= ~(NapiStates.InBusyPoll | NapiStates.Missed);
        bool leaveToTimer = false;
        if (_prefersBusyPoll)
        {
            _deferrals = Settings.DeferHardInterrupts;
            leaveToTimer = _deferrals > 0 && Settings.FlushTimeout != 0;
            if (leaveToTimer)
            {
                SetWatchdog(Settings.FlushTimeout);
            }
        }

        if (Poll(budget) != budget || !IsScheduled)
        {
            return;
        }

        if (leaveToTimer)
        {
            FlushNormal();
            _state &= ~NapiStates.Scheduled;
            return;
        }

        Flush(onlyOld: false);
        _cpu!.Receive.Add(this);
    }

    private void SetWatchdog(long timeout)
    {
        _watchdog ??= new WatchdogTimer(this);
        _cpu!.Timers.Set(_watchdog, _cpu.Now + timeout);
    }

    /// <summary>Polls again where interrupts stay masked (<c>napi_watchdog</c>).</summary>
    private sealed class WatchdogTimer(NapiContext context) : StackTimer
    {
        protected internal override void Expire()
        {
            if (!context.IsScheduled)
            {
                context._prefersBusyPoll = false;
                context.Schedule(context._cpu!);
            }
        }
    }

    [Flags]
    private enum NapiStates : byte
    {
        None = 0,

        /// <summary>On a list, or being polled (<c>NAPI_STATE_SCHED</c>).</summary>
        Scheduled = 1,

        /// <summary>Scheduled again meanwhile (<c>NAPI_STATE_MISSED</c>).</summary>
        Missed = 2,

        /// <summary>Not to be scheduled (<c>NAPI_STATE_DISABLE</c>).</summary>
        Disabled = 4,

        /// <summary>Polled by a thread that wants to (<c>NAPI_STATE_IN_BUSY_POLL</c>).</summary>
        InBusyPoll = 8,
    }
}
