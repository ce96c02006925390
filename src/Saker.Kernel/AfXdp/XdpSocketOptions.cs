using Saker.Packets.AfXdp;

namespace Saker.Kernel.AfXdp;

/// <summary>How packets come from the device into the UMEM.</summary>
public enum XdpCopyMode
{
    /// <summary>Without copying where the driver can, else copied; <see cref="XdpSocket.IsZeroCopy"/> tells.</summary>
    BestAvailable,

    /// <summary>Copied.</summary>
    Copy,

    /// <summary>Without copying, or not at all.</summary>
    ZeroCopy,
}

/// <summary>How a socket polls its device itself, instead of waiting for interrupts. Source: Documentation/networking/napi.rst.</summary>
/// <param name="Microseconds">How long one look lasts (<c>SO_BUSY_POLL</c>).</param>
/// <param name="Budget">How many packets one look takes at most (<c>SO_BUSY_POLL_BUDGET</c>).</param>
public sealed record XdpBusyPolling(int Microseconds = 20, int Budget = 64);

/// <summary>How an <see cref="XdpSocket"/> is made.</summary>
public sealed record XdpSocketOptions
{
    /// <summary>What one call sends at most where nothing is said; no less can be asked for (<c>TX_BATCH_SIZE</c>).</summary>
    private const int SmallestBudget = 32;

    /// <summary>The device's name, in the network namespace of the thread that opens the socket.</summary>
    public required string Device { get; init; }

    /// <summary>Which of the device's queues.</summary>
    public int Queue { get; init; }

    /// <summary>Entries of RX, a power of two; 0: the socket does not receive.</summary>
    public int ReceiveRingSize { get; init; } = 2048;

    /// <summary>Entries of TX, a power of two; 0: the socket does not send.</summary>
    public int TransmitRingSize { get; init; } = 2048;

    /// <summary>Entries of FILL, a power of two. The first socket of a UMEM on a queue decides.</summary>
    public int FillRingSize { get; init; } = 4096;

    /// <summary>Entries of COMPLETION, a power of two. The first socket of a UMEM on a queue decides.</summary>
    public int CompletionRingSize { get; init; } = 2048;

    /// <summary>Whether packets are copied. The first socket of a UMEM decides for those that share it.</summary>
    public XdpCopyMode Copy { get; init; }

    /// <summary>Whether the kernel says when it wants to be woken (<c>XDP_USE_NEED_WAKEUP</c>), which saves calls. The first socket of a UMEM decides.</summary>
    public bool UsesNeedWakeup { get; init; } = true;

    /// <summary>Whether packets may have several descriptors (<c>XDP_USE_SG</c>). The first socket of a UMEM decides.</summary>
    public bool IsMultiBuffer { get; init; }

    /// <summary>Whether the socket polls the device itself; null: it does not.</summary>
    public XdpBusyPolling? BusyPolling { get; init; }

    /// <summary>How many packets one call sends at most in copy mode (<c>XDP_MAX_TX_SKB_BUDGET</c>, Linux 6.17); null: as many as the kernel likes, 32.</summary>
    public int? TransmitBudget { get; init; }

    /// <summary>How long to try where the queue is taken: after a socket was closed the kernel holds the queue for a while.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Finds what the kernel would refuse without saying why.</summary>
    internal string? FindFault()
    {
        string? FaultOf(string name, int size, bool mayMiss) =>
            (mayMiss && size == 0) || RingMemory.IsValidCapacity(size) ? null : $"the {name} ring has a power of two of entries, up to {RingMemory.MostEntries}, not {size}";

        return Queue < 0 ? $"queues are counted from 0; there is no queue {Queue}"
            : ReceiveRingSize == 0 && TransmitRingSize == 0 ? "a socket has an RX ring, or a TX ring, or both"
            : FaultOf("RX", ReceiveRingSize, mayMiss: true) ?? FaultOf("TX", TransmitRingSize, mayMiss: true)
            ?? FaultOf("FILL", FillRingSize, mayMiss: false) ?? FaultOf("COMPLETION", CompletionRingSize, mayMiss: false)
            ?? (TransmitBudget is { } budget && (budget < SmallestBudget || budget > TransmitRingSize) ? $"a budget for sending has {SmallestBudget} packets to as many as TX has entries, {TransmitRingSize}, not {budget}" : null)
            ?? (BusyPolling is { Microseconds: < 1 } or { Budget: < 1 or > ushort.MaxValue } ? $"busy polling takes at least 1 microsecond and a budget of 1 to {ushort.MaxValue} packets" : null);
    }
}
