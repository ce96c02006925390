using Saker.Stack.Devices;
using Saker.Stack.Softirq;

namespace Saker.Host.Hosts;

/// <summary>How a host spreads the packets of a device's queues over its CPUs.</summary>
/// <param name="Device">The device.</param>
/// <param name="Rps">The CPUs of each queue that spreads its packets; which of them a stack has is for whoever sets it up to say.</param>
public sealed record QueueConfiguration(NetworkDevice Device, IReadOnlyList<RpsSetting> Rps);
