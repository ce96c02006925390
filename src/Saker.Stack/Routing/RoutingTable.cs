using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>
/// Routes by longest prefix. Immutable: made whole, read without locks.
/// </summary>
/// <remarks>
/// One hash table for each prefix length that occurs, asked from the longest: right for the few prefixes of a host.
/// </remarks>
internal sealed class RoutingTable
{
    private readonly Level[] _levels;

    /// <param name="routes">The routes; among those to one prefix the order is: local table first, then TOS from specific to any, then metric.</param>
    public RoutingTable(IEnumerable<Route> routes)
    {
        _levels =
        [
            .. routes
                .GroupBy(route => route.Destination.Length)
                .OrderByDescending(group => group.Key)
                .Select(group => new Level(
                    Mask(group.Key),
                    group
                        .GroupBy(route => route.Destination.Address.Value & Mask(group.Key))
                        .ToDictionary(
                            same => same.Key,
                            same => same.OrderByDescending(route => route.Table).ThenByDescending(route => route.TypeOfService).ThenBy(route => route.Priority).ToArray()))),
        ];
    }

    /// <summary>The routes to prefixes that hold an address, from the longest.</summary>
    public Enumerator Matching(IPv4Address address) => new(_levels, address.Value);

    private static uint Mask(int length) => length == 0 ? 0 : uint.MaxValue << (32 - length);

    /// <summary>Walks over the prefixes that hold an address.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<Level> _levels;
        private readonly uint _address;
        private int _next;

        internal Enumerator(ReadOnlySpan<Level> levels, uint address)
        {
            _levels = levels;
            _address = address;
            Current = [];
        }

        /// <summary>The routes to one prefix, the preferred first.</summary>
        public Route[] Current { get; private set; }

        public readonly Enumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            while (_next < _levels.Length)
            {
                ref readonly Level level = ref _levels[_next++];
                if (level.Routes.TryGetValue(_address & level.Mask, out Route[]? routes))
                {
                    Current = routes;
                    return true;
                }
            }

            return false;
        }
    }

    internal readonly record struct Level(uint Mask, Dictionary<uint, Route[]> Routes);
}
