using Saker.Packets;
using Saker.Stack.Observation;

namespace Saker.Stack.Softirq;

/// <summary>
/// One CPU and all that belongs to it alone: packet memory, counters, the work waiting for its receive softirq, and what it knows of time and chance.
/// One thread at a time drives it; nothing here is locked.
/// </summary>
public sealed class Cpu : IDisposable
{
    /// <summary>The most CPUs that a stack can have: their sets are words of 64 bits.</summary>
    public const int MostCpus = 64;

    private readonly IClock _clock;
    private ulong _random;

    /// <summary>Sets up a CPU.</summary>
    /// <param name="index">Its number, from zero.</param>
    /// <param name="clock">Where time comes from.</param>
    /// <param name="options">How much packet memory, and the seed of its random source.</param>
    /// <param name="observer">Who hears of packets, where a path is built to tell.</param>
    /// <param name="cpuCount">How many CPUs there are.</param>
    public Cpu(int index, IClock clock, CpuOptions options, PacketObserver? observer = null, int cpuCount = 1)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(options);
        Index = index;
        _clock = clock;
        Observer = observer!;
        AllocationFaults? faults = options.Faults is { } given ? given with { Seed = given.Seed + (ulong)index } : null;
        Frames = new FrameRegion(
            options.FrameCapacity, options.FrameSize, options.FrameHeadroom, faults: faults, owner: index, cpuCount: cpuCount);
        Packets = new PacketPool(options.PacketCapacity, faults, Frames);
        Softirq = new ReceiveSoftirq(this);
        _random = options.Seed + ((ulong)index * 0x9e37_79b9_7f4a_7c15);
    }

    /// <summary>Its number.</summary>
    public int Index { get; }

    /// <summary>The time in nanoseconds since the Unix epoch, as read at the start of the current poll.</summary>
    public long Now { get; private set; }

    /// <summary>Its packets' metadata.</summary>
    public PacketPool Packets { get; }

    /// <summary>Its packets' bytes.</summary>
    public FrameRegion Frames { get; }

    /// <summary>Its share of the protocols' counters.</summary>
    public CounterBlock Counters { get; } = new();

    /// <summary>What it has dropped.</summary>
    public DropCounters Drops { get; } = new();

    /// <summary>Its receive softirq.</summary>
    public ReceiveSoftirq Softirq { get; }

    /// <summary>Who hears of packets. A path that is built not to tell does not ask for it.</summary>
    internal PacketObserver Observer { get; }

    /// <summary>Its timers.</summary>
    public TimerQueue Timers { get; } = new();

    /// <summary>Lets the timers expire that are due (<c>run_timer_softirq</c>).</summary>
    /// <returns>How many did.</returns>
    public int RunTimers()
    {
        ReadClock();
        return Timers.Run(Now);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Packets.Dispose();
        Frames.Dispose();
    }

    /// <summary>Reads the clock: once a poll.</summary>
    internal void ReadClock() => Now = _clock.Now;

    /// <summary>The next number of its random source (splitmix64): for choices, not for secrets.</summary>
    internal ulong NextRandom()
    {
        _random += 0x9e37_79b9_7f4a_7c15;
        ulong mixed = _random;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58_476d_1ce4_e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d0_49bb_1331_11eb;
        return mixed ^ (mixed >> 31);
    }
}

/// <summary>What a <see cref="Cpu"/> is made with.</summary>
public sealed record CpuOptions
{
    /// <summary>Packets and fragments that can exist at once.</summary>
    public int PacketCapacity { get; init; } = 4096;

    /// <summary>Chunks of frame memory.</summary>
    public int FrameCapacity { get; init; } = 4096;

    /// <summary>Bytes in a chunk, see <see cref="FrameRegion"/>.</summary>
    public int FrameSize { get; init; } = FrameRegion.DefaultChunkSize;

    /// <summary>Bytes kept free in front of a frame. What of a frame does not fit behind them goes into fragments.</summary>
    public int FrameHeadroom { get; init; } = FrameRegion.DefaultHeadroom;

    /// <summary>Which allocations of packet memory fail although there is some; null: none. For tests.</summary>
    public AllocationFaults? Faults { get; init; }

    /// <summary>Seed of the random source.</summary>
    public ulong Seed { get; init; } = 1;
}
