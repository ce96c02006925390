using FsCheck;
using FsCheck.Fluent;
using Saker.Stack.Routing;
using Saker.Wire;
using IPv4Address = Saker.Wire.IPv4Address;

namespace Saker.Tests.Stack.Routing;

/// <summary>The longest prefix that holds an address is found, against a look at every route.</summary>
public class RoutingTablePropertyTests
{
    /// <summary>Addresses that share their first bits now and then, so that prefixes lie within each other.</summary>
    private static readonly Gen<IPv4Address> Addresses =
        from high in Gen.Elements(0x0a00_0000u, 0x0a01_0000u, 0xc0a8_0000u, 0x8000_0000u)
        from low in Gen.Choose(0, 0x1ff)
        from shift in Gen.Elements(0, 4, 8)
        select new IPv4Address(high | ((uint)low << shift));

    private static readonly Arbitrary<(IPv4Prefix[] Prefixes, IPv4Address Address)> Tables = (
        from prefixes in Addresses.SelectMany(_ => Gen.Choose(0, 32), (address, length) => new IPv4Prefix(address, length)).ArrayOf()
        from address in Addresses
        select (prefixes, address)).ToArbitrary();

    [Fact]
    public void Prefixes_that_hold_an_address_are_walked_from_the_longest() => Properties.Hold(Prop.ForAll(Tables, table =>
    {
        RoutingTable routes = new(table.Prefixes.Distinct().Select(prefix => new RouteAnswer(new Route(prefix, RouteType.Blackhole), null, null)));
        List<IPv4Prefix> walked = [];
        for (RouteAnswer? answer = routes.First(table.Address); answer is not null; answer = answer.Next)
        {
            walked.Add(answer.Route!.Destination);
        }

        return walked.SequenceEqual(table.Prefixes.Distinct().Where(prefix => prefix.Contains(table.Address)).OrderByDescending(prefix => prefix.Length));
    }));
}
