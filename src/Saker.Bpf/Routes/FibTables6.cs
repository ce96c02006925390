using System.Net.Sockets;

namespace Saker.Bpf;

/// <summary>The tables of IPv6. Of routes that are alike the one by the flow's device is preferred, and what a rule refuses is never told from what is not there.</summary>
internal sealed class FibTables6 : FibTables
{
    public FibTables6(Predicate<uint> isUp)
        : base(AddressFamily.InterNetworkV6, isUp)
    {
        AddInOrder(new FibRule(0) { Table = FibRoute.LocalTable });
        AddInOrder(new FibRule(32766) { Table = FibRoute.MainTable });
    }

    protected override int Compare(FibRoute left, FibRoute right) => left.Metric.CompareTo(right.Metric);

    protected override FibResult? FindIn(uint table, in FibFlow flow, out FibRoute? route)
    {
        route = null;
        FibTable? routes = TableOf(table);
        for (int length = AddressBits; routes is not null && length >= 0 && route is null; length--)
        {
            foreach (FibRoute candidate in routes.Find(flow.Destination, length) ?? [])
            {
                if (route is not null && (candidate.Metric != route.Metric || route.Device == flow.PreferredDevice))
                {
                    break;
                }

                if ((IsRefusal(candidate.Type) || IsUp(candidate.Device)) && (route is null || candidate.Device == flow.PreferredDevice))
                {
                    route = candidate;
                }
            }
        }

        return route?.Type switch
        {
            null => null,
            FibRouteType.Unicast => FibResult.Success,
            FibRouteType.Blackhole => FibResult.Blackhole,
            FibRouteType.Unreachable => FibResult.Unreachable,
            FibRouteType.Prohibit => FibResult.Prohibit,
            _ => FibResult.NotForwarded,
        };
    }

    protected override FibResult ResultOf(FibRouteType action) => FibResult.NotForwarded;

    private static bool IsRefusal(FibRouteType type) => type is FibRouteType.Blackhole or FibRouteType.Unreachable or FibRouteType.Prohibit or FibRouteType.Throw;
}
