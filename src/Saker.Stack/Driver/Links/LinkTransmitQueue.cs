using System.Collections.Immutable;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;

namespace Saker.Stack.Driver.Links;

/// <summary>Where a CPU leaves frames that a link is to send: during a poll they are gathered.</summary>
internal sealed class LinkTransmitQueue(NetworkDevice device, LinkReceiver receiver, Cpu cpu) : TransmitQueue
{
    private readonly DeviceCounterBlock _counters = device.Counters.Of(cpu);

    /// <summary>Whether frames wait for the end of a poll.</summary>
    public bool IsGathering { get; set; }

    /// <inheritdoc/>
    internal override bool HasRoomFor(PacketBuffer frame) => receiver.Queue.HasRoomFor(frame);

    /// <inheritdoc/>
    internal override void Post(PacketBuffer frame)
    {
        receiver.Statistics.Sent++;
        receiver.Statistics.SentBytes += frame.Length;
        receiver.Queue.Post(frame);
    }

    /// <inheritdoc/>
    internal override void Flush(long now)
    {
        if (IsGathering)
        {
            return;
        }

        int lost = receiver.Queue.Flush();
        if (lost != 0)
        {
            receiver.Statistics.SendingFailed += lost;
            _counters.Add(DeviceCounter.TxDropped, lost);
        }
    }
}

/// <summary>A link's queues to send by: those of a CPU are its own, and every CPU has one at least.</summary>
internal sealed class LinkTransmitQueues(ImmutableArray<LinkTransmitQueue> queues, int cpuCount) : ITransmitQueues
{
    /// <summary>The queue by which the packet came, where that is this CPU's, else the CPU's first.</summary>
    public TransmitQueue Select(Cpu cpu, PacketBuffer frame) =>
        queues[frame.Queue < queues.Length && frame.Queue % cpuCount == cpu.Index ? frame.Queue : cpu.Index];
}
