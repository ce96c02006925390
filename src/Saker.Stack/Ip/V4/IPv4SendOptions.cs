using Saker.Wire;

namespace Saker.Stack.Ip.V4;

/// <summary>How a packet of our own is to be sent: what its IP header says, and how it is routed.</summary>
internal readonly record struct IPv4SendOptions
{
    /// <summary>What it carries.</summary>
    public required IPProtocol Protocol { get; init; }

    /// <summary>To whom.</summary>
    public required IPv4Address Destination { get; init; }

    /// <summary>Our address, which must be one of ours; 0.0.0.0: as the route prefers.</summary>
    public IPv4Address Source { get; init; }

    /// <summary>The TOS byte.</summary>
    public byte TypeOfService { get; init; }

    /// <summary>The time to live; 0: the default.</summary>
    public byte TimeToLive { get; init; }

    /// <summary>Whether it may not be fragmented; it bears no identification then.</summary>
    public bool DontFragment { get; init; }

    /// <summary>Options of the IP header.</summary>
    public OptionBytes Options { get; init; }

    /// <summary>The device that it must leave by; 0: any.</summary>
    public int OutputDevice { get; init; }
}
