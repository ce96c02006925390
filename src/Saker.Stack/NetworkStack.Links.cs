using System.Collections.Immutable;
using Saker.Stack.Devices;
using Saker.Stack.Driver;
using Saker.Stack.Driver.Links;
using Saker.Stack.Softirq;

namespace Saker.Stack;

/// <content>Devices whose frames come by a link instead of a card. Attached by the control thread, before the CPUs are driven.</content>
public sealed partial class NetworkStack
{
    private LinkDriver[] _links = [];

    /// <summary>
    /// Gives a device a link: the queues are opened and belong to the stack until it is disposed, queue 0 to CPU 0 and so on, and round again if there are more of them.
    /// </summary>
    /// <param name="device">A device of this stack that has neither a card nor a link yet.</param>
    /// <param name="queues">The link's queues: one for each CPU at least.</param>
    /// <param name="options">How its frames are treated.</param>
    /// <exception cref="ArgumentException">The device is none of this stack's or has a card or a link, or there are fewer queues than CPUs.</exception>
    public void Attach(NetworkDevice device, IReadOnlyList<ILinkQueue> queues, LinkOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(queues);
        if (IsDriven(device, out _))
        {
            throw new ArgumentException($"{device} has a card or a link already.", nameof(device));
        }

        if (queues.Count < Cpus.Length)
        {
            throw new ArgumentException($"The link has {queues.Count} queues for {Cpus.Length} CPUs; each CPU sends by a queue of its own.", nameof(queues));
        }

        LinkDriver driver = _paths[0].Attach(this, device, queues, options ?? new LinkOptions(), _paths);
        _drivers.Add(device, driver);
        _links = [.. _links, driver];
    }

    /// <summary>What was counted of a link's queues, by their number.</summary>
    /// <exception cref="ArgumentException">The device has no link.</exception>
    public ImmutableArray<LinkQueueStatistics> LinkStatisticsOf(NetworkDevice device) =>
        IsDriven(device, out DeviceDriver? driver) && driver is LinkDriver link
            ? link.Statistics
            : throw new ArgumentException($"{device} has no link.", nameof(device));

    /// <summary>
    /// Asks the links' queues of a CPU whether frames wait, and lets them be polled. For the thread that drives the CPU, between two steps.
    /// </summary>
    /// <returns>Whether frames wait.</returns>
    public bool LookAtLinks(Cpu cpu)
    {
        bool isFound = false;
        foreach (LinkDriver link in _links)
        {
            isFound |= link.Look(cpu);
        }

        return isFound;
    }
}
