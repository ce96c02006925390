using Saker.Wire;

namespace Saker.Stack.Ip.NeighborDiscovery;

/// <summary>What a message of neighbour discovery says of a link address (<c>ndisc_parse_options</c>, <c>ndisc_opt_addr_data</c>).</summary>
/// <param name="IsWellFormed">Whether the options follow each other to the message's end (RFC 4861 section 4.6).</param>
/// <param name="IsThere">Whether there is such an option. Of several the first counts.</param>
/// <param name="Address">The address; null: none, or one of another length than Ethernet's.</param>
internal readonly record struct LinkAddressOption(bool IsWellFormed, bool IsThere, MacAddress? Address)
{
    /// <summary>Looks for the option.</summary>
    /// <param name="options">The message's options.</param>
    /// <param name="type">Whether the source's address is wanted, or the target's.</param>
    public static LinkAddressOption Find(NeighborDiscoveryOptionEnumerator options, NeighborDiscoveryOptionType type)
    {
        LinkAddressOption found = default;
        while (options.MoveNext())
        {
            if (options.Current.Type == type && !found.IsThere)
            {
                found = new LinkAddressOption(false, true, options.Current.TryGetLinkLayerAddress(out MacAddress address) ? address : null);
            }
        }

        return found with { IsWellFormed = !options.IsMalformed };
    }
}
