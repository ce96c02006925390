using Saker.Host.Hosts;
using Saker.Host.Sysctls;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Stack.Routing;

namespace Saker.Host.Verification;

/// <summary>
/// The sysctls of a host made for a verification: those of the host, but for a few that are otherwise on purpose, on both sides, so that no clock decides.
/// </summary>
internal static class ReplicaSettings
{
    private const string Conf = "net.ipv4.conf.";
    private const string NeighborDefault = "net.ipv4.neigh.default.";
    private const int Hour = 3600;

    /// <summary>No limit in the words of a rate.</summary>
    private const int Unlimited = 1_000_000_000;

    /// <summary>What is otherwise than on the host, whatever its snapshot says.</summary>
    private static readonly (string Name, string Value)[] OnPurpose =
    [
        // What IPv6 sends by itself would mix with the answers.
        ("net.ipv6.conf.all.disable_ipv6", "1"),
        ("net.ipv6.conf.default.disable_ipv6", "1"),

        // Frames come faster than they did; limits on a second's messages would bite where they did not.
        ("net.ipv4.icmp_ratelimit", "0"),
        ("net.ipv4.icmp_ratemask", "0"),
        ("net.ipv4.icmp_msgs_per_sec", $"{Unlimited}"),
        ("net.ipv4.icmp_msgs_burst", $"{Unlimited}"),
        ("net.ipv4.ipfrag_time", $"{Hour}"),

        // A socket may be taken to have joined more groups than it has.
        ("net.ipv4.igmp_max_memberships", $"{ushort.MaxValue}"),

        // Reports of groups are sent at once and once, so that they are over before the first frame.
        ("net.ipv4.igmp_qrv", "1"),
        ("net.ipv4.igmp_link_local_mcast_reports", "0"),
        ("net.ipv4.conf.default.igmpv2_unsolicited_report_interval", "1"),
        ("net.ipv4.conf.default.igmpv3_unsolicited_report_interval", "1"),
    ];

    /// <summary>Nobody at the other end answers, so neighbours are not asked whether they are still there.</summary>
    private static readonly (string Setting, string Value)[] TimesOfNeighbors =
        [("retrans_time_ms", $"{Hour}000"), ("delay_first_probe_time", $"{Hour}"), ("base_reachable_time_ms", $"{Hour}000")];

    private static readonly string[] NeighborTimeNames = [.. TimesOfNeighbors.Select(entry => entry.Setting), "retrans_time", "base_reachable_time"];

    /// <summary>What memory and processors make of a machine; no frame's way depends on it, and some cannot be written.</summary>
    private static readonly string[] SizesOfMachine =
    [
        "net.ipv4.udp_mem", "net.ipv4.udp_hash_entries", "net.ipv4.udp_child_hash_entries", "net.ipv4.fib_sync_mem", "net.ipv4.inet_peer_threshold",
        "net.ipv4.route.gc_thresh", "net.ipv4.route.max_size",
    ];

    /// <summary>What is set before there are devices, which begin with it.</summary>
    public static IEnumerable<string> Baseline => OnPurpose.Select(entry => Set(entry.Name, entry.Value));

    /// <summary>
    /// The settings that a host shall have: all that its snapshot tells, and of those that the receive path knows the values that it goes by, defaults included:
    /// a namespace inherits some from the machine (<c>devconf_inherit_init_net</c>).
    /// </summary>
    public static IReadOnlyDictionary<string, string> Of(HostConfiguration host)
    {
        Dictionary<string, string> settings = new(host.KernelSettings, StringComparer.Ordinal);
        foreach ((string name, SysctlValue value) in SysctlRegistry.All.SelectMany(host.Sysctls.ValuesOf))
        {
            settings[name] = value.ToString();
        }

        return settings;
    }

    /// <summary>What is set of a device as soon as there is one.</summary>
    public static IEnumerable<string> OfDevice(string name) =>
        TimesOfNeighbors.Select(entry => Set($"net.ipv4.neigh.{name.Replace('.', '/')}.{entry.Setting}", entry.Value));

