using Saker.Packets;

namespace Saker.Stack.Nic;

/// <summary>What cards are like beside their <see cref="CardSettings"/>: what ethtool does not set, or sets for one driver only.</summary>
public sealed record CardOptions
{
    /// <summary>Whether a card has one interrupt for all queues, as before there was MSI-X.</summary>
    public bool HasOneInterrupt { get; init; }

    /// <summary>See <see cref="InterruptModeration.LowDescriptors"/>.</summary>
    public int LowDescriptors { get; init; }

    /// <summary>Of the link, in megabits a second.</summary>
    public int Speed { get; init; } = 10_000;

    /// <summary>Whether the driver copies headers instead of building packets around buffers (<c>ethtool --set-priv-flags DEV legacy-rx on</c>).</summary>
    public bool CopiesHeaders { get; init; }

    /// <summary>Which pages of the rings cannot be had; null: as <see cref="Softirq.CpuOptions.Faults"/> says. For tests.</summary>
    public AllocationFaults? MemoryFaults { get; init; }
}
