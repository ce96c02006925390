using Saker.Stack.Devices.Vlan;

namespace Saker.Stack.Core;

/// <summary>
/// What hangs on one device, in the order in which a received packet comes to it. Immutable; changed by <see cref="HookTable.Change"/>, which swaps it whole. A device on
/// which nothing hangs has none.
/// </summary>
internal sealed record DeviceHooks
{
    /// <summary>Nothing.</summary>
    public static DeviceHooks None { get; } = new();

    /// <summary>XDP programs on packets, for devices whose driver has no hook (<c>do_xdp_generic</c>).</summary>
    public IPacketHook? GenericXdp { get; init; }

    /// <summary>The taps on this device.</summary>
    public TapList Taps { get; init; } = TapList.Empty;

    /// <summary>Traffic control of received packets (<c>sch_handle_ingress</c>).</summary>
    public IPacketHook? TrafficIngress { get; init; }

    /// <summary>Netfilter's ingress hook (<c>nf_ingress</c>).</summary>
    public IPacketHook? NetfilterIngress { get; init; }

    /// <summary>The VLAN devices upon this one.</summary>
    public VlanTable Vlans { get; init; } = VlanTable.Empty;

    /// <summary>The device above this one, if that takes its packets (<c>rx_handler</c>).</summary>
    public IReceiveHandler? ReceiveHandler { get; init; }

    /// <summary>Netfilter's egress hook (<c>nf_hook_egress</c>).</summary>
    public IPacketHook? NetfilterEgress { get; init; }

    /// <summary>Traffic control of packets to be sent (<c>sch_handle_egress</c>).</summary>
    public IPacketHook? TrafficEgress { get; init; }
}
