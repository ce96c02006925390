using Saker.Stack.Core;
using Saker.Stack.Core.TrafficControl;
using Saker.Stack.Devices;
using Saker.Stack.Netfilter;

namespace Saker.Stack;

/// <content>Who decides about packets on their way into and out of devices. Changed by the control thread, while the CPUs work.</content>
public sealed partial class NetworkStack
{
    /// <summary>Traffic control of a device's packets in one direction.</summary>
    public static TrafficChain TrafficOf(NetworkDevice device, HookDirection direction)
    {
        ArgumentNullException.ThrowIfNull(device);
        IPacketHook? hook = direction == HookDirection.Ingress ? device.Hooks?.TrafficIngress : device.Hooks?.TrafficEgress;
        return (hook as TrafficHook)?.Chain ?? TrafficChain.Empty;
    }

    /// <summary>Sets the traffic control of a device's packets in one direction, whole.</summary>
    public void SetTraffic(NetworkDevice device, HookDirection direction, TrafficChain chain)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(chain);
        TrafficHook? hook = chain.IsEmpty ? null : new TrafficHook(chain, direction);
        Hooks.Change(device, hooks => direction == HookDirection.Ingress ? hooks with { TrafficIngress = hook } : hooks with { TrafficEgress = hook });
    }

    /// <summary>The functions at a device's netfilter hook in one direction (the family netdev).</summary>
    public static NetfilterChain NetfilterOf(NetworkDevice device, HookDirection direction)
    {
        ArgumentNullException.ThrowIfNull(device);
        IPacketHook? hook = direction == HookDirection.Ingress ? device.Hooks?.NetfilterIngress : device.Hooks?.NetfilterEgress;
        return (hook as NetfilterHook)?.Chain ?? NetfilterChain.Empty;
    }

    /// <summary>Sets the functions at a device's netfilter hook in one direction, whole.</summary>
    public void SetNetfilter(NetworkDevice device, HookDirection direction, NetfilterChain chain)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(chain);
        NetfilterHook? hook = chain.Entries.IsEmpty ? null : new NetfilterHook(chain, direction);
        Hooks.Change(device, hooks => direction == HookDirection.Ingress ? hooks with { NetfilterIngress = hook } : hooks with { NetfilterEgress = hook });
    }
}
