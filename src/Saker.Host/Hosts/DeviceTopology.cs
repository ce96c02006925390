using Saker.Stack.Devices.Bridge;
using Saker.Stack.Devices.Vlan;

namespace Saker.Host.Hosts;

/// <summary>How a host's devices stand upon each other, who decides about their packets, and who sees them.</summary>
public sealed record DeviceTopology
{
    /// <summary>Every device for itself.</summary>
    public static DeviceTopology None { get; } = new();

    /// <summary>Whether every device stands for itself.</summary>
    public bool IsEmpty => Vlans.Count + Bridges.Count + Traffic.Count + Taps.Count == 0;

    /// <summary>The VLAN devices.</summary>
    public IReadOnlyList<VlanDevice> Vlans { get; init; } = [];

    /// <summary>The bridges, with their ports.</summary>
    public IReadOnlyList<EthernetBridge> Bridges { get; init; } = [];

    /// <summary>Traffic control.</summary>
    public IReadOnlyList<TrafficConfiguration> Traffic { get; init; } = [];

    /// <summary>The packet sockets.</summary>
    public IReadOnlyList<UntoldTap> Taps { get; init; } = [];
}
