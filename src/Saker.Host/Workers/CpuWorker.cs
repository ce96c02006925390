using Saker.Stack.Softirq;

namespace Saker.Host.Workers;

/// <summary>
/// Drives a CPU on a thread of its own: polls while there is work, sleeps while there is none, and is woken by interrupts and timers.
/// </summary>
/// <remarks>
/// A wake-up cannot be lost: the worker says that it sleeps, and then looks again; who raises an interrupt does so first, and then looks whether the worker
/// sleeps. While it sleeps, another thread may drive the CPU (<see cref="BusyPolling"/>).
/// </remarks>
public sealed class CpuWorker : IDisposable
{
    /// <summary>Steps between two looks at the feed.</summary>
    private const int StepsAtOnce = 16;

    private readonly Cpu _cpu;
    private readonly CpuWorkerOptions _options;
    private readonly IWorkerSleep _sleep;
    private readonly Thread _thread;
    private int _isAsleep;
    private volatile bool _isStopping;

    /// <summary>Starts a worker.</summary>
    /// <param name="cpu">The CPU, which nobody else drives.</param>
    /// <param name="options">How it works.</param>
    public CpuWorker(Cpu cpu, CpuWorkerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(cpu);
        _cpu = cpu;
        _options = options ?? new CpuWorkerOptions();
        _sleep = _options.Sleep ?? new EventSleep();
        cpu.SetWake(Wake);
        _thread = new Thread(Run) { IsBackground = true, Name = $"cpu/{cpu.Index}" };
        _thread.Start();
    }

    /// <summary>How often it has slept.</summary>
    public long Sleeps { get; private set; }

    /// <summary>What ended the worker before its time; null: nothing.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Ends the work: what is pending remains so.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _sleep.Wake();
        _thread.Join();
        _cpu.SetWake(null);
        _sleep.Dispose();
    }

    private void Run()
    {
        try
        {
            _options.Started?.Invoke(_cpu);
            Enter();
            while (!_isStopping)
            {
                bool hasWorked = _options.Feed?.Invoke(_cpu) ?? false;
                for (int i = 0; i < StepsAtOnce && !_cpu.Step().IsIdle; i++)
                {
                    hasWorked = true;
                }

                if (!hasWorked)
                {
                    Sleep();
                }
            }

            _cpu.Exit();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            Fault = fault;
        }
    }

    private void Sleep()
    {
        bool hasUnread = _cpu.SettleSockets();
        long wait = Math.Min(_cpu.Timers.NextDueAt - _cpu.Now, long.MaxValue / 2);
        if (hasUnread)
        {
            wait = Math.Min(wait, (long)_options.SettleInterval.TotalNanoseconds);
        }

        Interlocked.Exchange(ref _isAsleep, 1);
        if (_cpu.HasWork || _isStopping || wait <= 0)
        {
            Volatile.Write(ref _isAsleep, 0);
            return;
        }

        Sleeps++;
        _cpu.Exit();
        _sleep.Wait(wait);
        Volatile.Write(ref _isAsleep, 0);
        Enter();
    }

    private void Enter()
    {
        SpinWait spin = default;
        while (!_cpu.TryEnter())
        {
            spin.SpinOnce();
        }
    }

    /// <summary>For whoever has raised an interrupt, behind a full fence.</summary>
    private void Wake()
    {
        if (Volatile.Read(ref _isAsleep) != 0 && Interlocked.Exchange(ref _isAsleep, 0) != 0)
        {
            _sleep.Wake();
        }
    }
}
