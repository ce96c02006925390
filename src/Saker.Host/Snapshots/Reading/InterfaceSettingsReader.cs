using Saker.Stack.Ip.V4;

namespace Saker.Host.Snapshots.Reading;

/// <summary>
/// Finds the settings of an interface as they take effect: its own and those of <c>all</c>, combined as the kernel combines each
/// (<c>include/linux/inetdevice.h</c>).
/// </summary>
/// <remarks>
/// A setting that the snapshot lacks for the device is taken from <c>default</c>, with which a device begins; lacking there, too, it is the kernel's own default.
/// </remarks>
internal sealed class InterfaceSettingsReader(Sysctls sysctls)
{
    private const string Prefix = "net.ipv4.conf.";

    private static readonly IPv4InterfaceSettings Defaults = new();

    /// <summary>The settings of a device.</summary>
    public IPv4InterfaceSettings Read(string deviceName)
    {
        // In sysctl(8)'s names a dot separates; one that belongs to the device's name is written as a slash.
        string device = deviceName.Replace('.', '/');
        bool forwarding = Forwarding(device);
        return new IPv4InterfaceSettings
        {
            Forwarding = forwarding,
            MulticastForwarding = And(device, "mc_forwarding"),
            BroadcastForwarding = And(device, "bc_forwarding"),
            AcceptLocal = Or(device, "accept_local"),
            RouteLocalnet = Or(device, "route_localnet"),
            AcceptSourceRoute = Own(device, "accept_source_route", 1) != 0 && All("accept_source_route", 0) != 0,
            SendRedirects = Or(device, "send_redirects", Defaults.SendRedirects),
            AcceptRedirects = forwarding
                ? And(device, "accept_redirects", Defaults.AcceptRedirects)
                : Or(device, "accept_redirects", Defaults.AcceptRedirects),
            SecureRedirects = Or(device, "secure_redirects", Defaults.SecureRedirects),
            SharedMedia = Or(device, "shared_media", Defaults.SharedMedia),
            LogMartians = Or(device, "log_martians"),
            DropUnicastInL2Multicast = Or(device, "drop_unicast_in_l2_multicast"),
            DropGratuitousArp = Or(device, "drop_gratuitous_arp"),
            ProxyArp = Or(device, "proxy_arp"),
            ProxyArpPrivateVlan = Or(device, "proxy_arp_pvlan"),
            ArpFilter = Or(device, "arp_filter"),
            ArpIgnore = Largest(device, "arp_ignore"),
            ArpAnnounce = Largest(device, "arp_announce"),
            ArpAccept = Largest(device, "arp_accept"),
            ReversePathFilter = Largest(device, "rp_filter"),
            SourceValidMark = Or(device, "src_valid_mark"),
            MediumId = Own(device, "medium_id", 0),
            ForceIgmpVersion = IgmpVersion(device),
        };
    }

    /// <summary><c>ignore_routes_with_linkdown</c>: next hops without a carrier are passed over.</summary>
    public bool IgnoresRoutesWithLinkDown(string deviceName) => Or(deviceName.Replace('.', '/'), "ignore_routes_with_linkdown");

    private bool Forwarding(string device) =>
        // net.ipv4.ip_forward is conf.all.forwarding by another name, and writing it sets those of all devices.
        sysctls.Flag($"{Prefix}{device}.forwarding")
        ?? sysctls.Flag("net.ipv4.ip_forward")
        ?? sysctls.Flag($"{Prefix}all.forwarding")
        ?? Defaults.Forwarding;

    private bool Or(string device, string setting, bool fallback = false) =>
        Own(device, setting, fallback ? 1 : 0) != 0 | All(setting, fallback ? 1 : 0) != 0;

    private bool And(string device, string setting, bool fallback = false) =>
        Own(device, setting, fallback ? 1 : 0) != 0 & All(setting, fallback ? 1 : 0) != 0;

    private int Largest(string device, string setting) => Math.Max(Own(device, setting, 0), All(setting, 0));

    /// <summary>Each older version is asked for by either place, the oldest first (<c>IGMP_V1_SEEN</c>, <c>IGMP_V2_SEEN</c>).</summary>
    private int IgmpVersion(string device)
    {
        int own = Own(device, "force_igmp_version", 0);
        int all = All("force_igmp_version", 0);
        return own == 1 || all == 1 ? 1 : own == 2 || all == 2 ? 2 : Math.Max(own, all);
    }

    private int Own(string device, string setting, int fallback) =>
        sysctls.Number($"{Prefix}{device}.{setting}") ?? sysctls.Number($"{Prefix}default.{setting}") ?? fallback;

    private int All(string setting, int fallback) => sysctls.Number($"{Prefix}all.{setting}") ?? fallback;
}
