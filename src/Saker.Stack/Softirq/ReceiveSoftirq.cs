namespace Saker.Stack.Softirq;

/// <summary>
/// A CPU's receive softirq (<c>net_rx_action</c>): polls the contexts on its list, a weight each, until the list is empty or packets or time are used up.
/// </summary>
public sealed class ReceiveSoftirq
{
    private readonly Cpu _cpu;
    private PollList _waiting;
    private PollList _polling;
    private PollList _again;
    private ReceiveSettings _settings = new();
    private bool _isRunning;
    private bool _hasPolled;
    private int _budget;
    private long _limit;

    internal ReceiveSoftirq(Cpu cpu) => _cpu = cpu;

    /// <summary>What it goes by. Set by the control thread; a run that has begun keeps what it began with.</summary>
    public ReceiveSettings Settings
    {
        get => Volatile.Read(ref _settings);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Volatile.Write(ref _settings, value);
        }
    }

    /// <summary>Whether a run has begun and is not over (<c>in_net_rx_action</c>).</summary>
    internal bool IsRunning => _isRunning;

    /// <summary>Puts a context on the list (<c>____napi_schedule</c>).</summary>
    internal void Add(NapiContext context)
    {
        _waiting.Add(context);
        if (!_isRunning)
        {
            _cpu.Softirq.Raise(SoftirqVectors.NetReceive);
        }
    }

    /// <summary>Begins a run or goes on with it, and polls one context.</summary>
    /// <param name="packets">How many packets it took.</param>
    /// <returns>False if the run is over: what remains is for another one, which is pending then.</returns>
    internal bool TryPoll(out int packets)
    {
        packets = 0;
        if (!_isRunning)
        {
            Begin();
        }
        else if (_hasPolled && (_budget <= 0 || _cpu.Now >= _limit))
        {
            // As in the kernel, a run that ends with its last packet at its limit counts as squeezed, too.
            _cpu.Softnet.CountSqueeze();
            End();
            return false;
        }

        _hasPolled = true;
        if (!_polling.TryTake(out NapiContext? context) && !(_again.IsEmpty && TryTakeScheduled(out context)))
        {
            End();
            return false;
        }

        packets = context!.PollOnce(ref _again);
        _budget -= packets;
        return true;
    }

    private void Begin()
    {
        ReceiveSettings settings = Settings;
        _isRunning = true;
        _hasPolled = false;
        _budget = settings.Budget;
        _limit = _cpu.Now + (settings.BudgetMicroseconds * 1000L);
        _polling = _waiting;
        _waiting = default;
        _cpu.CollectReturned();
    }

    /// <summary>What was scheduled while the list was worked off belongs to the same run, unless something wants another poll.</summary>
    private bool TryTakeScheduled(out NapiContext? context)
    {
        _polling = _waiting;
        _waiting = default;
        return _polling.TryTake(out context);
    }

    /// <summary>What was scheduled meanwhile comes behind what still waits, and what wants another poll last, so that nobody starves.</summary>
    private void End()
    {
        _polling.Append(ref _waiting);
        _polling.Append(ref _again);
        _waiting = _polling;
        _polling = default;
        _isRunning = false;
        if (!_waiting.IsEmpty)
        {
            _cpu.Softirq.Raise(SoftirqVectors.NetReceive);
        }

        _cpu.SendInterrupts();
        _cpu.FilledLanes.Settle();
    }
}
