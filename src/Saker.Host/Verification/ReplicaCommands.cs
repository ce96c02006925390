using System.Text;
using Saker.Host.Hosts;
using Saker.Kernel.Devices;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Host.Verification;

/// <summary>
/// The commands that make a host's devices, addresses, neighbours and routes in an empty network namespace. Every device but the loopback is a veth pair,
/// whose other end, of the same name, is in the sender's namespace (<c>$SENDER</c>).
/// </summary>
internal static class ReplicaCommands
{
    /// <summary>The other end takes whatever a capture holds; how much the device itself takes, its own MTU says.</summary>
    private const int PeerMtu = 65535;

    /// <summary>
    /// The name under which a device is made: its own, unless no device of Linux could have it, as those of captures from other systems.
    /// </summary>
    public static string NameOf(NetworkDevice device) =>
        device.Name.Length <= DeviceName.LongestLength && device.Name is not ("." or ".." or "all" or "default") && device.Name.All(IsPlain)
            ? device.Name
            : $"dev{device.Index}";

    /// <summary>Makes the devices with their addresses and neighbours.</summary>
    public static IEnumerable<string> Devices(HostConfiguration host)
    {
        foreach (NetworkDevice device in host.Devices)
        {
            foreach (string command in Device(device))
            {
                yield return command;
            }
        }

        foreach (Neighbor<IPv4Address> neighbor in host.Neighbors)
        {
            if (Describe(neighbor) is { } text)
            {
                yield return "ip neighbor replace " + text;
            }
        }
    }

    /// <summary>Takes away the routes that the kernel has made and the host has not, and adds those that are missing: the nearest first, since gateways are reached by them.</summary>
    public static IEnumerable<string> RouteCorrections(IReadOnlyList<Route> wanted, IReadOnlyList<Route> found)
    {
        HashSet<string> all = [.. wanted.Select(Describe)];
        HashSet<string> there = [.. found.Select(Describe)];
        return there.Where(route => !all.Contains(route)).Select(route => "ip route delete " + route)
            .Concat(wanted.OrderByDescending(route => route.Scope).Select(Describe).Where(there.Add).Select(route => "ip route append " + route));
    }

    /// <summary>A route, in the words of ip-route(8).</summary>
    public static string Describe(Route route)
    {
        StringBuilder text = new();
        text.Append(route.Type.ToString().ToLowerInvariant()).Append(' ').Append(route.Destination);
        if (route.NextHops.Length == 1)
        {
            AppendHop(text, route.NextHops[0]);
        }

        text.Append(" table ").Append(route.Table).Append(" scope ").Append((int)route.Scope);
        AppendUnless(text, " metric ", route.Priority, 0u);
        AppendUnless(text, " tos ", route.TypeOfService == 0 ? null : $"0x{route.TypeOfService:x2}", null);
        AppendUnless<IPv4Address?>(text, " src ", route.PreferredSource, null);
        AppendUnless(text, " mtu ", route.Mtu, 0);
        if (route.NextHops.Length > 1)
        {
            foreach (NextHop hop in route.NextHops)
            {
                AppendHop(text.Append(" nexthop"), hop);
                text.Append(" weight ").Append(hop.Weight);
            }
        }

        return text.ToString();
    }

    /// <summary>An address, in the words of ip-address(8), without its device.</summary>
    public static string Describe(IPv4InterfaceAddress address)
    {
        string text = address.Peer == address.Address
            ? $"{address.Address}/{address.PrefixLength}"
            : $"{address.Address} peer {address.Peer}/{address.PrefixLength}";
        return $"{text}{(address.Broadcast is { } broadcast ? $" broadcast {broadcast}" : string.Empty)} scope {address.Scope}";
    }

    /// <summary>A neighbour, in the words of ip-neighbour(8); null for those that the kernel makes by itself.</summary>
    public static string? Describe(Neighbor<IPv4Address> neighbor) =>
        IsKernels(neighbor)
            ? null
            : $"{neighbor.Address} lladdr {neighbor.LinkAddress} nud {neighbor.State.ToString().ToLowerInvariant()} dev {NameOf(neighbor.Device)}";

    /// <summary>Whether a device can have a link address.</summary>
    public static bool CanHave(MacAddress address) => !address.IsZero && !address.IsMulticast;

    /// <summary>Groups, broadcasts and devices without ARP need no asking: the kernel makes their entries when it first meets them.</summary>
    private static bool IsKernels(Neighbor<IPv4Address> neighbor) =>
        neighbor.Device.IsLoopback
        || (neighbor.State == NeighborState.NoArp
            && (neighbor.Device.Has(DeviceFlags.NoArp) || neighbor.Address.IsMulticast || neighbor.Address.IsLimitedBroadcast
                || neighbor.Device.IPv4?.Addresses.Any(address => address.Broadcast == neighbor.Address) == true));

    private static IEnumerable<string> Device(NetworkDevice device)
    {
        string name = NameOf(device);
        if (!device.IsLoopback)
        {
            string address = CanHave(device.Address) ? $" address {device.Address}" : string.Empty;
            string broadcast = device.Broadcast == MacAddress.Broadcast || device.Broadcast.IsZero ? string.Empty : $" broadcast {device.Broadcast}";
            yield return $"ip link add name {name} index {device.Index}{address}{broadcast} mtu {device.Mtu} type veth peer name {name} mtu {PeerMtu} netns $SENDER";
            yield return $"ip link set dev {name} arp {OnOff(!device.Has(DeviceFlags.NoArp))} multicast {OnOff(device.Has(DeviceFlags.Multicast))}"
                + $" allmulticast {OnOff(device.Has(DeviceFlags.AllMulticast))} promisc {OnOff(device.Has(DeviceFlags.Promiscuous))}";
            yield return $"ethtool -K {name} tx off rx off";
        }

        if (device.Has(DeviceFlags.Up))
        {
            yield return $"ip link set dev {name} up";
        }

        foreach (IPv4InterfaceAddress address in device.IPv4?.Addresses ?? [])
        {
            // The loopback's own comes with it.
            if (!device.IsLoopback || address.Address != IPv4Address.Loopback)
            {
                yield return $"ip address add {Describe(address)} dev {name}";
            }
        }
    }

    private static void AppendHop(StringBuilder text, NextHop hop)
    {
        if (!hop.Gateway.IsAny)
        {
            text.Append(" via ").Append(hop.Gateway);
        }

        if (hop.Device is not null)
        {
            text.Append(" dev ").Append(NameOf(hop.Device));
        }

        if (hop.IsOnLink)
        {
            text.Append(" onlink");
        }
    }

    private static void AppendUnless<T>(StringBuilder text, string word, T value, T usual)
    {
        if (!EqualityComparer<T>.Default.Equals(value, usual))
        {
            text.Append(word).Append(value);
        }
    }

    private static string OnOff(bool isOn) => isOn ? "on" : "off";

    /// <summary>Characters that mean nothing to <c>ip -batch</c> and to <c>/proc/sys</c>.</summary>
    private static bool IsPlain(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.' or '@' or ':';
}
