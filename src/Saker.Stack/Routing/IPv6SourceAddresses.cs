using System.Numerics;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V6;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>
/// Which of this host's IPv6 addresses a packet of its own bears (RFC 6724 section 5, <c>ipv6_dev_get_saddr</c>). Of the rules those are asked for which an address here can
/// differ: there are neither home addresses nor temporary ones.
/// </summary>
internal sealed class IPv6SourceAddresses
{
    private readonly DeviceTable _devices;

    public IPv6SourceAddresses(DeviceTable devices) => _devices = devices;

    /// <summary>The address to speak with to a target by a device; :: if there is none.</summary>
    public IPv6Address Select(NetworkDevice device, in IPv6Address target)
    {
        Choice best = default;
        if (target.IsMulticast || target.IsLinkLocal)
        {
            Consider(device, device, target, ref best);
        }
        else
        {
            foreach (NetworkDevice other in _devices.Span)
            {
                Consider(other, device, target, ref best);
            }
        }

        return best.Address?.Address ?? default;
    }

    /// <summary>The address of a device that is known on its link only; :: if it has none (<c>ipv6_get_lladdr</c>).</summary>
    public static IPv6Address LinkLocalOf(NetworkDevice device)
    {
        foreach (IPv6InterfaceAddress address in device.IPv6 is { } ipv6 ? ipv6.AddressSpan : default)
        {
            if (address.Address.IsLinkLocal)
            {
                return address.Address;
            }
        }

        return default;
    }

    private static void Consider(NetworkDevice owner, NetworkDevice output, in IPv6Address target, ref Choice best)
    {
        if (owner.IPv6 is not { Settings.Disabled: false } ipv6)
        {
            return;
        }

        foreach (IPv6InterfaceAddress address in ipv6.AddressSpan)
        {
            Choice candidate = new(address, ReferenceEquals(owner, output));
            if (best.Address is null || IsBetter(candidate, best, target))
            {
                best = candidate;
            }
        }
    }

    private static bool IsBetter(in Choice one, in Choice other, in IPv6Address target)
    {
        IPv6Address ours = one.Address!.Address, theirs = other.Address!.Address;

        // Rule 1: the target itself.
        if (ours == target || theirs == target)
        {
            return ours == target && theirs != target;
        }

        // Rule 2: an appropriate scope: the nearest that reaches the target, else the farthest.
        int scope = ScopeOf(target), scopeOfOurs = ScopeOf(ours), scopeOfTheirs = ScopeOf(theirs);
        if (scopeOfOurs != scopeOfTheirs)
        {
            return scopeOfOurs < scopeOfTheirs ? scopeOfOurs >= scope : scopeOfTheirs < scope;
        }

        // Rule 3: one that is not deprecated.
        if (one.Address.IsDeprecated != other.Address.IsDeprecated)
        {
            return other.Address.IsDeprecated;
        }

        // Rule 5: one of the device that it leaves by.
        if (one.IsOfOutput != other.IsOfOutput)
        {
            return one.IsOfOutput;
        }

        // Rule 6: one with the target's label.
        int label = LabelOf(target);
        if ((LabelOf(ours) == label) != (LabelOf(theirs) == label))
        {
            return LabelOf(ours) == label;
        }

        // Rule 8: the longest prefix in common, within the address's own.
        return Math.Min(CommonBits(ours, target), one.Address.PrefixLength) > Math.Min(CommonBits(theirs, target), other.Address.PrefixLength);
    }

    private static int ScopeOf(in IPv6Address address) =>
        address.IsMulticast ? (int)address.MulticastScope
        : address.IsLinkLocal || address.IsLoopback ? (int)IPv6MulticastScope.LinkLocal
        : address.IsSiteLocal ? (int)IPv6MulticastScope.SiteLocal
        : (int)IPv6MulticastScope.Global;

    /// <summary>The label by the default policy table (RFC 6724 section 2.1, <c>ip6addrlbl_init_table</c>); the kernel's site-local prefix has one, too.</summary>
    private static int LabelOf(in IPv6Address address) =>
        address.IsLoopback ? 0
        : address.IsV4Mapped ? 4
        : address.Upper == 0 && address.Lower >> 32 == 0 ? 3
        : address.Upper >> 32 == 0x2001_0000 ? 6
        : address.Upper >> 36 == 0x200_1001 ? 7
        : address.Upper >> 48 == 0x2002 ? 2
        : address.IsSiteLocal ? 11
        : address.IsUniqueLocal ? 5
        : address.Upper >> 48 == 0x3ffe ? 12
        : 1;

    private static int CommonBits(in IPv6Address one, in IPv6Address other) =>
        one.Upper == other.Upper ? 64 + BitOperations.LeadingZeroCount(one.Lower ^ other.Lower) : BitOperations.LeadingZeroCount(one.Upper ^ other.Upper);

    private readonly record struct Choice(IPv6InterfaceAddress? Address, bool IsOfOutput);
}
