using System.Net.Sockets;

namespace Saker.Bpf;

/// <summary>The tables and rules of one family.</summary>
/// <param name="family">The family.</param>
/// <param name="isUp">Whether a device is up: routes by others are passed over.</param>
internal abstract class FibTables(AddressFamily family, Predicate<uint> isUp)
{
    private readonly List<FibRoute> _routes = [];
    private readonly List<FibRule> _rules = [];
    private Dictionary<uint, FibTable>? _tables;

    /// <summary>Whether there are rules beside the kernel's own.</summary>
    protected bool HasOwnRules { get; private set; }

    /// <summary>Rules in the order in which they are asked, the kernel's own among them.</summary>
    protected IReadOnlyList<FibRule> Rules => _rules;

    /// <summary>Bits of an address.</summary>
    protected int AddressBits { get; } = FibPrefix.BitsOf(family);

    public void Add(FibRoute route)
    {
        _routes.Add(route);
        _tables = null;
    }

    public void Add(FibRule rule)
    {
        HasOwnRules = true;
        AddInOrder(rule);
        _tables = null;
    }

    /// <summary>Asks rules and tables, or one table without rules.</summary>
    /// <param name="flow">What for.</param>
    /// <param name="table">The table; null: what rules say.</param>
    /// <param name="route">The route that holds.</param>
    /// <returns>What became of it, as far as the route goes.</returns>
    public FibResult Find(in FibFlow flow, uint? table, out FibRoute? route) =>
        (table is { } number ? FindIn(number == 0 ? FibRoute.MainTable : number, flow, out route) : FindByRules(flow, out route)) ?? FibResult.NotForwarded;

    /// <summary>Where routes of a table are: two tables may be one.</summary>
    protected virtual uint PlaceOf(uint table) => table;

    /// <summary>The order of two routes of the same prefix.</summary>
    protected abstract int Compare(FibRoute left, FibRoute right);

    /// <summary>Asks a table; null: it has no answer.</summary>
    protected abstract FibResult? FindIn(uint table, in FibFlow flow, out FibRoute? route);

    /// <summary>What a rule comes to that names no table.</summary>
    protected abstract FibResult ResultOf(FibRouteType action);

    /// <summary>Asks as rules say; null: there is no answer.</summary>
    private FibResult? FindByRules(in FibFlow flow, out FibRoute? route)
    {
        route = null;
        foreach (FibRule rule in _rules)
        {
            if (!rule.IsFor(flow))
            {
                continue;
            }

            if (rule.Action != FibRouteType.Unicast)
            {
                return ResultOf(rule.Action);
            }

            if (FindIn(rule.Table, flow, out route) is { } result)
            {
                return result;
            }
        }

        return null;
    }

    /// <summary>Whether a device is up.</summary>
    protected bool IsUp(uint device) => isUp(device);

    /// <summary>A rule among the others.</summary>
    protected void AddInOrder(FibRule rule)
    {
        int place = _rules.FindIndex(other => other.Priority > rule.Priority);
        _rules.Insert(place < 0 ? _rules.Count : place, rule);
    }

    /// <summary>A table; null: it has no routes.</summary>
    protected FibTable? TableOf(uint number)
    {
        if (_tables is null)
        {
            _tables = [];
            foreach (FibRoute route in _routes)
            {
                uint place = PlaceOf(route.Table);
                if (!_tables.TryGetValue(place, out FibTable? table))
                {
                    _tables.Add(place, table = new FibTable(Compare));
                }

                table.Add(route);
            }
        }

        return _tables.GetValueOrDefault(PlaceOf(number));
    }
}