    /// <summary>The same host, with the settings that are otherwise on purpose. Its devices are changed: a host takes part in one run only.</summary>
    public static HostConfiguration Still(HostConfiguration host)
    {
        const long Nanoseconds = 1_000_000_000;
        foreach (NetworkDevice device in host.Devices)
        {
            device.IPv6 = null;
            if (device.IPv4 is { } part)
            {
                NeighborSettings patient = part.Settings.Neighbors with
                {
                    RetransmitTime = Hour * Nanoseconds,
                    DelayFirstProbeTime = Hour * Nanoseconds,
                    ReachableTime = Hour * Nanoseconds,
                };
                device.IPv4 = new IPv4Interface(part.Addresses, part.Groups, part.Settings with { Neighbors = patient });
            }
        }

        return host with
        {
            IPv4 = host.IPv4 with
            {
                IcmpRateLimit = 0,
                IcmpRateMask = 0,
                IcmpMessagesPerSecond = Unlimited,
                IcmpMessagesBurst = Unlimited,
                FragmentTime = Hour,
            },
        };
    }

    /// <summary>Brings the settings of a namespace to those of a snapshot, as far as the namespace has them.</summary>
    /// <remarks>
    /// Writing <c>ip_forward</c> changes others, so it comes first, then what is for all devices, and all of a device's are written. Only names that the
    /// namespace itself shows are ever written to: what a file says names no path.
    /// </remarks>
    public static IEnumerable<string> Corrections(IReadOnlyDictionary<string, string> wanted, IReadOnlyDictionary<string, string> found)
    {
        return found.Where(entry => IsTaken(entry.Key) && wanted.TryGetValue(entry.Key, out string? value) && (IsOfDevices(entry.Key) || !IsSame(value, entry.Value)))
            .OrderBy(entry => PlaceOf(entry.Key) + (IsLowered(entry.Key) ? -1 : 0)).ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => Set(entry.Key, wanted[entry.Key]));

        // The lower bound may not pass the upper one, so it goes down first and up last.
        bool IsLowered(string name) => name == "net.ipv4.ipfrag_low_thresh" && long.TryParse(wanted[name], out long to) && long.TryParse(found[name], out long from) && to < from;
    }

    /// <summary>The settings that came out otherwise than wanted, with the values wanted.</summary>
    /// <param name="wanted">Those of the snapshot.</param>
    /// <param name="found">Those of the namespace.</param>
    /// <param name="machine">Those of the machine, for what a namespace does not have.</param>
    public static IEnumerable<(string Name, string Wanted, string Found)> Differences(
        IReadOnlyDictionary<string, string> wanted, IReadOnlyDictionary<string, string> found, IReadOnlyDictionary<string, string> machine)
    {
        foreach ((string name, string value) in wanted.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (IsTaken(name) && (found.TryGetValue(name, out string? made) || machine.TryGetValue(name, out made)) && !IsSame(value, made))
            {
                yield return (name, value, made);
            }
        }
    }

    private static string Set(string name, string value) => $"sysctl -w {name}={value}";

    /// <summary>
    /// Whether it could matter to a frame's way. The default of neighbours is the machine's and no namespace's; every device of the made host has its own.
    /// </summary>
    private static bool IsTaken(string name) =>
        name.StartsWith("net.ipv4.", StringComparison.Ordinal)
        && !Array.Exists(OnPurpose, entry => entry.Name == name)
        && !name.EndsWith("unsolicited_report_interval", StringComparison.Ordinal)
        && !name.StartsWith(NeighborDefault, StringComparison.Ordinal)
        && !(name.StartsWith("net.ipv4.neigh.", StringComparison.Ordinal) && NeighborTimeNames.Contains(name[(name.LastIndexOf('.') + 1)..], StringComparer.Ordinal))
        && !name.StartsWith("net.ipv4.tcp_", StringComparison.Ordinal)
        && !SizesOfMachine.Contains(name, StringComparer.Ordinal);

    private static bool IsOfDevices(string name) => name.StartsWith(Conf, StringComparison.Ordinal) && !name.EndsWith(".mc_forwarding", StringComparison.Ordinal);

    private static int PlaceOf(string name) =>
        name == "net.ipv4.ip_forward" ? 0
        : name == $"{Conf}all.forwarding" ? 1
        : name.StartsWith($"{Conf}all.", StringComparison.Ordinal) ? 2
        : name.StartsWith($"{Conf}default.", StringComparison.Ordinal) ? 3
        : 4;

    /// <summary>Numbers stand apart by tabs or spaces.</summary>
    private static bool IsSame(string one, string other) =>
        one == other || one.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries).SequenceEqual(other.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries));
}
