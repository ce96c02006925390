using Saker.Stack.Devices;
using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Host.Snapshots.Reading;

/// <summary>Reads a route of IPv6 out of <c>routes</c>.</summary>
internal sealed class IPv6RouteReader(SnapshotDevices devices, RouteLimitations limited)
{
    /// <summary>Reads a route; null: it leads nowhere that is there, or there is a fault.</summary>
    public IPv6Route? Read(SnapshotEntry entry)
    {
        if (ReadDestination(entry) is not { } destination || RouteNames.Type(entry) is not { } type)
        {
            return null;
        }

        bool isKernels = type is RouteType.Local or RouteType.Anycast or RouteType.Multicast;
        string? name = entry.Text("table");
        uint? table = name is not null ? RouteNames.Table(name) : isKernels ? (uint)Route.LocalTable : (uint)Route.MainTable;
        if (table is not (Route.LocalTable or Route.MainTable))
        {
            limited.NoteTable(name!);
            return null;
        }

        SnapshotEntry[] alive = [.. entry.Entries("nexthops").Where(IsAlive)];
        SnapshotEntry hop = alive.FirstOrDefault(entry);
        NetworkDevice? device = hop.Has("dev") ? devices.Find(hop, "dev") : null;
        bool leadsSomewhere = type is RouteType.Unicast or RouteType.Local or RouteType.Anycast or RouteType.Multicast;
        if (leadsSomewhere)
        {
            limited.NoteHops(entry, device is null ? 0 : Math.Max(alive.Length, 1));
        }

        return leadsSomewhere && (device is null || !IsAlive(hop))
            ? null
            : new IPv6Route(destination, type)
            {
                Table = (int)table,
                Priority = (uint)(entry.Number("metric", 0, uint.MaxValue) ?? 0),
                Device = leadsSomewhere ? device : null,
                Gateway = hop.IPv6Address("gateway") ?? default,
                PreferredSource = entry.IPv6Address("prefsrc") ?? default,
                Mtu = (int)RouteNames.Metric(entry, "mtu", int.MaxValue),
                HopLimit = (byte)RouteNames.Metric(entry, "hoplimit", byte.MaxValue),
            };
    }

    private static bool IsAlive(SnapshotEntry hop) => !hop.Words("flags").Contains("dead", StringComparer.Ordinal);

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

        RouteNames.FaultDestination(entry);
        return null;
    }
}
