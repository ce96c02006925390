using System.Collections.Frozen;
using Saker.Host.Sysctls;
using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Stack.Ip.V6;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Sockets;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Host.Hosts;

/// <summary>
/// One host as the receive path sees it, wherever the knowledge comes from: a snapshot, or what a capture shows.
/// </summary>
public sealed record HostConfiguration
{
    /// <summary>The devices, with their addresses, groups and settings.</summary>
    public required IReadOnlyList<NetworkDevice> Devices { get; init; }

    /// <summary>How the devices stand upon each other.</summary>
    public DeviceTopology Topology { get; init; } = DeviceTopology.None;

    /// <summary>The routes of all tables, those of addresses included.</summary>
    public IReadOnlyList<Route> Routes { get; init; } = [];

    /// <summary>The routes of IPv6, those of addresses included.</summary>
    public IReadOnlyList<IPv6Route> IPv6Routes { get; init; } = [];

    /// <summary>The neighbours of IPv6 known.</summary>
    public IReadOnlyList<Neighbor<IPv6Address>> IPv6Neighbors { get; init; } = [];

    /// <summary>The neighbours known.</summary>
    public IReadOnlyList<Neighbor<IPv4Address>> Neighbors { get; init; } = [];

    /// <summary>The sockets.</summary>
    public IReadOnlyList<SocketConfiguration> Sockets { get; init; } = [];

    /// <summary>The settings of IPv4.</summary>
    public IPv4Settings IPv4 { get; init; } = new();

    /// <summary>The settings of IPv6.</summary>
    public IPv6Settings IPv6 { get; init; } = new();

    /// <summary>How packets are taken in.</summary>
    public ReceiveSettings Receive { get; init; } = new();

    /// <summary>The sysctls, from which the settings of IPv4 and of the devices come.</summary>
    public HostSysctls Sysctls { get; init; } = HostSysctls.OfFreshKernel;

    /// <summary>
    /// All settings as the host's own kernel names and spells them, those that the receive path does not know, too; empty where they are not known.
    /// </summary>
    public IReadOnlyDictionary<string, string> KernelSettings { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>What kind each virtual device is, by its name, as <c>ip</c> calls it (<c>veth</c>, <c>vlan</c>); cards have none.</summary>
    public IReadOnlyDictionary<string, string> DeviceKinds { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Which optional parts the kernel has.</summary>
    public ProtocolOptions Protocols { get; init; } = new();

    /// <summary>How devices' queues are polled and spread over CPUs, where it is known.</summary>
    public IReadOnlyList<QueueConfiguration> Queues { get; init; } = [];

    /// <summary>
    /// The address by which the host's own frames are known in a capture that says nothing of the link; 0.0.0.0: none.
    /// </summary>
    public IPv4Address LinklessAddress { get; init; }

    /// <summary>
    /// What of the host is not evaluated though it could change a verdict: one line each, for people.
    /// </summary>
    public IReadOnlyList<string> Limitations { get; init; } = [];

    /// <summary>The only device that is up and no loopback; null if there is none, or are several.</summary>
    public NetworkDevice? OnlyDevice =>
        Devices.Where(device => !device.IsLoopback && device.Has(DeviceFlags.Up)).Take(2).ToArray() is [var only] ? only : null;

    /// <summary>Sets up a stack of this host, its sockets open.</summary>
    /// <param name="clock">Where time comes from.</param>
    /// <param name="reader">Who reads the sockets.</param>
    /// <param name="observer">Who hears of packets.</param>
    /// <param name="observeDetails">Whether it hears of every check.</param>
    /// <param name="cpu">Packet memory and chance; null: the usual.</param>
    /// <param name="cpuCount">How many CPUs do the work.</param>
    public NetworkStack CreateStack(IClock clock, ReaderMode reader, PacketObserver? observer, bool observeDetails = false, CpuOptions? cpu = null, int cpuCount = 1)
    {
        NetworkStack stack = new(new NetworkOptions
        {
            Devices = Devices,
            Vlans = Topology.Vlans,
            Bridges = Topology.Bridges,
            Routes = Routes,
            Neighbors = Neighbors,
            IPv6Routes = IPv6Routes,
            IPv6Neighbors = IPv6Neighbors,
            IPv4 = IPv4,
            IPv6 = IPv6,
            Receive = Receive,
            Rps = [.. Queues.SelectMany(queues => queues.Rps)],
            CpuCount = cpuCount,
            Protocols = Protocols,
            Clock = clock,
            Cpu = cpu ?? new CpuOptions(),
            Observer = observer,
            ObserveDetails = observeDetails,
        });
        foreach (TrafficConfiguration traffic in Topology.Traffic)
        {
            stack.SetTraffic(traffic.Device, traffic.Direction, traffic.Chain);
        }

        foreach (UntoldTap tap in Topology.Taps)
        {
            stack.AddTap(tap, tap.Device, tap.Protocol);
        }

        foreach (SocketConfiguration socket in Sockets)
        {
            socket.Open(stack, reader);
        }

        return stack;
    }
}
