namespace Saker.Stack.Softirq;

/// <summary>
/// Runs a CPU's softirqs (<c>handle_softirqs</c>): a pass takes what is pending, in order; what has become pending meanwhile is taken by another pass, ten at
/// most and for two milliseconds at most, and then by ksoftirqd.
/// </summary>
/// <remarks>
/// It goes step by step, a poll each, so that under virtual time something can happen between two polls; a worker thread takes one step after the other. On its
/// thread nobody else wants the CPU, and going on as ksoftirqd differs in being counted.
/// </remarks>
public sealed class SoftirqRunner
{
    /// <summary>Passes that one run may make (<c>MAX_SOFTIRQ_RESTART</c>).</summary>
    public const int MostPasses = 10;

    /// <summary>How long a run may make passes, in nanoseconds (<c>MAX_SOFTIRQ_TIME</c>, which the kernel rounds up to a tick).</summary>
    public const long MostTime = 2_000_000;

    private readonly Cpu _cpu;
    private SoftirqVectors _pending;
    private SoftirqVectors _pass;
    private bool _isRunning;
    private int _passes;
    private long _end;

    internal SoftirqRunner(Cpu cpu) => _cpu = cpu;

    /// <summary>Whether there is work: a softirq is pending, or a run is not over.</summary>
    public bool IsRaised => _isRunning || _pending != SoftirqVectors.None;

    /// <summary>How often work was left to ksoftirqd.</summary>
    public long Deferrals { get; private set; }

    /// <summary>Whether somebody else wants the CPU (<c>need_resched</c>): then a run makes no further pass. For whoever drives the CPU.</summary>
    public bool IsCpuWanted { get; set; }

    /// <summary>Puts a context on the poll list, unless it is there (<c>napi_schedule</c>). On this CPU.</summary>
    public void Schedule(NapiContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Schedule(_cpu);
    }

    /// <summary>Marks softirqs as pending. On this CPU.</summary>
    public void Raise(SoftirqVectors vectors) => _pending |= vectors;

    /// <summary>Handles interrupts and runs softirqs until nothing is left to do on this CPU.</summary>
    public void RunUntilIdle()
    {
        while (!_cpu.Step().IsIdle)
        {
        }
    }

    /// <summary>Goes a step on; the clock was read.</summary>
    internal CpuStep Step()
    {
        if (!_isRunning)
        {
            if (_pending == SoftirqVectors.None)
            {
                return CpuStep.Idle;
            }

            _isRunning = true;
            _passes = MostPasses;
            _end = _cpu.Now + MostTime;
            BeginPass();
        }

        while (true)
        {
            if ((_pass & SoftirqVectors.Timer) != SoftirqVectors.None)
            {
                _pass &= ~SoftirqVectors.Timer;
                _cpu.Timers.Run(_cpu.Now);
            }

            if ((_pass & SoftirqVectors.NetReceive) != SoftirqVectors.None)
            {
                if (_cpu.Receive.TryPoll(out int packets))
                {
                    return new CpuStep(0, 1, packets, false);
                }

                _pass &= ~SoftirqVectors.NetReceive;
            }

            if (_pending == SoftirqVectors.None)
            {
                _isRunning = false;
                return CpuStep.Idle;
            }

            if (_cpu.Now < _end && !IsCpuWanted && --_passes != 0)
            {
                BeginPass();
                continue;
            }

            Deferrals++;
            _isRunning = false;
            return new CpuStep(0, 0, 0, false);
        }
    }

    private void BeginPass()
    {
        _pass = _pending;
        _pending = SoftirqVectors.None;
    }
}
