using Saker.Wire;

namespace Saker.Host.Explain;

/// <summary>The options of neighbour discovery.</summary>
internal static class NeighborOptions
{
    private const int TypeAndLength = 2;

    public static void Read(HeaderReader header, NeighborDiscoveryOptionEnumerator options, int end)
    {
        while (options.MoveNext())
        {
            NeighborDiscoveryOption option = options.Current;
            header.Field(option.Position, TypeAndLength + option.Data.Length, "option", Describe(option));
        }

        if (options.IsMalformed)
        {
            header.Field(options.MalformedOffset, end - options.MalformedOffset, "option", "its length cannot be", FieldMark.Wrong);
            header.Problem($"the options are malformed at byte {options.MalformedOffset} of the message.");
        }
    }

    private static string Describe(NeighborDiscoveryOption option)
    {
        string name = Text.Words(option.Type) ?? $"type {(byte)option.Type}";
        if (option.TryGetLinkLayerAddress(out MacAddress address))
        {
            return $"{name} {address}";
        }

        if (option.TryGetPrefix(out PrefixInformation prefix))
        {
            return $"prefix {prefix.Prefix}/{prefix.PrefixLength}{(prefix.IsOnLink ? ", on link" : string.Empty)}{(prefix.IsAutonomous ? ", autonomous" : string.Empty)}, "
                + $"valid {prefix.ValidLifetime} s, preferred {prefix.PreferredLifetime} s";
        }

        if (option.TryGetMtu(out uint mtu))
        {
            return $"MTU {mtu}";
        }

        if (option.TryGetRoute(out RouteInformation route))
        {
            return $"route {route.Prefix}/{route.PrefixLength}, {route.Lifetime} s";
        }

        return option.TryGetDnsServers(out uint lifetime, out AddressList<IPv6Address> servers)
            ? $"DNS servers {string.Join(' ', servers.ToArray())}, {lifetime} s"
            : $"{name}, {Text.Count(option.Data.Length, "byte")} of data";
    }
}
