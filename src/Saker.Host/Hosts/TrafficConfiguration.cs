using Saker.Stack.Core;
using Saker.Stack.Core.TrafficControl;
using Saker.Stack.Devices;

namespace Saker.Host.Hosts;

/// <summary>Who decides about a device's packets in one direction.</summary>
/// <param name="Device">The device.</param>
/// <param name="Direction">Whether of packets received or of those to be sent.</param>
/// <param name="Chain">Who decides.</param>
public sealed record TrafficConfiguration(NetworkDevice Device, HookDirection Direction, TrafficChain Chain);
