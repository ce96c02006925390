using System.Collections.Frozen;
using Saker.Stack.Devices;
using Saker.Stack.Devices.Bridge;
using Saker.Stack.Devices.Vlan;
using Saker.Stack.Ip.V4;
using Saker.Stack.Ip.V6;
using Saker.Stack.Nic;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack;

/// <summary>What a <see cref="NetworkStack"/> is made of: one host's configuration, and where time and memory come from.</summary>
public sealed record NetworkOptions
{
    /// <summary>The devices, with their addresses and settings.</summary>
    public required IReadOnlyCollection<NetworkDevice> Devices { get; init; }

    /// <summary>Which of the devices are VLANs upon others.</summary>
    public IReadOnlyCollection<VlanDevice> Vlans { get; init; } = [];

    /// <summary>The bridges. Their devices and those of their ports are among <see cref="Devices"/>.</summary>
    public IReadOnlyCollection<EthernetBridge> Bridges { get; init; } = [];

    /// <summary>The routes of all tables. <see cref="AddressRoutes"/> makes those that the kernel makes for addresses.</summary>
    public IReadOnlyCollection<Route> Routes { get; init; } = [];

    /// <summary>The neighbours known from the beginning.</summary>
    public IReadOnlyCollection<Neighbor<IPv4Address>> Neighbors { get; init; } = [];

    /// <summary>The routes of IPv6. <see cref="AddressRoutes"/> makes those that the kernel makes for addresses.</summary>
    public IReadOnlyCollection<IPv6Route> IPv6Routes { get; init; } = [];

    /// <summary>The neighbours of IPv6 known from the beginning.</summary>
    public IReadOnlyCollection<Neighbor<IPv6Address>> IPv6Neighbors { get; init; } = [];

    /// <summary>The settings of IPv4.</summary>
    public IPv4Settings IPv4 { get; init; } = new();

    /// <summary>The settings of IPv6.</summary>
    public IPv6Settings IPv6 { get; init; } = new();

    /// <summary>Which optional parts the kernel has.</summary>
    public ProtocolOptions Protocols { get; init; } = new();

    /// <summary>Where time comes from.</summary>
    public required IClock Clock { get; init; }

    /// <summary>How many CPUs do the work.</summary>
    public int CpuCount { get; init; } = 1;

    /// <summary>Packet memory and chance, for each CPU.</summary>
    public CpuOptions Cpu { get; init; } = new();

    /// <summary>How packets are taken in.</summary>
    public ReceiveSettings Receive { get; init; } = new();

    /// <summary>Which CPUs work on which queue's packets.</summary>
    public IReadOnlyCollection<RpsSetting> Rps { get; init; } = [];

    /// <summary>What the devices' cards are like, beside their settings.</summary>
    public CardOptions Card { get; init; } = new();

    /// <summary>Who hears of packets; null: nobody, and hearing costs nothing.</summary>
    public PacketObserver? Observer { get; init; }

    /// <summary>Whether the observer hears of every check, too.</summary>
    public bool ObserveDetails { get; init; }
}

/// <summary>Parts that a kernel may be built with or without, which decides what becomes of their packets.</summary>
public sealed record ProtocolOptions
{
    /// <summary>IEEE 802.2 LLC frames have a handler.</summary>
    public bool Llc { get; init; } = true;

    /// <summary>IPv6 has a handler.</summary>
    public bool IPv6 { get; init; } = true;

    /// <summary>Merging of packets sees through VLAN tags (<c>CONFIG_VLAN_8021Q</c>).</summary>
    public bool Vlan { get; init; } = true;

    /// <summary>The protocols above IPv4 that have a handler (<c>inet_protos</c>).</summary>
    public IReadOnlySet<IPProtocol> InternetProtocols { get; init; } =
        FrozenSet.Create(IPProtocol.IcmpV4, IPProtocol.Igmp, IPProtocol.Tcp, IPProtocol.Udp, IPProtocol.UdpLite);

    /// <summary>The protocols above IPv6 that have a handler, extension headers left out (<c>inet6_protos</c>).</summary>
    public IReadOnlySet<IPProtocol> IPv6Protocols { get; init; } =
        FrozenSet.Create(IPProtocol.IcmpV6, IPProtocol.Tcp, IPProtocol.Udp, IPProtocol.UdpLite);
}
