using System.Collections.Immutable;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;

namespace Saker.Stack.Driver.Links;

/// <summary>Where a CPU leaves frames that a link is to send: during a poll they are gathered.</summary>
internal sealed class LinkTransmitQueue : TransmitQueue
{
    /// <summary>After how many nanoseconds what the link did not take is offered again; twice as many each time that it takes nothing, up to the most.</summary>
    private const long FirstPatience = 50_000, MostPatience = 10_000_000;

    private readonly LinkReceiver _receiver;
    private readonly Cpu _cpu;
    private readonly DeviceCounterBlock _counters;
    private readonly AnotherTry _anotherTry;
    private long _patience = FirstPatience;

    public LinkTransmitQueue(NetworkDevice device, LinkReceiver receiver, Cpu cpu)
    {
        _receiver = receiver;
        _cpu = cpu;
        _counters = device.Counters.Of(cpu);
        _anotherTry = new AnotherTry(this);
    }

    /// <summary>Whether frames wait for the end of a poll.</summary>
    public bool IsGathering { get; set; }

    /// <inheritdoc/>
    internal override bool HasRoomFor(PacketBuffer frame) => _receiver.Queue.HasRoomFor(frame);

    /// <inheritdoc/>
    internal override bool Finishes(PacketBuffer frame) => _receiver.Queue.Finishes(frame);

    /// <inheritdoc/>
    internal override void Post(PacketBuffer frame)
    {
        _receiver.Statistics.Sent++;
        _receiver.Statistics.SentBytes += frame.Length;
        _receiver.Statistics.SentUnfilled += frame.ChecksumState == ChecksumState.Partial ? 1 : 0;
        _receiver.Statistics.SentMerged += frame.IsMerged ? 1 : 0;
        _receiver.Queue.Post(frame);
    }

    /// <inheritdoc/>
    internal override void Flush(long now)
    {
        if (IsGathering)
        {
            return;
        }

        int lost = _receiver.Queue.Flush();
        if (lost != 0)
        {
            _receiver.Statistics.SendingFailed += lost;
            _counters.Add(DeviceCounter.TxDropped, lost);
        }

        if (!_receiver.Queue.HasUnsent)
        {
            _patience = FirstPatience;
        }
        else if (!_anotherTry.IsPending)
        {
            _cpu.Timers.Set(_anotherTry, now + _patience);
            _patience = Math.Min(2 * _patience, MostPatience);
        }
    }

    /// <summary>Nobody else may come by for long who sends something.</summary>
    private sealed class AnotherTry(LinkTransmitQueue queue) : StackTimer
    {
        protected internal override void Expire() => queue.Flush(queue._cpu.Now);
    }
}

/// <summary>A link's queues to send by: those of a CPU are its own, and every CPU has one at least.</summary>
internal sealed class LinkTransmitQueues(ImmutableArray<LinkTransmitQueue> queues, int cpuCount) : ITransmitQueues
{
    /// <summary>The queue by which the packet came, where that is this CPU's, else the CPU's first.</summary>
    public TransmitQueue Select(Cpu cpu, PacketBuffer frame) =>
        queues[frame.Queue < queues.Length && frame.Queue % cpuCount == cpu.Index ? frame.Queue : cpu.Index];
}
