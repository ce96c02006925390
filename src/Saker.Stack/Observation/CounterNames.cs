using System.Collections.Frozen;

namespace Saker.Stack.Observation;

/// <summary>
/// The kernel's names of counters: <c>Protocol.Name</c> for those of /proc/net/snmp and /proc/net/netstat (<c>Ip.InReceives</c>,
/// <c>TcpExt.ListenDrops</c>), bare for those of /proc/net/snmp6 (<c>Ip6InReceives</c>). No call allocates.
/// </summary>
public static class CounterNames
{
    private const int IcmpTypes = 256;

    // The lines of /proc/net/snmp and /proc/net/netstat; a protocol whose name begins with another's comes first.
    private static readonly string[] Protocols = ["IcmpMsg", "Icmp", "IpExt", "Ip", "TcpExt", "Tcp", "UdpLite", "Udp"];
    private static readonly string[] BareProtocols = ["Ip6", "Icmp6", "Udp6", "UdpLite6"];

    private static readonly string[] Names = AllNames();

    private static readonly FrozenDictionary<string, Counter>.AlternateLookup<ReadOnlySpan<char>> ByName =
        Names.Index().ToFrozenDictionary(entry => entry.Item, entry => (Counter)entry.Index, StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>How many counters there are: each number below is one.</summary>
    public static int Count => Names.Length;

    /// <summary>The counter's name. A number that is no <see cref="Counter"/> throws.</summary>
    public static string Name(this Counter counter) => Names[(int)counter];

    /// <summary>Finds the counter that has this name, spelled exactly so.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, out Counter counter) => ByName.TryGetValue(name, out counter);

    private static string[] AllNames()
    {
        var names = new List<string>();
        foreach (var counter in Enum.GetValues<Counter>())
        {
            string name = NameOfMember(counter.ToString());
            if (name.EndsWith("Type0", StringComparison.Ordinal))
            {
                names.AddRange(Enumerable.Range(0, IcmpTypes).Select(type => $"{name.AsSpan(0, name.Length - 1)}{type}"));
            }
            else
            {
                names.Add(name);
            }
        }

        return [.. names];
    }

    private static string NameOfMember(string member)
    {
        if (BareProtocols.Any(protocol => member.StartsWith(protocol, StringComparison.Ordinal)))
        {
            return member;
        }

        string protocol = Protocols.First(protocol => member.StartsWith(protocol, StringComparison.Ordinal));
        return $"{protocol}.{member.AsSpan(protocol.Length)}";
    }
}
