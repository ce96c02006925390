using Saker.Stack.Softirq;

namespace Saker.Host.Workers;

/// <summary>How a <see cref="CpuWorker"/> works.</summary>
public sealed record CpuWorkerOptions
{
    /// <summary>Called on the worker's thread before it begins: where it is bound to a processor (<see cref="Saker.Kernel.Scheduling.ThreadAffinity"/>).</summary>
    public Action<Cpu>? Started { get; init; }

    /// <summary>
    /// Called on the worker's thread between pieces of work, for links that are to be asked: brings frames in, and says whether there were any. Null: all
    /// frames come by interrupts.
    /// </summary>
    public Func<Cpu, bool>? Feed { get; init; }

    /// <summary>How it sleeps, where something beside interrupts is to wake it: it is disposed of with the worker. Null: interrupts and time alone do.</summary>
    public IWorkerSleep? Sleep { get; init; }

    /// <summary>How long the worker sleeps at most while packets lie in sockets' queues: what was read is freed then.</summary>
    public TimeSpan SettleInterval { get; init; } = TimeSpan.FromMilliseconds(10);
}
