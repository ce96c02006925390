using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>How sure it is that a neighbour is where its entry says (ip-neighbour(8); the numbers are the kernel's <c>NUD_</c>).</summary>
[Flags]
public enum NeighborState : byte
{
    /// <summary>Nothing is known, nothing was asked.</summary>
    None = 0,

    /// <summary>It has been asked for and has not answered yet.</summary>
    Incomplete = 0x01,

    /// <summary>It has answered lately.</summary>
    Reachable = 0x02,

    /// <summary>It was there; whether it still is will be asked once it is used.</summary>
    Stale = 0x04,

    /// <summary>It is used, and will be asked unless something else shows that it is there.</summary>
    Delay = 0x08,

    /// <summary>It is being asked whether it is still there.</summary>
    Probe = 0x10,

    /// <summary>It has not answered.</summary>
    Failed = 0x20,

    /// <summary>It needs no asking: the link has no addresses to be asked for.</summary>
    NoArp = 0x40,

    /// <summary>An administrator has said so.</summary>
    Permanent = 0x80,

    /// <summary>States in which packets go out without a thought.</summary>
    Connected = Permanent | NoArp | Reachable,

    /// <summary>States in which the link address can be used.</summary>
    Valid = Connected | Probe | Stale | Delay,
}

/// <summary>A neighbour as it is configured, or as a table shows it.</summary>
/// <param name="Device">The device that it is reached by.</param>
/// <param name="Address">Its address.</param>
/// <param name="LinkAddress">Its link address; zero where that is not known.</param>
/// <param name="State">How sure that is.</param>
/// <typeparam name="TAddress">The address, of IPv4 or IPv6.</typeparam>
public sealed record Neighbor<TAddress>(NetworkDevice Device, TAddress Address, MacAddress LinkAddress, NeighborState State)
    where TAddress : struct, INetworkAddress<TAddress>
{
    /// <inheritdoc/>
    public override string ToString() => $"{Address} dev {Device} lladdr {LinkAddress} {State.ToString().ToUpperInvariant()}";
}
