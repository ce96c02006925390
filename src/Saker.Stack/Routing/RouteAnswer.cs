using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>What is asked of the forwarding information base (<c>struct flowi4</c>).</summary>
internal readonly record struct RouteQuery(IPv4Address Destination)
{
    /// <summary>The device that the packet must leave by; 0: any.</summary>
    public int OutputDevice { get; init; }

    /// <summary>The packet's DSCP, as a TOS byte without ECN.</summary>
    public byte TypeOfService { get; init; }

    /// <summary>Only routes that lead at least this near.</summary>
    public RouteScope Scope { get; init; }

    /// <summary>Whether next hops whose link is down count, too.</summary>
    public bool IgnoreLinkState { get; init; }
}

/// <summary>
/// An answer to a <see cref="RouteQuery"/> (<c>struct fib_result</c>): a route by one of its next hops, or why a route leads nowhere. Made with the table, so that
/// a lookup hands out what is there.
/// </summary>
internal sealed class RouteAnswer
{
    private readonly byte _typeOfService;
    private readonly RouteScope _scope;
    private readonly bool _isLinkDown;
    private readonly int _device;

    /// <summary>An answer that a route gives.</summary>
    /// <param name="route">The route.</param>
    /// <param name="nextHop">Which of its next hops; null for routes that lead nowhere.</param>
    /// <param name="destination">Where packets go by it, if they are forwarded.</param>
    public RouteAnswer(Route route, NextHop? nextHop, Destination? destination)
        : this(ErrorOf(route.Type))
    {
        Route = route;
        Type = route.Type;
        NextHop = nextHop;
        Destination = destination;
        _typeOfService = route.TypeOfService;
        _scope = route.Scope;
        _isLinkDown = nextHop is { IsLinkDown: true };
        _device = nextHop?.Device?.Index ?? 0;
    }

    private RouteAnswer(RouteError error) => Error = error;

    /// <summary>No route.</summary>
    public static RouteAnswer None { get; } = new(RouteError.NetworkUnreachable);

    /// <summary>Why the way leads nowhere.</summary>
    public RouteError Error { get; }

    public bool Found => Error == RouteError.None;

    public Route? Route { get; }

    public RouteType Type { get; }

    public NextHop? NextHop { get; }

    public Destination? Destination { get; }

    /// <summary>Who is asked next where this one does not answer: the same prefix's next, and behind its last the first of the next shorter prefix.</summary>
    public RouteAnswer? Next { get; set; }

    /// <summary>The answers that a route can give, in the order of its next hops.</summary>
    public static IEnumerable<RouteAnswer> Of(Route route, Func<Route, NextHop, Destination?> destinationOf) =>
        ErrorOf(route.Type) != RouteError.None
            ? [new RouteAnswer(route, null, null)]
            : route.NextHops.Select(hop => new RouteAnswer(route, hop, destinationOf(route, hop)));

    /// <summary>Whether it answers a query whose destination is in the route's prefix.</summary>
    public bool Answers(in RouteQuery query) =>
        (_typeOfService == 0 || _typeOfService == query.TypeOfService)
        && _scope >= query.Scope
        && (!Found || ((!_isLinkDown || query.IgnoreLinkState) && (query.OutputDevice == 0 || query.OutputDevice == _device)));

    public override string ToString() => Route?.ToString() ?? "none";

    private static RouteError ErrorOf(RouteType type) => type switch
    {
        RouteType.Blackhole => RouteError.Invalid,
        RouteType.Unreachable => RouteError.HostUnreachable,
        RouteType.Prohibit => RouteError.AccessDenied,
        RouteType.Throw => RouteError.TryNextTable,
        _ => RouteError.None,
    };
}
