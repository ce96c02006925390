namespace Saker.Stack.Softirq;

/// <summary>
/// How a host takes packets in: the sysctls of <c>net.core</c> about it, with the kernel's defaults. Immutable; the stack's is swapped whole
/// (<see cref="NetworkStack.Receive"/>).
/// </summary>
public sealed record ReceiveSettings
{
    /// <summary>Packets that one run of the receive softirq may take (<c>net.core.netdev_budget</c>).</summary>
    public int Budget { get; init; } = 300;

    /// <summary>How long one run of the receive softirq may take, in microseconds (<c>net.core.netdev_budget_usecs</c>; two ticks of 250 Hz).</summary>
    public int BudgetMicroseconds { get; init; } = 8000;

    /// <summary>What the backlog's weight is made of (<c>net.core.dev_weight</c>); drivers have <see cref="NapiContext.DriverWeight"/>.</summary>
    public int DeviceWeight { get; init; } = 64;

    /// <summary>What <see cref="DeviceWeight"/> is multiplied by (<c>net.core.dev_weight_rx_bias</c>).</summary>
    public int ReceiveWeightBias { get; init; } = 1;

    /// <summary>Packets that may wait for a CPU (<c>net.core.netdev_max_backlog</c>). As in the kernel, one more finds room.</summary>
    public int MaximumBacklog { get; init; } = 1000;

    /// <summary>Packets that NAPI passes up together when they were not merged (<c>net.core.gro_normal_batch</c>).</summary>
    public int NormalBatch { get; init; } = 8;

    /// <summary>Whether packets are timed before they wait in a backlog, and not behind it (<c>net.core.netdev_tstamp_prequeue</c>).</summary>
    public bool TimestampBeforeQueue { get; init; } = true;
}

/// <summary>How a device's queues are polled: attributes in <c>/sys/class/net/DEVICE/</c>. Immutable, swapped whole.</summary>
public sealed record NapiSettings
{
    /// <summary>Polls that find nothing, before interrupts are enabled again (<c>napi_defer_hard_irqs</c>).</summary>
    public int DeferHardInterrupts { get; init; }

    /// <summary>
    /// How long merged packets may wait, and how soon a queue whose interrupts stay masked is polled again, in nanoseconds; 0: not at all
    /// (<c>gro_flush_timeout</c>).
    /// </summary>
    public long FlushTimeout { get; init; }
}
