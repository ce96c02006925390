using Saker.Stack.Devices;
using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Host.Snapshots.Reading;

/// <summary>Reads a route of IPv6 out of <c>routes</c>.</summary>
internal sealed class IPv6RouteReader(SnapshotDevices devices)
{
    /// <summary>Reads a route; null: it leads nowhere that is there, or there is a fault.</summary>
    public IPv6Route? Read(SnapshotEntry entry)
    {
        if (ReadDestination(entry) is not { } destination || RouteNames.Type(entry) is not { } type)
        {
            return null;
        }

        bool isKernels = type is RouteType.Local or RouteType.Anycast or RouteType.Multicast;
        uint? table = entry.Text("table") is { } name ? RouteNames.Table(name) : isKernels ? (uint)Route.LocalTable : (uint)Route.MainTable;
        if (table is not (Route.LocalTable or Route.MainTable))
        {
            return null;
        }

        SnapshotEntry hop = entry.Entries("nexthops").Where(IsAlive).Append(entry).First();
        NetworkDevice? device = hop.Has("dev") ? devices.Find(hop, "dev") : null;
        bool leadsSomewhere = type is RouteType.Unicast or RouteType.Local or RouteType.Anycast or RouteType.Multicast;
        return leadsSomewhere && (device is null || !IsAlive(hop))
            ? null
            : new IPv6Route(destination, type)
            {
                Table = (int)table,
                Priority = (uint)(entry.Number("metric", 0, uint.MaxValue) ?? 0),
                Device = leadsSomewhere ? device : null,
                Gateway = hop.Has("gateway") ? hop.IPv6Address("gateway") ?? default : default,
                PreferredSource = entry.Has("prefsrc") ? entry.IPv6Address("prefsrc") ?? default : default,
                Mtu = (int)ReadMetric(entry, "mtu", int.MaxValue),
                HopLimit = (byte)ReadMetric(entry, "hoplimit", byte.MaxValue),
            };
    }

    private static bool IsAlive(SnapshotEntry hop) => !hop.Words("flags").Contains("dead", StringComparer.Ordinal);

    private static long ReadMetric(SnapshotEntry entry, string name, int most) =>
        entry.Entries("metrics").Select(metrics => metrics.Number(name, 0, most)).LastOrDefault(value => value is not null) ?? 0;

    private static IPv6Prefix? ReadDestination(SnapshotEntry entry)
    {
        if (entry.RequiredText("dst") is not { } text)
        {
            return null;
        }

        if (text == "default")
        {
            return default(IPv6Prefix);
        }

        if (IPv6Prefix.TryParse(text, out IPv6Prefix prefix))
        {
            return prefix;
        }

        if (IPv6Address.TryParse(text, out IPv6Address address))
        {
            return new IPv6Prefix(address, IPv6Prefix.MaximumLength);
        }

        entry.FaultValue("dst", "which is no IPv4 or IPv6 prefix");
        return null;
    }
}
