namespace Saker.Kernel.Packets;

/// <summary>How a <see cref="PacketRing"/> is made.</summary>
public sealed record PacketRingOptions
{
    /// <summary>The device's name, in the network namespace of the thread that opens the ring.</summary>
    public required string Device { get; init; }

    /// <summary>Bytes of a block: a power of two, whole pages, and more than the longest frame, which with segmentation offload is 64 KiB and more.</summary>
    public int BlockSize { get; init; } = 1 << 18;

    /// <summary>How many blocks there are.</summary>
    public int BlockCount { get; init; } = 16;

    /// <summary>How long a block waits for further frames before it is handed over, in milliseconds, from 1 on: what a single frame is late.</summary>
    public int RetireMilliseconds { get; init; } = 1;

    /// <summary>Lets the device receive frames for other addresses, too.</summary>
    public bool IsPromiscuous { get; init; }
}
