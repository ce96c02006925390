using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Host.Live;

/// <summary>What a <see cref="LiveHost"/> is.</summary>
public sealed record LiveHostOptions
{
    /// <summary>Its IPv4 addresses, with the lengths of their prefixes, the primary ones first. There is one address at least, of either family.</summary>
    public IReadOnlyList<(IPv4Address Address, int PrefixLength)> Addresses { get; init; } = [];

    /// <summary>Its IPv6 addresses, with the lengths of their prefixes. Beside them it has the link-local one that its link address makes, unless another is among them.</summary>
    public IReadOnlyList<(IPv6Address Address, int PrefixLength)> IPv6Addresses { get; init; } = [];

    /// <summary>By whom other networks of IPv4 are reached; null: not at all.</summary>
    public IPv4Address? Gateway { get; init; }

    /// <summary>By whom other networks of IPv6 are reached; null: not at all.</summary>
    public IPv6Address? IPv6Gateway { get; init; }

    /// <summary>The longest packet that it sends; null: as long as the link takes.</summary>
    public int? Mtu { get; init; }

    /// <summary>How many CPUs work, each on a thread: as many as the link has queues, or fewer.</summary>
    public int CpuCount { get; init; } = 1;

    /// <summary>The processors that the CPUs' threads are bound to, by number; empty: to none.</summary>
    public IReadOnlyList<int> Processors { get; init; } = [];

    /// <summary>UDP ports at which datagrams are sent back (RFC 862).</summary>
    public IReadOnlyList<ushort> EchoPorts { get; init; } = [];

    /// <summary>UDP ports at which datagrams are taken and forgotten (RFC 863).</summary>
    public IReadOnlyList<ushort> DiscardPorts { get; init; } = [];

    /// <summary>Whether packets are counted at every stage, which costs a little.</summary>
    public bool CountsStages { get; init; }

    /// <summary>Packet memory and chance of each CPU.</summary>
    public CpuOptions Cpu { get; init; } = new() { PacketCapacity = 1 << 14 };
}
