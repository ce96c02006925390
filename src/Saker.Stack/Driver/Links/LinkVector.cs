using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;

namespace Saker.Stack.Driver.Links;

/// <summary>The polling context of a link's queue. It is polled when the link says so, when its worker has seen frames, and when a frame is due that was on its way.</summary>
internal sealed class LinkVector<TTrace> : NapiContext
    where TTrace : struct, ITracing
{
    private readonly NetworkDevice _device;
    private readonly LinkReceiver _receiver;
    private readonly LinkCleaner<TTrace> _cleaner;
    private readonly Cpu _cpu;
    private readonly Arrival _arrival;
    private bool _isOpen;

    public LinkVector(NetworkDevice device, LinkReceiver receiver, LinkCleaner<TTrace> cleaner, Cpu cpu)
    {
        _device = device;
        _receiver = receiver;
        _cleaner = cleaner;
        _cpu = cpu;
        _arrival = new Arrival(this);
        Settings = device.Napi;
        Transmit = new LinkTransmitQueue(device, receiver, cpu);
    }

    /// <summary>Where this queue's CPU leaves frames.</summary>
    public LinkTransmitQueue Transmit { get; }

    /// <summary>What was counted.</summary>
    public LinkQueueStatistics Statistics => _receiver.Statistics;

    /// <summary>Takes the queue into use.</summary>
    public void Open(int cpuCount)
    {
        _receiver.Open(new LinkOpening(_cpu.Index, cpuCount, new Interrupt(this)));
        _isOpen = true;
    }

    /// <summary>Schedules a poll if frames wait.</summary>
    public bool Look(Cpu cpu)
    {
        if (cpu != _cpu || IsScheduled || !_receiver.Queue.HasFrames)
        {
            return false;
        }

        cpu.Softirq.Schedule(this);
        return true;
    }

    /// <summary>Ends the queue's work: nothing is received or sent any more. Nobody drives the CPU.</summary>
    public void Close()
    {
        Disable();
        if (_isOpen)
        {
            _isOpen = false;
            _receiver.Queue.Close();
        }
    }

    /// <summary>Gives the memory back. Its packets have been freed.</summary>
    public void DisposeMemory() => _receiver.Memory?.Dispose();

    /// <inheritdoc/>
    protected override bool HoldsPackets => _cleaner.IsHolding;

    /// <inheritdoc/>
    protected override void Flush(bool onlyOld) => _cleaner.Flush(onlyOld);

    /// <inheritdoc/>
    protected override void FlushNormal() => _cleaner.FlushNormal();

    /// <inheritdoc/>
    protected internal override int Poll(int budget)
    {
        if (!_isOpen)
        {
            Complete();
            return 0;
        }

        _cleaner.NormalBatch = _cpu.Receive.Settings.NormalBatch;
        Transmit.IsGathering = true;
        int work = _cleaner.Clean(_receiver, _device, budget);
        if (work < budget && Complete(work) && _receiver.Queue.NextArrivalAt is var due and < long.MaxValue)
        {
            _cpu.Timers.Set(_arrival, due);
        }

        // What was sent meanwhile leaves together.
        Transmit.IsGathering = false;
        Transmit.Flush(_cpu.Now);
        return work;
    }

    private void Schedule() => _cpu.Softirq.Schedule(this);

    /// <summary>By which the link wants the CPU.</summary>
    private sealed class Interrupt(LinkVector<TTrace> vector) : CpuInterrupt, ILinkInterrupt
    {
        public void Raise() => vector._cpu.Raise(this);

        protected internal override void Handle(Cpu cpu) => vector.Schedule();
    }

    /// <summary>A frame was on its way, and is there now.</summary>
    private sealed class Arrival(LinkVector<TTrace> vector) : StackTimer
    {
        protected internal override void Expire() => vector.Schedule();
    }
}
