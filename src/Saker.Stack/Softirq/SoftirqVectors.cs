namespace Saker.Stack.Softirq;

/// <summary>The softirqs, in the order in which a pass runs them (the bits are the kernel's). Those of other subsystems are not here.</summary>
[Flags]
public enum SoftirqVectors : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Timers (<c>TIMER_SOFTIRQ</c>).</summary>
    Timer = 1 << 1,

    /// <summary>What was sent and has left (<c>NET_TX_SOFTIRQ</c>). Nothing raises it yet: its place.</summary>
    NetTransmit = 1 << 2,

    /// <summary>What was received (<c>NET_RX_SOFTIRQ</c>).</summary>
    NetReceive = 1 << 3,
}

/// <summary>What a CPU has done in one step.</summary>
/// <param name="Interrupts">Interrupts handled.</param>
/// <param name="Polls">NAPI contexts polled: one at most.</param>
/// <param name="Packets">Packets that the poll took.</param>
/// <param name="IsIdle">There was nothing to do.</param>
public readonly record struct CpuStep(int Interrupts, int Polls, int Packets, bool IsIdle)
{
    internal static CpuStep Idle => new(0, 0, 0, true);
}
