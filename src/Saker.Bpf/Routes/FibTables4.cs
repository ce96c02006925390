using System.Net.Sockets;

namespace Saker.Bpf;

/// <summary>
/// The tables of IPv4. As long as there are no rules but the kernel's own, local and main table are one, in which the longest prefix of either counts.
/// </summary>
internal sealed class FibTables4 : FibTables
{
    public FibTables4(Predicate<uint> isUp)
        : base(AddressFamily.InterNetwork, isUp)
    {
        AddInOrder(new FibRule(0) { Table = FibRoute.LocalTable });
        AddInOrder(new FibRule(32766) { Table = FibRoute.MainTable });
        AddInOrder(new FibRule(32767) { Table = FibRoute.DefaultTable });
    }

    protected override uint PlaceOf(uint table) => table == FibRoute.LocalTable && !HasOwnRules ? FibRoute.MainTable : table;

    protected override int Compare(FibRoute left, FibRoute right)
    {
        int byTable = right.Table.CompareTo(left.Table);
        int byService = byTable != 0 ? byTable : right.TypeOfService.CompareTo(left.TypeOfService);
        return byService != 0 ? byService : left.Metric.CompareTo(right.Metric);
    }

    protected override FibResult? FindIn(uint table, in FibFlow flow, out FibRoute? route)
    {
        route = null;
        FibTable? routes = TableOf(table);
        for (int length = AddressBits; routes is not null && length >= 0; length--)
        {
            foreach (FibRoute candidate in routes.Find(flow.Destination, length) ?? [])
            {
                if (candidate.TypeOfService != 0 && candidate.TypeOfService != flow.TypeOfService)
                {
                    continue;
                }

                switch (candidate.Type)
                {
                    case FibRouteType.Throw:
                        return null;
                    case FibRouteType.Blackhole:
                        return FibResult.Blackhole;
                    case FibRouteType.Unreachable:
                        return FibResult.Unreachable;
                    case FibRouteType.Prohibit:
                        return FibResult.Prohibit;
                    case var _ when IsUp(candidate.Device) && (flow.OutputDevice == 0 || flow.OutputDevice == candidate.Device):
                        route = candidate;
                        return candidate.Type == FibRouteType.Unicast ? FibResult.Success : FibResult.NotForwarded;
                }
            }
        }

        return null;
    }

    /// <summary>A rule's unreachable is another error than a route's.</summary>
    protected override FibResult ResultOf(FibRouteType action) => action switch
    {
        FibRouteType.Prohibit => FibResult.Prohibit,
        FibRouteType.Unreachable => FibResult.NotForwarded,
        _ => FibResult.Blackhole,
    };
}
