using System.Collections.Frozen;
using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Stack.Ip.V6;

/// <summary>A device's part in IPv6 (<c>struct inet6_dev</c>): its addresses, groups and settings. Immutable; changed by putting another in its place.</summary>
public sealed class IPv6Interface
{
    private readonly FrozenSet<IPv6Address> _groups;
    private readonly IPv6InterfaceAddress[] _addresses;

    /// <summary>Makes a device's part in IPv6.</summary>
    /// <param name="addresses">Its addresses, in the kernel's order. All are good for use: that nobody else has them is not asked (RFC 4862 section 5.4).</param>
    /// <param name="groups">
    /// The multicast groups joined on it, beside those that every interface is in: all nodes of link and interface, and the solicited-node group of each address.
    /// </param>
    /// <param name="settings">Its settings, as they take effect.</param>
    public IPv6Interface(IReadOnlyList<IPv6InterfaceAddress> addresses, IEnumerable<IPv6Address> groups, IPv6InterfaceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _addresses = [.. addresses];
        _groups = groups
            .Concat([IPv6Address.AllNodes, new IPv6Address(0xff01_0000_0000_0000, 1)])
            .Concat(_addresses.Select(address => address.Address.SolicitedNodeMulticast))
            .ToFrozenSet();
        Settings = settings;
    }

    /// <summary>Its addresses.</summary>
    public IReadOnlyList<IPv6InterfaceAddress> Addresses => _addresses;

    /// <summary>Its addresses, for the packet path.</summary>
    internal ReadOnlySpan<IPv6InterfaceAddress> AddressSpan => _addresses;

    /// <summary>The groups joined on it.</summary>
    public IReadOnlyCollection<IPv6Address> Groups => _groups;

    /// <summary>Its settings.</summary>
    public IPv6InterfaceSettings Settings { get; }

    /// <summary>Whether it is in a group (<c>ipv6_chk_mcast_addr</c>).</summary>
    public bool IsInGroup(in IPv6Address group) => _groups.Contains(group);

    /// <summary>Whether it has an address (<c>ipv6_get_ifaddr</c>).</summary>
    public bool Has(in IPv6Address address)
    {
        foreach (IPv6InterfaceAddress own in _addresses)
        {
            if (own.Address == address)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>An address of a device (<c>struct inet6_ifaddr</c>).</summary>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">Length of its prefix in bits.</param>
public sealed record IPv6InterfaceAddress(IPv6Address Address, int PrefixLength)
{
    /// <summary>Whether it is no longer to be used for new conversations (RFC 4862 section 5.5.4).</summary>
    public bool IsDeprecated { get; init; }

    /// <summary>Whether its prefix gets no route (<c>IFA_F_NOPREFIXROUTE</c>).</summary>
    public bool HasNoPrefixRoute { get; init; }

    /// <summary>The prefix that is reached directly through this address.</summary>
    public IPv6Prefix Prefix => new(Address, PrefixLength);
}

/// <summary>
/// Settings of an interface as they take effect (Documentation/networking/ip-sysctl.rst, <c>/proc/sys/net/ipv6/conf/</c>). The defaults are the kernel's.
/// </summary>
public sealed record IPv6InterfaceSettings
{
    /// <summary><c>disable_ipv6</c>: nothing is received or sent.</summary>
    public bool Disabled { get; init; }

    /// <summary><c>forwarding</c>: it is a router's interface.</summary>
    public bool Forwarding { get; init; }

    /// <summary><c>hop_limit</c>: how many links packets of our own may cross.</summary>
    public byte HopLimit { get; init; } = 64;

    /// <summary><c>drop_unicast_in_l2_multicast</c>: IP unicast in a link-layer multicast or broadcast frame is dropped.</summary>
    public bool DropUnicastInL2Multicast { get; init; }

    /// <summary><c>drop_unsolicited_na</c>: advertisements that nobody has asked for are dropped.</summary>
    public bool DropUnsolicitedAdvertisements { get; init; }

    /// <summary><c>suppress_frag_ndisc</c>: neighbour discovery in fragments is dropped (RFC 6980).</summary>
    public bool SuppressFragmentedNeighborDiscovery { get; init; } = true;

    /// <summary><c>force_tllao</c>: advertisements always bear the link address.</summary>
    public bool ForceTargetLinkAddress { get; init; }

    /// <summary>How neighbours on the device are treated (<c>nd_parms</c>).</summary>
    public NeighborSettings Neighbors { get; init; } = NeighborSettings.Default;
}
