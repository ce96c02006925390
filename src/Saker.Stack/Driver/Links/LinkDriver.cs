using System.Collections.Immutable;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;

namespace Saker.Stack.Driver.Links;

/// <summary>A link's driver: what of it does not depend on how much is observed.</summary>
internal abstract class LinkDriver : DeviceDriver
{
    /// <summary>What was counted, by queue.</summary>
    public abstract ImmutableArray<LinkQueueStatistics> Statistics { get; }

    /// <summary>Lets a CPU poll those of its queues in which frames wait. On that CPU.</summary>
    /// <returns>Whether there were any.</returns>
    public abstract bool Look(Cpu cpu);
}

/// <summary>The driver of a link: a polling context for each queue, which remains with its CPU. Queue and CPU have the same number, as far as there are CPUs.</summary>
internal sealed class LinkDriver<TTrace> : LinkDriver
    where TTrace : struct, ITracing
{
    private readonly NetworkDevice _device;
    private readonly LinkVector<TTrace>[] _vectors;

    /// <summary>Opens the link's queues.</summary>
    public LinkDriver(NetworkStack stack, NetworkDevice device, IReadOnlyList<ILinkQueue> queues, LinkOptions options, ReceivePath<TTrace>[] paths)
    {
        _device = device;
        _vectors = new LinkVector<TTrace>[queues.Count];
        for (int i = 0; i < _vectors.Length; i++)
        {
            Cpu cpu = stack.Cpus[i % stack.Cpus.Length];
            LinkCleaner<TTrace> cleaner = paths[cpu.Index].MakeLinkCleaner(stack.NextNapiId());
            _vectors[i] = new LinkVector<TTrace>(device, new LinkReceiver(queues[i], i, options), cleaner, cpu);
        }

        try
        {
            foreach (LinkVector<TTrace> vector in _vectors)
            {
                vector.Open(stack.Cpus.Length);
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        device.TransmitQueues = new LinkTransmitQueues([.. _vectors.Select(vector => vector.Transmit)], stack.Cpus.Length);
    }

    /// <inheritdoc/>
    public override ImmutableArray<LinkQueueStatistics> Statistics => [.. _vectors.Select(vector => vector.Statistics)];

    /// <inheritdoc/>
    public override bool Look(Cpu cpu)
    {
        bool isFound = false;
        foreach (LinkVector<TTrace> vector in _vectors)
        {
            isFound |= vector.Look(cpu);
        }

        return isFound;
    }

    /// <inheritdoc/>
    public override void ClearTransmission()
    {
        _device.TransmitQueues = null;
        Array.ForEach(_vectors, vector => vector.Close());
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        ClearTransmission();
        Array.ForEach(_vectors, vector => vector.DisposeMemory());
    }
}
