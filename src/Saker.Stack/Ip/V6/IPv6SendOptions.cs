using Saker.Wire;

namespace Saker.Stack.Ip.V6;

/// <summary>How a packet of our own is to be sent: what its IPv6 header says, and how it is routed.</summary>
internal readonly record struct IPv6SendOptions
{
    /// <summary>What it carries.</summary>
    public required IPProtocol Protocol { get; init; }

    /// <summary>To whom.</summary>
    public required IPv6Address Destination { get; init; }

    /// <summary>Our address; ::: as the route prefers.</summary>
    public IPv6Address Source { get; init; }

    /// <summary>The traffic class.</summary>
    public byte TrafficClass { get; init; }

    /// <summary>The flow label; 0: none, or one of the host's own making.</summary>
    public uint FlowLabel { get; init; }

    /// <summary>Whether the host makes no flow label.</summary>
    public bool HasNoFlowLabel { get; init; }

    /// <summary>The hop limit; 0: the route's or the device's.</summary>
    public byte HopLimit { get; init; }

    /// <summary>The device that it leaves by if it is for the link or a group, and the one that is preferred otherwise; 0: any.</summary>
    public int OutputDevice { get; init; }
}
