namespace Saker.Stack.Softirq;

/// <summary>What work costs in virtual time, in nanoseconds. Nothing, by default: everything happens at the moment of its cause.</summary>
/// <param name="Interrupt">An interrupt.</param>
/// <param name="Poll">A poll, whatever it finds.</param>
/// <param name="Packet">A packet of a poll.</param>
public readonly record struct MachineCosts(long Interrupt, long Poll, long Packet)
{
    internal long Of(in CpuStep step) => (step.Interrupts * Interrupt) + (step.Polls * Poll) + (step.Packets * Packet);
}

/// <summary>Something beside the CPUs that acts by time: a card, whose moderation holds interrupts back.</summary>
public interface ITimedSource
{
    /// <summary>When it acts next, in nanoseconds; <see cref="long.MaxValue"/>: not by itself.</summary>
    long NextDueAt { get; }

    /// <summary>Lets it act.</summary>
    void RunDue(long now);
}

/// <summary>What a <see cref="VirtualMachine"/> does next.</summary>
/// <param name="At">When, in nanoseconds.</param>
/// <param name="Cpu">Which CPU; null: a source beside them.</param>
/// <param name="IsTimer">Whether a timer of an idle CPU is due, and not work already begun.</param>
public readonly record struct MachineEvent(long At, Cpu? Cpu, bool IsTimer)
{
    internal ITimedSource? Source { get; init; }
}

/// <summary>
/// Runs all CPUs of a stack on one thread under virtual time, always the same way. A step of a CPU begins when the CPU is free and ends when its cost has passed;
/// meanwhile other CPUs work, and frames arrive and pile up in rings.
/// </summary>
/// <remarks>
/// Arrivals are the caller's: <see cref="RunUntil"/> the time of a frame, and hand it to the card. Of what happens at the same moment CPUs come first, by
/// number, then timers, then sources, then the caller: without costs each frame is worked on to its end before the next arrives. A poll's effects show
/// at its beginning.
/// </remarks>
public sealed class VirtualMachine
{
    private readonly VirtualClock _clock;
    private readonly Cpu[] _cpus;
    private readonly long[] _freeAt;
    private readonly bool _takesTime;
    private readonly List<ITimedSource> _sources = [];

    /// <summary>Makes a machine.</summary>
    /// <param name="cpus">The stack's CPUs, by number, driven by nobody else.</param>
    /// <param name="clock">The clock that they were made with.</param>
    /// <param name="costs">What work costs.</param>
    public VirtualMachine(IReadOnlyList<Cpu> cpus, VirtualClock clock, MachineCosts costs = default)
    {
        ArgumentNullException.ThrowIfNull(cpus);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentOutOfRangeException.ThrowIfNegative(costs.Interrupt, nameof(costs));
        ArgumentOutOfRangeException.ThrowIfNegative(costs.Poll, nameof(costs));
        ArgumentOutOfRangeException.ThrowIfNegative(costs.Packet, nameof(costs));
        _cpus = [.. cpus];
        _clock = clock;
        Costs = costs;
        _takesTime = costs != default;
        _freeAt = new long[_cpus.Length];
        Array.Fill(_freeAt, long.MinValue);
        foreach (Cpu cpu in _cpus)
        {
            // Nobody sleeps, but interrupts are to be steps of their own, which cost and wait for a CPU that is busy.
            cpu.SetWake(static () => { });
        }
    }

    /// <summary>What work costs.</summary>
    public MachineCosts Costs { get; }

    /// <summary>Adds something that acts by time.</summary>
    public void Add(ITimedSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _sources.Add(source);
    }

    /// <summary>Whether a CPU has work, or will be busy after now.</summary>
    public bool IsBusy => Array.Exists(_cpus, cpu => cpu.HasWork) || Array.Exists(_freeAt, time => time > _clock.Now);

    /// <summary>Lets the CPUs do all that they can do at this moment: what <see cref="TryPeek"/> would tell of first, one after the other.</summary>
    public void RunReady()
    {
        int index = 0;
        while (index < _cpus.Length)
        {
            if (_cpus[index].HasWork && _freeAt[index] <= _clock.Now)
            {
                Step(index);

                // It may have brought a CPU before it some work.
                index = 0;
            }
            else
            {
                index++;
            }
        }
    }

    /// <summary>What happens next.</summary>
    /// <param name="until">Nothing later than this, in nanoseconds.</param>
    /// <param name="next">What happens.</param>
    /// <returns>False if nothing does until then; <see cref="MachineEvent.At"/> tells when the next thing does, <see cref="long.MaxValue"/> if none will.</returns>
    public bool TryPeek(long until, out MachineEvent next)
    {
        long now = _clock.Now;
        long at = long.MaxValue;
        int worker = -1;
        for (int i = 0; i < _cpus.Length; i++)
        {
            if (_cpus[i].HasWork && Math.Max(_freeAt[i], now) is var free && free < at)
            {
                (at, worker) = (free, i);
            }
        }

        bool isTimer = false;
        for (int i = 0; i < _cpus.Length; i++)
        {
            if (_cpus[i].Timers.NextDueAt is var due && due < at && Math.Max(Math.Max(_freeAt[i], now), due) is var expiry && expiry < at)
            {
                (at, worker, isTimer) = (expiry, i, true);
            }
        }

        ITimedSource? source = null;
        foreach (ITimedSource other in _sources)
        {
            if (other.NextDueAt is var due && due < at && Math.Max(now, due) is var act && act < at)
            {
                (at, source) = (act, other);
            }
        }

        if (at > until || at == long.MaxValue)
        {
            next = new MachineEvent(at, null, false);
            return false;
        }

        next = source is not null ? new MachineEvent(at, null, false) { Source = source } : new MachineEvent(at, _cpus[worker], isTimer);
        return true;
    }

    /// <summary>Lets happen what <see cref="TryPeek"/> has told of.</summary>
    public void Run(in MachineEvent next)
    {
        _clock.AdvanceTo(next.At);
        if (next.Cpu is { } cpu)
        {
            Step(cpu.Index);
        }
        else
        {
            next.Source?.RunDue(next.At);
        }
    }

    /// <summary>Lets everything happen until a time, that which is due at it included. The clock shows that time then.</summary>
    public void RunUntil(long time)
    {
        while (TryPeek(time, out MachineEvent next))
        {
            Run(next);
        }

        _clock.AdvanceTo(time);
    }

    /// <summary>Lets time go on until no CPU has work. Timers and sources that are due later are not waited for.</summary>
    public void RunUntilIdle()
    {
        while (IsBusy && TryPeek(long.MaxValue, out MachineEvent next))
        {
            if (next is { IsTimer: true } or { Cpu: null } && !Array.Exists(_cpus, cpu => cpu.HasWork))
            {
                break;
            }

            Run(next);
        }

        _clock.AdvanceTo(Math.Max(_clock.Now, _freeAt.Max()));
    }

    private void Step(int index)
    {
        CpuStep step = _cpus[index].Step();
        if (_takesTime)
        {
            _freeAt[index] = Math.Max(_freeAt[index], _clock.Now + Costs.Of(step));
        }
    }
}
