namespace Saker.Stack.Softirq;

/// <summary>
/// Polling by the thread that waits for packets, instead of waiting for interrupt and softirq (<c>napi_busy_loop</c>, <c>net.core.busy_poll</c>,
/// <c>SO_PREFER_BUSY_POLL</c>).
/// </summary>
/// <remarks>
/// The thread borrows the context's CPU while nobody drives it: all that is that CPU's alone remains so. While a worker drives the CPU, there is nothing to
/// gain by polling beside it.
/// </remarks>
public static class BusyPolling
{
    /// <summary>Packets that a busy poll takes by default (<c>BUSY_POLL_BUDGET</c>).</summary>
    public const int DefaultBudget = 8;

    /// <summary>Polls a context again and again until enough was seen.</summary>
    /// <param name="cpu">The CPU whose the context is.</param>
    /// <param name="context">The context.</param>
    /// <param name="isOver">Asked after each poll, with the time in nanoseconds: whether to stop.</param>
    /// <param name="isPreferred">Whether the softirq is to leave the context to busy polling from now on.</param>
    /// <param name="budget">Packets a poll.</param>
    /// <returns>Packets taken; -1 if the CPU is driven by another thread, or the softirq has the context.</returns>
    public static int Run(Cpu cpu, NapiContext context, Func<long, bool> isOver, bool isPreferred = false, int budget = DefaultBudget)
    {
        ArgumentNullException.ThrowIfNull(cpu);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(isOver);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(budget);
        if (!cpu.TryEnter())
        {
            return -1;
        }

        try
        {
            cpu.ReadClock();
            if (!context.TryBeginBusyPoll(cpu, isPreferred))
            {
                return -1;
            }

            int packets = 0;
            do
            {
                packets += context.BusyPoll(budget);
                cpu.SendInterrupts();
                cpu.FilledLanes.Settle();
                cpu.ReadClock();
            }
            while (!isOver(cpu.Now));

            context.EndBusyPoll(budget);

            // What became pending runs now, as where the kernel allows softirqs again.
            cpu.Softirq.RunUntilIdle();
            return packets;
        }
        finally
        {
            cpu.Exit();
        }
    }
}
