using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>What becomes of a packet that was routed in (<c>dst->input</c>).</summary>
public enum InputAction : byte
{
    /// <summary>To the protocols of this host (<c>ip_local_deliver</c>).</summary>
    DeliverLocally,

    /// <summary>To another host (<c>ip_forward</c>).</summary>
    Forward,

    /// <summary>Dropped, and the sender told (<c>ip_error</c>).</summary>
    Error,

    /// <summary>Dropped without a word (<c>dst_discard</c>).</summary>
    Discard,
}

/// <summary>Why a route leads nowhere: the error number that a sender on this host would see.</summary>
public enum RouteError : byte
{
    /// <summary>It leads somewhere.</summary>
    None,

    /// <summary>No route to the network (<c>ENETUNREACH</c>).</summary>
    NetworkUnreachable,

    /// <summary>No route to the host, or an unreachable route (<c>EHOSTUNREACH</c>).</summary>
    HostUnreachable,

    /// <summary>A prohibit route (<c>EACCES</c>).</summary>
    AccessDenied,

    /// <summary>A blackhole route (<c>EINVAL</c>).</summary>
    Invalid,

    /// <summary>A throw route: ask the next table (<c>EAGAIN</c>).</summary>
    TryNextTable,
}

/// <summary>Where a packet goes: the result of routing, shared by all packets that go there (<c>struct rtable</c>). Immutable.</summary>
public sealed class Destination
{
    /// <summary>Its place in the table that <see cref="Packets.PacketBuffer.Destination"/> points into; from one.</summary>
    public required int Index { get; init; }

    /// <summary>The type of the route.</summary>
    public required RouteType Type { get; init; }

    /// <summary>What becomes of a received packet.</summary>
    public required InputAction Input { get; init; }

    /// <summary>Why it leads nowhere.</summary>
    public RouteError Error { get; init; }

    /// <summary>The device to send by; null where nothing is sent.</summary>
    public NetworkDevice? Device { get; init; }

    /// <summary>The next hop; 0.0.0.0: the packet's own destination.</summary>
    public IPv4Address Gateway { get; init; }

    /// <summary>Whether the next hop is a gateway.</summary>
    public bool UsesGateway => !Gateway.IsAny;

    /// <summary>The longest packet on this way.</summary>
    public int Mtu { get; init; }

    /// <summary>Whether the packet is for all or for a group, so that nobody answers with an error.</summary>
    public bool IsBroadcastOrMulticast => Type is RouteType.Broadcast or RouteType.Multicast;

    /// <inheritdoc/>
    public override string ToString() => Input switch
    {
        InputAction.DeliverLocally => $"for this host ({Type.ToString().ToLowerInvariant()})",
        InputAction.Forward => UsesGateway ? $"forward via {Gateway} dev {Device}" : $"forward dev {Device}",
        InputAction.Error => $"nowhere ({Error})",
        _ => "discard",
    };
}
