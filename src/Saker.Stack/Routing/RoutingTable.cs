using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>Routes by longest prefix. Immutable: made whole, read without locks.</summary>
internal sealed class RoutingTable
{
    private readonly PrefixTrie _prefixes;
    private readonly RouteAnswer?[] _first;

    /// <param name="answers">
    /// What the routes can answer. Among those to one prefix the order is: local table first, then TOS from specific to any, then metric, then as given.
    /// </param>
    public RoutingTable(IEnumerable<RouteAnswer> answers)
    {
        RouteAnswer[][] byPrefix =
        [
            .. answers
                .GroupBy(answer => answer.Route!.Destination)
                .OrderBy(group => group.Key.Address.Value)
                .ThenBy(group => group.Key.Length)
                .Select(group => group
                    .OrderByDescending(answer => answer.Route!.Table)
                    .ThenByDescending(answer => answer.Route!.TypeOfService)
                    .ThenBy(answer => answer.Route!.Priority)
                    .ToArray()),
        ];
        _prefixes = new PrefixTrie([.. byPrefix.Select(same => same[0].Route!.Destination)]);
        _first = [null, .. byPrefix.Select(same => same[0])];
        Chain(byPrefix);
    }

    /// <summary>The first answer about an address: the preferred one of the longest prefix. The others follow it (<see cref="RouteAnswer.Next"/>).</summary>
    public RouteAnswer? First(IPv4Address address) => _first[_prefixes.Find(address)];

    /// <summary>Links each prefix's answers, and behind them those of the next shorter prefix, which stands before it in the order.</summary>
    private static void Chain(RouteAnswer[][] byPrefix)
    {
        Stack<RouteAnswer> outer = new();
        foreach (RouteAnswer[] same in byPrefix)
        {
            while (outer.TryPeek(out RouteAnswer? last) && !last.Route!.Destination.Contains(same[0].Route!.Destination.Address))
            {
                outer.Pop();
            }

            RouteAnswer? next = outer.TryPeek(out RouteAnswer? shorter) ? shorter : null;
            for (int i = same.Length - 1; i >= 0; i--)
            {
                same[i].Next = next;
                next = same[i];
            }

            outer.Push(same[0]);
        }
    }
}
