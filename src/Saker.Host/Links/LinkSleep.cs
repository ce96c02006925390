using Saker.Host.Workers;
using Saker.Kernel.Waiting;

namespace Saker.Host.Links;

/// <summary>Lets a worker sleep until frames wait in one of its CPU's queues, it is woken, or time has passed: one wait for all of them.</summary>
public sealed class LinkSleep : IWorkerSleep
{
    private readonly IDescriptorQueue[] _queues;
    private readonly DescriptorSleep _waiter;

    /// <param name="queues">The queues of the worker's CPU that have descriptors.</param>
    /// <exception cref="Saker.Kernel.KernelException">The process has no descriptor left.</exception>
    public LinkSleep(IEnumerable<IDescriptorQueue> queues)
    {
        _queues = [.. queues];
        _waiter = new DescriptorSleep([.. _queues.Select(queue => queue.Descriptor)]);
    }

    /// <inheritdoc/>
    public void Wait(long nanoseconds)
    {
        if (!_waiter.Wait(nanoseconds))
        {
            return;
        }

        for (int i = 0; i < _queues.Length; i++)
        {
            if (_waiter.HasFailed(i) && !_queues[i].TryRecover())
            {
                _waiter.Forget(i);
            }
        }
    }

    /// <inheritdoc/>
    public void Wake() => _waiter.Wake();

    /// <inheritdoc/>
    public void Dispose() => _waiter.Dispose();
}
