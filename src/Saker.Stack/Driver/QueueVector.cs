using System.Diagnostics.CodeAnalysis;
using Saker.Stack.Devices;
using Saker.Stack.Nic;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;

namespace Saker.Stack.Driver;

/// <summary>
/// The rings of one interrupt vector and their polling context (<c>struct i40e_q_vector</c>, <c>i40e_napi_poll</c>): one queue's, or with a legacy interrupt all queues'.
/// </summary>
internal sealed class QueueVector<TTrace> : NapiContext, IInterruptHandler
    where TTrace : struct, ITracing
{
    private readonly NetworkDevice _device;
    private readonly ReceiveRing[] _rings;
    private readonly TransmitRing[] _transmitRings;
    private readonly ReceivePath<TTrace>[] _paths;
    private readonly RingCleaner<TTrace>?[] _cleaners;
    private readonly ushort _napiId;
    private Cpu _cpu;
    private RingCleaner<TTrace> _cleaner;
    private bool _isDown;

    /// <param name="device">The device.</param>
    /// <param name="rings">The rings that this vector tells of.</param>
    /// <param name="transmitRings">Those of the same queues.</param>
    /// <param name="paths">The paths that packets take, for each CPU.</param>
    /// <param name="cpu">The CPU that begins.</param>
    /// <param name="napiId">The number that packets bear.</param>
    public QueueVector(NetworkDevice device, ReceiveRing[] rings, TransmitRing[] transmitRings, ReceivePath<TTrace>[] paths, Cpu cpu, ushort napiId)
    {
        _device = device;
        _rings = rings;
        _transmitRings = transmitRings;
        _paths = paths;
        _cleaners = new RingCleaner<TTrace>?[paths.Length];
        _napiId = napiId;
        MoveTo(cpu);
    }

    /// <summary>The card's side of the vector. Known when the vector has been requested.</summary>
    public CardInterrupt Interrupt { get; set; } = null!;

    /// <summary>How the interval between interrupts follows the traffic; null: it stays as it was set.</summary>
    public AdaptiveInterval? Adaptive { get; set; }

    /// <summary>The first-level handler does nothing but schedule the poll (<c>i40e_msix_clean_rings</c>).</summary>
    public void Handle(InterruptVector vector, Cpu cpu)
    {
        if (_rings.Length == 0)
        {
            return;
        }

        if (cpu != _cpu)
        {
            MoveTo(cpu);
        }

        Interrupt.WritesBackWhileMasked = false;
        cpu.Softirq.Schedule(this);
    }

    /// <summary>The device goes down: a poll that still comes ends at once.</summary>
    public void TakeDown()
    {
        _isDown = true;
        Interrupt.Vector.Mask();
    }

    /// <inheritdoc/>
    protected override bool HoldsPackets => _cleaner.IsHolding;

    /// <inheritdoc/>
    protected override void Flush(bool onlyOld) => _cleaner.Flush(onlyOld);

    /// <inheritdoc/>
    protected override void FlushNormal() => _cleaner.FlushNormal();

    /// <inheritdoc/>
    protected internal override int Poll(int budget)
    {
        if (_isDown)
        {
            Complete();
            return 0;
        }

        _cleaner.NormalBatch = _cpu.Receive.Settings.NormalBatch;
        int work = 0;
        bool isDone = true;
        foreach (TransmitRing ring in _transmitRings)
        {
            isDone &= ring.Clean(TransmitRing.CleanLimit);
        }

        int budgetOfRing = _rings.Length == 1 ? budget : Math.Max(budget / _rings.Length, 1);
        foreach (ReceiveRing ring in _rings)
        {
            int cleaned = _cleaner.Clean(ring, _device, budgetOfRing);
            work += cleaned;
            isDone &= cleaned < budgetOfRing;
        }

        Adaptive?.Add(_rings);
        Cpu target = Interrupt.Vector.Cpu;
        if (isDone)
        {
            if (Complete(work))
            {
                Adaptive?.Update(Interrupt.Moderation, _cpu.Now);
                LeaveTo(target);
                Interrupt.Vector.Unmask(target, _cpu.Now);
            }

            return Math.Min(work, budget - 1);
        }

        if (target != _cpu)
        {
            // The interrupt is to come elsewhere, and a poll that never ends would never follow it: the card is made to interrupt there.
            if (Complete(work))
            {
                LeaveTo(target);
                Interrupt.Trigger(target, _cpu.Now);
            }

            return budget - 1;
        }

        Interrupt.WritesBackWhileMasked = true;
        return budget;
    }

    /// <summary>
    /// The poll is over. What was sent meanwhile is freed, so that the card need not interrupt for it. The rings' memory goes to the CPU that polls next, and with it the
    /// right to send, once that CPU has heard of it: packets that are still to be sent are this CPU's, and are lost.
    /// </summary>
    private void LeaveTo(Cpu target)
    {
        foreach (TransmitRing ring in _transmitRings)
        {
            ring.Clean(int.MaxValue);
        }

        if (target != _cpu)
        {
            foreach (TransmitRing ring in _transmitRings)
            {
                ring.Clear(_cpu);
                ring.Owner = -1;
            }

            foreach (ReceiveRing ring in _rings)
            {
                ring.Memory.MoveTo(target.Index);
            }
        }
    }

    /// <summary>Another CPU polls from now on. The poll of the former one has ended, and it holds no packet.</summary>
    [MemberNotNull(nameof(_cpu), nameof(_cleaner))]
    private void MoveTo(Cpu cpu)
    {
        _cpu = cpu;
        foreach (TransmitRing ring in _transmitRings)
        {
            ring.Owner = cpu.Index;
        }

        _cleaner = _cleaners[cpu.Index] ??= _paths[cpu.Index].MakeCleaner(_napiId);
    }
}
