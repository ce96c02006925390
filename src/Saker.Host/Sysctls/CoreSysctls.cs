namespace Saker.Host.Sysctls;

/// <summary>The sysctls of <c>net.core</c>, and what sockets of other families have.</summary>
internal static class CoreSysctls
{
    // A packet of one byte and its metadata must fit (SOCK_MIN_RCVBUF).
    private const int LeastReceiveBuffer = 2304;

    public static HostSysctl[] Rows { get; } =
    [
        new("net.core.dev_weight", SysctlType.From(1, "packets"), "64",
            (settings, value) => settings with { Receive = settings.Receive with { DeviceWeight = (int)value.Number } },
            "How many packets a poll of a CPU's backlog takes, before dev_weight_rx_bias multiplies it."),
        new("net.core.dev_weight_rx_bias", SysctlType.From(1, "factor"), "1",
            (settings, value) => settings with { Receive = settings.Receive with { ReceiveWeightBias = (int)value.Number } },
            "What dev_weight is multiplied by for packets that come in."),
        new("net.core.gro_normal_batch", SysctlType.From(1, "packets"), "8",
            (settings, value) => settings with { Receive = settings.Receive with { NormalBatch = (int)value.Number } },
            "How many packets that were not merged are passed up together."),
        new("net.core.netdev_budget", SysctlType.AnyInteger("packets"), "300",
            (settings, value) => settings with { Receive = settings.Receive with { Budget = (int)value.Number } },
            "How many packets one run of the receive softirq may take; what remains counts as time_squeeze."),
        new("net.core.netdev_budget_usecs", SysctlType.From(0, "microseconds"), "8000",
            (settings, value) => settings with { Receive = settings.Receive with { BudgetMicroseconds = (int)value.Number } },
            "How long one run of the receive softirq may take. (The kernel rounds it up to its ticks.)"),
        new("net.core.netdev_max_backlog", SysctlType.AnyInteger("packets"), "1000",
            (settings, value) => settings with { Receive = settings.Receive with { MaximumBacklog = (int)value.Number } },
            "How many packets may wait in a CPU's backlog before another one is refused."),
        new("net.core.netdev_tstamp_prequeue", SysctlType.Flag, "1",
            (settings, value) => settings with { Receive = settings.Receive with { TimestampBeforeQueue = value.IsOn } },
            "Packets are timed before they wait in a CPU's backlog, and not behind it.")
        {
            IsDecisive = false,
        },
        new("net.core.rmem_default", SysctlType.From(LeastReceiveBuffer, "bytes"), "212992",
            (settings, value) => settings with { ReceiveBuffer = (int)value.Number },
            "How much packet memory the receive queue of a UDP or raw socket may hold that asked for no other size; felt with --no-readers."),
        new("net.ipv6.bindv6only", SysctlType.ByteFlag, "0",
            (settings, value) => settings with { BindsIPv6Only = value.IsOn },
            "Sockets of IPv6 that are bound to all addresses take no IPv4, unless the snapshot says otherwise of one."),
    ];
}
