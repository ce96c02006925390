namespace Saker.Host.Sysctls;

/// <summary>
/// The sysctls of <c>net.ipv4.conf</c>, and how each one's values of the device and of <c>all</c> take effect together (<c>include/linux/inetdevice.h</c>).
/// </summary>
internal static class InterfaceSysctls
{
    /// <summary>In the order in which they are applied: forwarding decides how others are joined.</summary>
    public static InterfaceSysctl[] Rows { get; } =
    [
        new("forwarding", SysctlType.Flag, "0",
            (settings, own, _) => settings with { Forwarding = own != 0 },
            "Packets for others that come in by the device are passed on; a change of all is one of net.ipv4.ip_forward.")
        {
            IsForwarding = true,
            IsHandedDown = false,
        },
        new("mc_forwarding", SysctlType.Flag, "0",
            (settings, own, all) => settings with { MulticastForwarding = own != 0 && all != 0 },
            "A multicast routing daemon is at work, which alone can set it in the kernel; both count.")
        {
            IsDecisive = false,
        },
        new("bc_forwarding", SysctlType.Flag, "0",
            (settings, own, all) => settings with { BroadcastForwarding = own != 0 && all != 0 },
            "Broadcasts directed at another network are passed on; both must be on."),
        new("accept_local", SysctlType.Flag, "0",
            (settings, own, all) => settings with { AcceptLocal = Either(own, all) },
            "Packets with one of the host's own addresses as their source are received; either is enough."),
        new("route_localnet", SysctlType.Flag, "0",
            (settings, own, all) => settings with { RouteLocalnet = Either(own, all) },
            "127.0.0.0/8 may come in and go out by the device; either is enough.")
        {
            IsHandedDown = false,
        },
        new("accept_source_route", SysctlType.Flag, "1",
            (settings, own, all) => settings with { AcceptSourceRoute = own != 0 && all != 0 },
            "Packets with a source route option are received; both must be on, and all is off at first.")
        {
            DefaultOfAll = "0",
        },
        new("send_redirects", SysctlType.Flag, "1",
            (settings, own, all) => settings with { SendRedirects = Either(own, all) },
            "A router tells senders of a better gateway; either is enough."),
        new("accept_redirects", SysctlType.Flag, "1",
            (settings, own, all) => settings with { AcceptRedirects = settings.Forwarding ? own != 0 && all != 0 : Either(own, all) },
            "ICMP redirects are believed; on a router both must be on, elsewhere either is enough.")
        {
            IsDecisive = false,
        },
        new("secure_redirects", SysctlType.Flag, "1",
            (settings, own, all) => settings with { SecureRedirects = Either(own, all) },
            "Of ICMP redirects only those to known gateways are believed; either is enough.")
        {
            IsDecisive = false,
        },
        new("shared_media", SysctlType.Flag, "1",
            (settings, own, all) => settings with { SharedMedia = Either(own, all) },
            "Several networks share the link, so redirects to gateways of others are sent; either is enough."),
        new("log_martians", SysctlType.Flag, "0",
            (settings, own, all) => settings with { LogMartians = Either(own, all) },
            "Impossible addresses are written to the kernel's log; either is enough.")
        {
            IsDecisive = false,
        },
        new("drop_unicast_in_l2_multicast", SysctlType.Flag, "0",
            (settings, own, all) => settings with { DropUnicastInL2Multicast = Either(own, all) },
            "A packet for one host in a frame to a group is dropped; either is enough.")
        {
            IsHandedDown = false,
        },
        new("drop_gratuitous_arp", SysctlType.Flag, "0",
            (settings, own, all) => settings with { DropGratuitousArp = Either(own, all) },
            "ARP that announces its own sender is dropped; either is enough."),
        new("proxy_arp", SysctlType.Flag, "0",
            (settings, own, all) => settings with { ProxyArp = Either(own, all) },
            "ARP requests are answered for whatever is reached by another device; either is enough."),
        new("proxy_arp_pvlan", SysctlType.Flag, "0",
            (settings, own, all) => settings with { ProxyArpPrivateVlan = Either(own, all) },
            "ARP requests are answered for others on the same link; either is enough."),
        new("arp_filter", SysctlType.Flag, "0",
            (settings, own, all) => settings with { ArpFilter = Either(own, all) },
            "ARP requests are answered only if the way to who asks leads by the device; either is enough."),
        new("arp_ignore", SysctlType.Level(8), "0",
            (settings, own, all) => settings with { ArpIgnore = Math.Max(own, all) },
            "Which ARP requests are answered: 0 for any address of the host, 1 for the device's own, 2 if the sender is on its network, too, 3 for any but those of scope host, 8 none. The greater counts."),
        new("arp_announce", SysctlType.Level(2), "0",
            (settings, own, all) => settings with { ArpAnnounce = Math.Max(own, all) },
            "Which source the host's ARP requests bear: 0 any, 1 one on the target's network if there is, 2 always the best. The greater counts."),
        new("arp_accept", SysctlType.Level(2), "0",
            (settings, own, all) => settings with { ArpAccept = Math.Max(own, all) },
            "Whether ARP that nobody asked for makes a neighbour: 0 no, 1 yes, 2 on the device's networks. The greater counts."),
        new("rp_filter", SysctlType.Level(2), "0",
            (settings, own, all) => settings with { ReversePathFilter = Math.Max(own, all) },
            "Whether a source must be reached by the device: 0 no, 1 yes, 2 by any device. The greater counts."),
        new("src_valid_mark", SysctlType.Flag, "0",
            (settings, own, all) => settings with { SourceValidMark = Either(own, all) },
            "The way back to a source is looked up with the packet's mark; either is enough.")
        {
            IsDecisive = false,
        },
        new("medium_id", SysctlType.AnyInteger("number"), "0",
            (settings, own, _) => settings with { MediumId = own },
            "The link that the device is on: proxy_arp answers only for what is reached by a device of another number; 0 is other than all, -1 keeps the proxy off. That of all does not count."),
        new("force_igmp_version", SysctlType.Level(3), "0",
            (settings, own, all) => settings with { ForceIgmpVersion = OldestVersion(own, all) },
            "The IGMP version that is spoken: 0 what the routers speak. Of two, the older counts."),
        new("ignore_routes_with_linkdown", SysctlType.Flag, "0",
            (settings, own, all) => settings with { IgnoreRoutesWithLinkDown = Either(own, all) },
            "Next hops by a device without a carrier are passed over; either is enough."),
    ];

    private static bool Either(int own, int all) => own != 0 || all != 0;

    /// <summary>Each older version is asked for by either place, the oldest first (<c>IGMP_V1_SEEN</c>, <c>IGMP_V2_SEEN</c>).</summary>
    private static int OldestVersion(int own, int all) => own == 1 || all == 1 ? 1 : own == 2 || all == 2 ? 2 : Math.Max(own, all);
}
