using System.Globalization;
using Saker.Stack.Routing;

namespace Saker.Host.Snapshots.Reading;

/// <summary>The names that <c>ip</c> prints for numbers: types, scopes, tables and DSCPs.</summary>
internal static class RouteNames
{
    private static readonly Dictionary<string, RouteType> Types = new(StringComparer.Ordinal)
    {
        ["unicast"] = RouteType.Unicast,
        ["local"] = RouteType.Local,
        ["broadcast"] = RouteType.Broadcast,
        ["anycast"] = RouteType.Anycast,
        ["multicast"] = RouteType.Multicast,
        ["blackhole"] = RouteType.Blackhole,
        ["unreachable"] = RouteType.Unreachable,
        ["prohibit"] = RouteType.Prohibit,
        ["throw"] = RouteType.Throw,
    };

    private static readonly Dictionary<string, RouteScope> Scopes = new(StringComparer.Ordinal)
    {
        ["global"] = RouteScope.Universe,
        ["site"] = RouteScope.Site,
        ["link"] = RouteScope.Link,
        ["host"] = RouteScope.Host,
        ["nowhere"] = RouteScope.Nowhere,
    };

    private static readonly Dictionary<string, uint> Tables = new(StringComparer.Ordinal)
    {
        ["local"] = Route.LocalTable,
        ["main"] = Route.MainTable,
        ["default"] = Route.DefaultTable,
    };

    /// <summary>What a route does: unicast unless it says.</summary>
    public static RouteType? Type(SnapshotEntry entry)
    {
        if (entry.Text("type") is not { } name)
        {
            return RouteType.Unicast;
        }

        if (Types.TryGetValue(name, out RouteType type))
        {
            return type;
        }

        entry.FaultValue("type", "which is no type of route");
        return null;
    }

    /// <summary>Tells that what a route leads to is none.</summary>
    public static void FaultDestination(SnapshotEntry entry) => entry.FaultValue("dst", "which is no IPv4 or IPv6 prefix");

    /// <summary>A metric, or 0; <c>ip</c> prints them as an array with one object in it.</summary>
    public static long Metric(SnapshotEntry entry, string name, int most) =>
        entry.Entries("metrics").Select(metrics => metrics.Number(name, 0, most)).LastOrDefault(value => value is not null) ?? 0;

    /// <summary>A scope, if there is one.</summary>
    public static RouteScope? Scope(SnapshotEntry entry)
    {
        if (entry.Text("scope") is not { } name)
        {
            return null;
        }

        if (Scopes.TryGetValue(name, out RouteScope scope))
        {
            return scope;
        }

        if (byte.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out byte number))
        {
            return (RouteScope)number;
        }

        entry.FaultValue("scope", "which is none of global, site, link, host, nowhere, and no number below 256");
        return null;
    }

    /// <summary>The number of a table; null: it has only a name of the host's own.</summary>
    public static uint? Table(string name)
    {
        if (Tables.TryGetValue(name, out uint table) || uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out table))
        {
            return table;
        }

        return null;
    }

    /// <summary>A TOS byte, if there is one.</summary>
    public static byte TypeOfService(SnapshotEntry entry)
    {
        if (entry.Text("tos") is not { } name)
        {
            return 0;
        }

        if (TryParseServiceClass(name, out byte value)
            || byte.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out value)
            || (name.StartsWith("0x", StringComparison.Ordinal) && byte.TryParse(name.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)))
        {
            return value;
        }

        entry.FaultValue("tos", "which is no TOS byte and no name of a DSCP");
        return 0;
    }
    /// <summary>
    /// The names of DSCPs, as TOS bytes: class selectors (RFC 2474), assured forwarding (RFC 2597), expedited forwarding (RFC 3246), and default.
    /// </summary>
    private static bool TryParseServiceClass(string name, out byte value)
    {
        int codepoint = name.ToUpperInvariant() switch
        {
            "DEFAULT" => 0,
            "EF" => 46,
            ['C', 'S', >= '0' and <= '7' and var selector] => (selector - '0') * 8,
            ['A', 'F', >= '1' and <= '4' and var @class, >= '1' and <= '3' and var precedence] => ((@class - '0') * 8) + ((precedence - '0') * 2),
            _ => -1,
        };
        value = (byte)(codepoint << 2);
        return codepoint >= 0;
    }
}
