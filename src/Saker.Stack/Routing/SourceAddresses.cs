using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>Which of this host's addresses a packet of its own bears.</summary>
internal sealed class SourceAddresses
{
    private readonly DeviceTable _devices;

    public SourceAddresses(DeviceTable devices) => _devices = devices;

    /// <summary>
    /// The address to speak with to a target by a device: the first of the target's prefix, else the device's first, else another device's
    /// (<c>inet_select_addr</c>).
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="target">To whom; 0.0.0.0: anybody.</param>
    /// <param name="scope">How far away the target is: addresses that are known less far do not count.</param>
    /// <returns>0.0.0.0 if there is none.</returns>
    public IPv4Address Select(NetworkDevice device, IPv4Address target, RouteScope scope)
    {
        if (device.IPv4 is { } ipv4)
        {
            RouteScope localnet = LocalnetScope(ipv4);
            IPv4Address first = default;
            foreach (IPv4InterfaceAddress address in ipv4.AddressSpan)
            {
                if (address.IsSecondary || Nearer(address, localnet) > scope)
                {
                    continue;
                }

                if (target.IsAny || address.Prefix.Contains(target))
                {
                    return address.Address;
                }

                first = first.IsAny ? address.Address : first;
            }

            if (!first.IsAny)
            {
                return first;
            }
        }

        return SelectFromAny(scope);
    }

    /// <summary>The source that a route prefers, or else the one for its next hop (<c>fib_result_prefsrc</c>).</summary>
    public IPv4Address Of(RouteAnswer answer)
    {
        if (answer.Route!.PreferredSource is { IsAny: false } preferred)
        {
            return preferred;
        }

        return answer.NextHop?.Device is { } device ? Select(device, answer.NextHop.Gateway, answer.Route.Scope) : default;
    }

    /// <summary>
    /// Finds an address of this host that fits both ends (<c>inet_confirm_addr</c>).
    /// </summary>
    /// <param name="device">The device that bears it; null: any.</param>
    /// <param name="target">The address whose prefix it must share; 0.0.0.0: any.</param>
    /// <param name="local">The address wanted; 0.0.0.0: any.</param>
    /// <param name="scope">How far it must be known.</param>
    public bool Confirm(NetworkDevice? device, IPv4Address target, IPv4Address local, RouteScope scope)
    {
        if (device is not null)
        {
            return device.IPv4 is { } own && Confirm(own, target, local, scope);
        }

        foreach (NetworkDevice other in _devices.Span)
        {
            if (other.IPv4 is { } ipv4 && Confirm(ipv4, target, local, scope))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a prefix of the device holds an address, and the other one too if there is one (<c>inet_addr_onlink</c>).</summary>
    public static bool IsOnLink(NetworkDevice device, IPv4Address address, IPv4Address other)
    {
        if (device.IPv4 is not { } ipv4)
        {
            return false;
        }

        foreach (IPv4InterfaceAddress own in ipv4.AddressSpan)
        {
            if (own.Prefix.Contains(address) && (other.IsAny || own.Prefix.Contains(other)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Confirm(IPv4Interface ipv4, IPv4Address target, IPv4Address local, RouteScope scope)
    {
        RouteScope localnet = LocalnetScope(ipv4);
        IPv4Address found = default;
        bool sharesPrefix = false;
        foreach (IPv4InterfaceAddress address in ipv4.AddressSpan)
        {
            bool isNear = Nearer(address, localnet) <= scope;
            if (found.IsAny && isNear && (local.IsAny || local == address.Address))
            {
                found = address.Address;
                if (sharesPrefix)
                {
                    return true;
                }
            }

            if (sharesPrefix)
            {
                continue;
            }

            sharesPrefix = (local.IsAny || address.Prefix.Contains(local)) && (target.IsAny || address.Prefix.Contains(target));
            if (!sharesPrefix || found.IsAny)
            {
                continue;
            }

            if (!local.IsAny || target.IsAny || address.Prefix.Contains(found) || isNear)
            {
                return true;
            }

            sharesPrefix = false;
        }

        return sharesPrefix && !found.IsAny;
    }

    private static RouteScope LocalnetScope(IPv4Interface ipv4) => ipv4.Settings.RouteLocalnet ? RouteScope.Link : RouteScope.Host;

    private static RouteScope Nearer(IPv4InterfaceAddress address, RouteScope localnet) =>
        (RouteScope)Math.Min(address.Scope, (byte)localnet);

    private IPv4Address SelectFromAny(RouteScope scope)
    {
        foreach (NetworkDevice device in _devices.Span)
        {
            if (device.IPv4 is not { } ipv4)
            {
                continue;
            }

            foreach (IPv4InterfaceAddress address in ipv4.AddressSpan)
            {
                if (!address.IsSecondary && (RouteScope)address.Scope != RouteScope.Link && (RouteScope)address.Scope <= scope)
                {
                    return address.Address;
                }
            }
        }

        return default;
    }
}
