using Saker.Stack.Routing;

namespace Saker.Host.Sysctls;

/// <summary>The sysctls of <c>net.ipv4.neigh</c>, which each device has for itself.</summary>
internal static class NeighborSysctls
{
    private const long Second = 1_000_000_000;
    private const long Millisecond = Second / 1000;

    /// <summary>The unit of what is told in user space's ticks (<c>USER_HZ</c>).</summary>
    private const long Tick = Second / 100;

    // The kernel counts the time in its own ticks, of which an int must hold it; at the usual 250 a second.
    private const int MostSeconds = int.MaxValue / 250;

    public static InterfaceSysctl[] Rows { get; } =
    [
        Row("retrans_time_ms", SysctlType.From(0, "milliseconds"), "1000",
            (settings, value) => settings with { RetransmitTime = value * Millisecond },
            "The time between two requests for a neighbour. (The kernel rounds it up to its ticks.)"),
        Row("delay_first_probe_time", new SysctlType("seconds", -MostSeconds, MostSeconds), "5",
            (settings, value) => settings with { DelayFirstProbeTime = value * Second },
            "How long a neighbour that is used, and not sure any more, has to show that it is there before it is asked."),
        Row("base_reachable_time_ms", SysctlType.From(0, "milliseconds"), "30000",
            (settings, value) => settings with { ReachableTime = value * Millisecond },
            "How long a neighbour's answer is believed. (The kernel draws a time between half of it and one and a half.)"),
        Row("locktime", SysctlType.From(0, "hundredths of a second"), "100",
            (settings, value) => settings with { LockTime = value * Tick },
            "How long the first of several answers stands. (The kernel rounds it down to its ticks.)"),
        Row("ucast_solicit", SysctlType.From(0, "requests"), "3",
            (settings, value) => settings with { UnicastProbes = value },
            "How often a neighbour that was there is asked whether it still is."),
        Row("mcast_solicit", SysctlType.From(0, "requests"), "3",
            (settings, value) => settings with { MulticastProbes = value },
            "How often all are asked for a neighbour that is not known."),
        Row("unres_qlen_bytes", SysctlType.From(0, "bytes"), "212992",
            (settings, value) => settings with { WaitingLimit = value },
            "How much packet memory may wait for one neighbour's answer before the oldest is dropped."),
    ];

    private static InterfaceSysctl Row(string setting, SysctlType type, string defaultValue, Func<NeighborSettings, int, NeighborSettings> apply, string meaning) =>
        new(setting, type, defaultValue, (settings, own, _) => settings with { Neighbors = apply(settings.Neighbors, own) }, meaning, InterfaceSysctl.Neigh);
}
