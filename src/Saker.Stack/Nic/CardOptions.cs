using Saker.Packets;

namespace Saker.Stack.Nic;

/// <summary>How the cards of a stack are set up. Times are in nanoseconds.</summary>
public sealed record CardOptions
{
    /// <summary>Receive queues.</summary>
    public int QueueCount { get; init; } = 1;

    /// <summary>Descriptors of a receive ring, see <see cref="DescriptorRing"/>.</summary>
    public int RingSize { get; init; } = 512;

    /// <summary>Whether the card has one interrupt for all queues, as before there was MSI-X.</summary>
    public bool HasOneInterrupt { get; init; }

    /// <summary>See <see cref="InterruptModeration.Delay"/>.</summary>
    public long InterruptDelay { get; init; }

    /// <summary>See <see cref="InterruptModeration.Interval"/>.</summary>
    public long InterruptInterval { get; init; }

    /// <summary>See <see cref="InterruptModeration.MostFrames"/>.</summary>
    public int MostFrames { get; init; }

    /// <summary>See <see cref="InterruptModeration.LowDescriptors"/>.</summary>
    public int LowDescriptors { get; init; }

    /// <summary>Whether the driver chooses the interval by the traffic (<c>adaptive-rx</c>).</summary>
    public bool IsAdaptive { get; init; }

    /// <summary>Of the link, in megabits a second.</summary>
    public int Speed { get; init; } = 10_000;

    /// <summary>Whether the driver copies headers instead of building packets around buffers (private flag <c>legacy-rx</c>).</summary>
    public bool CopiesHeaders { get; init; }

    /// <summary>Which pages of the rings cannot be had; null: as <see cref="Softirq.CpuOptions.Faults"/> says. For tests.</summary>
    public AllocationFaults? MemoryFaults { get; init; }
}
