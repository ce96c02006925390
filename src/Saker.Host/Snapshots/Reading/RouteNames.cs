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

    // RFC 2474 (class selectors), RFC 2597 (assured forwarding), RFC 3246 (expedited forwarding), RFC 1349 (the old bits), as TOS bytes.
    private static readonly Dictionary<string, byte> ServiceTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["default"] = 0x00, ["cs0"] = 0x00, ["cs1"] = 0x20, ["cs2"] = 0x40, ["cs3"] = 0x60, ["cs4"] = 0x80, ["cs5"] = 0xa0, ["cs6"] = 0xc0, ["cs7"] = 0xe0,
        ["af11"] = 0x28, ["af12"] = 0x30, ["af13"] = 0x38, ["af21"] = 0x48, ["af22"] = 0x50, ["af23"] = 0x58, ["af31"] = 0x68, ["af32"] = 0x70,
        ["af33"] = 0x78, ["af41"] = 0x88, ["af42"] = 0x90, ["af43"] = 0x98, ["ef"] = 0xb8, ["le"] = 0x04,
        ["lowdelay"] = 0x10, ["throughput"] = 0x08, ["reliability"] = 0x04,
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

        if (ServiceTypes.TryGetValue(name, out byte value)
            || byte.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out value)
            || (name.StartsWith("0x", StringComparison.Ordinal) && byte.TryParse(name.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)))
        {
            return value;
        }

        entry.FaultValue("tos", "which is no TOS byte and no name of a DSCP");
        return 0;
    }
}
