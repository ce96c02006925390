using Saker.Stack.Softirq;

namespace Saker.Stack.Nic;

/// <summary>What runs when an interrupt comes, on the CPU that it comes to: as little as possible, which is to schedule a poll.</summary>
public interface IInterruptHandler
{
    /// <summary>The interrupt has come. Its vector is masked.</summary>
    void Handle(InterruptVector vector, Cpu cpu);
}

/// <summary>
/// One message-signalled interrupt of a device (MSI-X): who handles it, and on which CPU. It masks itself when it comes; what comes while it is masked is kept
/// as one bit, and comes when the driver unmasks it.
/// </summary>
/// <remarks>
/// Where a worker drives the CPU, it comes there between two steps of its work; else at once, on the thread that raises it. The device raises it on its
/// thread, the handler's CPU unmasks it on its own; <see cref="MoveTo"/> is for a control thread.
/// </remarks>
public sealed class InterruptVector : CpuInterrupt
{
    private const int Masked = 1;
    private const int Pending = 2;

    private readonly IInterruptHandler _handler;
    private readonly long[] _counts;
    private Cpu _cpu;
    private Cpu _target;
    private int _state = Masked;
    private long _lastAt = long.MinValue / 2;

    internal InterruptVector(int number, string name, IInterruptHandler handler, Cpu cpu, int cpuCount)
    {
        Number = number;
        Name = name;
        _handler = handler;
        _cpu = cpu;
        _target = cpu;
        _counts = new long[cpuCount];
    }

    /// <summary>Its number, by which /proc/interrupts lists it.</summary>
    public int Number { get; }

    /// <summary>What the driver calls it: <c>i40e-eth0-TxRx-0</c>.</summary>
    public string Name { get; }

    /// <summary>The CPU that it is to come to (/proc/irq/N/smp_affinity). A change takes effect when the driver unmasks it.</summary>
    public Cpu Cpu => Volatile.Read(ref _cpu);

    /// <summary>Whether it is masked: it does not come.</summary>
    public bool IsMasked => (Volatile.Read(ref _state) & Masked) != 0;

    /// <summary>Whether it is masked and was raised.</summary>
    public bool IsPending => (Volatile.Read(ref _state) & Pending) != 0;

    /// <summary>When it came last, by the stack's clock; long ago if never.</summary>
    public long LastAt => Volatile.Read(ref _lastAt);

    /// <summary>How often it came, by CPU.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>Lets it come to another CPU, once the one that it now comes to has unmasked it.</summary>
    public void MoveTo(Cpu cpu)
    {
        ArgumentNullException.ThrowIfNull(cpu);
        Volatile.Write(ref _cpu, cpu);
    }

    /// <summary>The device raises it.</summary>
    /// <param name="now">The time.</param>
    /// <returns>False if it is masked: it comes later.</returns>
    public bool Raise(long now)
    {
        // The locked operation keeps what the device wrote before from being seen after: a poll that finds no bit here has seen the descriptors.
        if ((Interlocked.Or(ref _state, Masked | Pending) & Masked) != 0)
        {
            return false;
        }

        Interlocked.And(ref _state, ~Pending);
        Deliver(now);
        return true;
    }

    /// <summary>Lets it come again, at once if it was raised meanwhile. For the driver that has polled.</summary>
    /// <param name="target">The CPU that it comes to from now on: what <see cref="Cpu"/> said when the driver left its rings to that CPU.</param>
    /// <param name="now">The time.</param>
    public void Unmask(Cpu target, long now)
    {
        _target = target;
        if ((Interlocked.Exchange(ref _state, 0) & Pending) != 0)
        {
            Raise(now);
        }
    }

    /// <summary>Keeps it from coming. What is raised from now on waits.</summary>
    public void Mask() => Interlocked.Or(ref _state, Masked);

    /// <summary>It reaches its CPU.</summary>
    private void Deliver(long now)
    {
        Volatile.Write(ref _lastAt, now);
        Cpu cpu = _target;
        if (cpu.HasWorker)
        {
            cpu.Raise(this);
        }
        else
        {
            Handle(cpu);
        }
    }

    /// <inheritdoc/>
    protected internal override void Handle(Cpu cpu)
    {
        _counts[cpu.Index]++;
        _handler.Handle(this, cpu);
    }
}
