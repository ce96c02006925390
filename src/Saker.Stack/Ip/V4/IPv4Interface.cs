using System.Collections.Frozen;
using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Stack.Ip.V4;

/// <summary>A device's part in IPv4 (<c>struct in_device</c>): its addresses, groups and settings. Immutable; changed by putting another in its place.</summary>
public sealed class IPv4Interface
{
    private readonly FrozenSet<IPv4Address> _groups;
    private readonly IPv4InterfaceAddress[] _addresses;

    /// <summary>Makes a device's part in IPv4.</summary>
    /// <param name="addresses">Its addresses, in the kernel's order: primaries before their secondaries.</param>
    /// <param name="groups">The multicast groups joined on it beside 224.0.0.1, which every interface is in.</param>
    /// <param name="settings">Its settings, as they take effect.</param>
    public IPv4Interface(IReadOnlyList<IPv4InterfaceAddress> addresses, IEnumerable<IPv4Address> groups, IPv4InterfaceSettings settings)
    {
        _addresses = [.. addresses];
        _groups = groups.Append(IPv4Address.AllHosts).ToFrozenSet();
        Settings = settings;
    }

    /// <summary>Its addresses.</summary>
    public IReadOnlyList<IPv4InterfaceAddress> Addresses => _addresses;

    /// <summary>Its addresses, for the packet path.</summary>
    internal ReadOnlySpan<IPv4InterfaceAddress> AddressSpan => _addresses;

    /// <summary>The groups joined on it.</summary>
    public IReadOnlyCollection<IPv4Address> Groups => _groups;

    /// <summary>Its settings.</summary>
    public IPv4InterfaceSettings Settings { get; }

    /// <summary>Whether it is in a group (<c>ip_check_mc_rcu</c>).</summary>
    public bool IsInGroup(IPv4Address group) => _groups.Contains(group);
}

/// <summary>An address of a device (<c>struct in_ifaddr</c>).</summary>
/// <param name="Address">The address (<c>IFA_LOCAL</c>).</param>
/// <param name="PrefixLength">Length of its prefix in bits.</param>
public sealed record IPv4InterfaceAddress(IPv4Address Address, int PrefixLength)
{
    /// <summary>The other end's address on a point-to-point link; otherwise the address itself (<c>IFA_ADDRESS</c>).</summary>
    public IPv4Address Peer { get; init; } = Address;

    /// <summary>The broadcast address, where there is one.</summary>
    public IPv4Address? Broadcast { get; init; }

    /// <summary>How far the address is known (<c>scope</c>): 0 everywhere, 253 on the link, 254 on this host.</summary>
    public byte Scope { get; init; }

    /// <summary>Whether another address of the same prefix came first.</summary>
    public bool IsSecondary { get; init; }

    /// <summary>The prefix that is reached directly through this address.</summary>
    public IPv4Prefix Prefix => new(Peer, PrefixLength);
}

/// <summary>
/// Settings of an interface as they take effect, the device's own and those of <c>all</c> combined as the kernel does
/// (Documentation/networking/ip-sysctl.rst, <c>/proc/sys/net/ipv4/conf/</c>). The defaults are the kernel's.
/// </summary>
public sealed record IPv4InterfaceSettings
{
    /// <summary><c>forwarding</c>: packets for others are passed on.</summary>
    public bool Forwarding { get; init; }

    /// <summary><c>mc_forwarding</c>: a multicast routing daemon is at work.</summary>
    public bool MulticastForwarding { get; init; }

    /// <summary><c>bc_forwarding</c>: directed broadcasts are passed on.</summary>
    public bool BroadcastForwarding { get; init; }

    /// <summary><c>accept_local</c>: packets with one of our own addresses as their source are received.</summary>
    public bool AcceptLocal { get; init; }

    /// <summary><c>route_localnet</c>: 127.0.0.0/8 is no martian.</summary>
    public bool RouteLocalnet { get; init; }

    /// <summary><c>accept_source_route</c>: packets with a source route option are received.</summary>
    public bool AcceptSourceRoute { get; init; }

    /// <summary><c>send_redirects</c>: senders are told of a better gateway.</summary>
    public bool SendRedirects { get; init; } = true;

    /// <summary><c>accept_redirects</c>: ICMP redirects are believed.</summary>
    public bool AcceptRedirects { get; init; } = true;

    /// <summary><c>secure_redirects</c>: only those to listed gateways.</summary>
    public bool SecureRedirects { get; init; } = true;

    /// <summary><c>shared_media</c>: several prefixes share the link.</summary>
    public bool SharedMedia { get; init; } = true;

    /// <summary><c>log_martians</c>: impossible addresses are logged.</summary>
    public bool LogMartians { get; init; }

    /// <summary><c>drop_unicast_in_l2_multicast</c>: IP unicast in a link-layer multicast or broadcast frame is dropped.</summary>
    public bool DropUnicastInL2Multicast { get; init; }

    /// <summary><c>drop_gratuitous_arp</c>: gratuitous ARP frames are dropped.</summary>
    public bool DropGratuitousArp { get; init; }

    /// <summary><c>proxy_arp</c>: ARP requests are answered for whomever we have a route to.</summary>
    public bool ProxyArp { get; init; }

    /// <summary><c>proxy_arp_pvlan</c>: proxy ARP back onto the same interface.</summary>
    public bool ProxyArpPrivateVlan { get; init; }

    /// <summary><c>arp_filter</c>: ARP requests are answered only where routing would send by this interface.</summary>
    public bool ArpFilter { get; init; }

    /// <summary><c>arp_ignore</c>: 0 to 8, which requests are answered.</summary>
    public int ArpIgnore { get; init; }

    /// <summary><c>arp_announce</c>: 0 to 2, which source address requests bear.</summary>
    public int ArpAnnounce { get; init; }

    /// <summary><c>arp_accept</c>: 0 to 2, whether unsolicited ARP makes neighbour entries.</summary>
    public int ArpAccept { get; init; }

    /// <summary><c>rp_filter</c>: 0 none, 1 strict, 2 loose reverse path filter.</summary>
    public int ReversePathFilter { get; init; }

    /// <summary><c>src_valid_mark</c>: the reverse path is looked up with the packet's mark.</summary>
    public bool SourceValidMark { get; init; }

    /// <summary><c>medium_id</c>: which interfaces share a medium; -1: proxy ARP is off.</summary>
    public int MediumId { get; init; }

    /// <summary><c>force_igmp_version</c>: 0 by what routers speak, else the version.</summary>
    public int ForceIgmpVersion { get; init; }

    /// <summary><c>ignore_routes_with_linkdown</c>: next hops by a device without a carrier are passed over.</summary>
    public bool IgnoreRoutesWithLinkDown { get; init; }

    /// <summary>How neighbours on the device are treated (<c>arp_parms</c>).</summary>
    public NeighborSettings Neighbors { get; init; } = NeighborSettings.Default;
}
