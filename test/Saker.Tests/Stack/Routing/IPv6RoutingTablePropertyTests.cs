using FsCheck;
using FsCheck.Fluent;
using Saker.Stack.Routing;
using Saker.Wire;
using IPv6Address = Saker.Wire.IPv6Address;

namespace Saker.Tests.Stack.Routing;

/// <summary>The route by the longest prefix, and among those the one with the smallest metric, against a look at every route.</summary>
public class IPv6RoutingTablePropertyTests
{
    /// <summary>Addresses that share their first bits now and then, so that prefixes lie within each other.</summary>
    private static readonly Gen<IPv6Address> Addresses =
        from upper in Gen.Elements(0xfd00_0000_0000_0000u, 0xfd00_0000_0000_0001u, 0x2001_0db8_0000_0000u, 0ul)
        from lower in Gen.Choose(0, 0xff)
        from shift in Gen.Elements(0, 8, 56)
        select new IPv6Address(upper, (ulong)lower << shift);

    private static readonly Arbitrary<(IPv6Route[] Routes, IPv6Address Address)> Tables = (
        from routes in (from address in Addresses
                        from length in Gen.Choose(0, 128)
                        from metric in Gen.Choose(0, 3)
                        select new IPv6Route(new IPv6Prefix(address, length), RouteType.Blackhole) { Priority = (uint)metric }).ArrayOf()
        from address in Addresses
        select (routes, address)).ToArbitrary();

    [Fact]
    public void The_best_route_to_an_address_is_found() => Properties.Hold(Prop.ForAll(Tables, table =>
    {
        IPv6Route? best = table.Routes
            .Where(route => route.Destination.Contains(table.Address))
            .OrderByDescending(route => route.Destination.Length)
            .ThenBy(route => route.Priority)
            .FirstOrDefault();

        return ReferenceEquals(best, new IPv6RoutingTable(table.Routes).Find(table.Address, 0, false));
    }));
}
