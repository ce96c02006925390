using System.Net.Sockets;

namespace Saker.Bpf;

/// <summary>Which of a host's addresses packets have that it sends. Every address is taken for global, as those of routes that forward are.</summary>
internal static class SourceAddressChoice
{
    /// <summary>For IPv4: one of the device, in the gateway's network if there is such; else any other (<c>inet_select_addr</c>).</summary>
    /// <param name="addresses">The host's addresses, in the order in which they were given.</param>
    /// <param name="device">The index of the device.</param>
    /// <param name="gateway">The gateway; 0: none.</param>
    public static HostAddress? OfIPv4(IEnumerable<HostAddress> addresses, uint device, UInt128 gateway)
    {
        HostAddress? first = null, other = null;
        foreach (HostAddress address in addresses)
        {
            if (address.Family != AddressFamily.InterNetwork || address.IsSecondary)
            {
                continue;
            }

            if (address.Device != device)
            {
                other ??= address;
            }
            else if (gateway == 0 || address.IsBeside(gateway))
            {
                return address;
            }
            else
            {
                first ??= address;
            }
        }

        return first ?? other;
    }

    /// <summary>For IPv6, as RFC 6724 says: the destination itself, one of the device, of the same label, with the most bits in common.</summary>
    /// <param name="addresses">The host's addresses, in the order in which they were given.</param>
    /// <param name="device">The index of the device.</param>
    /// <param name="destination">The destination.</param>
    public static HostAddress? OfIPv6(IEnumerable<HostAddress> addresses, uint device, UInt128 destination) => addresses
        .Where(address => address.Family == AddressFamily.InterNetworkV6)
        .OrderByDescending(address => address.Key == destination)
        .ThenByDescending(address => !address.Address.IsIPv6LinkLocal)
        .ThenByDescending(address => address.Device == device)
        .ThenByDescending(address => LabelOf(address.Key) == LabelOf(destination))
        .ThenByDescending(address => Math.Min((int)UInt128.LeadingZeroCount(address.Key ^ destination), address.PrefixLength))
        .FirstOrDefault();

    /// <summary>The label of an address, by the table that Linux has (<c>ip addrlabel</c>).</summary>
    private static int LabelOf(UInt128 address) => (uint)(address >> 96) switch
    {
        0 when address == 1 => 0,
        0 when (uint)(address >> 32) == 0xffff => 4,
        0 when (ulong)(address >> 64) == 0 && (uint)(address >> 32) == 0 => 3,
        >= 0xfc000000 and <= 0xfdffffff => 5,
        >= 0xfec00000 and <= 0xfeffffff => 11,
        >= 0x20020000 and <= 0x2002ffff => 2,
        0x20010000 => 6,
        >= 0x20010010 and <= 0x2001001f => 7,
        >= 0x3ffe0000 and <= 0x3ffeffff => 12,
        _ => 1,
    };
}
