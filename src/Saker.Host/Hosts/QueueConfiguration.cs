using Saker.Stack.Devices;
using Saker.Stack.Softirq;

namespace Saker.Host.Hosts;

/// <summary>How a host polls a device's queues, and spreads their packets over its CPUs.</summary>
/// <param name="Device">The device.</param>
/// <param name="Napi">How the queues are polled.</param>
/// <param name="Rps">The CPUs of each queue that spreads its packets; which of them a stack has is for whoever sets it up to say.</param>
public sealed record QueueConfiguration(NetworkDevice Device, NapiSettings Napi, IReadOnlyList<RpsSetting> Rps);
