using Saker.Packets;
using Saker.Stack.Observation;

namespace Saker.Stack.Softirq;

/// <summary>
/// One CPU and all that belongs to it alone: packet memory, counters, softirqs and what waits for them, and what it knows of time and chance.
/// </summary>
/// <remarks>
/// One thread at a time drives it by <see cref="Step"/>: a worker thread, a <see cref="VirtualMachine"/>, or whoever calls
/// <see cref="SoftirqRunner.RunUntilIdle"/>. Nothing here is locked. From other threads only <see cref="Raise"/> may be called.
/// </remarks>
public sealed class Cpu : IDisposable
{
    /// <summary>The most CPUs that a stack can have: their sets are words of 64 bits.</summary>
    public const int MostCpus = 64;

    private readonly IClock _clock;
    private ulong _random;
    private RaisedInterrupts _interrupts;
    private int _isDriven;
    private Action? _wake;

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
        Softirq = new SoftirqRunner(this);
        Receive = new ReceiveSoftirq(this);
        Backlog = new BacklogQueue(this, cpuCount);
        Outgoing = new OutgoingPackets(this);
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

    /// <summary>Its line of <c>/proc/net/softnet_stat</c>.</summary>
    public SoftnetData Softnet { get; } = new();

    /// <summary>Runs its softirqs.</summary>
    public SoftirqRunner Softirq { get; }

    /// <summary>Its receive softirq.</summary>
    public ReceiveSoftirq Receive { get; }

    /// <summary>Its timers.</summary>
    public TimerQueue Timers { get; } = new();

    /// <summary>Whether a worker drives it, which is to be told of interrupts.</summary>
    internal bool HasWorker => Volatile.Read(ref _wake) is not null;

    /// <summary>Whether there is something to do now, timers apart.</summary>
    public bool HasWork => !_interrupts.IsEmpty || Softirq.IsRaised;

    /// <summary>Who hears of packets. A path that is built not to tell does not ask for it.</summary>
    internal PacketObserver Observer { get; }

    /// <summary>What waits for it.</summary>
    internal BacklogQueue Backlog { get; }

    /// <summary>What it has given to other CPUs.</summary>
    internal OutgoingPackets Outgoing { get; }

    /// <summary>Lanes of sockets' queues that it has filled.</summary>
    internal FilledLanes FilledLanes { get; } = new();

    /// <summary>Interrupts the CPU: it handles this between two steps, and is woken if it sleeps. For any thread.</summary>
    public void Raise(CpuInterrupt interrupt)
    {
        ArgumentNullException.ThrowIfNull(interrupt);
        if (interrupt.TryRaise())
        {
            _interrupts.Push(interrupt);
            Volatile.Read(ref _wake)?.Invoke();
        }
    }

    /// <summary>Handles the interrupts that were raised, or does the next piece of softirq work: at most one poll.</summary>
    public CpuStep Step()
    {
        ReadClock();
        if (!_interrupts.IsEmpty)
        {
            return new CpuStep(HandleInterrupts(), 0, 0, false);
        }

        if (Timers.NextDueAt <= Now)
        {
            Softirq.Raise(SoftirqVectors.Timer);
        }

        return Softirq.Step();
    }

    /// <summary>Lets the timers expire that are due (<c>run_timer_softirq</c>).</summary>
    /// <returns>How many did.</returns>
    public int RunTimers()
    {
        ReadClock();
        return Timers.Run(Now);
    }

    /// <summary>Takes the right to drive the CPU, if nobody has it. Needed only where several threads might.</summary>
    public bool TryEnter() => Interlocked.CompareExchange(ref _isDriven, 1, 0) == 0;

    /// <summary>Gives the right to drive the CPU back.</summary>
    public void Exit() => Volatile.Write(ref _isDriven, 0);

    /// <inheritdoc/>
    public void Dispose()
    {
        Packets.Dispose();
        Frames.Dispose();
    }

    /// <summary>Reads the clock: once a poll.</summary>
    internal void ReadClock() => Now = _clock.Now;

    /// <summary>Sets what is called, on any thread, when an interrupt was raised: a driver that sleeps is woken by it. Null: nobody sleeps.</summary>
    public void SetWake(Action? wake) => Volatile.Write(ref _wake, wake);

    /// <summary>Wakes the readers of sockets that have got packets here, and frees what they have read; each softirq run ends so. For the driver.</summary>
    /// <returns>Whether there are packets that were not read.</returns>
    public bool SettleSockets()
    {
        FilledLanes.Settle();
        return !FilledLanes.IsEmpty;
    }

    /// <summary>Tells other CPUs of the packets that were brought to them (<c>net_rps_action_and_irq_enable</c>).</summary>
    internal void SendInterrupts() => Outgoing.Announce();

    /// <summary>Takes memory back that other CPUs are done with. Once a softirq run.</summary>
    internal void CollectReturned()
    {
        if (Outgoing.HasTargets)
        {
            Outgoing.Reclaim();
            Frames.CollectReturned();
        }
    }

    /// <summary>The next number of its random source (splitmix64): for choices, not for secrets.</summary>
    internal ulong NextRandom()
    {
        _random += 0x9e37_79b9_7f4a_7c15;
        ulong mixed = _random;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58_476d_1ce4_e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d0_49bb_1331_11eb;
        return mixed ^ (mixed >> 31);
    }

    private int HandleInterrupts()
    {
        int count = 0;
        CpuInterrupt? interrupt = _interrupts.TakeAll();
        while (interrupt is not null)
        {
            CpuInterrupt? next = interrupt.NextRaised;
            interrupt.NextRaised = null;
            interrupt.Acknowledge();
            interrupt.Handle(this);
            count++;
            interrupt = next;
        }

        return count;
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
