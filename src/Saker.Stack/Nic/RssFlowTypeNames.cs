using Saker.Wire;

namespace Saker.Stack.Nic;

/// <summary>The names of <see cref="RssFlowType"/>s in <c>ethtool -N DEV rx-flow-hash</c>: <c>tcp4</c>, <c>ip6</c>.</summary>
public static class RssFlowTypeNames
{
    private static readonly (string Name, RssFlowType Type)[] Table =
    [
        ("tcp4", RssFlowType.IPv4Tcp), ("udp4", RssFlowType.IPv4Udp), ("sctp4", RssFlowType.IPv4Sctp),
        ("ah4", RssFlowType.IPv4Ah), ("esp4", RssFlowType.IPv4Esp), ("ip4", RssFlowType.IPv4),
        ("tcp6", RssFlowType.IPv6Tcp), ("udp6", RssFlowType.IPv6Udp), ("sctp6", RssFlowType.IPv6Sctp),
        ("ah6", RssFlowType.IPv6Ah), ("esp6", RssFlowType.IPv6Esp), ("ip6", RssFlowType.IPv6),
    ];

    /// <summary>The types that can be set up, in ethtool's order.</summary>
    public static IEnumerable<RssFlowType> All => Table.Select(entry => entry.Type);

    /// <summary>All names, for a message.</summary>
    internal static string List => string.Join(", ", Table.Select(entry => entry.Name));

    /// <summary>The type's name. Fragments have none of their own: they are hashed as <c>ip4</c> and <c>ip6</c> say. Null: the type is never hashed.</summary>
    public static string? Name(this RssFlowType type) =>
        Table.FirstOrDefault(entry => entry.Type == RssFieldTable.Governing(type)).Name;

    /// <summary>Finds the type of this name.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, out RssFlowType type)
    {
        foreach ((string known, RssFlowType knownType) in Table)
        {
            if (name.SequenceEqual(known))
            {
                type = knownType;
                return true;
            }
        }

        type = RssFlowType.None;
        return false;
    }
}
