namespace Saker.Host.Sysctls;

/// <summary>The sysctls of <c>net.core</c>, and what sockets of other families have.</summary>
internal static class CoreSysctls
{
    // A packet of one byte and its metadata must fit (SOCK_MIN_RCVBUF).
    private const int LeastReceiveBuffer = 2304;

    public static HostSysctl[] Rows { get; } =
    [
        new("net.core.rmem_default", SysctlType.From(LeastReceiveBuffer, "bytes"), "212992",
            (settings, value) => settings with { ReceiveBuffer = (int)value.Number },
            "How much packet memory the receive queue of a UDP or raw socket may hold that asked for no other size; felt with --no-readers."),
        new("net.ipv6.bindv6only", SysctlType.ByteFlag, "0",
            (settings, value) => settings with { BindsIPv6Only = value.IsOn },
            "Sockets of IPv6 that are bound to all addresses take no IPv4, unless the snapshot says otherwise of one."),
    ];
}
