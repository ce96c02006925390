namespace Saker.Bpf;

/// <summary>Routes by their prefixes. Those of a prefix stand in the order in which they are asked.</summary>
/// <param name="order">That order; those that are alike stay as they came.</param>
internal sealed class FibTable(Comparison<FibRoute> order)
{
    private readonly Dictionary<UInt128, List<FibRoute>>?[] _byLength = new Dictionary<UInt128, List<FibRoute>>?[FibPrefix.LongestLength + 1];

    public void Add(FibRoute route)
    {
        FibPrefix prefix = FibPrefix.Of(route.Destination);
        Dictionary<UInt128, List<FibRoute>> prefixes = _byLength[prefix.Length] ??= [];
        if (!prefixes.TryGetValue(prefix.Address, out List<FibRoute>? routes))
        {
            prefixes.Add(prefix.Address, routes = []);
        }

        int place = routes.FindIndex(other => order(other, route) > 0);
        routes.Insert(place < 0 ? routes.Count : place, route);
    }

    /// <summary>The routes of a prefix of an address.</summary>
    public List<FibRoute>? Find(UInt128 address, int length) => _byLength[length]?.GetValueOrDefault(FibPrefix.First(address, length));
}
